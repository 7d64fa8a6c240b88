import { readUserNames } from '../../db/people/actors.ts';
import { listClassesOf } from '../../db/people/classes.ts';
import { listGuardians } from '../../db/people/guardians.ts';
import { isInOtherScript, skeletonsOf, toSearchText, wordsOf } from '../../db/people/name-keys.ts';
import { legalName, plainName, shownName } from '../../db/people/person-name.ts';
import {
  listApart,
  listPersonMerges,
  listRecordsToCompare,
  type PersonMerge,
} from '../../db/people/person-merges.ts';
import { readMerges } from '../../db/people/merges.ts';
import { listGroupsOf } from '../../db/people/student-groups.ts';
import { hasStudent, readStudent, readStudentRows, type StudentRecord } from '../../db/people/students.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { textToId, type StudentId } from '../../domain/ids.ts';
import { findDuplicates, type ComparableRecord } from '../../domain/people/same-person.ts';
import { answer, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { CommandUnit, QueryUnit } from '../gate/unit.ts';
import { sharedId } from '../shared-id.ts';
import { openField } from './sealed-fields.ts';
import { showAttendance } from './student-attendance.ts';

type DuplicateHandlers = Pick<
  AreaHandlers<'students'>,
  'duplicates' | 'compareRecords' | 'merge' | 'unmerge' | 'keepApart'
>;
type Comparison = OutputOf<Contract['students']['compareRecords']>;

/** One list shows no more pairs. */
const mostPairs = 100;

/**
 * Two records of one person: found, compared, shown as one, and parted again. Dates of birth and ids are opened and compared
 * here and never leave.
 */
export const duplicateHandlers: DuplicateHandlers = {
  duplicates: {
    runs: 'in-unit',
    run(unit) {
      const merges = readMerges(unit.db);
      const apart = listApart(unit.db);
      const saidApart = new Set(apart.map(({ kept, merged }) => pairKey(kept, merged)));
      const pairs = findDuplicates(comparableRecords(unit)).filter(
        ({ ids: [one, other] }) =>
          merges.keptOf(textToId(one)) !== merges.keptOf(textToId(other)) &&
          !saidApart.has(pairKey(one, other)),
      );
      const shown = pairs.slice(0, mostPairs);
      const inForce = listPersonMerges(unit.db);
      const ids = new Set([
        ...shown.flatMap(({ ids: both }) => both.map((id) => textToId<'student'>(id))),
        ...[...inForce, ...apart].flatMap(({ kept, merged }) => [kept, merged]),
      ]);
      const rows = readStudentRows(unit.db, unit.scope, [...ids], unit.today);
      const names = readUserNames(unit.db);
      return answer(
        {
          pairs: shown.flatMap(({ ids: [one, other], reasons }) => {
            const [first, second] = [rows.get(textToId(one)), rows.get(textToId(other))];
            if (first === undefined || second === undefined) return [];
            return [{ records: [first, second] as [typeof first, typeof second], reasons: [...reasons] }];
          }),
          more: pairs.length > shown.length,
          merged: inForce.flatMap(({ kept, merged, madeBy, madeAtMs }) => {
            const [first, second] = [rows.get(kept), rows.get(merged)];
            if (first === undefined || second === undefined) return [];
            return [{ kept: first, merged: second, by: names.get(madeBy) ?? '', atMs: madeAtMs }];
          }),
          apart: apart.flatMap(({ kept, merged, madeBy, madeAtMs }) => {
            const [first, second] = [rows.get(kept), rows.get(merged)];
            if (first === undefined || second === undefined) return [];
            const records = [first, second] satisfies [unknown, unknown];
            return [{ records, by: names.get(madeBy) ?? '', atMs: madeAtMs }];
          }),
        },
        { subjects: [...ids] },
      );
    },
  },

  compareRecords: {
    runs: 'in-unit',
    run(unit, { one, other }) {
      const facts = { subjects: [one, other], recordId: one };
      const first = readStudent(unit.db, unit.scope, one);
      const second = readStudent(unit.db, unit.scope, other);
      if (first === undefined || second === undefined) return refuse({ type: 'out-of-scope' }, facts);
      const records = [compared(unit, first), compared(unit, second)] satisfies Comparison['records'];
      const classIds = new Set(listClassesOf(unit.db, unit.scope, first.id, unit.today).map(({ id }) => id));
      return answer(
        {
          records,
          likeness: {
            birthDate: likenessOf(unit, first, second, 'birthDate'),
            nationalId: likenessOf(unit, first, second, 'nationalId'),
            address: likenessOf(unit, first, second, 'address'),
          },
          sharedClasses: listClassesOf(unit.db, unit.scope, second.id, unit.today)
            .filter(({ id }) => classIds.has(id))
            .map(({ title }) => title),
        },
        facts,
      );
    },
  },

  merge: {
    runs: 'in-unit',
    run(unit, { kept, merged }) {
      const facts = { subjects: [kept, merged], recordId: kept };
      const both = readStudentRows(unit.db, unit.scope, [kept, merged], unit.today);
      if (!both.has(kept) || !both.has(merged)) return refuse({ type: 'out-of-scope' }, facts);
      // No chain and no circle: whoever is shown with another one is parted first. A kept record may take in several.
      const isTaken =
        kept === merged ||
        listPersonMerges(unit.db, merged).length > 0 ||
        listPersonMerges(unit.db, kept).some((each) => each.merged === kept);
      if (isTaken) return refuse({ type: 'record-merged-already' }, facts);
      sayOfPair(unit, kept, merged, 'active');
      return answer({}, facts);
    },
  },

  unmerge: {
    runs: 'in-unit',
    run(unit, { merged }) {
      // Two desks apart may have merged it with two others: all that holds it is withdrawn.
      const inForce = readMerges(unit.db).hidden.includes(merged) ? listPersonMerges(unit.db, merged) : [];
      const subjects = [...new Set([merged, ...inForce.map(({ kept }) => kept)])];
      const facts = { subjects, recordId: merged };
      if (!hasStudent(unit.db, unit.scope, merged)) return refuse({ type: 'out-of-scope' }, facts);
      if (inForce.length === 0) return refuse({ type: 'record-not-merged' }, facts);
      for (const each of inForce) withdraw(unit, each);
      return answer({}, facts);
    },
  },

  keepApart: {
    runs: 'in-unit',
    run(unit, { one, other, apart }) {
      const facts = { subjects: [one, other], recordId: one };
      const both = readStudentRows(unit.db, unit.scope, [one, other], unit.today);
      if (!both.has(one) || !both.has(other)) return refuse({ type: 'out-of-scope' }, facts);
      const isOne =
        one === other ||
        listPersonMerges(unit.db, one).some(
          ({ kept, merged }) => pairKey(kept, merged) === pairKey(one, other),
        );
      if (apart && isOne) return refuse({ type: 'record-merged-already' }, facts);
      const said = listApart(unit.db).filter(
        ({ kept, merged }) => pairKey(kept, merged) === pairKey(one, other),
      );
      if (apart && said.length === 0) sayOfPair(unit, one, other, 'apart');
      for (const each of apart ? [] : said) withdraw(unit, each);
      return answer({}, facts);
    },
  },
};

/** Says of two records that they are one person, shown by `kept`, or two. */
function sayOfPair(unit: CommandUnit, kept: StudentId, merged: StudentId, status: 'active' | 'apart'): void {
  // In either order: what two desks say of them is about one pair.
  const id = sharedId('person-merge', ...[kept, merged].toSorted());
  unit.changes.write({ type: 'person-merge', id }, (change) =>
    change.put('person_merge', {
      id,
      school: unit.school.id,
      kept,
      merged,
      madeBy: unit.actor.user,
      madeAtMs: unit.nowMs,
      status,
    }),
  );
}

function withdraw(unit: CommandUnit, { id, kept, merged }: PersonMerge): void {
  unit.changes.write({ type: 'person-merge', id }, (change) =>
    change.put('person_merge', { id, kept, merged, status: 'withdrawn' }),
  );
}

/** The same for both orders. */
function pairKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

function comparableRecords(unit: QueryUnit): readonly ComparableRecord[] {
  return listRecordsToCompare(unit.db).map((record) => {
    const legal = legalName(record);
    return {
      id: record.id,
      givenNames: searchTexts(record.givenName, record.preferredGivenName),
      familyNames: searchTexts(record.familyName, record.preferredFamilyName),
      skeletons: wordsOf(legal).map(skeletonsOf),
      isInOtherScript: isInOtherScript(legal),
      birthDate: openField(unit.fields, 'student', record, 'birthDate'),
      nationalId: openField(unit.fields, 'student', record, 'nationalId')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, ''),
      studentNumber: record.studentNumber.trim().toLowerCase(),
    };
  });
}

