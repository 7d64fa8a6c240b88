import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useRef, useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import { areInOrder, type SessionTimes } from '../../domain/calendar/day-times.ts';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { clockText, parseClock } from '../app/clock.ts';
import { useToday, useUser } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { timesText } from '../attendance/times-text.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { DayField } from '../components/day-field.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { NoRoster } from '../roster/no-roster.tsx';
import { ClockField } from './clock-field.tsx';
import classes from './settings.module.css';

type Times = Output<'attendance', 'times'>;
type Change = Times['changes'][number];

/** The times that a session has, in the order of the day. */
const parts = ['opensAt', 'closesAt', 'endsAt'] as const;
type Part = (typeof parts)[number];

/** As they stand in the form. */
interface TypedTimes extends Readonly<Record<Part, string>> {
  readonly session: string;
}

/** When do registers open and close, and when is a session over? What is late, and what has left early, follows from it. */
export function RegisterTimes() {
  const times = useCall('attendance', 'times', {});
  const { role } = useUser();
  const mayChange = reachOf(role, 'calendar.edit') !== undefined;
  const said = useRef<HTMLOutputElement>(null);
  const [sentence, setSentence] = useState('');
  const say = (what: string): void => {
    setSentence(what);
    said.current?.focus();
  };
  if (times.error !== undefined) return <ErrorAlert error={times.error} onRetry={times.reload} />;
  if (times.data === undefined) return <Loading rows={4} />;
  const { sessions, registerOpenMinutes, changes } = times.data;
  if (sessions.length === 0) return <NoRoster willBe={text('times.willBe')} />;
  return (
    <Stack gap="lg">
      <Stack gap="xs" maw="44rem">
        <Text>{text('times.state')}</Text>
        {registerOpenMinutes !== null && (
          <Text c="dimmed">{text('times.longest', { minutes: registerOpenMinutes })}</Text>
        )}
      </Stack>
      {mayChange ? (
        <TimesForm key={timesText(sessions)} sessions={sessions} onSaved={say} />
      ) : (
        <DataTable
          label={text('settings.tab.times')}
          rows={sessions}
          rowKey={({ session }) => session}
          minWidth="24rem"
          columns={sessionColumns()}
        />
      )}
      <Text component="output" ref={said} tabIndex={-1}>
        {sentence}
      </Text>
      <Changes changes={changes} mayChange={mayChange} onWithdrawn={say} />
    </Stack>
  );
}

interface TimesFormProps {
  readonly sessions: readonly SessionTimes[];
  readonly onSaved: (sentence: string) => void;
}

