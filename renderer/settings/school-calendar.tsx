import { Alert, Button, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Day } from '../../domain/ids.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import { firstDayOfWeek } from '../app/language.ts';
import { pathTo } from '../app/router.tsx';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import {
  closureRuns,
  dayKinds,
  daysBetween,
  monthsOf,
  rangeOf,
  type ClosureRun,
  type SchoolYear,
  type Selection,
} from './calendar-model.ts';
import { CalendarMonths, firstSelection } from './calendar-months.tsx';
import { ClosureDialog, type ClosureDone, type ClosureTask } from './closure-dialog.tsx';
import classes from './settings.module.css';

/** The school year: when is there school, and when not? */
export function SchoolCalendar() {
  const calendar = useCall('attendance', 'calendar', {});
  if (calendar.error !== undefined) return <ErrorAlert error={calendar.error} onRetry={calendar.reload} />;
  if (calendar.data === undefined) return <Loading rows={10} />;
  if (calendar.data.sessions.length === 0) {
    return (
      <EmptyState
        title={text('calendar.none.title')}
        text={text('calendar.none.text')}
        action={
          <Button component={Link} to={pathTo.import()}>
            {text('import.noRoster.action')}
          </Button>
        }
      />
    );
  }
  return <Year year={calendar.data} />;
}

function Year({ year }: { readonly year: SchoolYear }) {
  const today = useToday();
  const format = useFormat();
  const firstDay = firstDayOfWeek();
  const weekStartsOn = firstDay === 0 ? 7 : firstDay;
  const months = useMemo(() => monthsOf(year, weekStartsOn), [year, weekStartsOn]);
  const kindOf = useMemo(() => dayKinds(year), [year]);
  const [selection, setSelection] = useState<Selection>(() => firstSelection(months, today));
  const [task, setTask] = useState<ClosureTask | null>(null);
  const [done, setDone] = useState<ClosureDone | null>(null);

  const { from, to } = rangeOf(selection);
  const kinds = daysBetween(from, to).map((day) => kindOf(day).type);
  const toClose = kinds.filter((kind) => kind === 'school' || kind === 'outside').length;
  const toOpen = kinds.filter((kind) => kind === 'closed').length;
  const daysText = rangeText(from, to, format);

  const ask = (does: ClosureTask['does']): void => {
    const days = does === 'close' ? toClose : toOpen;
    if (days > 0) setTask({ does, from, to, days, canUndo: does === 'close' && toOpen === 0 });
  };

  return (
    <Stack gap="lg">
      <div className={classes.bar}>
        <div className={classes.selected}>
          <Text className="rollkeep-numbers" component="output">
            {toClose + toOpen === 0 ? text('calendar.selected.weekend', { days: daysText }) : daysText}
          </Text>
          <Group gap="sm">
            {toOpen > 0 && (
              <Button
                variant={toClose > 0 ? 'default' : 'filled'}
                onClick={() => {
                  ask('open');
                }}
              >
                {text('calendar.open', { count: toOpen })}
              </Button>
            )}
            {toClose > 0 && (
              <Button
                onClick={() => {
                  ask('close');
                }}
              >
                {text('calendar.close', { count: toClose })}
              </Button>
            )}
          </Group>
        </div>
        {done !== null && <DoneNote done={done} onUndone={setDone} />}
      </div>
      <Legend />
      <CalendarMonths
        months={months}
        weekStartsOn={weekStartsOn}
        kindOf={kindOf}
        selection={selection}
        onSelect={setSelection}
        onOpen={() => {
          ask(toClose > 0 ? 'close' : 'open');
        }}
      />
      <Text size="xs" c="dimmed">
        {text('calendar.keys')}
      </Text>
      <Closures
        runs={closureRuns(year)}
        onShow={({ from: anchor, to: cursor }) => {
          setSelection({ anchor, cursor });
          document.querySelector(`[data-day="${anchor}"]`)?.scrollIntoView({ block: 'center' });
        }}
      />
      <Terms year={year} />
      <ClosureDialog
        task={task}
        daysText={daysText}
        onDone={(made) => {
          setTask(null);
          setDone(made);
        }}
        onClose={() => {
          setTask(null);
        }}
      />
    </Stack>
  );
}

interface DoneNoteProps {
  readonly done: ClosureDone;
  readonly onUndone: (done: ClosureDone | null) => void;
}

