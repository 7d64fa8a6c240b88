import type { SyncAlarmKind } from '../../domain/sync/alarm.ts';
import { text } from '../app/catalogue.ts';
import { isolate } from '../app/isolate.ts';

/** A sentence for each kind: a new one does not compile until it stands here. */
const sentences: { readonly [K in SyncAlarmKind]: (desk: string) => string } = {
  'server-went-back': () => text('alarm.server-went-back'),
  'server-forked': (desk) => text('alarm.server-forked', { desk }),
  'batch-replayed': (desk) => text('alarm.batch-replayed', { desk }),
  'batch-missing': (desk) => text('alarm.batch-missing', { desk }),
  'batch-altered': (desk) => text('alarm.batch-altered', { desk }),
  'desk-unknown': () => text('alarm.desk-unknown'),
  'membership-forged': () => text('alarm.membership-forged'),
  'receipt-invalid': () => text('alarm.receipt-invalid'),
  'clock-skew': () => text('alarm.clock-skew'),
  'desk-clock-ahead': (desk) => text('alarm.desk-clock-ahead', { desk }),
  'part-unreadable': (desk) => text('alarm.part-unreadable', { desk }),
  'part-missing': (desk) => text('alarm.part-missing', { desk }),
  'this-desk-went-back': () => text('alarm.this-desk-went-back'),
  'desk-cloned': (desk) => text('alarm.desk-cloned', { desk }),
  'desk-ended': () => text('alarm.desk-ended'),
  'audit-went-back': (desk) => text('alarm.audit-went-back', { desk }),
  'membership-dropped': () => text('alarm.membership-dropped'),
};

/** What an alarm of syncing says: what happened, what is kept, what to do. `deskLabel` is the computer it is about. */
export function alarmText(kind: SyncAlarmKind, deskLabel: string | null): string {
  return sentences[kind](deskLabel === null ? text('sync.alarms.desk') : isolate(deskLabel));
}
