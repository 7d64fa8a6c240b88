import type { StoredContact } from '../../db/attendance/contacts.ts';
import type { StoredPlan } from '../../db/attendance/planned-absences.ts';
import { parseVersions, rowKey, shapeOf, stampToVersion, versionOf } from '../../db/changes/write-change.ts';
import type { FieldSealer } from '../../db/changes/write-change.ts';

/** Opens what was noted on a planned absence; empty for nothing. */
export function planNote(fields: FieldSealer, plan: StoredPlan): string {
  if (plan.note === null) return '';
  const version = versionOf(parseVersions(plan.versions), 'note');
  return fields.open(
    plan.storedUnder,
    { table: 'planned_absence', column: 'note', row: plan.id, version },
    plan.note,
  );
}

/** Opens one of a contact's sealed texts; empty for nothing. */
export function contactText(
  fields: FieldSealer,
  contact: StoredContact,
  column: 'note' | 'spokeWith',
): string {
  const envelope = contact[column];
  if (envelope === null) return '';
  const version = stampToVersion({ hlc: contact.hlc, deskOrdinal: contact.desk, seq: contact.seq });
  const row = rowKey(shapeOf('contact'), contact);
  return fields.open(contact.storedUnder, { table: 'contact', column, row, version }, envelope);
}
