import {
  Alert,
  Button,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowBackUp, IconCalendarTime, IconPrinter } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type Ref } from 'react';
import { useSearch } from 'wouter';
import { slipPaper } from '../../domain/contract/counter.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import type { CallError, Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { clockText, parseClock } from '../app/clock.ts';
import { useDesk, useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { moveFocus } from '../app/move-focus.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { closedReason } from '../attendance/closed-reason.ts';
import { DayPicker } from '../attendance/day-picker.tsx';
import { useArrowRows } from '../attendance/use-arrow-rows.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { NoRoster } from '../roster/no-roster.tsx';
import { dueStateOf, outOfSchool, type Movement } from './counter-model.ts';
import { Due } from './due.tsx';
import { EntryForm } from './entry-form.tsx';
import { useSlips, type PrintResult } from './use-slips.tsx';
import classes from './counter.module.css';

type DayAtDesk = Output<'counter', 'day'>;

/** So many rows are on screen at once. */
const shownRows = 12;
const minutesOfDay = 24 * 60;

/**
 * The front desk: late arrivals, sign-outs and returns, entered by keyboard while visitors look on. Of today, or of an
 * earlier school day where a note was found late; then the screen says so at its head, at the form and on its button.
 */
export function CounterScreen() {
  const today = useToday();
  const asked = daySchema.safeParse(new URLSearchParams(useSearch()).get('day'));
  const on = asked.success ? asked.data : today;
  const isPast = on < today;
  const { nowMs } = useDesk().status;
  const { formatDayLong, formatTime } = useFormat();
  const go = useGo();
  const day = useCall('counter', 'day', { day: on });
  // On a day that has passed whoever did not come back is overdue.
  const nowMinute = isPast ? minutesOfDay : (parseClock(formatTime(nowMs)) ?? 0);
  const goToToday = (): void => {
    go(pathTo.desk());
  };
  useHotkeys(isPast ? [['alt+T', goToToday]] : [], []);
  const out = outOfSchool(day.data?.movements ?? []);
  const overdue = out.filter((each) => dueStateOf(each, nowMinute) === 'overdue').length;
  const arrivals = day.data?.movements.filter(({ kind }) => kind === 'arrival').length ?? 0;

  return (
    <Stack gap="md">
      <PageHeader
        title={isPast ? text('counter.title.past', { day: formatDayLong(on) }) : text('counter.title')}
        state={
          isPast
            ? day.data?.closedBecause === null
              ? text('counter.state.past', { arrivals, out: out.length })
              : undefined
            : day.data === undefined
              ? formatDayLong(on)
              : text('counter.state', { day: formatDayLong(on), arrivals, out: out.length, overdue })
        }
        action={
          <DayPicker
            day={on}
            last={today}
            onChoose={(next) => {
              go(next === today ? pathTo.desk() : pathTo.desk({ day: next }));
            }}
          />
        }
      />
      <ErrorAlert error={day.error} onRetry={day.reload} />
      {day.isPending && <Loading />}
      {day.data !== undefined &&
        (day.data.closedBecause?.type === 'no-year' ? (
          <NoRoster willBe={text('counter.willBe')} />
        ) : isPast && day.data.closedBecause !== null ? (
          <EmptyState
            title={text('counter.past.closed', { day: formatDayLong(on) })}
            text={text('attendance.noSchool.because', { reason: closedReason(day.data.closedBecause) })}
            action={<Button onClick={goToToday}>{text('counter.past.today.key')}</Button>}
          />
        ) : (
          <Counter
            key={on}
            on={on}
            isPast={isPast}
            day={day.data}
            out={out}
            nowMinute={nowMinute}
            onToday={goToToday}
          />
        ))}
    </Stack>
  );
}

interface CounterProps {
  readonly on: Day;
  readonly isPast: boolean;
  readonly day: DayAtDesk;
  readonly out: readonly Movement[];
  readonly nowMinute: number;
  readonly onToday: () => void;
}

type SlipError = CallError<'counter', 'slip'>;

function Counter({ on, isPast, day, out, nowMinute, onToday }: CounterProps) {
  const { formatDay, formatTime } = useFormat();
  const slips = useSlips(on);
  const [correction, setCorrection] = useState('');
  const [lacksReason, setLacksReason] = useState(false);
  const reasonField = useRef<HTMLInputElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const comeBack = useCommand('counter', 'comeBack', { reloads: ['counter'] });
  const takeBack = useCommand('counter', 'takeBack', { reloads: ['counter'] });
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const [slipError, setSlipError] = useState<SlipError>();
  /** Saved and not yet seen in the day's list: their slips follow as soon as it is read. */
  const [waiting, setWaiting] = useState<readonly Movement['id'][]>([]);
  const [last, setLast] = useState<readonly Movement['id'][]>([]);
  const automatic = day.printing.automatic && !isPast;
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
    report(before, await slips.print(movements, day.printing, mayAsk), movements.length);
  };

  const onSaved = (ids: readonly Movement['id'][]): void => {
    setProblem('');
    setSlipError(undefined);
    const time = formatTime(Date.now());
    setSaid(
      isPast ? text('counter.past.saved', { day: formatDay(on), time }) : text('counter.saved', { time }),
    );
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
    const reply = await comeBack.run({ students: [movement.student], day: on, minute: readNow() });
    if (!reply.ok) return;
    onSaved(reply.value.movements.map(({ id }) => id));
    // The row goes with its button: on to the next in the queue.
    moveFocus(nameField.current);
  };
  const undo = async (movement: Movement): Promise<void> => {
    if (!hasReason()) return;
    const reply = await takeBack.run({ movement: movement.id, correction: correction.trim() });
    if (!reply.ok) return;
    const time = formatTime(Date.now());
    setSaid(
      isPast
        ? text('counter.past.takenBack', { day: formatDay(on), time })
        : text('counter.takenBack', { time }),
    );
    moveFocus(nameField.current);
  };
  /** On an earlier day nothing is entered or taken back before it is said why. */
  const hasReason = (): boolean => {
    if (!isPast || correction.trim() !== '') return true;
    setLacksReason(true);
    reasonField.current?.focus();
    return false;
  };

  return (
    <div className={classes.columns}>
      <Stack gap="md">
        {isPast && (
          <PastDay
            on={on}
            fieldRef={reasonField}
            correction={correction}
            lacksReason={lacksReason}
            onChange={(value) => {
              setCorrection(value);
              setLacksReason(false);
            }}
            onToday={onToday}
          />
        )}
        <EntryForm
          nameField={nameField}
          day={day}
          on={on}
          isPast={isPast}
          correction={correction.trim()}
          hasReason={hasReason}
          readNow={readNow}
          onSaved={onSaved}
        />
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
          on={on}
          isPast={isPast}
          movements={day.movements}
          onPrint={(movement) => void print([movement], true)}
          onBack={(movement) => void bringBack(movement)}
          onTakeBack={(movement) => void undo(movement)}
        />
      </Stack>
      <Stack gap="md" component="aside">
        <Out
          isPast={isPast}
          movements={out}
          nowMinute={nowMinute}
          onBack={(movement) => void bringBack(movement)}
        />
        <Printing printing={day.printing} />
      </Stack>
      {slips.sheet}
    </div>
  );
}

