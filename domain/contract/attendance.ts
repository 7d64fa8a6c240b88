import { z } from 'zod';
import { addDays } from '../calendar/day.ts';
import { dayTimes, sessionTimes } from '../calendar/day-times.ts';
import { noSchool } from '../calendar/no-school.ts';
import { classId, day, idOf, studentId } from '../ids.ts';
import { mostMarksCorrected } from '../attendance/register.ts';
import { procedure } from './procedure.ts';
import {
  countryPack,
  dueStep,
  markCategory,
  personName,
  registerSession,
  schoolName,
  timeZone,
} from './shared.ts';

const signedIn = ['signed-in'] as const;

const registerKey = { day, class: classId, session: registerSession };

const totals = z.strictObject({
  students: z.int(),
  present: z.int(),
  late: z.int(),
  absentExplained: z.int(),
  absentUnexplained: z.int(),
  notPossible: z.int(),
  blank: z.int(),
});

const markShown = z.strictObject({
  code: z.string(),
  category: markCategory,
  minutes: z.int().nullable(),
  note: z.string(),
  by: z.string(),
  atMs: z.number(),
});

const weekMark = z.strictObject({ code: z.string(), category: markCategory });

/** A week of one class, without notes. */
const weekShape = {
  class: classId,
  title: z.string(),
  teacher: z.string(),
  /** Monday to Friday, and a Saturday or Sunday on which there is school. */
  days: z.array(
    z.strictObject({
      day,
      /** Why there is no school; null on a school day. */
      closedBecause: noSchool.nullable(),
    }),
  ),
  /** The class's registers of the week, in order: the columns. */
  registers: z.array(z.strictObject({ day, session: registerSession, taken: z.boolean() })),
  students: z.array(
    z.strictObject({
      id: studentId,
      name: personName,
      /** A cell for each of `registers`, in their order; null where the student was not in the class. */
      cells: z.array(
        z
          .strictObject({
            teacher: weekMark.nullable(),
            office: weekMark.nullable(),
            /** The planned absence, where it is what counts. */
            planned: weekMark.nullable(),
            minutes: z.int().nullable(),
            hasNote: z.boolean(),
            isCorrected: z.boolean(),
          })
          .nullable(),
      ),
    }),
  ),
};

