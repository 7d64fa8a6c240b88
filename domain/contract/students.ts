import { z } from 'zod';
import { roles } from '../access/policy.ts';
import { classId, day, guardianId, idOf, studentId, userId } from '../ids.ts';
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

const studentStatus = z.enum(['active', 'left']);
const studentGroupId = idOf<'student-group'>();
const savedListId = idOf<'saved-list'>();
const studentGroup = z.strictObject({
  id: studentGroupId,
  kind: z.enum(['bus', 'activity']),
  title: z.string(),
});

/** What today's registers say of a student: absent, absent and nobody knows why, late, or nothing yet. */
export const studentsToday = z.enum(['absent', 'unexplained', 'late', 'unmarked']);
export type StudentsToday = z.output<typeof studentsToday>;

/** What a list of students looks for and how it is sorted: also what a saved list keeps. */
export const studentListFilter = z.strictObject({
  text: z.string().trim().max(100).default(''),
  grade: z.string().max(20).nullable().default(null),
  homeroom: classId.nullable().default(null),
  status: studentStatus.default('active'),
  /** A bus run or an activity. */
  group: studentGroupId.nullable().default(null),
  /** What a guardian speaks, as the roster says it. */
  language: z.string().max(40).nullable().default(null),
  /** Only for who may see attendance. */
  today: studentsToday.nullable().default(null),
  /** By the absence of the school year to today: a band of the country's measure, by its id. Only for who may see attendance. */
  absence: z
    .strictObject({ band: z.string().min(1).max(40), andAbove: z.boolean() })
    .nullable()
    .default(null),
  /** `rate` only for who may see attendance. */
  sort: z.enum(['name', 'grade', 'homeroom', 'number', 'rate']).default('name'),
  descending: z.boolean().default(false),
});

const listTitle = z.string().trim().min(1).max(60);

/** A record in a list of possible duplicates. */
const duplicateRow = z.strictObject({ ...studentRow.shape, studentNumber: z.string() });

/** A record as the screen of possible duplicates shows one. */
const comparedRecord = z.strictObject({
  id: studentId,
  name: personName,
  legalName: personName,
  studentNumber: z.string(),
  grade: z.string(),
  homeroom: z.string(),
  status: studentStatus,
  classes: z.array(z.string()),
  guardians: z.array(personName),
  groups: z.array(z.string()),
  /** Entries in registers, of the teachers and of the office. */
  marks: z.int(),
});

/** How two sealed values compare; the values themselves are not shown here. */
const likeness = z.enum(['same', 'different', 'one-missing', 'both-missing']);

const duplicateReason = z.enum([
  'student-number',
  'national-id',
  'birth-date-same-name',
  'birth-date-swapped-name',
  'birth-date-similar-name',
  'birth-date-other-script',
]);