interface PastDayProps {
  readonly on: Day;
  readonly fieldRef: Ref<HTMLInputElement>;
  readonly correction: string;
  readonly lacksReason: boolean;
  readonly onChange: (correction: string) => void;
  readonly onToday: () => void;
}

/** Says which day is entered instead of today, asks once why, and leads back. */
function PastDay({ on, fieldRef, correction, lacksReason, onChange, onToday }: PastDayProps) {
  const { formatDayLong } = useFormat();
  const day = formatDayLong(on);
  return (
    <Alert
      color="orange"
      variant="outline"
      role="group"
      classNames={{
        root: classes.past ?? '',
        title: classes.pastTitle ?? '',
        label: classes.pastLabel ?? '',
      }}
      icon={<IconCalendarTime size={18} aria-hidden />}
      title={
        <Group justify="space-between" gap="xs">
          {text('counter.past.title', { day })}
          <Button variant="default" size="compact-sm" onClick={onToday}>
            {text('counter.past.today.key')}
          </Button>
        </Group>
      }
    >
      <Stack gap="sm">
        <Text size="sm">{text('counter.past.text')}</Text>
        <TextInput
          ref={fieldRef}
          label={text('counter.past.reason')}
          description={text('counter.past.reason.why')}
          value={correction}
          error={lacksReason && text('counter.past.reason.needed')}
          maxLength={500}
          required
          dir="auto"
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      </Stack>
    </Alert>
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
  readonly on: Day;
  readonly isPast: boolean;
  readonly movements: readonly Movement[];
  readonly onPrint: (movement: Movement) => void;
  readonly onBack: (movement: Movement) => void;
  readonly onTakeBack: (movement: Movement) => void;
}

function Recent({ on, isPast, movements, onPrint, onBack, onTakeBack }: RecentProps) {
  const { formatDay } = useFormat();
  const [showsAll, setShowsAll] = useState(false);
  const onKeyDown = useArrowRows();
  if (movements.length === 0) {
    return (
      <EmptyState
        title={
          isPast ? text('counter.past.recent.none', { day: formatDay(on) }) : text('counter.recent.none')
        }
        text={text('counter.recent.none.text')}
      />
    );
  }
  const shown = showsAll ? movements : movements.slice(0, shownRows);
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        {isPast ? text('counter.past.recent', { day: formatDay(on) }) : text('counter.recent')}
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
                {isOut && !isPast && expectedMinute !== null
                  ? text('counter.due.due', { time: clockText(expectedMinute) })
                  : ''}
              </span>
              <Group gap={4} className={classes.actions ?? ''}>
                {isOut && !isPast && (
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
  readonly isPast: boolean;
  readonly movements: readonly Movement[];
  readonly nowMinute: number;
  readonly onBack: (movement: Movement) => void;
}

function Out({ isPast, movements, nowMinute, onBack }: OutProps) {
  const onKeyDown = useArrowRows();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="counter-out">
      <Title order={2} size="h4" mb="xs" id="counter-out">
        {isPast ? text('counter.past.out.title') : text('counter.out.title')}
      </Title>
      {movements.length === 0 && (
        <Text size="sm">{isPast ? text('counter.past.out.none') : text('counter.out.none')}</Text>
      )}
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
                <Due movement={movement} state={state} isPast={isPast} />
              </div>
              {!isPast && (
                <Button
                  size="compact-sm"
                  variant="default"
                  flex="none"
                  aria-label={text('counter.row.back.of', { name: movement.name })}
                  onClick={() => {
                    onBack(movement);
                  }}
                >
                  {text('counter.row.back')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {isPast && movements.length > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {text('counter.past.out.how')}
        </Text>
      )}
    </Paper>
  );
}

function Printing({ printing }: { readonly printing: DayAtDesk['printing'] }) {
  const choose = useCommand('counter', 'choosePrinting', { reloads: ['counter'] });
  const found = useCall('counter', 'printers', {});
  const names = found.data?.printers ?? [];
  // A printer that was chosen stays to be seen while it is switched off.
  const { printer } = printing;
  const printers = printer === null || names.includes(printer) ? names : [...names, printer];
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
        {printers.length > 0 && (
          <NativeSelect
            label={text('counter.printing.printer')}
            value={printer ?? ''}
            data={[
              { value: '', label: text('counter.printing.printer.default') },
              ...printers.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              void choose.run({ ...printing, printer: value === '' ? null : value });
            }}
          />
        )}
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