function TimesForm({ sessions, onSaved }: TimesFormProps) {
  const { formatDayLong } = useFormat();
  const change = useCommand('attendance', 'changeTimes', { reloads: ['attendance', 'counter'] });
  const [from, setFrom] = useState(useToday());
  const [typed, setTyped] = useState<readonly TypedTimes[]>(() =>
    sessions.map(({ session, ...minutes }) => ({
      session,
      opensAt: clockText(minutes.opensAt),
      closesAt: clockText(minutes.closesAt),
      endsAt: clockText(minutes.endsAt),
    })),
  );
  // What is no time, and what is no day, is said by the fields themselves.
  const needs = useNeeds({});
  const save = async () => {
    const reply = await change.run({ from, sessions: typed.map(minutesOf) });
    if (reply.ok) onSaved(text('times.saved', { day: formatDayLong(from) }));
  };
  return (
    <form
      aria-label={text('settings.tab.times')}
      noValidate
      onSubmit={(event) => {
        needs.submit(event, save);
      }}
    >
      <Stack gap="md" align="flex-start">
        <Table.ScrollContainer type="native" minWidth="28rem" maw="100%">
          <Table w="auto" withRowBorders={false} className={classes.times ?? ''}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{text('times.session')}</Table.Th>
                {parts.map((part) => (
                  <Table.Th key={part} scope="col">
                    {text(`times.${part}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {typed.map((row) => (
                <Table.Tr key={row.session}>
                  <Table.Th scope="row">{sessionTitle(row.session)}</Table.Th>
                  {parts.map((part) => (
                    <Table.Td key={part} valign="top">
                      <ClockField
                        label={text('times.of', {
                          session: sessionTitle(row.session),
                          part: text(`times.${part}`),
                        })}
                        value={row[part]}
                        problem={problemOf(row, part)}
                        onChange={(value) => {
                          setTyped(typed.map((each) => (each === row ? { ...row, [part]: value } : each)));
                        }}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <DayField
          label={text('times.from')}
          description={text('times.from.why')}
          value={from}
          onChange={setFrom}
        />
        <ErrorAlert error={change.error} onClose={change.clearError} />
        <Button type="submit" loading={change.isRunning}>
          {text('times.apply')}
        </Button>
      </Stack>
    </form>
  );
}

/** What keeps a time from being saved. That a session's times are out of order is said once, where its register closes. */
function problemOf(row: TypedTimes, part: Part): string | null {
  if (parseClock(row[part]) === undefined) return text('times.unreadable');
  const isReadable = parts.every((each) => parseClock(row[each]) !== undefined);
  return part === 'closesAt' && isReadable && !areInOrder(minutesOf(row)) ? text('times.order') : null;
}

/** What was typed, in minutes; what is no time, as midnight: its form is not sent. */
function minutesOf({ session, opensAt, closesAt, endsAt }: TypedTimes) {
  const minute = (typed: string): number => parseClock(typed) ?? 0;
  return { session, opensAt: minute(opensAt), closesAt: minute(closesAt), endsAt: minute(endsAt) };
}

function sessionColumns(): readonly DataColumn<SessionTimes>[] {
  return [
    { key: 'session', title: text('times.session'), cell: ({ session }) => sessionTitle(session) },
    ...parts.map((part) => ({
      key: part,
      title: text(`times.${part}`),
      cell: (times: SessionTimes) => clockText(times[part]),
    })),
  ];
}

interface ChangesProps {
  readonly changes: readonly Change[];
  readonly mayChange: boolean;
  readonly onWithdrawn: (sentence: string) => void;
}

/** What the school has set, from when, and by whom; each can be taken back. */
function Changes({ changes, mayChange, onWithdrawn }: ChangesProps) {
  const format = useFormat();
  const withdraw = useCommand('attendance', 'withdrawTimes', { reloads: ['attendance', 'counter'] });
  const takeBack = async ({ id, from }: Change) => {
    const reply = await withdraw.run({ id });
    if (reply.ok) onWithdrawn(text('times.withdrawn', { day: format.formatDayLong(from) }));
  };
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>{text('codes.changes.title')}</Title>
      <ErrorAlert error={withdraw.error} onClose={withdraw.clearError} />
      {changes.length === 0 ? (
        <Text c="dimmed">{text('times.changes.none')}</Text>
      ) : (
        <DataTable
          label={text('codes.changes.title')}
          rows={changes}
          rowKey={({ id }) => id}
          maxHeight="none"
          columns={[...changeColumns(format), ...(mayChange ? [withdrawColumn(format, takeBack)] : [])]}
        />
      )}
    </Stack>
  );
}

function changeColumns({ formatDayLong, formatDayTime }: Format): readonly DataColumn<Change>[] {
  return [
    { key: 'from', title: text('times.from'), cell: ({ from }) => formatDayLong(from) },
    { key: 'times', title: text('settings.tab.times'), cell: ({ sessions }) => timesText(sessions) },
    {
      key: 'by',
      title: text('codes.changes.by'),
      cell: ({ by, atMs }) => (
        <Group gap={4}>
          <bdi>{by}</bdi>
          <bdi>{formatDayTime(atMs)}</bdi>
        </Group>
      ),
    },
  ];
}

function withdrawColumn(
  { formatDay }: Format,
  onWithdraw: (change: Change) => Promise<void>,
): DataColumn<Change> {
  return {
    key: 'withdraw',
    title: text('codes.change.column'),
    cell: (change) => (
      <Button
        variant="default"
        size="compact-sm"
        aria-label={text('times.withdrawOf', { day: formatDay(change.from) })}
        onClick={() => void onWithdraw(change)}
      >
        {text('codes.changes.withdraw')}
      </Button>
    ),
  };
}
