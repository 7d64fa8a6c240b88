import { readAuditPage } from '../../db/audit/read.ts';
import { readDeskLabels, readUserNames } from '../../db/people/actors.ts';
import { listClassesOf } from '../../db/people/classes.ts';
import {
  listGuardianLanguages,
  listGuardians,
  listSiblings,
  readGuardian,
} from '../../db/people/guardians.ts';
import { legalName, plainName, shownName } from '../../db/people/person-name.ts';
import { readMerges } from '../../db/people/merges.ts';
import { listGroups, listGroupsOf } from '../../db/people/student-groups.ts';
import {
  anyStudent,
  hasStudent,
  inCountingOrder,
  isActive,
  listGrades,
  listHomerooms,
  listStudents,
  readMergedRecords,
  readStudent,
  readStudentLines,
} from '../../db/people/students.ts';
import { reachOf, roles, type Permission } from '../../domain/access/policy.ts';
import { userId, type StudentId } from '../../domain/ids.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { answer, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { duplicateHandlers } from './duplicates.ts';
import { listPage } from './list-students.ts';
import { savedListHandlers } from './saved-lists.ts';
import { openField, valuesToWrite, versionsOf } from './sealed-fields.ts';
import { measureOf, showAttendance } from './student-attendance.ts';

/** The palette shows no more. */
const mostFound = 20;
/** Entries of the access record in one answer. */
const entriesPerPage = 50;

/** The fields of a student that may be corrected, each with the permission that lets a role see it in the first place. */
const studentFields = {
  preferredGivenName: 'students.card',
  preferredFamilyName: 'students.card',
  pronouns: 'students.card',
  address: 'students.contacts',
  birthDate: 'students.identity',
  nationalId: 'students.identity',
  medicalAlert: 'students.alerts',
} as const satisfies Record<string, Permission>;
const studentFieldNames = [
  'preferredGivenName',
  'preferredFamilyName',
  'pronouns',
  'address',
  'birthDate',
  'nationalId',
  'medicalAlert',
] as const satisfies readonly (keyof typeof studentFields)[];
const guardianFieldNames = ['phone', 'email', 'language'] as const;

