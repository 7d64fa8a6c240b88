import { Box, Checkbox, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { perLocale } from '../app/language.ts';
import classes from './attendance-year.module.css';
import { toMonths, withoutPeriods, type SessionMark, type StudentAttendance } from './year-table.ts';

const daysOfMonth = Array.from({ length: 31 }, (_, index) => index + 1);
const monthFormat = perLocale(
  (of) => new Intl.DateTimeFormat(of, { month: 'short', year: 'numeric', timeZone: 'UTC' }),
);

/** A student's year: every mark in a real table, and beside it the rate that follows from the marks. */
export function AttendanceYear({ student }: { readonly student: StudentId }) {
  const attendance = useCall('students', 'attendance', { student });
  if (attendance.error !== undefined) {
    return <ErrorAlert error={attendance.error} onRetry={attendance.reload} />;
  }
  if (attendance.data === undefined) return <Loading />;
  if (attendance.data.days.length === 0) {
    return <EmptyState title={text('year.empty.title')} text={text('year.empty.next')} />;
  }
  return <Year attendance={attendance.data} />;
}

/** The registers of the day or its halves make the rate, so they stand alone until the periods are asked for. */
function Year({ attendance }: { readonly attendance: StudentAttendance }) {
  const [withPeriods, setWithPeriods] = useState(false);
  const daily = withoutPeriods(attendance);
  const hasPeriods = daily !== attendance;
  const shown = withPeriods ? attendance : daily;
  return (
    <Stack gap="md">
      <Rate rate={attendance.rate} />
      {hasPeriods && (
        <Checkbox
          checked={withPeriods}
          onChange={(event) => {
            setWithPeriods(event.currentTarget.checked);
          }}
          label={text('year.withPeriods')}
        />
      )}
      <YearTable attendance={shown} />
      <Legend attendance={shown} />
    </Stack>
  );
}

function Rate({ rate }: Pick<StudentAttendance, 'rate'>) {
  const { possible, absent, unexplained, late, percentText, band } = rate;
  if (percentText === null) return <Text>{text('year.rate.none')}</Text>;
  return (
    <div>
      <Group gap="lg" align="baseline">
        <Text fw={600} fz="lg">
          {text('year.rate', { absent, possible })}
        </Text>
        <Text fw={600} fz="lg">
          <bdi>{text('year.rate.percent', { percent: percentText })}</bdi>
        </Text>
        {band !== null && <Text>{text('year.rate.band', { band })}</Text>}
        <Text>{text('year.rate.unexplained', { count: unexplained })}</Text>
        <Text>{text('year.rate.late', { count: late })}</Text>
      </Group>
      <Text size="xs" c="dimmed">
        {text('year.rate.exact')}
      </Text>
    </div>
  );
}

function YearTable({ attendance }: { readonly attendance: StudentAttendance }) {
  const { formatDay } = useFormat();
  const label = text('year.table.label', {
    from: formatDay(attendance.from),
    to: formatDay(attendance.to),
  });
  return (
    <Box component="section" className={classes.scroll ?? ''} tabIndex={0} aria-label={label}>
      <Table className={classes.table ?? ''} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{text('year.month')}</Table.Th>
            <Table.Th scope="col">{text('year.session')}</Table.Th>
            {daysOfMonth.map((dayOfMonth) => (
              <Table.Th scope="col" key={dayOfMonth}>
                {dayOfMonth}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {toMonths(attendance.days).map(({ month, lines }) => (
          <Table.Tbody key={month}>
            {lines.map(({ session, marks }, index) => (
              <Table.Tr key={session}>
                {index === 0 && (
                  <Table.Th scope="rowgroup" rowSpan={lines.length}>
                    {monthFormat().format(Date.parse(`${month}-01T00:00:00Z`))}
                  </Table.Th>
                )}
                <Table.Th scope="row">{sessionTitle(session)}</Table.Th>
                {daysOfMonth.map((dayOfMonth, at) => (
                  <MarkCell
                    key={dayOfMonth}
                    mark={marks[at]}
                    day={`${month}-${String(dayOfMonth).padStart(2, '0')}`}
                  />
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </Box>
  );
}

interface MarkCellProps {
  readonly mark: SessionMark | undefined;
  readonly day: string;
}

/** One session of one day: the letter first, then its shape, then its colour. */
function MarkCell({ mark, day }: MarkCellProps) {
  const { formatDay } = useFormat();
  if (mark === undefined) return <Table.Td />;
  const words = markInWords(mark);
  const place = { day: formatDay(day), session: sessionTitle(mark.session), mark: words };
  return (
    <Table.Td
      title={text('year.cell', place)}
      data-status={mark.category ?? 'not-taken'}
      data-overridden={mark.overridden || undefined}
    >
      <span aria-hidden>{mark.code ?? '·'}</span>
      <VisuallyHidden>{words}</VisuallyHidden>
    </Table.Td>
  );
}

function markInWords({ code, meaning, minutes, overridden }: SessionMark): string {
  if (code === null) return text('year.noMark');
  const mark = meaning === null ? code : `${code}, ${meaning}`;
  const timed = minutes === null ? mark : text('year.minutes', { mark, count: minutes });
  return overridden ? text('year.overridden', { mark: timed }) : timed;
}

/** The letters of this table with their meaning and how often they stand in it. */
function Legend({ attendance }: { readonly attendance: StudentAttendance }) {
  const marks = attendance.days.flatMap(({ sessions }) => sessions);
  const marksByCode = Map.groupBy(marks, ({ code }) => code);
  return (
    <Group component="ul" gap="lg" className={classes.legend ?? ''} aria-label={text('year.legend')}>
      {[...marksByCode].map(([code, same]) => {
        const count = same.length;
        const category = same[0]?.category ?? 'not-taken';
        const meaning = code === null ? text('year.legend.blank') : (same[0]?.meaning ?? code);
        return (
          <Group component="li" gap={6} key={code ?? ''}>
            <StatusMark category={category} code={code ?? '·'} meaning={code ?? '·'} />
            <Text size="sm">{text('year.legend.count', { meaning, count })}</Text>
          </Group>
        );
      })}
    </Group>
  );
}
