import { Button, Group, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday, useUser } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { NoRoster } from '../roster/no-roster.tsx';
import { closedReason } from './closed-reason.ts';
import { CorrectDay } from './correct-day.tsx';
import { DayPicker } from './day-picker.tsx';
import classes from './registers-screen.module.css';
import { sessionTitle } from './session-title.ts';
import { useArrowRows } from './use-arrow-rows.ts';

type Registers = Output<'attendance', 'registers'>;
type RegisterRow = Registers['registers'][number];

/** The registers of a day: which are in, and what do they say? For teachers, those of their own classes. */
export function RegistersScreen() {
  const today = useToday();
  const asked = daySchema.safeParse(new URLSearchParams(useSearch()).get('day'));
  const day = asked.success ? asked.data : today;
  const registers = useCall('attendance', 'registers', { day });
  const { role } = useUser();
  const { formatDayLong } = useFormat();
  const isOwn = reachOf(role, 'attendance.see') === 'own-classes';
  const { data } = registers;
  const onKeyDown = useArrowRows();
  const [isCorrecting, setIsCorrecting] = useState(false);
  const [said, setSaid] = useState({ day, sentence: '' });
  const mayCorrect =
    reachOf(role, 'attendance.office') !== undefined &&
    data !== undefined &&
    data.registers.length > 0 &&
    day <= today;
  const go = useGo();

  return (
    <Stack gap="md" onKeyDown={onKeyDown}>
      <PageHeader
        title={isOwn ? text('registers.title.own') : text('registers.title')}
        state={
          data?.isSchoolDay === true
            ? text('registers.state', {
                day: formatDayLong(day),
                taken: data.registers.filter(({ taken }) => taken).length,
                expected: data.registers.length,
              })
            : text('registers.state.loading', { day: formatDayLong(day) })
        }
        action={
          <>
            <DayPicker
              day={day}
              onChoose={(next) => {
                go(pathTo.registers({ day: next }));
              }}
            />
            {mayCorrect && (
              <Button
                variant="default"
                onClick={() => {
                  setIsCorrecting(true);
                }}
              >
                {text('correct.day.open')}
              </Button>
            )}
          </>
        }
      />
      {registers.error !== undefined && <ErrorAlert error={registers.error} onRetry={registers.reload} />}
      {registers.isPending && <Loading />}
      {mayCorrect && (
        <CorrectDay
          day={day}
          registers={data.registers}
          opened={isCorrecting}
          onClose={() => {
            setIsCorrecting(false);
          }}
          onCorrected={(sentence) => {
            setIsCorrecting(false);
            setSaid({ day, sentence });
            registers.reload();
          }}
        />
      )}
      {data !== undefined && (
        <DayOfRegisters day={day} registers={data} said={said.day === day ? said.sentence : ''} />
      )}
    </Stack>
  );
}

interface DayOfRegistersProps {
  readonly day: Day;
  readonly registers: Registers;
  /** What came of a correction. */
  readonly said: string;
}

function DayOfRegisters({ day, registers, said }: DayOfRegistersProps) {
  const [shows, setShows] = useState('all');
  const { formatDay } = useFormat();
  const go = useGo();
  const today = useToday();

  const goToToday = day !== today && (
    <Button
      onClick={() => {
        go(pathTo.registers());
      }}
    >
      {text('attendance.goToToday')}
    </Button>
  );
  if (registers.closedBecause?.type === 'no-year') return <NoRoster willBe={text('registers.willBe')} />;
  if (!registers.isSchoolDay) {
    return (
      <EmptyState
        title={text('attendance.noSchool.title', { day: formatDay(day) })}
        text={text('attendance.noSchool.because', {
          reason: closedReason(registers.closedBecause),
        })}
        action={goToToday}
      />
    );
  }
  if (registers.registers.length === 0) {
    return (
      <EmptyState
        title={text('registers.none.title', { day: formatDay(day) })}
        text={text('registers.none.text')}
        action={goToToday}
      />
    );
  }
  const shown = registers.registers.filter(({ taken }) => shows === 'all' || !taken);
  return (
    <Stack gap="sm" align="start">
      <Group gap="md">
        <SegmentedControl
          aria-label={text('registers.filter.label')}
          value={shows}
          onChange={setShows}
          data={[
            { value: 'all', label: text('registers.filter.all') },
            { value: 'not-taken', label: text('registers.filter.notTaken') },
          ]}
        />
        <Text component="output" size="sm">
          {said}
        </Text>
      </Group>
      {shown.length === 0 ? (
        <EmptyState
          title={text('registers.allTaken.title')}
          action={
            <Button
              variant="default"
              onClick={() => {
                setShows('all');
              }}
            >
              {text('registers.allTaken.action')}
            </Button>
          }
        />
      ) : (
        <RegisterTable day={day} rows={shown} />
      )}
    </Stack>
  );
}

