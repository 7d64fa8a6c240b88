import type { BackupAlarm, DrillProblem } from '../../domain/backup/alarm.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import type { Format } from '../app/format.ts';

/** What a drill found wrong, and what to do. */
export const drillProblemTexts: { readonly [P in DrillProblem]: PlainTextKey } = {
  stale: 'backup.drill.problem.stale',
  damaged: 'backup.drill.problem.damaged',
  foreign: 'backup.drill.problem.foreign',
  'counts-differ': 'backup.drill.problem.counts-differ',
  'audit-log': 'backup.drill.problem.audit-log',
  'sealed-fields': 'backup.drill.problem.sealed-fields',
  'not-whole': 'backup.drill.problem.not-whole',
  'too-old': 'backup.drill.problem.too-old',
  'too-slow': 'backup.drill.problem.too-slow',
  'disk-full': 'backup.drill.problem.disk-full',
  'folder-not-writable': 'backup.drill.problem.folder-not-writable',
  failed: 'backup.drill.problem.failed',
};

/** An alarm as it is shown to whoever manages backups: what happened, then what is kept and what to do. */
export function alarmText(
  { kind, reason, sinceMs }: BackupAlarm,
  { formatDayTime }: Pick<Format, 'formatDayTime'>,
): { readonly title: string; readonly text: string } {
  const since = formatDayTime(sinceMs);
  switch (kind) {
    case 'backup-failed':
      return {
        title: text(reason === 'disk-full' ? 'backup.alarm.failed.disk-full' : 'backup.alarm.failed.title', {
          time: since,
        }),
        text: text(
          reason === 'disk-full'
            ? 'backup.failed.disk-full'
            : reason === 'folder-not-writable'
              ? 'backup.failed.folder-not-writable'
              : 'backup.failed.failed',
        ),
      };
    case 'backup-overdue':
      return { title: text('backup.alarm.overdue.title'), text: text('backup.alarm.overdue.text') };
    case 'drill-failed':
      return {
        title: text('backup.alarm.drillFailed.title', { time: since }),
        text: text(isDrillProblem(reason) ? drillProblemTexts[reason] : 'backup.drill.problem.failed'),
      };
    case 'drill-overdue':
      return { title: text('backup.alarm.drillOverdue.title'), text: text('backup.alarm.drillOverdue.text') };
    case 'copy-overdue':
      return { title: text('backup.alarm.copyOverdue.title'), text: text('backup.alarm.copyOverdue.text') };
    case 'thinning-failed':
      return {
        title: text('backup.alarm.thinningFailed.title'),
        text: text('backup.alarm.thinningFailed.text'),
      };
  }
}

function isDrillProblem(reason: string | null): reason is DrillProblem {
  return reason !== null && Object.hasOwn(drillProblemTexts, reason);
}
