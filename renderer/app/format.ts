import { text } from './catalogue.ts';
import { useDesk } from './desk-state.tsx';
import { locale, perLocale, useLanguage } from './language.ts';

/** Writes days, times and numbers as the locale does, times in the school's time zone. */
export interface Format {
  /** `Tue 3 Mar` for a school-local `YYYY-MM-DD`. */
  readonly formatDay: (day: string) => string;
  /** `Tuesday 3 March 2026`. */
  readonly formatDayLong: (day: string) => string;
  /** `09:14`. */
  readonly formatTime: (atMs: number) => string;
  /** `3 Mar, 09:14`; with the year where it is another than the present one. */
  readonly formatDayTime: (atMs: number) => string;
  readonly formatNumber: (value: number) => string;
  /** `1.2 MB`. */
  readonly formatBytes: (bytes: number) => string;
  /** How long ago, in the largest whole unit: `2 h`, `3 days`. */
  readonly formatAge: (atMs: number, nowMs: number) => string;
}

const dayFormat = perLocale(
  (of) => new Intl.DateTimeFormat(of, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const longDayFormat = perLocale((of) => new Intl.DateTimeFormat(of, { dateStyle: 'full', timeZone: 'UTC' }));
const numberFormat = perLocale((of) => new Intl.NumberFormat(of));

/** The formats for a time zone (an IANA name); without one, this computer's, as before sign-in. In the window's present locale. */
export function createFormat(timeZone: string | null): Format {
  const zone = timeZone === null ? {} : { timeZone };
  // Always 24 hours, in every country: a register's times are compared at a glance, and "9:05" alone is ambiguous.
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const timeFormat = new Intl.DateTimeFormat(locale, { ...clock, ...zone });
  const dayTimeFormat = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...clock,
    ...zone,
  });
  const yearTimeFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...zone });
  const yearFormat = new Intl.DateTimeFormat('en', { year: 'numeric', ...zone });

  return {
    formatDay: (day) => dayFormat().format(toUtcMs(day)),
    formatDayLong: (day) => longDayFormat().format(toUtcMs(day)),
    formatTime: (atMs) => timeFormat.format(atMs),
    formatDayTime: (atMs) =>
      yearFormat.format(atMs) === yearFormat.format(Date.now())
        ? dayTimeFormat.format(atMs)
        : `${yearTimeFormat.format(atMs)}${text('app.listSeparator')}${timeFormat.format(atMs)}`,
    formatNumber: (value) => numberFormat().format(value),
    formatBytes,
    formatAge,
  };
}

/** The formats of the school that is open, or chosen, in the window's language. */
export function useFormat(): Format {
  useLanguage();
  const timeZone = useDesk().status.school?.timeZone ?? null;
  // One for all who ask: a table's cells ask by the hundred.
  const key = `${locale} ${timeZone ?? ''}`;
  const format = formats.get(key) ?? createFormat(timeZone);
  formats.set(key, format);
  return format;
}

const formats = new Map<string, Format>();

/** A day has no time zone: it is written as the same calendar day wherever the window stands. */
function toUtcMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = units[power] ?? 'byte';
  const maximumFractionDigits = power === 0 ? 0 : 1;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits }).format(
    bytes / 1000 ** power,
  );
}

function formatAge(atMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.floor((nowMs - atMs) / 60_000));
  if (minutes < 60) return text('app.age.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return text('app.age.hours', { count: hours });
  return text('app.age.days', { count: Math.floor(hours / 24) });
}
