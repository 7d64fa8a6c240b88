import { z } from 'zod';
import { addDays } from '../calendar/day.ts';
import { classId, day, guardianId, idOf, studentId } from '../ids.ts';
import { procedure } from './procedure.ts';
import { dueStep, markCategory, personName, registerSession } from './shared.ts';

const signedIn = ['signed-in'] as const;
/** A trip of a whole school is planned in parts. */
const mostStudents = 500;

export const planId = idOf<'planned-absence'>();
export const occasionId = idOf<'occasion'>();
export const contactId = idOf<'contact'>();

/** How a family was reached, or reached the school. */
export const contactChannel = z.enum(['voicemail', 'call-in', 'call-out', 'message', 'letter', 'in-person']);
export type ContactChannel = z.output<typeof contactChannel>;

/** What came of a contact. */
export const contactOutcome = z.enum([
  'reached',
  'reason-given',
  'promised-note',
  'left-message',
  'no-answer',
  'wrong-number',
]);
export type ContactOutcome = z.output<typeof contactOutcome>;

export const nextStep = z.enum(['none', ...dueStep.options]);
export type NextStep = z.output<typeof nextStep>;

const sessions = z.array(registerSession).max(20);
const code = z.string().min(1).max(4);
const note = z.string().trim().max(500);

/** A contact as it is entered. A next step has a time at which it is due, in the school's own clock. */
const contactEntered = z
  .strictObject({
    channel: contactChannel,
    guardian: guardianId.nullable().default(null),
    /** Who it was, where it was no guardian on file. */
    spokeWith: z.string().trim().max(100).default(''),
    outcome: contactOutcome,
    note: note.default(''),
    nextStep: nextStep.default('none'),
    due: z
      .strictObject({ day, minute: z.int().min(0).max(1439) })
      .nullable()
      .default(null),
    /** The earlier contact whose next step this one takes. */
    settles: contactId.nullable().default(null),
  })
  .refine(({ nextStep: step, due }) => (step === 'none') === (due === null), { path: ['due'] });

const contactShown = z.strictObject({
  id: contactId,
  student: studentId,
  name: personName,
  homeroom: z.string(),
  atMs: z.number(),
  channel: contactChannel,
  /** The guardian, or who else it was; empty where nobody was named. */
  with: z.string(),
  outcome: contactOutcome,
  note: z.string(),
  nextStep,
  dueAtMs: z.number().nullable(),
  /** The next step was taken. */
  isSettled: z.boolean(),
  by: z.string(),
});

const planShown = z.strictObject({
  id: planId,
  student: studentId,
  name: personName,
  homeroom: z.string(),
  from: day,
  to: day,
  sessions,
  code: z.string(),
  meaning: z.string(),
  category: markCategory,
  occasion: z.string(),
  occasionId: occasionId.nullable(),
  note: z.string(),
  by: z.string(),
  atMs: z.number(),
  /** Days on which school is held. */
  schoolDays: z.int(),
  /** It covers days that have passed: it can be ended, and not withdrawn. */
  hasBegun: z.boolean(),
  /** Another plan of the student, made later, holds on some of its sessions. */
  isOverlaid: z.boolean(),
});

/** One cell of a register. */
const cell = z.strictObject({ student: studentId, day, class: classId, session: registerSession });

/** A mark that an entry wrote; its logical time tells it from any that comes after it. */
const writtenCell = cell.extend({ hlc: z.int().min(0) });

const unexplainedCell = z.strictObject({
  day,
  class: classId,
  classTitle: z.string(),
  session: registerSession,
  code: z.string(),
});

function isRange({ from, to }: { readonly from: string; readonly to: string }): boolean {
  return from <= to;
}

const written = z.strictObject({
  contacts: z.array(contactId),
  plans: z.array(planId),
  /** The cells that got an office mark. */
  marks: z.array(writtenCell),
});