function RegisterTable({ day, rows }: { readonly day: Day; readonly rows: readonly RegisterRow[] }) {
  const { formatDay, formatTime } = useFormat();
  return (
    <>
      <Table.ScrollContainer
        type="native"
        minWidth={720}
        maxHeight="max(16rem, calc(100dvh - 18rem))"
        w="100%"
      >
        <Table
          stickyHeader
          highlightOnHover
          className={classes.table ?? ''}
          aria-label={text('registers.table.label', { day: formatDay(day) })}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{text('registers.column.class')}</Table.Th>
              <Table.Th scope="col">{text('registers.column.session')}</Table.Th>
              <Table.Th scope="col">{text('registers.column.teacher')}</Table.Th>
              <Table.Th scope="col">{text('registers.column.state')}</Table.Th>
              <Table.Th scope="col" data-number>
                {text('registers.column.marked')}
              </Table.Th>
              <Table.Th scope="col" data-number>
                {text('registers.column.present')}
              </Table.Th>
              <Table.Th scope="col" data-number>
                {text('registers.column.late')}
              </Table.Th>
              <Table.Th scope="col" data-number>
                {text('registers.column.explained')}
              </Table.Th>
              <Table.Th scope="col" data-number>
                {text('registers.column.unexplained')}
              </Table.Th>
              <Table.Th scope="col" data-number>
                {text('registers.column.notPossible')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={`${row.class} ${row.session}`} data-row className={classes.row}>
                <Table.Th scope="row" fw={400}>
                  <Link
                    to={pathTo.register({ day, class: row.class, session: row.session })}
                    className={classes.link ?? ''}
                  >
                    <bdi>{row.title}</bdi>
                  </Link>
                </Table.Th>
                <Table.Td>{sessionTitle(row.session)}</Table.Td>
                <Table.Td>
                  <bdi>{row.teacher}</bdi>
                </Table.Td>
                <Table.Td>
                  <StateOf row={row} formatTime={formatTime} />
                </Table.Td>
                <Table.Td data-number>
                  {text('registers.marked', {
                    marked: row.totals.students - row.totals.blank,
                    students: row.totals.students,
                  })}
                </Table.Td>
                <Table.Td data-number>{row.totals.present}</Table.Td>
                <Table.Td data-number>{row.totals.late}</Table.Td>
                <Table.Td data-number>{row.totals.absentExplained}</Table.Td>
                <Table.Td data-number fw={row.totals.absentUnexplained > 0 ? 600 : 400}>
                  {row.totals.absentUnexplained}
                </Table.Td>
                <Table.Td data-number>{row.totals.notPossible}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        {text('registers.keys')}
      </Text>
    </>
  );
}

interface StateOfProps {
  readonly row: RegisterRow;
  readonly formatTime: (atMs: number) => string;
}

function StateOf({ row, formatTime }: StateOfProps) {
  const { taken, takenAtMs, totals } = row;
  if (!taken) {
    const isBegun = totals.blank < totals.students;
    return (
      <StatusMark
        category="not-taken"

        label={isBegun ? text('registers.begun') : text('registers.notTaken')}
      />
    );
  }
  if (totals.blank > 0) {
    return (
      <StatusMark
        category="not-taken"

        label={text('registers.takenBlank', { count: totals.blank })}
      />
    );
  }
  return (
    <StatusMark
      category="present"

      label={text('registers.taken', { time: takenAtMs === null ? '' : formatTime(takenAtMs) })}
    />
  );
}
