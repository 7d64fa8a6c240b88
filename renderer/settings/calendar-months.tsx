import { Table, Text, useDirection } from '@mantine/core';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { addDays, type Weekday } from '../../domain/calendar/day.ts';
import type { Day } from '../../domain/ids.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { language, languages, perLocale } from '../app/language.ts';
import { movedBy, rangeOf, type DayKind, type Month, type Selection } from './calendar-model.ts';
import classes from './settings.module.css';

interface CalendarMonthsProps {
  readonly months: readonly Month[];
  /** On which the weeks of `months` begin. */
  readonly weekStartsOn: Weekday;
  readonly kindOf: (day: Day) => DayKind;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  /** Enter on what is selected. */
  readonly onOpen: () => void;
}

const monthFormat = perLocale(
  (of) => new Intl.DateTimeFormat(of, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
);
const weekdayFormat = perLocale((of) => new Intl.DateTimeFormat(of, { weekday: 'short', timeZone: 'UTC' }));
const weekdayLongFormat = perLocale(
  (of) => new Intl.DateTimeFormat(of, { weekday: 'long', timeZone: 'UTC' }),
);
/** Two letters tell the days apart in Latin script; in Urdu Thursday and Friday begin alike, and its names are short. */
const shortWeekday = (name: string): string =>
  languages[language].direction === 'rtl' ? name : name.slice(0, 2);
/** A week's seven days from its first on, each as a moment of that weekday: 5 January 1970 was a Monday. */
const weekdaysFrom = (first: Weekday): readonly number[] =>
  Array.from({ length: 7 }, (_, index) => Date.UTC(1970, 0, 4 + first + index));

/**
 * The year month by month, each a table. All months together are one stop of Tab; arrows go from day to day and from
 * month to month.
 */
export function CalendarMonths({
  months,
  weekStartsOn,
  kindOf,
  selection,
  onSelect,
  onOpen,
}: CalendarMonthsProps) {
  const { dir } = useDirection();
  const root = useRef<HTMLDivElement>(null);
  const takesFocus = useRef(false);
  const { cursor, anchor } = selection;
  const { from, to } = rangeOf(selection);
  const first = months[0]?.firstDay ?? cursor;
  const last =
    months
      .at(-1)
      ?.weeks.flat()
      .findLast((day) => day !== null) ?? cursor;

  useEffect(() => {
    if (!takesFocus.current) return;
    takesFocus.current = false;
    root.current?.querySelector<HTMLElement>(`[data-day="${cursor}"]`)?.focus();
  }, [cursor]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen();
      return;
    }
    if (event.key === 'Escape' && anchor !== cursor) {
      event.stopPropagation();
      onSelect({ anchor: cursor, cursor });
      return;
    }
    const next = movedBy(event.key, cursor, { first, last, dir, weekStartsOn });
    if (next === undefined) return;
    event.preventDefault();
    takesFocus.current = true;
    onSelect({ anchor: event.shiftKey ? anchor : next, cursor: next });
  };

  return (
    <div ref={root} className={classes.months} onKeyDown={onKeyDown} role="presentation">
      {months.map((month) => (
        <MonthTable
          key={month.id}
          month={month}
          weekStartsOn={weekStartsOn}
          kindOf={kindOf}
          cursor={cursor}
          from={from}
          to={to}
          onChoose={(day, extends_) => {
            onSelect({ anchor: extends_ ? anchor : day, cursor: day });
          }}
        />
      ))}
    </div>
  );
}

interface MonthTableProps {
  readonly month: Month;
  readonly weekStartsOn: Weekday;
  readonly kindOf: (day: Day) => DayKind;
  readonly cursor: Day;
  readonly from: Day;
  readonly to: Day;
  readonly onChoose: (day: Day, extends_: boolean) => void;
}

function MonthTable({ month, weekStartsOn, kindOf, cursor, from, to, onChoose }: MonthTableProps) {
  const title = monthFormat().format(Date.parse(`${month.firstDay}T00:00:00Z`));
  return (
    <section>
      <Text fw={600} mb={4}>
        {title}
      </Text>
      <Table
        role="grid"
        aria-label={title}
        aria-multiselectable
        withRowBorders={false}
        className={classes.month ?? ''}
      >
        <Table.Thead>
          <Table.Tr>
            {weekdaysFrom(weekStartsOn).map((atMs) => (
              <Table.Th key={atMs} scope="col" abbr={weekdayLongFormat().format(atMs)}>
                {shortWeekday(weekdayFormat().format(atMs))}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {month.weeks.map((week, index) => (
            <Table.Tr key={index}>
              {week.map((day, weekday) =>
                day === null ? (
                  <Table.Td key={weekday} />
                ) : (
                  <DayCell
                    key={day}
                    day={day}
                    kind={kindOf(day)}
                    isCursor={day === cursor}
                    isSelected={from <= day && day <= to}
                    onChoose={onChoose}
                  />
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

interface DayCellProps {
  readonly day: Day;
  readonly kind: DayKind;
  readonly isCursor: boolean;
  readonly isSelected: boolean;
  readonly onChoose: (day: Day, extends_: boolean) => void;
}

function DayCell({ day, kind, isCursor, isSelected, onChoose }: DayCellProps) {
  const today = useToday();
  const { formatDayLong } = useFormat();
  const plain = text('calendar.day.label', { day: formatDayLong(day), kind: kindText(kind) });
  const label = day === today ? text('calendar.day.today', { label: plain }) : plain;
  return (
    <Table.Td
      tabIndex={isCursor ? 0 : -1}
      aria-label={label}
      aria-selected={isSelected}
      {...(day === today ? { 'aria-current': 'date' as const } : {})}
      title={kind.type === 'closed' ? kind.reason : undefined}
      data-day={day}
      data-kind={kind.type}
      onClick={(event) => {
        event.currentTarget.focus();
        onChoose(day, event.shiftKey);
      }}
    >
      {Number(day.slice(8))}
    </Table.Td>
  );
}

function kindText(kind: DayKind): string {
  switch (kind.type) {
    case 'school':
      return text('calendar.day.school');
    case 'weekend':
      return text('calendar.day.weekend');
    case 'outside':
      return text('calendar.day.outside');
    case 'closed':
      return text('calendar.day.closed', { reason: kind.reason });
  }
}

/** Where the cursor stands first: today, or the nearest day of the year that is shown. */
export function firstSelection(months: readonly Month[], today: Day): Selection {
  const first = months[0]?.firstDay ?? today;
  const lastMonth = months.at(-1);
  const last = lastMonth?.weeks.flat().findLast((day) => day !== null) ?? addDays(today, 0);
  const cursor = today < first ? first : today > last ? last : today;
  return { anchor: cursor, cursor };
}