/** An empty preferred name is no name of its own; a person may have no family name. */
function searchTexts(legal: string, preferred: string): readonly string[] {
  const names = preferred === '' ? [legal] : [legal, preferred];
  return names.map(toSearchText);
}

function compared(unit: QueryUnit, record: StudentRecord): Comparison['records'][number] {
  const { db, scope, today } = unit;
  const classes = listClassesOf(db, scope, record.id, today);
  const { days } = showAttendance(unit, record.id);
  const marked = days.flatMap(({ sessions }) => sessions.filter(({ code }) => code !== null));
  return {
    id: record.id,
    name: shownName(record),
    legalName: legalName(record),
    studentNumber: record.studentNumber,
    grade: record.grade,
    homeroom: classes.find(({ classType }) => classType === 'homeroom')?.title ?? '',
    status: record.status,
    classes: classes.map(({ title }) => title),
    guardians: listGuardians(db, scope, record.id).map(plainName),
    groups: listGroupsOf(db, scope, record.id, today).map(({ title }) => title),
    marks: marked.length,
  };
}

function likenessOf(
  unit: QueryUnit,
  one: StudentRecord,
  other: StudentRecord,
  column: 'birthDate' | 'nationalId' | 'address',
): Comparison['likeness']['birthDate'] {
  const first = toSearchText(openField(unit.fields, 'student', one, column));
  const second = toSearchText(openField(unit.fields, 'student', other, column));
  if (first === '' && second === '') return 'both-missing';
  if (first === '' || second === '') return 'one-missing';
  return first === second ? 'same' : 'different';
}
