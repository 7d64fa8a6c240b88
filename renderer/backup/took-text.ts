import { locale } from '../app/language.ts';

/** A length of time in its largest two units: `3.2 s`, `4 min 10 s`, `2 h 5 min`. */
export function durationText(ms: number): string {
  const write = (value: number, unit: 'second' | 'minute' | 'hour' | 'day', digits = 0): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  if (ms < 60_000) return write(ms / 1000, 'second', ms < 10_000 ? 1 : 0);
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${write(Math.floor(seconds / 60), 'minute')} ${write(seconds % 60, 'second')}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${write(Math.floor(minutes / 60), 'hour')} ${write(minutes % 60, 'minute')}`;
  return write(Math.floor(minutes / 1440), 'day');
}
