import { z } from 'zod';
import { counterReasonId } from '../attendance/code-pack.ts';
import { rollSlip } from '../attendance/slip.ts';
import { noSchool } from '../calendar/no-school.ts';
import { day, idOf, studentId } from '../ids.ts';
import { procedure } from './procedure.ts';
import { personName } from './shared.ts';

const signedIn = ['signed-in'] as const;

const movementId = idOf<'movement'>();
/** Minutes after midnight by the school's wall clock. */
const minute = z.int().min(0).max(1439);
/** Visitors see this screen: a name and where the student belongs, nothing else. */
const studentLine = z.strictObject({ id: studentId, name: personName, homeroom: z.string() });
/** One family at the counter. */
const together = z.array(studentId).min(1).max(12);

/** Whom an entry is about, and when it happened: on which day, today or an earlier school day. */
const entry = {
  students: together,
  day,
  minute,
  /** Why it is entered on a later day: required then, and kept as the note of every mark that it changes. */
  correction: z.string().trim().max(500).default(''),
};
const entryErrors = [
  'movement-out-of-order',
  'day-in-future',
  'no-school-day',
  'correction-reason-needed',
] as const;

/** What the slip printer takes: a roll of 80 mm, or sheets of A6. */
export const slipPaper = z.enum(['80mm', 'a6']);
export type SlipPaper = z.output<typeof slipPaper>;

/** The paper under one slip: of a roll as much as the slip is high, as the page has measured it. */
const slipSheet = z.discriminatedUnion('paper', [
  z.strictObject({
    paper: z.literal('80mm'),
    heightMm: z.int().min(rollSlip.leastHeightMm).max(rollSlip.mostHeightMm),
  }),
  z.strictObject({ paper: z.literal('a6') }),
]);
export type SlipSheet = z.output<typeof slipSheet>;

const printing = z.strictObject({
  paper: slipPaper,
  /** A printer of this computer by its name; null is the default one. */
  printer: z.string().min(1).max(200).nullable(),
  /** A slip is printed as soon as it is saved. */
  automatic: z.boolean(),
});

const entered = z.strictObject({
  movements: z.array(
    z.strictObject({
      id: movementId,
      student: studentId,
      /** Registers in which the office's mark was written or changed. */
      registers: z.int(),
    }),
  ),
});

/** The front desk: who came late, who left and is expected back, and their slips. */
export const counterProcedures = {
  find: procedure({
    kind: 'query',
    summary: 'Finds students by any part of a name, for the front desk: name and homeroom only.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({ text: z.string().trim().min(1).max(100) }),
    output: z.strictObject({ students: z.array(studentLine), more: z.boolean() }),
  }),
  siblings: procedure({
    kind: 'query',
    summary: 'Lists the students who share a guardian with one: name and homeroom only.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'student' },
    errors: [],
    input: z.strictObject({ student: studentId }),
    output: z.strictObject({ students: z.array(studentLine) }),
  }),
  day: procedure({
    kind: 'query',
    summary: "Lists a day's late arrivals, sign-outs and returns, and who is out and when expected back.",
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'list', record: 'student' },
    errors: ['day-in-future'],
    input: z.strictObject({ day }),
    output: z.strictObject({
      /** Why there is no school on the day, as the list of registers says it; null on a school day. */
      closedBecause: noSchool.nullable(),
      /** The day's movements that stand, the newest entry first. */
      movements: z.array(
        z.strictObject({
          id: movementId,
          student: studentId,
          name: personName,
          homeroom: z.string(),
          kind: z.enum(['arrival', 'departure', 'return']),
          minute,
          expectedMinute: minute.nullable(),
          /** A departure that no return has ended: the student is out. */
          isOut: z.boolean(),
          by: z.string(),
        }),
      ),
      reasons: z.strictObject({ arrival: z.array(counterReasonId), departure: z.array(counterReasonId) }),
      printing,
    }),
  }),
  arrive: procedure({
    kind: 'command',
    summary: 'Enters late arrivals of a day, with the marks that follow by rule in its registers.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'create', record: 'student' },
    errors: entryErrors,
    input: z.strictObject({ ...entry, reason: counterReasonId }),
    output: entered,
  }),
  signOut: procedure({
    kind: 'command',
    summary: 'Signs students out, with the marks that follow by rule in the registers they will miss.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'create', record: 'student' },
    errors: entryErrors,
    input: z.strictObject({
      ...entry,
      reason: counterReasonId,
      /** Null: not expected back that day. */
      expectedMinute: minute.nullable(),
      collectedBy: z.string().trim().max(200).default(''),
    }),
    output: entered,
  }),
  comeBack: procedure({
    kind: 'command',
    summary: 'Enters that students who were signed out are back, and what that changes in the registers.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'create', record: 'student' },
    errors: entryErrors,
    input: z.strictObject(entry),
    output: entered,
  }),
  takeBack: procedure({
    kind: 'command',
    summary: 'Takes back a movement of any day, and the marks that it gave where they still stand.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'update', record: 'student' },
    errors: ['movement-out-of-order', 'correction-reason-needed'],
    input: z.strictObject({ movement: movementId, correction: entry.correction }),
    output: z.strictObject({ registers: z.int() }),
  }),
  slip: procedure({
    kind: 'command',
    summary: 'Prints the slip of a movement that the page shows: the audit row is written first.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'students',
    audits: { action: 'print', record: 'student' },
    errors: [],
    input: z.strictObject({ movement: movementId, sheet: slipSheet }),
    /** `dialog`: this window or computer prints with its dialog only, and the page has to open it. */
    output: z.strictObject({ outcome: z.enum(['printed', 'dialog', 'failed']) }),
  }),
  printers: procedure({
    kind: 'query',
    summary: 'Names the printers of this computer on which the window prints without a dialog.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({ printers: z.array(z.string()) }),
  }),
  choosePrinting: procedure({
    kind: 'command',
    summary: 'Keeps how this computer prints slips: paper, printer, and whether at once.',
    states: signedIn,
    permission: 'attendance.office',
    scope: 'none',
    audits: { action: 'update', record: 'school' },
    errors: [],
    input: printing,
    output: printing,
  }),
} as const;