/** What was just done; a closure can be taken back where it stands. */
function DoneNote({ done, onUndone }: DoneNoteProps) {
  const setClosure = useCommand('attendance', 'setClosure', { reloads: ['attendance'] });
  const undo = async (): Promise<void> => {
    const { from, to } = done;
    const reply = await setClosure.run({ from, to, reason: null });
    if (reply.ok) onUndone({ ...done, does: 'open', days: reply.value.days, canUndo: false });
  };
  return (
    <>
      <ErrorAlert error={setClosure.error} onClose={setClosure.clearError} />
      <Alert
        variant="outline"
        color="teal"
        icon={<IconCheck size={18} aria-hidden />}
        mt="xs"
        py="xs"
        withCloseButton
        closeButtonLabel={text('component.close')}
        onClose={() => {
          onUndone(null);
        }}
      >
        <Group gap="md">
          {done.does === 'close'
            ? text('calendar.done.closed', { count: done.days, reason: done.reason })
            : text('calendar.done.opened', { count: done.days })}
          {done.canUndo && (
            <Button
              variant="default"
              size="compact-sm"
              loading={setClosure.isRunning}
              onClick={() => void undo()}
            >
              {text('calendar.undo')}
            </Button>
          )}
        </Group>
      </Alert>
    </>
  );
}

const legend = [
  { kind: 'school', text: 'calendar.legend.school' },
  { kind: 'closed', text: 'calendar.legend.closed' },
  { kind: 'weekend', text: 'calendar.legend.weekend' },
  { kind: 'today', text: 'calendar.legend.today' },
] as const;

function Legend() {
  return (
    <ul className={classes.legend} aria-label={text('calendar.legend')}>
      {legend.map(({ kind, text: key }) => (
        <li key={kind}>
          <span className={classes.sample} data-kind={kind} aria-hidden>
            12
          </span>
          {text(key)}
        </li>
      ))}
    </ul>
  );
}

interface ClosuresProps {
  readonly runs: readonly ClosureRun[];
  readonly onShow: (run: ClosureRun) => void;
}

function Closures({ runs, onShow }: ClosuresProps) {
  const format = useFormat();
  return (
    <section>
      <Title order={2} mb="sm">
        {text('calendar.closures')}
      </Title>
      {runs.length === 0 ? (
        <Text c="dimmed">{text('calendar.closures.none')}</Text>
      ) : (
        <DataTable
          label={text('calendar.closures')}
          rows={runs}
          rowKey={({ from }) => from}
          minWidth="30rem"
          maxHeight="24rem"
          columns={closureColumns(format, onShow)}
        />
      )}
    </section>
  );
}

function Terms({ year }: { readonly year: SchoolYear }) {
  const format = useFormat();
  return (
    <section>
      <Title order={2}>{text('calendar.terms')}</Title>
      <Text c="dimmed" mb="sm">
        {text('calendar.state', { count: year.schoolDays })}. {text('calendar.terms.text')}
      </Text>
      <DataTable
        label={text('calendar.terms')}
        rows={year.sessions}
        rowKey={({ title, type, from }) => `${type} ${title} ${from}`}
        minWidth="30rem"
        maxHeight="24rem"
        columns={termColumns(format)}
      />
    </section>
  );
}

function closureColumns(
  format: Format,
  onShow: (run: ClosureRun) => void,
): readonly DataColumn<ClosureRun>[] {
  return [
    {
      key: 'days',
      title: text('calendar.closures.days'),
      cell: (run) => {
        const days = rangeText(run.from, run.to, format);
        return (
          <UnstyledButton
            className={classes.link ?? ''}
            aria-label={text('calendar.closures.show', { days })}
            onClick={() => {
              onShow(run);
            }}
          >
            {days}
          </UnstyledButton>
        );
      },
    },
    {
      key: 'reason',
      title: text('calendar.closures.reason'),
      cell: ({ reason }) => <bdi>{reason}</bdi>,
    },
    {
      key: 'count',
      title: text('calendar.closures.count'),
      isNumber: true,
      cell: ({ days }) => format.formatNumber(days),
    },
  ];
}

function termColumns({ formatDayLong }: Format): readonly DataColumn<SchoolYear['sessions'][number]>[] {
  return [
    { key: 'name', title: text('calendar.terms.name'), cell: ({ title }) => <bdi>{title}</bdi> },
    {
      key: 'from',
      title: text('calendar.terms.from'),
      cell: ({ from }) => formatDayLong(from),
    },
    {
      key: 'to',
      title: text('calendar.terms.to'),
      cell: ({ to }) => formatDayLong(to),
    },
  ];
}

function rangeText(from: Day, to: Day, { formatDayLong }: Format): string {
  return from === to
    ? text('calendar.selected.one', { day: formatDayLong(from) })
    : text('calendar.selected.range', { from: formatDayLong(from), to: formatDayLong(to) });
}
