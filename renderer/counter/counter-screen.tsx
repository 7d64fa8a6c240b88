import { Alert, Button, Group, Paper, SegmentedControl, Stack, Switch, Text, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowBackUp, IconPrinter } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { slipPaper } from '../../domain/contract/counter.ts';
import type { CallError, Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk, useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { useArrowRows } from '../attendance/use-arrow-rows.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { clockText, dueStateOf, outOfSchool, parseClock, type Movement } from './counter-model.ts';
import { Due } from './due.tsx';
import { EntryForm } from './entry-form.tsx';
import { useSlips, type PrintResult } from './use-slips.tsx';
import classes from './counter.module.css';

type Day = Output<'counter', 'day'>;

/** So many rows are on screen at once. */
const shownRows = 12;

/** The front desk: late arrivals, sign-outs and returns, entered by keyboard while visitors look on. */
export function CounterScreen() {
  const today = useToday();
  const { nowMs } = useDesk().status;
  const { formatDayLong, formatTime } = useFormat();
  const day = useCall('counter', 'day', {});
  const nowMinute = parseClock(formatTime(nowMs)) ?? 0;
  const out = outOfSchool(day.data?.movements ?? []);
  const overdue = out.filter((each) => dueStateOf(each, nowMinute) === 'overdue').length;
  const arrivals = day.data?.movements.filter(({ kind }) => kind === 'arrival').length ?? 0;

  return (
    <Stack gap="md">
      <PageHeader
        title={text('counter.title')}
        state={
          day.data === undefined
            ? formatDayLong(today)
            : text('counter.state', { day: formatDayLong(today), arrivals, out: out.length, overdue })
        }
      />
      <ErrorAlert error={day.error} onRetry={day.reload} />
      {day.isPending && <Loading />}
      {day.data !== undefined && <Counter day={day.data} out={out} nowMinute={nowMinute} />}
    </Stack>
  );
}

interface CounterProps {
  readonly day: Day;
  readonly out: readonly Movement[];
  readonly nowMinute: number;
}

type SlipError = CallError<'counter', 'slip'>;

function Counter({ day, out, nowMinute }: CounterProps) {
  const { formatTime } = useFormat();
  const slips = useSlips();
  const comeBack = useCommand('counter', 'comeBack', { reloads: ['counter'] });
  const takeBack = useCommand('counter', 'takeBack', { reloads: ['counter'] });
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const [slipError, setSlipError] = useState<SlipError>();
  /** Saved and not yet seen in the day's list: their slips follow as soon as it is read. */
  const [waiting, setWaiting] = useState<readonly Movement['id'][]>([]);
  const [last, setLast] = useState<readonly Movement['id'][]>([]);
  const { paper, automatic } = day.printing;
  const readNow = useCallback(() => parseClock(formatTime(Date.now())) ?? 0, [formatTime]);

  const report = (before: string, result: PrintResult | SlipError, count: number): void => {
    setProblem('');
    setSlipError(undefined);
    setSaid(before);
    if (typeof result !== 'string') setSlipError(result);
    else if (result === 'failed') setProblem(text('counter.print.failed'));
    else setSaid([before, resultText(result, count)].filter((part) => part !== '').join(' '));
  };

  const print = async (movements: readonly Movement[], mayAsk: boolean, before = ''): Promise<void> => {
    if (movements.length === 0) {
      setSaid(text('counter.print.nothing'));
      return;
    }
    report(before, await slips.print(movements, paper, mayAsk), movements.length);
  };

  const onSaved = (ids: readonly Movement['id'][]): void => {
    setProblem('');
    setSlipError(undefined);
    setSaid(text('counter.saved', { time: formatTime(Date.now()) }));
    setLast(ids);
    if (automatic) setWaiting(ids);
  };

  // A slip says what the store says, so it is printed from the list that was read after saving.
  const ready = day.movements.filter(({ id }) => waiting.includes(id));
  const isReady = waiting.length > 0 && ready.length === waiting.length;
  useEffect(() => {
    if (!isReady) return;
    setWaiting([]);
    void print(ready.toReversed(), false, said);
    // Once for each saved entry, as soon as the list holds it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isReady]);

  const lastSaved = day.movements.filter(({ id }) => last.includes(id));
  const printLast = (): void => {
    void print(lastSaved.length > 0 ? lastSaved : day.movements.slice(0, 1), true);
  };
  // Everywhere on this screen, also in its fields: the window's own print would put the list on paper.
  useHotkeys([['mod+P', printLast]], [], true);

  const bringBack = async (movement: Movement): Promise<void> => {
    const reply = await comeBack.run({ students: [movement.student], minute: readNow() });
    if (reply.ok) onSaved(reply.value.movements.map(({ id }) => id));
  };
  const undo = async (movement: Movement): Promise<void> => {
    const reply = await takeBack.run({ movement: movement.id });
    if (reply.ok) setSaid(text('counter.takenBack', { time: formatTime(Date.now()) }));
  };

  return (
    <div className={classes.columns}>
      <Stack gap="md">
        <EntryForm day={day} readNow={readNow} onSaved={onSaved} />
        <Text role="status" size="sm" mih="1.3rem">
          {said}
        </Text>
        {problem !== '' && (
          <Alert
            color="red"
            variant="outline"
            role="alert"
            icon={<IconAlertTriangle size={18} aria-hidden />}
          >
            {problem}
          </Alert>
        )}
        <ErrorAlert
          error={comeBack.error ?? takeBack.error ?? slipError}
          onClose={() => {
            comeBack.clearError();
            takeBack.clearError();
            setSlipError(undefined);
          }}
        />
        <Recent
          movements={day.movements}
          onPrint={(movement) => void print([movement], true)}
          onBack={(movement) => void bringBack(movement)}
          onTakeBack={(movement) => void undo(movement)}
        />
      </Stack>
      <Stack gap="md" component="aside">
        <Out movements={out} nowMinute={nowMinute} onBack={(movement) => void bringBack(movement)} />
        <Printing printing={day.printing} />
      </Stack>
      {slips.sheet}
    </div>
  );
}

function resultText(result: Exclude<PrintResult, 'failed'>, count: number): string {
  switch (result) {
    case 'printed':
      return text('counter.print.done', { count });
    case 'dialog':
      return text('counter.print.dialog');
    case 'no-silence':
      return text('counter.print.none');
  }
}

interface RecentProps {
  readonly movements: readonly Movement[];
  readonly onPrint: (movement: Movement) => void;
  readonly onBack: (movement: Movement) => void;
  readonly onTakeBack: (movement: Movement) => void;
}

function Recent({ movements, onPrint, onBack, onTakeBack }: RecentProps) {
  const [showsAll, setShowsAll] = useState(false);
  const onKeyDown = useArrowRows();
  if (movements.length === 0) {
    return <EmptyState title={text('counter.recent.none')} text={text('counter.recent.none.text')} />;
  }
  const shown = showsAll ? movements : movements.slice(0, shownRows);
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        {text('counter.recent')}
      </Title>
      {/* The arrows are a help beside Tab: every row's buttons take the focus by themselves. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul className={classes.rows} onKeyDown={onKeyDown}>
        {shown.map((movement) => {
          const { id, kind, name, homeroom, minute, isOut, expectedMinute } = movement;
          return (
            <li key={id} data-row className={classes.row}>
              <span className={classes.time}>{clockText(minute)}</span>
              <span>{text(`counter.kind.${kind}`)}</span>
              <span className={classes.name}>
                <bdi>{name}</bdi> <bdi className={classes.homeroom}>{homeroom}</bdi>
              </span>
              <span className={classes.homeroom}>
                {isOut && expectedMinute !== null
                  ? text('counter.due.due', { time: clockText(expectedMinute) })
                  : ''}
              </span>
              <Group gap={4} wrap="nowrap" justify="flex-end">
                {isOut && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={text('counter.row.back.of', { name })}
                    onClick={() => {
                      onBack(movement);
                    }}
                  >
                    {text('counter.row.back')}
                  </Button>
                )}
                <Button
                  size="compact-sm"
                  variant="subtle"
                  leftSection={<IconPrinter size={16} aria-hidden />}
                  aria-label={text('counter.row.print.of', { name })}
                  onClick={() => {
                    onPrint(movement);
                  }}
                >
                  {text('counter.row.print')}
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  leftSection={<IconArrowBackUp size={16} aria-hidden />}
                  aria-label={text('counter.row.takeBack.of', { kind: text(`counter.kind.${kind}`), name })}
                  onClick={() => {
                    onTakeBack(movement);
                  }}
                >
                  {text('counter.row.takeBack')}
                </Button>
              </Group>
            </li>
          );
        })}
      </ul>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          {text('counter.recent.keys')}
        </Text>
        {movements.length > shown.length && (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              setShowsAll(true);
            }}
          >
            {text('counter.recent.all', { count: movements.length })}
          </Button>
        )}
      </Group>
    </section>
  );
}

interface OutProps {
  readonly movements: readonly Movement[];
  readonly nowMinute: number;
  readonly onBack: (movement: Movement) => void;
}

function Out({ movements, nowMinute, onBack }: OutProps) {
  const onKeyDown = useArrowRows();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="counter-out">
      <Title order={2} size="h4" mb="xs" id="counter-out">
        {text('counter.out.title')}
      </Title>
      {movements.length === 0 && <Text size="sm">{text('counter.out.none')}</Text>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above */}
      <ul className={classes.out} onKeyDown={onKeyDown}>
        {movements.map((movement) => {
          const state = dueStateOf(movement, nowMinute);
          return (
            <li key={movement.id} data-row className={classes.outRow}>
              <div>
                <div className={classes.name}>
                  <bdi>{movement.name}</bdi> <bdi className={classes.homeroom}>{movement.homeroom}</bdi>
                </div>
                <Due movement={movement} state={state} />
              </div>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={text('counter.row.back.of', { name: movement.name })}
                onClick={() => {
                  onBack(movement);
                }}
              >
                {text('counter.row.back')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Paper>
  );
}

function Printing({ printing }: { readonly printing: Day['printing'] }) {
  const choose = useCommand('counter', 'choosePrinting', { reloads: ['counter'] });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="counter-printing">
      <Stack gap="sm">
        <Title order={2} size="h4" id="counter-printing">
          {text('counter.printing.title')}
        </Title>
        <SegmentedControl
          aria-label={text('counter.printing.paper')}
          value={printing.paper}
          onChange={(value) => {
            void choose.run({ ...printing, paper: slipPaper.parse(value) });
          }}
          data={slipPaper.options.map((value) => ({ value, label: text(`counter.printing.paper.${value}`) }))}
        />
        <Switch
          label={text('counter.printing.automatic')}
          checked={printing.automatic}
          onChange={(event) => {
            void choose.run({ ...printing, automatic: event.currentTarget.checked });
          }}
        />
        <ErrorAlert error={choose.error} onClose={choose.clearError} />
        <Text size="xs" c="dimmed">
          {text('counter.printing.keys')}
        </Text>
      </Stack>
    </Paper>
  );
}