/** A code as it is from a day on. */
const codeEditShape = {
  code: z.string().regex(/^[A-Z0-9/\\#]{1,3}$/),
  /** First day on which it holds. */
  from: day,
  meaning: z.string().trim().min(1).max(120),
  key: z
    .string()
    .regex(/^[A-Z/\\#]$/)
    .nullable(),
  category: z.enum(['attending', 'approved-activity', 'authorised', 'unauthorised', 'not-possible']),
  /** No longer used from that day. */
  isEnded: z.boolean(),
};

const historyItem = z.strictObject({
  column: z.enum(['teacher', 'office']),
  code: z.string().nullable(),
  minutes: z.int().nullable(),
  note: z.string(),
  by: z.string(),
  atMs: z.number(),
});

/** Registers, marks, today's work, the calendar and the codes. */
export const attendanceProcedures = {
  registers: procedure({
    kind: 'query',
    summary: 'Lists the registers expected on a day, with their state and totals.',
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'list', record: 'register' },
    errors: [],
    input: z.strictObject({ day }),
    output: z.strictObject({
      isSchoolDay: z.boolean(),
      /** Why there are none; null on a school day. */
      closedBecause: noSchool.nullable(),
      registers: z.array(
        z.strictObject({
          class: classId,
          title: z.string(),
          teacher: z.string(),
          session: registerSession,
          taken: z.boolean(),
          takenBy: z.string().nullable(),
          takenAtMs: z.number().nullable(),
          totals,
        }),
      ),
    }),
  }),
  register: procedure({
    kind: 'query',
    summary: 'Opens one register: its students with the teacher and office marks and how they came about.',
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'view', record: 'register' },
    errors: ['register-not-expected'],
    input: z.strictObject(registerKey),
    output: z.strictObject({
      ...registerKey,
      title: z.string(),
      teacher: z.string(),
      taken: z.boolean(),
      takenBy: z.string().nullable(),
      takenAtMs: z.number().nullable(),
      previousDay: day.nullable(),
      /** Which column the user writes: the teacher's, the office's, or none. */
      writes: z.enum(['teacher', 'office']).nullable(),
      students: z.array(
        z.strictObject({
          id: studentId,
          name: personName,
          previousCode: z.string().nullable(),
          teacher: markShown.nullable(),
          office: markShown.nullable(),
          /** The planned absence that covers the register; `standingMark` says whether it counts. */
          planned: z
            .strictObject({
              code: z.string(),
              category: markCategory,
              occasion: z.string(),
              by: z.string(),
              atMs: z.number(),
            })
            .nullable(),
          /** Everything that was ever entered for this student in this register, oldest first. */
          history: z.array(historyItem),
        }),
      ),
    }),
  }),
  mark: procedure({
    kind: 'command',
    summary:
      'Enters marks of one register in one step: in the teacher column or the office column, by the role.',
    states: signedIn,
    permission: ['attendance.office', 'attendance.teach'],
    scope: 'classes',
    audits: { action: 'update', record: 'register' },
    errors: ['register-not-expected', 'code-unknown', 'day-in-future'],
    input: z.strictObject({
      ...registerKey,
      marks: z
        .array(
          z.strictObject({
            student: studentId,
            /** Null withdraws the mark; the one withdrawn stays in the history. */
            code: z.string().max(4).nullable(),
            minutes: z.int().min(0).max(720).nullable().default(null),
            note: z.string().max(500).default(''),
          }),
        )
        .min(1)
        .max(200),
    }),
    output: z.strictObject({ savedAtMs: z.number(), totals }),
  }),
  take: procedure({
    kind: 'command',
    summary: 'Says that a register has been taken, or takes that back.',
    states: signedIn,
    permission: ['attendance.office', 'attendance.teach'],
    scope: 'classes',
    audits: { action: 'update', record: 'register' },
    errors: ['register-not-expected', 'day-in-future'],
    input: z.strictObject({ ...registerKey, taken: z.boolean() }),
    output: z.strictObject({ taken: z.boolean(), takenAtMs: z.number().nullable(), blank: z.int() }),
  }),
  repeat: procedure({
    kind: 'command',
    summary:
      "Plans an absence code for the later sessions of a register's day and the school days after it, so that it holds for as many school days in all as were asked for.",
    states: signedIn,
    permission: 'attendance.office',
    scope: 'classes',
    audits: { action: 'create', record: 'register' },
    errors: [
      'register-not-expected',
      'code-unknown',
      'code-not-repeatable',
      'beyond-school-year',
      'day-in-future',
    ],
    input: z.strictObject({
      ...registerKey,
      students: z.array(studentId).min(1).max(200),
      code: z.string().max(4),
      /** School days in all, the register's own day among them. */
      days: z.int().min(2).max(9),
    }),
    output: z.strictObject({
      plans: z.array(z.strictObject({ id: idOf<'planned-absence'>(), student: studentId })),
      /** First and last of the days after the register's own, both included. */
      from: day,
      to: day,
    }),
  }),
  withdrawRepeat: procedure({
    kind: 'command',
    summary: 'Takes planned days back that a repeated mark has made: what undo does.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'classes',
    audits: { action: 'update', record: 'register' },
    errors: [],
    /** Two for each student: the rest of the day, and the days after it. */
    input: z.strictObject({ plans: z.array(idOf<'planned-absence'>()).min(1).max(400) }),
    /** How many were in force until now. */
    output: z.strictObject({ withdrawn: z.int() }),
  }),
  week: procedure({
    kind: 'query',
    summary: "Shows a week of one class's registers: each student's teacher and office marks, without notes.",
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'view', record: 'register' },
    errors: [],
    /** Any day of the week that is meant; weeks begin on Monday. */
    input: z.strictObject({ class: classId, day }),
    output: z.strictObject({
      ...weekShape,
      writes: z.enum(['teacher', 'office']).nullable(),
    }),
  }),
  markHistory: procedure({
    kind: 'query',
    summary: 'Shows everything that was entered for one student in one register, with the notes.',
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'view', record: 'register' },
    errors: ['register-not-expected'],
    input: z.strictObject({ ...registerKey, student: studentId }),
    /** Oldest first. */
    output: z.strictObject({ history: z.array(historyItem) }),
  }),
  standingMarks: procedure({
    kind: 'query',
    summary:
      'Lists where a code stands on a day, over all registers, or those of one class, or for who is in one bus run or activity: what a correction over registers begins with.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'classes',
    audits: { action: 'list', record: 'register' },
    errors: [],
    /** Null is every class, every session, every student. */
    input: z.strictObject({
      day,
      code: z.string().min(1).max(4),
      class: classId.nullable().default(null),
      session: registerSession.nullable().default(null),
      group: idOf<'student-group'>().nullable().default(null),
    }),
    output: z.strictObject({
      /** By register, then by name; no more than one command corrects. */
      marks: z.array(
        z.strictObject({
          class: classId,
          title: z.string(),
          session: registerSession,
          student: studentId,
          name: personName,
          minutes: z.int().nullable(),
          /** Whose mark it is that stands; a plan is a planned absence. */
          by: z.enum(['teacher', 'office', 'plan']),
        }),
      ),
      /** How many there are in all. */
      total: z.int(),
    }),
  }),
  correct: procedure({
    kind: 'command',
    summary:
      'Corrects marks of several registers at once in the office column, for one reason, or none of them.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'classes',
    audits: { action: 'update', record: 'register' },
    errors: ['register-not-expected', 'code-unknown', 'day-in-future'],
    input: z.strictObject({
      marks: z
        .array(
          z.strictObject({
            ...registerKey,
            student: studentId,
            /** A code that means present becomes the one that means it in this session. */
            code: z.string().max(4),
            /** The code that stood there when the correction was prepared, null for a blank. Without it any is corrected. */
            seen: z.string().max(4).nullable().optional(),
          }),
        )
        .min(1)
        .max(mostMarksCorrected),
      /** Kept as the note of every mark that is changed. */
      reason: z.string().trim().min(1).max(500),
      /** Leaves blank cells blank. */
      onlyWithMarks: z.boolean(),
    }),
    output: z.strictObject({
      savedAtMs: z.number(),
      changed: z.int(),
      /** Said the same already, and stay as they are. */
      unchanged: z.int(),
      /** Had no mark and were left blank. */
      blank: z.int(),
      /** Said something else by now than was seen, and stay as they are, with the code that stands; null for none. */
      changedMeanwhile: z.array(
        z.strictObject({ ...registerKey, student: studentId, code: z.string().nullable() }),
      ),
    }),
  }),
  printRegister: procedure({
    kind: 'command',
    summary: 'Gives one register for printing: names and marks that stand, without notes.',
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'print', record: 'register' },
    errors: ['register-not-expected'],
    input: z.strictObject(registerKey),
    output: z.strictObject({
      ...registerKey,
      school: z.string(),
      title: z.string(),
      teacher: z.string(),
      printedAtMs: z.number(),
      taken: z.boolean(),
      students: z.array(
        z.strictObject({
          name: personName,
          code: z.string().nullable(),
          minutes: z.int().nullable(),
        }),
      ),
      totals,
    }),
  }),
  printWeek: procedure({
    kind: 'command',
    summary: "Gives a week of one class's registers for printing, without notes.",
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'print', record: 'register' },
    errors: [],
    input: z.strictObject({ class: classId, day }),
    output: z.strictObject({ ...weekShape, school: z.string(), printedAtMs: z.number() }),
  }),
  today: procedure({
    kind: 'query',
    summary:
      'Lists what needs the office now: registers not taken, absences without reason, callbacks, late arrivals.',
    states: signedIn,
    permission: 'attendance.see',
    scope: 'classes',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({ day }),
    output: z.strictObject({
      isSchoolDay: z.boolean(),
      closedBecause: noSchool.nullable(),
      registersExpected: z.int(),
      registersTaken: z.int(),
      notTaken: z.array(
        z.strictObject({
          class: classId,
          title: z.string(),
          teacher: z.string(),
          session: registerSession,
          blank: z.int(),
          students: z.int(),
        }),
      ),
      absentWithoutReason: z.array(
        z.strictObject({
          student: studentId,
          name: personName,
          homeroom: z.string(),
          /** The newest register that says so. */
          day,
          class: classId,
          session: registerSession,
          code: z.string(),
          /** School days that have gone by since the oldest, its own among them; 0 is the day itself. */
          sinceDays: z.int(),
          /** The last day for a reason, by the school calendar; null where the code pack names none. */
          reasonDueDay: day.nullable(),
          isOverdue: z.boolean(),
        }),
      ),
      /** Students who were seen in the room though an absence was planned. */
      hereThoughPlanned: z.array(
        z.strictObject({
          student: studentId,
          name: personName,
          homeroom: z.string(),
          class: classId,
          session: registerSession,
          code: z.string(),
          plannedCode: z.string(),
          occasion: z.string(),
        }),
      ),
      /** Next steps with families that are due by the end of the day; for the office only. */
      callbacks: z.array(
        z.strictObject({
          student: studentId,
          name: personName,
          homeroom: z.string(),
          nextStep: dueStep,
          dueAtMs: z.number(),
        }),
      ),
      late: z.array(
        z.strictObject({
          student: studentId,
          name: personName,
          homeroom: z.string(),
          class: classId,
          session: registerSession,
          code: z.string(),
          minutes: z.int().nullable(),
        }),
      ),
    }),
  }),
  codes: procedure({
    kind: 'query',
    summary:
      "Shows the attendance codes in force on a day: code, key, meaning, category and the pack's source.",
    states: signedIn,
    permission: 'calendar.see',
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({ day }),
    output: z.strictObject({
      country: countryPack,
      source: z.string(),
      checked: z.string(),
      effectiveFrom: z.string(),
      codes: z.array(
        z.strictObject({
          code: z.string(),
          meaning: z.string(),
          category: markCategory,
          statisticalCategory: z.string(),
          /** The single key that writes it in the grid; null for codes that are chosen from the list. */
          key: z.string().nullable(),
          /** True for a code that leaves the number of minutes open. */
          takesMinutes: z.boolean(),
          /** The only sessions it may stand in; null is any. England's `/` is the morning's and `\` the afternoon's. */
          sessions: z.array(registerSession).nullable(),
          /** The code that "mark the rest present" writes. */
          isPresent: z.boolean(),
          /** Says only that the student is not here. */
          awaitsReason: z.boolean(),
          /** Gives a reason, so that it can be planned or entered from a call. */
          mayBePlanned: z.boolean(),
        }),
      ),
    }),
  }),
  codeEdits: procedure({
    kind: 'query',
    summary: 'Lists what the school has changed about attendance codes, and from which day.',
    states: signedIn,
    permission: 'calendar.see',
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      edits: z.array(
        z.strictObject({
          id: idOf<'code-edit'>(),
          ...codeEditShape,
          by: z.string(),
          atMs: z.number(),
          /** False where it does not go together with another change, made on another computer. */
          isInForce: z.boolean(),
        }),
      ),
    }),
  }),
  changeCode: procedure({
    kind: 'command',
    summary: 'Changes an attendance code from a day on, adds one, or ends its use.',
    states: signedIn,
    permission: 'codes.edit',
    scope: 'school',
    audits: { action: 'update', record: 'calendar' },
    errors: ['code-has-marks', 'code-key-taken', 'present-code-needed'],
    input: z.strictObject({
      ...codeEditShape,
      /** The number of marks that would count as something else, as answered by `code-has-marks`. */
      confirmedMarks: z.int().nullable().default(null),
    }),
    output: z.strictObject({ id: idOf<'code-edit'>() }),
  }),
  withdrawCodeChange: procedure({
    kind: 'command',
    summary: 'Takes a change of an attendance code back.',
    states: signedIn,
    permission: 'codes.edit',
    scope: 'school',
    audits: { action: 'update', record: 'calendar' },
    errors: ['code-has-marks', 'code-key-taken', 'present-code-needed'],
    input: z.strictObject({ id: idOf<'code-edit'>(), confirmedMarks: z.int().nullable().default(null) }),
    /** False where it did not stand. */
    output: z.strictObject({ withdrawn: z.boolean() }),
  }),
  calendar: procedure({
    kind: 'query',
    summary: 'Shows the school year: terms, weekends and closures.',
    states: signedIn,
    permission: 'calendar.see',
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      sessions: z.array(z.strictObject({ title: z.string(), type: z.string(), from: day, to: day })),
      closures: z.array(z.strictObject({ day, reason: z.string() })),
      /** School days on a weekend or outside the terms. */
      extraDays: z.array(z.strictObject({ day, reason: z.string() })),
      schoolDays: z.int(),
      /** The register sessions of an ordinary day, in its order. */
      registerSessions: z.array(registerSession),
    }),
  }),
  times: procedure({
    kind: 'query',
    summary: 'Shows when registers open and close and sessions end, now and from later days on.',
    states: signedIn,
    permission: 'calendar.see',
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      /** Those that hold today; none before the first roster. */
      sessions: z.array(sessionTimes),
      /** The most minutes that a register may stay open by the country's rule, whatever the school sets; null for no such rule. */
      registerOpenMinutes: z.int().nullable(),
      /** What the school has set, by its first day. */
      changes: z.array(dayTimes.extend({ id: idOf<'day-times'>(), by: z.string(), atMs: z.number() })),
    }),
  }),
  changeTimes: procedure({
    kind: 'command',
    summary:
      'Sets when registers open and close and sessions end, from a day on. Marks that stand are not changed.',
    states: signedIn,
    permission: 'calendar.edit',
    scope: 'school',
    audits: { action: 'update', record: 'calendar' },
    errors: [],
    input: dayTimes,
    output: z.strictObject({ id: idOf<'day-times'>() }),
  }),
  withdrawTimes: procedure({
    kind: 'command',
    summary: 'Takes times back that were set from a day on: those of before hold again.',
    states: signedIn,
    permission: 'calendar.edit',
    scope: 'school',
    audits: { action: 'update', record: 'calendar' },
    errors: [],
    input: z.strictObject({ id: idOf<'day-times'>() }),
    /** False where they did not stand. */
    output: z.strictObject({ withdrawn: z.boolean() }),
  }),
  changeSchool: procedure({
    kind: 'command',
    summary:
      "Changes the school's name and time zone. What was entered keeps its day; from now on the time zone says on which day a moment falls.",
    states: signedIn,
    permission: 'school.edit',
    scope: 'school',
    audits: { action: 'update', record: 'school' },
    errors: [],
    input: z.strictObject({ name: schoolName, timeZone }),
    output: z.strictObject({}),
  }),
  setClosure: procedure({
    kind: 'command',
    summary: 'Closes days of the calendar with a reason, or opens them again.',
    states: signedIn,
    permission: 'calendar.edit',
    scope: 'school',
    audits: { action: 'update', record: 'calendar' },
    errors: ['closure-has-marks'],
    input: z
      .strictObject({
        from: day,
        /** Inclusive; at most a year after `from`. */
        to: day,
        /** Null opens the days again. */
        reason: z.string().trim().min(1).max(100).nullable(),
        /** The number of marks that lie on these days, as answered by `closure-has-marks`: they stay, and stop counting. */
        confirmedMarks: z.int().nullable().default(null),
      })
      .refine(({ from, to }) => from <= to && to <= addDays(from, 365), { path: ['to'] }),
    output: z.strictObject({ days: z.int() }),
  }),
} as const;
