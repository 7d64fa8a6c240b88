import { z } from 'zod';
import { roles } from '../access/policy.ts';
import { classId, day, guardianId, studentId, userId } from '../ids.ts';
import { procedure } from './procedure.ts';
import { markCategory, page, personName, registerSession } from './shared.ts';

const signedIn = ['signed-in'] as const;

const studentRow = z.strictObject({
  id: studentId,
  name: personName,
  grade: z.string(),
  homeroom: z.string(),
  status: z.enum(['active', 'left']),
});

const rate = z.strictObject({
  /** Sessions (or days) that were possible, and those missed: the exact fraction, never a rounded figure. */
  possible: z.number(),
  absent: z.number(),
  unexplained: z.number(),
  late: z.number(),
  /** The fraction with one decimal, rounded last; null when nothing was possible. */
  percentText: z.string().nullable(),
  band: z.string().nullable(),
});

/** Finding students and opening their card; each tab of the card is an audited read of its own. */
export const studentProcedures = {
  find: procedure({
    kind: 'query',
    summary: 'Finds students by any part of a name, for the palette and the desk.',
    states: signedIn,
    permission: 'students.find',
    scope: 'students',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({ text: z.string().trim().min(1).max(100) }),
    output: z.strictObject({ students: z.array(studentRow), more: z.boolean() }),
  }),
  list: procedure({
    kind: 'query',
    summary: 'Lists students by filter, in name order.',
    states: signedIn,
    permission: 'students.find',
    scope: 'students',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({
      text: z.string().trim().max(100).default(''),
      grade: z.string().max(20).nullable().default(null),
      homeroom: classId.nullable().default(null),
      status: z.enum(['active', 'left']).default('active'),
      page: page.prefault({}),
    }),
    output: z.strictObject({ students: z.array(studentRow), total: z.int() }),
  }),
  filters: procedure({
    kind: 'query',
    summary: 'Lists the years and homerooms one can filter students by; no student.',
    states: signedIn,
    permission: 'students.find',
    scope: 'classes',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      grades: z.array(z.string()),
      homerooms: z.array(z.strictObject({ id: classId, title: z.string() })),
    }),
  }),
  card: procedure({
    kind: 'query',
    summary:
      "Opens a student's card: names, year, homeroom, classes, and alerts where the role may see them.",
    states: signedIn,
    permission: 'students.card',
    scope: 'students',
    audits: { action: 'view', record: 'student' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({
      id: studentId,
      name: personName,
      legalName: personName,
      pronouns: z.string().nullable(),
      studentNumber: z.string(),
      grade: z.string(),
      status: z.enum(['active', 'left']),
      homeroom: z.string(),
      classes: z.array(
        z.strictObject({ id: classId, title: z.string(), periods: z.array(z.string()), teacher: z.string() }),
      ),
      /** Null where the role may not see medical alerts; empty text where there are none. */
      medicalAlert: z.string().nullable(),
      versions: z.record(z.string(), z.string()),
    }),
  }),
  attendance: procedure({
    kind: 'query',
    summary: "Shows one student's marks day by day and the rates that follow from them.",
    states: signedIn,
    permission: 'attendance.see',
    scope: 'students',
    audits: { action: 'view', record: 'student' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({
      from: day,
      to: day,
      /** Only school days on which a register of the student was expected, in order. */
      days: z.array(
        z.strictObject({
          day,
          sessions: z.array(
            z.strictObject({
              session: registerSession,
              classTitle: z.string(),
              code: z.string().nullable(),
              meaning: z.string().nullable(),
              category: markCategory.nullable(),
              minutes: z.int().nullable(),
              /** True when the office's mark stands over a different one of the teacher's. */
              overridden: z.boolean(),
            }),
          ),
        }),
      ),
      rate,
    }),
  }),
  contacts: procedure({
    kind: 'query',
    summary:
      "Shows a student's guardians with their telephone numbers, e-mail and language, and the home address.",
    states: signedIn,
    permission: 'students.contacts',
    scope: 'students',
    audits: { action: 'view', record: 'guardian' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({
      address: z.string(),
      versions: z.record(z.string(), z.string()),
      guardians: z.array(
        z.strictObject({
          id: guardianId,
          name: personName,
          relation: z.string(),
          language: z.string(),
          phone: z.string(),
          email: z.string(),
          versions: z.record(z.string(), z.string()),
        }),
      ),
    }),
  }),
  identity: procedure({
    kind: 'query',
    summary: "Shows a student's date of birth and national id.",
    states: signedIn,
    permission: 'students.identity',
    scope: 'students',
    audits: { action: 'view', record: 'student' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({
      birthDate: z.string(),
      nationalId: z.string(),
      sex: z.string(),
      versions: z.record(z.string(), z.string()),
    }),
  }),
  change: procedure({
    kind: 'command',
    summary: "Corrects fields of a student's record, each against the version that was read.",
    states: signedIn,
    permission: 'students.edit',
    scope: 'students',
    audits: { action: 'update', record: 'student' },
    errors: ['record-changed'],
    input: z.strictObject({
      student: studentId,
      /** Field by field: the new value and the version it was read at. Only fields that were changed. */
      fields: z
        .record(
          z.enum([
            'preferredGivenName',
            'preferredFamilyName',
            'pronouns',
            'address',
            'birthDate',
            'nationalId',
            'medicalAlert',
          ]),
          z.strictObject({ value: z.string().max(2000), version: z.string().max(200) }).optional(),
        )
        .refine(
          ({ birthDate }) =>
            birthDate === undefined || birthDate.value === '' || day.safeParse(birthDate.value).success,
          {
            path: ['birthDate'],
          },
        ),
    }),
    output: z.strictObject({}),
  }),
  changeGuardian: procedure({
    kind: 'command',
    summary: "Corrects fields of a guardian's record, each against the version that was read.",
    states: signedIn,
    permission: 'students.edit',
    scope: 'students',
    audits: { action: 'update', record: 'guardian' },
    errors: ['record-changed'],
    input: z.strictObject({
      student: studentId,
      guardian: guardianId,
      fields: z.record(
        z.enum(['phone', 'email', 'language']),
        z.strictObject({ value: z.string().max(2000), version: z.string().max(200) }).optional(),
      ),
    }),
    output: z.strictObject({}),
  }),
  accessRecord: procedure({
    kind: 'query',
    summary: "Lists who accessed one student's data, what they did, from which computer and when.",
    states: signedIn,
    permission: 'audit.read',
    scope: 'students',
    audits: { action: 'view', record: 'audit' },
    errors: [],
    input: z.strictObject({ student: studentId, before: z.int().nullable().default(null) }),
    output: z.strictObject({
      entries: z.array(
        z.strictObject({
          seq: z.int(),
          atMs: z.number(),
          user: userId.nullable(),
          userName: z.string(),
          role: z.enum(roles).nullable(),
          action: z.string(),
          record: z.string(),
          procedure: z.string(),
          desk: z.string(),
          outcome: z.string(),
        }),
      ),
      more: z.boolean(),
    }),
  }),
} as const;
