import type { StoredContact } from '../../db/attendance/contacts.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { plainName } from '../../db/people/person-name.ts';
import { readStudentLines } from '../../db/people/students.ts';
import { contactChannel, contactOutcome, nextStep } from '../../domain/contract/absence.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { contactText } from './open-rows.ts';

type ContactShown = OutputOf<Contract['absence']['day']>['contacts'][number];

/** Contacts as the window shows them, in the order given. Those of a student out of the caller's reach are left out. */
export function showContacts(
  { db, scope, today, fields }: QueryUnit,
  rows: readonly StoredContact[],
): ContactShown[] {
  const names = readUserNames(db);
  const lines = readStudentLines(
    db,
    scope,
    rows.map(({ student }) => student),
    today,
  );
  return rows.flatMap((row): ContactShown[] => {
    const line = lines.get(row.student);
    if (line === undefined) return [];
    const guardian = plainName({
      givenName: row.guardianGivenName ?? '',
      familyName: row.guardianFamilyName ?? '',
    });
    return [
      {
        id: row.id,
        student: row.student,
        name: line.name,
        homeroom: line.homeroom,
        atMs: row.atMs,
        channel: contactChannel.parse(row.channel),
        with: guardian === '' ? contactText(fields, row, 'spokeWith') : guardian,
        outcome: contactOutcome.parse(row.outcome),
        note: contactText(fields, row, 'note'),
        nextStep: nextStep.parse(row.nextStep),
        dueAtMs: row.dueAtMs,
        isSettled: row.isSettled,
        by: names.get(row.author) ?? '',
      },
    ];
  });
}
