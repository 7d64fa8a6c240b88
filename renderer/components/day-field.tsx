import { DateInput } from '@mantine/dates';
import '@mantine/dates/styles.css';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import { createDateReader } from '../../domain/roster/mapped-values.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { perLocale } from '../app/language.ts';

interface DayFieldProps {
  readonly label?: string;
  /** For a field without a visible label. */
  readonly 'aria-label'?: string;
  readonly description?: ReactNode;
  readonly value: Day;
  readonly onChange: (day: Day) => void;
  readonly min?: Day;
  readonly max?: Day;
  readonly width?: string;
  readonly disabled?: boolean;
}

/** Whether day or month stands first when a date is written in numbers. */
const numericOrder = perLocale((of): 'dmy' | 'mdy' => {
  const parts = new Intl.DateTimeFormat(of).formatToParts().map(({ type }) => type);
  return parts.indexOf('month') < parts.indexOf('day') ? 'mdy' : 'dmy';
});

/**
 * A day, chosen in a calendar or typed in any usual way with its whole year. What is no day, or none of those allowed, is said at
 * the field and keeps its form from being sent: nothing is guessed, and the value stays as it was.
 */
export function DayField({
  value,
  onChange,
  min,
  max,
  width = '10rem',
  disabled = false,
  ...names
}: DayFieldProps) {
  const { formatDay } = useFormat();
  const field = useRef<HTMLInputElement>(null);
  /** What stands in the field while somebody types. */
  const [typed, setTyped] = useState<string | null>(null);
  const [isLeft, setIsLeft] = useState(true);
  const problem = typed === null || disabled ? null : problemOf(typed);

  function problemOf(written: string): string | null {
    const read = readDay(written);
    if (read === null) {
      const example = numericOrder() === 'mdy' ? '12/31/2026' : '31/12/2026';
      return text('component.day.unreadable', { example });
    }
    if (min !== undefined && read < min) return text('component.day.before', { day: formatDay(min) });
    if (max !== undefined && read > max) return text('component.day.after', { day: formatDay(max) });
    return null;
  }

  useEffect(() => {
    field.current?.setCustomValidity(problem ?? '');
  }, [problem]);

  return (
    <DateInput
      ref={field}
      {...names}
      w={width}
      valueFormat="ddd D MMM YYYY"
      disabled={disabled}
      value={value}
      {...(min !== undefined && { minDate: min })}
      {...(max !== undefined && { maxDate: max })}
      dateParser={readDay}
      fixOnBlur={problem === null}
      error={isLeft ? problem : null}
      onInput={(event) => {
        setTyped(event.currentTarget.value);
      }}
      onFocus={() => {
        setIsLeft(false);
      }}
      onBlur={() => {
        setIsLeft(true);
        if (problem === null) setTyped(null);
      }}
      onChange={(chosen) => {
        const day = daySchema.safeParse(chosen);
        if (!day.success) return;
        setTyped(null);
        onChange(day.data);
      }}
    />
  );
}

/** The day that a text means, without its weekday; null for anything that is not certain. */
export function readDay(written: string): Day | null {
  const read = createDateReader(numericOrder());
  const found = read(written) ?? read(written.trim().replace(/^\p{L}+[.,]*\s+/u, ''));
  return daySchema.safeParse(found).data ?? null;
}