/** Finding students, their card tab by tab, correcting records, and who accessed them. */
export const studentHandlers: AreaHandlers<'students'> = {
  find: {
    runs: 'in-unit',
    run(unit, { text }) {
      const filter = { ...anyStudent, text };
      const page = { offset: 0, limit: mostFound + 1 };
      const found = listStudents(unit.db, unit.scope, filter, unit.today, page);
      const students = found
        .slice(0, mostFound)
        .map(({ id, name, grade, homeroom, status }) => ({ id, name, grade, homeroom, status }));
      return answer({ students, more: found.length > mostFound }, subjectsOf(students));
    },
  },

  list: {
    runs: 'in-unit',
    run(unit, input) {
      const listed = listPage(unit, input);
      return listed.ok ? answer(listed.value, subjectsOf(listed.value.students)) : refuse(listed.error);
    },
  },

  filters: {
    runs: 'in-unit',
    run: (unit) =>
      answer({
        grades: [...listGrades(unit.db, unit.scope)],
        homerooms: [...listHomerooms(unit.db, unit.scope)],
        groups: listGroups(unit.db).toSorted((one, other) => inCountingOrder(one.title, other.title)),
        languages: [...listGuardianLanguages(unit.db, unit.scope)],
        bands: may(unit, 'attendance.see')
          ? measureOf(codePackOf(unit)).measure.bands.map(({ id, title, fromPercent }) => ({
              id,
              title,
              percent: fromPercent,
            }))
          : [],
      }),
  },

  card: {
    runs: 'in-unit',
    run(unit, { student: id }) {
      const record = readStudent(unit.db, unit.scope, id);
      if (record === undefined) return refuse({ type: 'out-of-scope' }, factsOf(id));
      const merged = readMergedRecords(unit.db, unit.scope, id);
      const classes = listClassesOf(unit.db, unit.scope, id, unit.today);
      const seesAlerts = may(unit, 'students.alerts');
      const fields = ['preferredGivenName', 'preferredFamilyName', 'pronouns'];
      return answer(
        {
          id: record.id,
          name: shownName(record),
          legalName: legalName(record),
          pronouns: record.pronouns === '' ? null : record.pronouns,
          studentNumber: record.studentNumber,
          grade: record.grade,
          status: isActive(record, merged) ? 'active' : 'left',
          homeroom: classes.find(({ classType }) => classType === 'homeroom')?.title ?? '',
          classes: classes.map(({ id: classId, title, periods, teacher }) => ({
            id: classId,
            title,
            periods: [...periods],
            teacher,
          })),
          groups: listGroupsOf(unit.db, unit.scope, id, unit.today).map((group) => ({
            ...group,
            weekdays: [...group.weekdays],
          })),
          merged: merged.map((each) => ({
            id: each.id,
            legalName: legalName(each),
            studentNumber: each.studentNumber,
            medicalAlert: seesAlerts ? openField(unit.fields, 'student', each, 'medicalAlert') : null,
          })),
          medicalAlert: seesAlerts ? openField(unit.fields, 'student', record, 'medicalAlert') : null,
          versions: versionsOf(record, seesAlerts ? [...fields, 'medicalAlert'] : fields),
        },
        personFacts(unit, id),
      );
    },
  },

  attendance: {
    runs: 'in-unit',
    run(unit, { student }) {
      if (!hasStudent(unit.db, unit.scope, student))
        return refuse({ type: 'out-of-scope' }, factsOf(student));
      return answer(showAttendance(unit, student), personFacts(unit, student));
    },
  },

  contacts: {
    runs: 'in-unit',
    run(unit, { student: id }) {
      const record = readStudent(unit.db, unit.scope, id);
      if (record === undefined) return refuse({ type: 'out-of-scope' }, factsOf(id));
      const guardians = listGuardians(unit.db, unit.scope, id);
      const address = openField(unit.fields, 'student', record, 'address');
      const addresses = readMergedRecords(unit.db, unit.scope, id).map((each) =>
        openField(unit.fields, 'student', each, 'address'),
      );
      return answer(
        {
          address,
          otherAddresses: [...new Set(addresses)].filter((each) => each !== '' && each !== address),
          versions: versionsOf(record, ['address']),
          guardians: guardians.map((guardian) => ({
            id: guardian.id,
            name: plainName(guardian),
            relation: guardian.relation,
            language: guardian.language,
            phone: openField(unit.fields, 'guardian', guardian, 'phone'),
            email: openField(unit.fields, 'guardian', guardian, 'email'),
            versions: versionsOf(guardian, guardianFieldNames),
          })),
        },
        {
          subjects: [...personFacts(unit, id).subjects, ...guardians.map((guardian) => guardian.id)],
          count: guardians.length,
          recordId: id,
        },
      );
    },
  },

  identity: {
    runs: 'in-unit',
    run(unit, { student: id }) {
      const record = readStudent(unit.db, unit.scope, id);
      if (record === undefined) return refuse({ type: 'out-of-scope' }, factsOf(id));
      return answer(
        {
          birthDate: openField(unit.fields, 'student', record, 'birthDate'),
          nationalId: openField(unit.fields, 'student', record, 'nationalId'),
          sex: record.sex,
          merged: readMergedRecords(unit.db, unit.scope, id).map((each) => ({
            studentNumber: each.studentNumber,
            birthDate: openField(unit.fields, 'student', each, 'birthDate'),
            nationalId: openField(unit.fields, 'student', each, 'nationalId'),
          })),
          versions: versionsOf(record, ['birthDate', 'nationalId']),
        },
        personFacts(unit, id),
      );
    },
  },

  change: {
    runs: 'in-unit',
    run(unit, { student: id, fields }) {
      const record = readStudent(unit.db, unit.scope, id);
      if (record === undefined) return refuse({ type: 'out-of-scope' }, factsOf(id));
      // Nobody writes over what the role may not see.
      const isHidden = studentFieldNames.some(
        (name) => fields[name] !== undefined && !may(unit, studentFields[name]),
      );
      if (isHidden) return refuse({ type: 'out-of-scope' }, factsOf(id));
      const values = valuesToWrite(record, fields, studentFieldNames);
      if (values === undefined) return refuse({ type: 'record-changed' }, factsOf(id));
      if (Object.keys(values).length > 0) {
        const shown = record.id;
        unit.changes.write({ type: 'student', id: shown }, (change) =>
          change.put('student', { id: shown, ...values }),
        );
      }
      return answer({}, factsOf(record.id));
    },
  },

  changeGuardian: {
    runs: 'in-unit',
    run(unit, { student, guardian: id, fields }) {
      const facts = { subjects: [student, id], count: 1, recordId: id };
      const record = may(unit, 'students.contacts')
        ? readGuardian(unit.db, unit.scope, student, id)
        : undefined;
      if (record === undefined) return refuse({ type: 'out-of-scope' }, facts);
      const values = valuesToWrite(record, fields, guardianFieldNames);
      if (values === undefined) return refuse({ type: 'record-changed' }, facts);
      if (Object.keys(values).length > 0) {
        unit.changes.write({ type: 'guardian', id }, (change) => change.put('guardian', { id, ...values }));
      }
      return answer({}, facts);
    },
  },

  accessRecord: {
    runs: 'in-unit',
    run(unit, { student, before }) {
      if (!hasStudent(unit.db, unit.scope, student))
        return refuse({ type: 'out-of-scope' }, factsOf(student));
      const { entries, nextBeforeSeq } = readAuditPage(
        unit.db,
        { subject: readMerges(unit.db).recordsOf(student) },
        { limit: entriesPerPage, ...(before === null ? {} : { beforeSeq: before }) },
      );
      const names = readUserNames(unit.db);
      const labels = readDeskLabels(unit.db);
      return answer(
        {
          entries: entries.map(({ seq, at, actor, action, record, procedure, desk, outcome }) => ({
            seq,
            atMs: at,
            user: userId.nullable().parse(actor.user),
            userName: names.get(actor.user ?? '') ?? '',
            role: roles.find((role) => role === actor.role) ?? null,
            action,
            record: record.type,
            procedure,
            desk: labels.get(desk) ?? '',
            outcome,
          })),
          more: nextBeforeSeq !== null,
        },
        { ...personFacts(unit, student), count: entries.length },
      );
    },
  },

  family: {
    runs: 'in-unit',
    run(unit, { student: id }) {
      if (!hasStudent(unit.db, unit.scope, id)) return refuse({ type: 'out-of-scope' }, factsOf(id));
      const siblings = listSiblings(unit.db, unit.scope, id);
      const lines = readStudentLines(unit.db, unit.scope, siblings, unit.today);
      const languages = listGuardians(unit.db, unit.scope, id).map(({ language }) => language);
      return answer(
        {
          siblings: [...lines]
            .map(([sibling, line]) => ({ id: sibling, ...line }))
            .toSorted((one, other) => inCountingOrder(one.name, other.name)),
          languages: [...new Set(languages)].filter((language) => language !== ''),
        },
        { ...personFacts(unit, id), subjects: [...personFacts(unit, id).subjects, ...lines.keys()] },
      );
    },
  },

  ...savedListHandlers,
  ...duplicateHandlers,
};

/** A look at a person is a look at every record of that person. */
function personFacts(unit: QueryUnit, student: StudentId) {
  const subjects = readMerges(unit.db).recordsOf(student);
  return { subjects: [...subjects], recordId: subjects[0] ?? student, count: subjects.length };
}

function may({ actor }: QueryUnit, permission: Permission): boolean {
  return reachOf(actor.role, permission) !== undefined;
}

function factsOf(student: StudentId) {
  return { subjects: [student], recordId: student };
}

function subjectsOf(students: readonly { readonly id: StudentId }[]) {
  return { subjects: students.map(({ id }) => id) };
}
