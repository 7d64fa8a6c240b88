import { readAuditPage } from '../../db/audit/read.ts';
import { readDeskLabels, readUserNames } from '../../db/people/actors.ts';
import { listClassesOf } from '../../db/people/classes.ts';
import { listGuardians, readGuardian } from '../../db/people/guardians.ts';
import { legalName, plainName, shownName } from '../../db/people/person-name.ts';
import {
  countStudents,
  hasStudent,
  listGrades,
  listHomerooms,
  listStudents,
  readStudent,
} from '../../db/people/students.ts';
import { reachOf, roles, type Permission } from '../../domain/access/policy.ts';
import { userId, type StudentId } from '../../domain/ids.ts';
import { answer, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { openField, valuesToWrite, versionsOf } from './sealed-fields.ts';
import { showAttendance } from './student-attendance.ts';

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
      const filter = { text, grade: null, homeroom: null, status: null };
      const page = { offset: 0, limit: mostFound + 1 };
      const found = listStudents(unit.db, unit.scope, filter, unit.today, page);
      const students = found.slice(0, mostFound);
      return answer({ students, more: found.length > mostFound }, subjectsOf(students));
    },
  },

  list: {
    runs: 'in-unit',
    run(unit, { page, ...filter }) {
      const students = listStudents(unit.db, unit.scope, filter, unit.today, page);
      const total = countStudents(unit.db, unit.scope, filter, unit.today);
      return answer({ students: [...students], total }, subjectsOf(students));
    },
  },

  filters: {
    runs: 'in-unit',
    run: (unit) =>
      answer({
        grades: [...listGrades(unit.db, unit.scope)],
        homerooms: [...listHomerooms(unit.db, unit.scope)],
      }),
  },

  card: {
    runs: 'in-unit',
    run(unit, { student: id }) {
      const record = readStudent(unit.db, unit.scope, id);
      if (record === undefined) return refuse({ type: 'out-of-scope' }, factsOf(id));
      const classes = listClassesOf(unit.db, unit.scope, id, unit.today);
      const seesAlerts = may(unit, 'students.alerts');
      const fields = ['preferredGivenName', 'preferredFamilyName', 'pronouns'];
      return answer(
        {
          id,
          name: shownName(record),
          legalName: legalName(record),
          pronouns: record.pronouns === '' ? null : record.pronouns,
          studentNumber: record.studentNumber,
          grade: record.grade,
          status: record.status,
          homeroom: classes.find(({ classType }) => classType === 'homeroom')?.title ?? '',
          classes: classes.map(({ id: classId, title, periods, teacher }) => ({
            id: classId,
            title,
            periods: [...periods],
            teacher,
          })),
          medicalAlert: seesAlerts ? openField(unit.fields, 'student', record, 'medicalAlert') : null,
          versions: versionsOf(record, seesAlerts ? [...fields, 'medicalAlert'] : fields),
        },
        factsOf(id),
      );
    },
  },

  attendance: {
    runs: 'in-unit',
    run(unit, { student }) {
      if (!hasStudent(unit.db, unit.scope, student))
        return refuse({ type: 'out-of-scope' }, factsOf(student));
      return answer(showAttendance(unit, student), factsOf(student));
    },
  },

  contacts: {
    runs: 'in-unit',
    run(unit, { student: id }) {
      const record = readStudent(unit.db, unit.scope, id);
      if (record === undefined) return refuse({ type: 'out-of-scope' }, factsOf(id));
      const guardians = listGuardians(unit.db, unit.scope, id);
      return answer(
        {
          address: openField(unit.fields, 'student', record, 'address'),
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
          subjects: [id, ...guardians.map((guardian) => guardian.id)],
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
          versions: versionsOf(record, ['birthDate', 'nationalId']),
        },
        factsOf(id),
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
        unit.changes.write({ type: 'student', id }, (change) => change.put('student', { id, ...values }));
      }
      return answer({}, factsOf(id));
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
        { subject: student },
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
        { subjects: [student], count: entries.length, recordId: student },
      );
    },
  },
};

function may({ actor }: QueryUnit, permission: Permission): boolean {
  return reachOf(actor.role, permission) !== undefined;
}

function factsOf(student: StudentId) {
  return { subjects: [student], recordId: student };
}

function subjectsOf(students: readonly { readonly id: StudentId }[]) {
  return { subjects: students.map(({ id }) => id) };
}