const rate = z.strictObject({
  /** Sessions (or days) that were possible, and those missed: the exact fraction, never a rounded figure. */
  possible: z.number(),
  absent: z.number(),
  unexplained: z.number(),
  late: z.number(),
  /** The fraction with one decimal, rounded last; null when nothing was possible. */
  percentText: z.string().nullable(),
  band: z.string().nullable(),
  /** The threshold of the country's measure in whole percent, and whether the exact fraction reaches it. */
  threshold: z.strictObject({ percent: z.int(), title: z.string(), reached: z.boolean() }).nullable(),
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
    summary: 'Lists students by filter, sorted.',
    states: signedIn,
    permission: 'students.find',
    scope: 'students',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({ ...studentListFilter.shape, page: page.prefault({}) }),
    output: z.strictObject({
      students: z.array(
        z.strictObject({
          ...studentRow.shape,
          studentNumber: z.string(),
          /**
           * What was missed of the school year to today. Null where the role may not see attendance; the text is null when
           * nothing was possible yet, and the band also while there was too little.
           */
          rate: z
            .strictObject({
              percentText: z.string().nullable(),
              band: z.strictObject({ title: z.string(), isFlagged: z.boolean() }).nullable(),
            })
            .nullable(),
        }),
      ),
      total: z.int(),
    }),
  }),
  filters: procedure({
    kind: 'query',
    summary:
      'Lists the years, homerooms, bus runs, activities, languages and bands of absence one can filter students by; no student.',
    states: signedIn,
    permission: 'students.find',
    scope: 'classes',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      grades: z.array(z.string()),
      homerooms: z.array(z.strictObject({ id: classId, title: z.string() })),
      groups: z.array(studentGroup),
      languages: z.array(z.string()),
      /** The bands of the country's measure of absence by their lower ends in whole percent; none for who may not see attendance. */
      bands: z.array(z.strictObject({ id: z.string(), title: z.string(), percent: z.int() })),
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
      /** Bus runs and activities. */
      groups: z.array(
        z.strictObject({
          ...studentGroup.shape,
          weekdays: z.array(z.int()),
          fromMinute: z.int().nullable(),
          untilMinute: z.int().nullable(),
          stop: z.string(),
        }),
      ),
      /** The records that are shown with this one. What the card shows of each is what may differ. */
      merged: z.array(
        z.strictObject({
          id: studentId,
          legalName: personName,
          studentNumber: z.string(),
          medicalAlert: z.string().nullable(),
        }),
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
      /** How the rate grew, oldest first: the exact fraction to the end of each week, which begins on `week`. */
      weeks: z.array(
        z.strictObject({ week: day, possible: z.number(), absent: z.number(), percentText: z.string() }),
      ),
      /** The bands of the country's measure, by their lower ends in whole percent. */
      bands: z.array(z.strictObject({ percent: z.int(), title: z.string() })),
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
      /** Other addresses, of records that are shown with this one. */
      otherAddresses: z.array(z.string()),
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
      /** What records that are shown with this one say otherwise. */
      merged: z.array(
        z.strictObject({ studentNumber: z.string(), birthDate: z.string(), nationalId: z.string() }),
      ),
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
  family: procedure({
    kind: 'query',
    summary: "Shows a student's brothers and sisters at the school and the languages of the guardians.",
    states: signedIn,
    permission: 'students.card',
    scope: 'students',
    audits: { action: 'view', record: 'student' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({
      siblings: z.array(z.strictObject({ id: studentId, name: personName, homeroom: z.string() })),
      languages: z.array(z.string()),
    }),
  }),
  lists: procedure({
    kind: 'query',
    summary: "Shows the user's own saved lists: names and filters, no student.",
    states: signedIn,
    permission: 'students.find',
    scope: 'self',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      lists: z.array(
        z.strictObject({
          id: savedListId,
          title: z.string(),
          /** Null for one that a newer version has written. */
          filter: studentListFilter.nullable(),
        }),
      ),
    }),
  }),
  saveList: procedure({
    kind: 'command',
    summary: "Keeps a list's filter under a name; an own list of that name gets the new filter.",
    states: signedIn,
    permission: 'students.find',
    scope: 'self',
    audits: { action: 'create', record: 'saved-list' },
    errors: [],
    input: z.strictObject({ title: listTitle, filter: studentListFilter }),
    output: z.strictObject({ list: savedListId, replaced: z.boolean() }),
  }),
  renameList: procedure({
    kind: 'command',
    summary: 'Gives an own saved list another name.',
    states: signedIn,
    permission: 'students.find',
    scope: 'self',
    audits: { action: 'update', record: 'saved-list' },
    errors: ['list-gone', 'list-title-taken'],
    input: z.strictObject({ list: savedListId, title: listTitle }),
    output: z.strictObject({}),
  }),
  removeList: procedure({
    kind: 'command',
    summary: 'Removes an own saved list. No student is touched.',
    states: signedIn,
    permission: 'students.find',
    scope: 'self',
    audits: { action: 'delete', record: 'saved-list' },
    errors: ['list-gone'],
    input: z.strictObject({ list: savedListId }),
    output: z.strictObject({}),
  }),
  duplicates: procedure({
    kind: 'query',
    summary:
      'Lists pairs of records that may be one person, and why in words; never a date of birth or an id.',
    states: signedIn,
    permission: 'students.edit',
    scope: 'school',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      pairs: z.array(
        z.strictObject({ records: z.tuple([duplicateRow, duplicateRow]), reasons: z.array(duplicateReason) }),
      ),
      /** True where there are more than are listed. */
      more: z.boolean(),
      merged: z.array(
        z.strictObject({ kept: duplicateRow, merged: duplicateRow, by: z.string(), atMs: z.number() }),
      ),
      /** Pairs of which somebody has said that they are two people: they are proposed no more. */
      apart: z.array(
        z.strictObject({ records: z.tuple([duplicateRow, duplicateRow]), by: z.string(), atMs: z.number() }),
      ),
    }),
  }),
  compareRecords: procedure({
    kind: 'query',
    summary:
      'Shows two records side by side before they are merged; of sealed values only whether they agree.',
    states: signedIn,
    permission: 'students.edit',
    scope: 'school',
    audits: { action: 'view', record: 'student' },
    errors: [],
    input: z.strictObject({ one: studentId, other: studentId }),
    output: z.strictObject({
      records: z.tuple([comparedRecord, comparedRecord]),
      likeness: z.strictObject({ birthDate: likeness, nationalId: likeness, address: likeness }),
      /** Classes that have both: their registers list the person once. */
      sharedClasses: z.array(z.string()),
    }),
  }),
  merge: procedure({
    kind: 'command',
    summary: 'Shows two student records as one person. No row is moved or deleted.',
    states: signedIn,
    permission: 'students.edit',
    scope: 'school',
    audits: { action: 'update', record: 'student' },
    errors: ['record-merged-already'],
    input: z.strictObject({ kept: studentId, merged: studentId }),
    output: z.strictObject({}),
  }),
  unmerge: procedure({
    kind: 'command',
    summary: 'Parts a record from the one that it is shown with: both are as they were.',
    states: signedIn,
    permission: 'students.edit',
    scope: 'school',
    audits: { action: 'update', record: 'student' },
    errors: ['record-not-merged'],
    input: z.strictObject({ merged: studentId }),
    output: z.strictObject({}),
  }),
  keepApart: procedure({
    kind: 'command',
    summary:
      'Says of two records that they are two people, or takes that back: then the pair is proposed again.',
    states: signedIn,
    permission: 'students.edit',
    scope: 'school',
    audits: { action: 'update', record: 'student' },
    errors: ['record-merged-already'],
    input: z.strictObject({ one: studentId, other: studentId, apart: z.boolean() }),
    output: z.strictObject({}),
  }),
} as const;
