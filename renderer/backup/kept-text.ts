import type { KeepRule } from '../../domain/backup/thinning.ts';
import { isoWeekOf } from '../../domain/calendar/day.ts';
import { day as dayOf } from '../../domain/ids.ts';
import { text } from '../app/catalogue.ts';
import { locale } from '../app/language.ts';

const monthFormat = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Why a backup of a school-local day is kept, in a word: `day`, `week 12`, `March 2026`. */
export function keptText(rule: KeepRule | null, day: string, isClockInDoubt: boolean): string {
  switch (rule) {
    case null:
      return isClockInDoubt ? text('backup.kept.clock') : text('backup.kept.none');
    case 'week':
      return text('backup.kept.week', { week: isoWeekOf(dayOf.parse(day)) });
    case 'month':
      return text('backup.kept.month', { month: monthFormat.format(Date.parse(`${day}T00:00:00Z`)) });
    default:
      return text(keptTexts[rule]);
  }
}

const keptTexts = {
  newest: 'backup.kept.newest',
  recent: 'backup.kept.recent',
  day: 'backup.kept.day',
  proven: 'backup.kept.proven',
  ahead: 'backup.kept.ahead',
} as const;
