import { expect, it } from 'vitest';
import { studentId, userId } from '../../domain/ids.ts';
import { contract } from '../../domain/contract/contract.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import { entrySentence, outcomeText, type Entry } from '../../renderer/audit/entry-sentence.ts';

const entry: Entry = {
  seq: 7,
  atMs: 0,
  user: userId.parse('1'.repeat(32)),
  userName: 'Ms Example',
  role: 'nurse',
  action: 'view',
  record: 'student',
  student: studentId.parse('2'.repeat(32)),
  studentName: 'Sample, Sam',
  count: 1,
  procedure: 'students.card',
  desk: '1',
  outcome: 'ok',
};
/** Without the marks that keep a name's direction. */
const plain = (sentence: string) => sentence.replaceAll(/[\u2068\u2069]/g, '');

it('says who opened whose card', () => {
  expect(plain(entrySentence(entry))).toBe('Ms Example (Nurse) opened the card of Sample, Sam');
});

it('keeps both names apart from the direction of the sentence', () => {
  expect(entrySentence(entry)).toContain('\u2068Ms Example\u2069');
  expect(entrySentence(entry)).toContain('\u2068Sample, Sam\u2069');
});

it('counts the students where an entry concerns several', () => {
  const several = { ...entry, procedure: 'students.list', student: null, studentName: null, count: 412 };
  expect(plain(entrySentence(several))).toBe('Ms Example (Nurse) listed students and saw 412 students');
});

it('counts records, not students, where an import wrote several kinds', () => {
  const imported = { ...entry, procedure: 'roster.apply', record: 'roster', count: 11 };
  expect(plain(entrySentence(imported))).toBe(
    'Ms Example (Nurse) imported a roster, which changed 11 records',
  );
});

it('does not say that something was done when it was refused', () => {
  const refused = { ...entry, procedure: 'users.create', outcome: 'refused:permission-refused' };
  expect(plain(entrySentence(refused))).toBe(
    'Ms Example (Nurse) tried to create, change, reset and remove accounts',
  );
  expect(outcomeText(refused.outcome)).toBe('refused: not for this role');
});

it('shows a word of the log that it does not know as the log has it', () => {
  const unknown = { ...entry, action: 'sealed', record: 'parcel', procedure: 'parcels.seal' };
  expect(plain(entrySentence(unknown))).toBe('Ms Example (Nurse): sealed, parcel (parcels.seal)');
  expect(outcomeText('error:moon-too-full')).toBe('not done: moon-too-full');
});

it('says so when nobody was signed in, or the account is gone', () => {
  expect(
    plain(entrySentence({ ...entry, user: null, userName: '', role: null, procedure: 'desk.recover' })),
  ).toBe('The school was opened with the recovery key');
  expect(plain(entrySentence({ ...entry, userName: '' }))).toBe(
    'A removed account (Nurse) opened the card of Sample, Sam',
  );
});

it('has a sentence of its own for every audited procedure of the contract', () => {
  const areas: Record<string, Record<string, Procedure>> = contract;
  const audited = Object.entries(areas).flatMap(([area, procedures]) =>
    Object.entries(procedures).flatMap(([name, { audits }]) => (audits === null ? [] : [`${area}.${name}`])),
  );
  const without = audited.filter((procedure) => entrySentence({ ...entry, procedure }).includes(procedure));
  expect(audited.length).toBeGreaterThan(40);
  expect(without).toEqual([]);
});
