import '@mantine/dates/styles.css';
import { Button, Group, Loader, Select } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { addDays } from '../../domain/calendar/day.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { placeTitle } from '../app/grade.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import type { AuditFilter } from './audit-filter.ts';
import { actionTexts, recordTexts } from './entry-sentence.ts';

/** As in the palette: fewer letters name half the school, and each search is itself an entry. */
const leastLetters = 3;
const searchAfterMs = 250;

const outcomes = ['ok', 'refused', 'error'] as const;
const outcomeTexts = {
  ok: 'audit.outcome.ok',
  refused: 'audit.outcome.refused',
  error: 'audit.outcome.error',
} as const satisfies Record<(typeof outcomes)[number], PlainTextKey>;

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
  readonly onClear: () => void;
}

/** What to look for, before anything is listed. */
export function AuditFilters({ filter, onChange, onClear }: AuditFiltersProps) {
  const people = useCall('audit', 'people', {});
  const users = people.data?.users ?? [];
  return (
    <div>
      <ErrorAlert error={people.error} onRetry={people.reload} />
      <Group align="flex-end" gap="sm" component="search" aria-label={text('audit.filters')}>
        <DaysField
          days={filter.days}
          onChange={(days) => {
            onChange({ ...filter, days });
          }}
        />
        <Select
          label={text('audit.filter.user')}
          placeholder={text('audit.filter.user.any')}
          w="12rem"
          clearable
          searchable
          data={users.map(({ id, displayName }) => ({ value: id, label: displayName }))}
          value={filter.user}
          onChange={(chosen) => {
            onChange({ ...filter, user: users.find(({ id }) => id === chosen)?.id ?? null });
          }}
        />
        <StudentField
          student={filter.student}
          onChange={(student) => {
            onChange({ ...filter, student });
          }}
        />
        <WordSelect
          label={text('audit.filter.action')}
          placeholder={text('audit.filter.action.any')}
          texts={actionTexts}
          value={filter.action}
          onChange={(action) => {
            onChange({ ...filter, action });
          }}
        />
        <WordSelect
          label={text('audit.filter.record')}
          placeholder={text('audit.filter.record.any')}
          texts={recordTexts}
          value={filter.record}
          onChange={(record) => {
            onChange({ ...filter, record });
          }}
        />
        <Select
          label={text('audit.filter.outcome')}
          placeholder={text('audit.filter.outcome.any')}
          w="10rem"
          clearable
          data={outcomes.map((outcome) => ({ value: outcome, label: text(outcomeTexts[outcome]) }))}
          value={filter.outcome}
          onChange={(chosen) => {
            onChange({ ...filter, outcome: outcomes.find((outcome) => outcome === chosen) ?? null });
          }}
        />
        <Button variant="subtle" onClick={onClear}>
          {text('audit.filter.clear')}
        </Button>
      </Group>
    </div>
  );
}

interface DaysFieldProps {
  readonly days: AuditFilter['days'];
  readonly onChange: (days: AuditFilter['days']) => void;
}

function DaysField({ days, onChange }: DaysFieldProps) {
  const today = useToday();
  const { formatDay } = useFormat();
  // A range is half chosen until its second day; the log is asked only for whole ones.
  const [begun, setBegun] = useState<Day | null>(null);
  const lastDays = (count: number): [Day, Day] => [addDays(today, 1 - count), today];
  const daysText =
    begun !== null
      ? formatDay(begun)
      : days === null
        ? ''
        : days.from === days.to
          ? formatDay(days.from)
          : text('audit.filterText.days', { from: formatDay(days.from), to: formatDay(days.to) });
  return (
    <DatePickerInput
      type="range"
      label={text('audit.filter.days')}
      placeholder={text('audit.filter.days.all')}
      w="14rem"
      clearable
      clearButtonProps={{ 'aria-label': text('audit.filter.days.all') }}
      allowSingleDateInRange
      // Its red is too pale to read, and a weekend means nothing here.
      weekendDays={[]}
      maxDate={today}
      valueFormatter={() => daysText}
      presets={[
        { value: lastDays(1), label: text('audit.filter.days.today') },
        { value: lastDays(7), label: text('audit.filter.days.week') },
        { value: lastDays(30), label: text('audit.filter.days.month') },
      ]}
      value={begun === null ? [days?.from ?? null, days?.to ?? null] : [begun, null]}
      onChange={([first, second]) => {
        const from = daySchema.safeParse(first).data ?? null;
        const to = daySchema.safeParse(second).data ?? null;
        setBegun(to === null ? from : null);
        if (from === null) onChange(null);
        else if (to !== null) onChange({ from, to });
      }}
    />
  );
}

interface StudentFieldProps {
  readonly student: AuditFilter['student'];
  readonly onChange: (student: AuditFilter['student']) => void;
}

function StudentField({ student, onChange }: StudentFieldProps) {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), searchAfterMs);
  const chosenName = student?.name || text('audit.filter.student.chosen');
  const isAsked = Array.from(settled).length >= leastLetters && settled !== chosenName;
  const found = useCall('students', 'find', { text: settled }, { enabled: isAsked });
  const students = isAsked ? (found.data?.students ?? []) : [];
  const options = students.map(({ id, name, grade, homeroom }) => ({
    value: id,
    label: text('audit.filter.student.option', { name, place: placeTitle({ homeroom, grade }) }),
  }));
  const others = student === null || students.some(({ id }) => id === student.id) ? [] : [student];
  return (
    <Select
      label={text('audit.filter.student')}
      placeholder={text('audit.filter.student.any')}
      w="17rem"
      searchable
      clearable
      // The main process has searched: names match however they are written.
      filter={({ options: all }) => all}
      nothingFoundMessage={
        !isAsked
          ? text('audit.filter.student.hint')
          : found.isReading
            ? text('audit.filter.student.searching')
            : text('audit.filter.student.none')
      }
      rightSection={found.isReading ? <Loader size={14} aria-hidden /> : undefined}
      data={[...others.map(({ id }) => ({ value: id, label: chosenName })), ...options]}
      onSearchChange={setTyped}
      value={student?.id ?? null}
      onChange={(chosen) => {
        const match = students.find(({ id }) => id === chosen);
        onChange(match === undefined ? null : { id: match.id, name: match.name });
      }}
    />
  );
}

interface WordSelectProps {
  readonly label: string;
  readonly placeholder: string;
  readonly texts: Readonly<Record<string, PlainTextKey>>;
  readonly value: string | null;
  readonly onChange: (word: string | null) => void;
}

function WordSelect({ label, placeholder, texts, value, onChange }: WordSelectProps) {
  return (
    <Select
      label={label}
      placeholder={placeholder}
      w="10rem"
      clearable
      searchable
      data={Object.entries(texts).map(([word, key]) => ({ value: word, label: text(key) }))}
      value={value}
      onChange={onChange}
    />
  );
}
