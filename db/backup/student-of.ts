import type { Connection } from '../open-store.ts';
import type { StudentOf } from './change-parts.ts';

/**
 * Says whom an operation of a change is about, as `backupTables` says it of rows. A change to an enrolment may name the
 * enrolment only: whose it is, the store knows.
 */
export function createStudentOf(connection: Connection): StudentOf {
  const studentByEnrolment = new Map(
    connection
      .prepare<[], [Buffer, Buffer]>("SELECT id, person FROM enrolment WHERE role = 'student'")
      .raw()
      .all()
      .map(([id, person]) => [id.toString('hex'), person.toString('hex')]),
  );
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return (table, fields) => {
    switch (table) {
      case 'student':
        return text(fields['id']);
      case 'guardian_link':
      case 'mark':
      case 'planned_absence':
      case 'contact':
      case 'movement':
      case 'group_member':
        return text(fields['student']);
      case 'person_merge':
        return text(fields['merged']);
      case 'enrolment':
        return studentByEnrolment.get(text(fields['id']) ?? '');
      default:
        return undefined;
    }
  };
}