/** The absence line: calls, planned absences, callbacks, and absences that still lack a reason. */
export const absenceProcedures = {
  plan: procedure({
    kind: 'command',
    summary: 'Plans an absence of one student or a group, from today on.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'create', record: 'absence' },
    errors: ['code-unknown', 'code-gives-no-reason', 'day-has-passed', 'no-school-days'],
    input: z
      .strictObject({
        students: z.array(studentId).min(1).max(mostStudents),
        from: day,
        /** Inclusive; at most a year after `from`. */
        to: day,
        /** None is every session of the day. */
        sessions: sessions.default([]),
        code,
        occasion: z.string().trim().max(100).default(''),
        note: note.default(''),
      })
      .refine((input) => isRange(input) && input.to <= addDays(input.from, 365), { path: ['to'] }),
    output: z.strictObject({ plans: z.array(planId) }),
  }),
  plans: procedure({
    kind: 'query',
    summary: 'Lists planned absences that touch some days, of one student or one occasion where it is asked.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'absence' },
    errors: [],
    input: z
      .strictObject({
        from: day,
        to: day,
        student: studentId.nullable().default(null),
        occasion: occasionId.nullable().default(null),
      })
      .refine(isRange, { path: ['to'] }),
    output: z.strictObject({ plans: z.array(planShown) }),
  }),
  changePlan: procedure({
    kind: 'command',
    summary:
      'Changes or ends planned absences, of a whole group at once, who goes included, or none of it; what has passed stays as it was.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'update', record: 'absence' },
    errors: ['code-unknown', 'code-gives-no-reason', 'plan-has-begun', 'no-school-days'],
    input: z.strictObject({
      plans: z.array(planId).min(1).max(mostStudents),
      fields: z.strictObject({
        from: day.optional(),
        /** Inclusive. Yesterday ends a plan that has begun. */
        to: day.optional(),
        sessions: sessions.optional(),
        code: code.optional(),
        occasion: z.string().trim().max(100).optional(),
        note: note.optional(),
      }),
      /** Those of `plans` that are withdrawn instead: their students do not go. */
      leaves: z.array(planId).max(mostStudents).default([]),
      /** Students who go as well: with the first of `plans` as it is changed, in its occasion. */
      joins: z.array(studentId).max(mostStudents).default([]),
    }),
    /** How many are in force afterwards. */
    output: z.strictObject({ plans: z.int() }),
  }),
  withdrawPlan: procedure({
    kind: 'command',
    summary: 'Withdraws planned absences that cover no day that has passed.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'update', record: 'absence' },
    errors: ['plan-has-begun'],
    input: z.strictObject({ plans: z.array(planId).min(1).max(mostStudents) }),
    output: z.strictObject({ plans: z.int() }),
  }),
  student: procedure({
    kind: 'query',
    summary:
      "Opens a student for the absence line: siblings, guardians' names, plans, absences without a reason, contacts.",
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'view', record: 'absence' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({
      student: studentId,
      name: personName,
      homeroom: z.string(),
      siblings: z.array(z.strictObject({ id: studentId, name: personName, homeroom: z.string() })),
      guardians: z.array(z.strictObject({ id: guardianId, name: personName, relation: z.string() })),
      plans: z.array(planShown),
      unexplained: z.array(unexplainedCell),
      /** The newest first. */
      contacts: z.array(contactShown),
    }),
  }),
  logContact: procedure({
    kind: 'command',
    summary: 'Logs a contact made or tried with a family: who, when, what came of it, and what follows.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'create', record: 'absence' },
    errors: [],
    input: z.strictObject({ students: z.array(studentId).min(1).max(10), contact: contactEntered }),
    output: z.strictObject({ contacts: z.array(contactId) }),
  }),
  record: procedure({
    kind: 'command',
    summary:
      'Enters a call to the absence line in one step: the contact, the days to come as a plan, and reasons in registers that only said "not here".',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'create', record: 'absence' },
    errors: ['code-unknown', 'code-gives-no-reason', 'no-school-days'],
    input: z
      .strictObject({
        /** One student, or siblings. */
        students: z.array(studentId).min(1).max(10),
        contact: contactEntered,
        code,
        from: day,
        to: day,
        sessions: sessions.default([]),
      })
      .refine((input) => isRange(input) && input.to <= addDays(input.from, 365), { path: ['to'] }),
    output: written,
  }),
  explain: procedure({
    kind: 'command',
    summary: 'Gives a reason to a student\'s marks that only say "not here": all of them, or some.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'update', record: 'absence' },
    errors: ['code-unknown', 'code-gives-no-reason', 'nothing-to-explain'],
    input: z.strictObject({
      student: studentId,
      code,
      /** Null is all of the school year. */
      registers: z
        .array(cell.omit({ student: true }))
        .min(1)
        .max(400)
        .nullable()
        .default(null),
      contact: contactEntered.nullable().default(null),
    }),
    output: written,
  }),
  takeBack: procedure({
    kind: 'command',
    summary:
      "Takes an entry back: the office's marks become what they were before, unless they were changed since, and plans that have not begun are withdrawn. A logged contact stays.",
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'update', record: 'absence' },
    errors: ['plan-has-begun'],
    input: z.strictObject({
      plans: z.array(planId).max(mostStudents).default([]),
      marks: z.array(writtenCell).max(400).default([]),
    }),
    /** `kept`: marks that somebody has changed since, which stay as they are. */
    output: z.strictObject({ plans: z.int(), marks: z.int(), kept: z.int() }),
  }),
  day: procedure({
    kind: 'query',
    summary: "Lists the contacts of a day: the absence line's log.",
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'absence' },
    errors: [],
    input: z.strictObject({ day }),
    output: z.strictObject({ contacts: z.array(contactShown) }),
  }),
  callbacks: procedure({
    kind: 'query',
    summary: 'Lists the next steps promised to families, or by them, that nobody has taken yet.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'absence' },
    errors: [],
    input: z.strictObject({ until: day }),
    output: z.strictObject({ contacts: z.array(contactShown) }),
  }),
  unexplained: procedure({
    kind: 'query',
    summary: 'Lists students with absences that still lack a reason, overdue ones first.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'absence' },
    errors: [],
    input: z.strictObject({
      /** How many school days back, today included. */
      days: z.int().min(1).max(250).default(30),
    }),
    output: z.strictObject({
      /** School days within which a reason must be given; null where no rule says. */
      reasonWithinDays: z.int().nullable(),
      students: z.array(
        z.strictObject({
          student: studentId,
          name: personName,
          homeroom: z.string(),
          /** Oldest first. */
          registers: z.array(unexplainedCell),
          /** School days that have gone by since the oldest, its own among them; 0 is today. */
          sinceDays: z.int(),
          reasonDueDay: day.nullable(),
          isOverdue: z.boolean(),
          lastContact: z.strictObject({ atMs: z.number(), outcome: contactOutcome }).nullable(),
        }),
      ),
    }),
  }),
} as const;
