import { z } from 'zod';

/**
 * Every expected error that a procedure may answer with, with exactly the details that go with it.
 * Details carry counts, times and places in a file: never a personal datum.
 */
export const errorSchemas = {
  // From the gate itself: any procedure may answer with these.
  'sender-refused': z.strictObject({ type: z.literal('sender-refused') }),
  'unknown-procedure': z.strictObject({ type: z.literal('unknown-procedure') }),
  'wrong-state': z.strictObject({ type: z.literal('wrong-state'), state: z.string() }),
  'permission-refused': z.strictObject({ type: z.literal('permission-refused'), permission: z.string() }),
  /** The record is not there, or not within reach: the two are not told apart. */
  'out-of-scope': z.strictObject({ type: z.literal('out-of-scope') }),
  'limit-tripped': z.strictObject({ type: z.literal('limit-tripped'), retryAtMs: z.number() }),
  /** `fields` are paths in the input, such as `marks.3.code`; `problem` never repeats a value. */
  'bad-input': z.strictObject({
    type: z.literal('bad-input'),
    fields: z.array(z.strictObject({ path: z.string(), problem: z.string() })),
  }),
  'audit-unavailable': z.strictObject({
    type: z.literal('audit-unavailable'),
    reason: z.enum(['disk-full', 'not-writable']),
  }),
  'store-busy': z.strictObject({ type: z.literal('store-busy') }),
  locked: z.strictObject({ type: z.literal('locked') }),
  /** A bug. What was asked did not happen; the reference is in this computer's log. */
  internal: z.strictObject({ type: z.literal('internal'), reference: z.string() }),

  // Vault, sign-in and accounts.
  'wrong-credentials': z.strictObject({ type: z.literal('wrong-credentials'), triesLeft: z.int() }),
  'locked-out': z.strictObject({ type: z.literal('locked-out'), untilMs: z.number() }),
  'attempts-damaged': z.strictObject({ type: z.literal('attempts-damaged') }),
  'password-refused': z.strictObject({
    type: z.literal('password-refused'),
    reason: z.enum(['too-short', 'too-common', 'contains-username', 'same-as-before']),
  }),
  'keychain-unavailable': z.strictObject({ type: z.literal('keychain-unavailable') }),
  /** The keychain has no secret for this school: only the recovery key can open it. */
  'school-secret-missing': z.strictObject({ type: z.literal('school-secret-missing') }),
  'store-damaged': z.strictObject({
    type: z.literal('store-damaged'),
    what: z.enum([
      'store-missing',
      'store-plaintext',
      'store-unreadable',
      'vault-missing',
      'vault-damaged',
      'vault-tampered',
      'store-newer',
    ]),
  }),
  /** The store is older than this computer's anchor, or the anchor is gone: a restore or the recovery key is needed. */
  'store-rolled-back': z.strictObject({
    type: z.literal('store-rolled-back'),
    anchor: z.enum(['older', 'missing']),
  }),
  'recovery-key-wrong': z.strictObject({ type: z.literal('recovery-key-wrong'), group: z.int().nullable() }),
  'username-taken': z.strictObject({ type: z.literal('username-taken') }),
  'last-administrator': z.strictObject({ type: z.literal('last-administrator') }),
  'own-account': z.strictObject({ type: z.literal('own-account') }),
  'account-gone': z.strictObject({ type: z.literal('account-gone') }),

  // Records.
  /** Somebody changed the record since it was read. Nothing was written; read again. */
  'record-changed': z.strictObject({ type: z.literal('record-changed') }),
  /** One of the two records is shown with another one already, or they are the same; part them first. */
  'record-merged-already': z.strictObject({ type: z.literal('record-merged-already') }),
  /** The record is shown by itself. */
  'record-not-merged': z.strictObject({ type: z.literal('record-not-merged') }),
  /** The user has no such list, or has it no more. */
  'list-gone': z.strictObject({ type: z.literal('list-gone') }),
  /** Another of the user's own lists has this name. */
  'list-title-taken': z.strictObject({ type: z.literal('list-title-taken') }),
  'register-not-expected': z.strictObject({ type: z.literal('register-not-expected') }),
  'code-unknown': z.strictObject({ type: z.literal('code-unknown'), codes: z.array(z.string()) }),
  /** A code that says a student is here, late or left early: said anew each day. */
  'code-not-repeatable': z.strictObject({ type: z.literal('code-not-repeatable'), code: z.string() }),
  /** The school year ends before that many school days are over. */
  'beyond-school-year': z.strictObject({ type: z.literal('beyond-school-year') }),
  /** Marks lie on or after the day from which the code would count as something else. */
  'code-has-marks': z.strictObject({ type: z.literal('code-has-marks'), marks: z.int() }),
  'code-key-taken': z.strictObject({ type: z.literal('code-key-taken'), key: z.string(), code: z.string() }),
  'present-code-needed': z.strictObject({ type: z.literal('present-code-needed') }),
  'day-in-future': z.strictObject({ type: z.literal('day-in-future') }),
  /** The code says that somebody is there, or only that they are not: it gives no reason. */
  'code-gives-no-reason': z.strictObject({ type: z.literal('code-gives-no-reason'), code: z.string() }),
  /** Plans are for today and later: what has passed is entered in its register. */
  'day-has-passed': z.strictObject({ type: z.literal('day-has-passed') }),
  'no-school-days': z.strictObject({ type: z.literal('no-school-days') }),
  /** A plan covers days that have passed: it can be ended, but these stay as they were. */
  'plan-has-begun': z.strictObject({ type: z.literal('plan-has-begun') }),
  /** No mark of the student awaits a reason any more. */
  'nothing-to-explain': z.strictObject({ type: z.literal('nothing-to-explain') }),
  'closure-has-marks': z.strictObject({ type: z.literal('closure-has-marks'), marks: z.int() }),

  /** The front desk's entry does not fit what was entered for the student before, or the clock. */
  'movement-out-of-order': z.strictObject({
    type: z.literal('movement-out-of-order'),
    why: z.enum(['here-already', 'out-already', 'not-out', 'before-last', 'in-future', 'taken-back']),
  }),

  /** There is no school on the day, so nobody came late or left. */
  'no-school-day': z.strictObject({ type: z.literal('no-school-day') }),
  /** What is entered or taken back on a later day says why. */
  'correction-reason-needed': z.strictObject({ type: z.literal('correction-reason-needed') }),

  // Roster import.
  'upload-gone': z.strictObject({ type: z.literal('upload-gone') }),
  'upload-too-large': z.strictObject({ type: z.literal('upload-too-large'), maxBytes: z.int() }),
  'roster-refused': z.strictObject({ type: z.literal('roster-refused') }),
  'school-not-in-package': z.strictObject({ type: z.literal('school-not-in-package') }),
  /** The import removes many people: the caller must send their exact number. */
  'confirmation-needed': z.strictObject({ type: z.literal('confirmation-needed'), removed: z.int() }),
  cancelled: z.strictObject({ type: z.literal('cancelled') }),
  /** There is no such folder on this computer, or it cannot be read. */
  'folder-unreadable': z.strictObject({ type: z.literal('folder-unreadable') }),
  /** The file that waited in the watched folder is no longer there, or is another now. */
  'drop-gone': z.strictObject({ type: z.literal('drop-gone') }),
  'review-outdated': z.strictObject({ type: z.literal('review-outdated') }),

  // Syncing.
  'no-server': z.strictObject({ type: z.literal('no-server') }),
  /** The school is connected already. */
  'server-known': z.strictObject({ type: z.literal('server-known') }),
  'server-unreachable': z.strictObject({ type: z.literal('server-unreachable') }),
  /** Another server than the one of the invitation answered, or something between. */
  'server-not-genuine': z.strictObject({ type: z.literal('server-not-genuine') }),
  'server-refused': z.strictObject({
    type: z.literal('server-refused'),
    why: z.enum(['code-expired', 'code-used', 'not-found', 'channel-taken', 'clock-skew', 'other']),
  }),
  'invitation-wrong': z.strictObject({
    type: z.literal('invitation-wrong'),
    problem: z.enum(['characters', 'damaged', 'newer']),
  }),
  'words-wrong': z.strictObject({ type: z.literal('words-wrong'), triesLeft: z.int() }),
  /** The code has expired, or the meeting was given up on either side. */
  'enrolment-over': z.strictObject({ type: z.literal('enrolment-over') }),
  'desk-gone': z.strictObject({ type: z.literal('desk-gone') }),
  'own-desk': z.strictObject({ type: z.literal('own-desk') }),

  // Backup, restore, export.
  'disk-full': z.strictObject({ type: z.literal('disk-full') }),
  'folder-not-writable': z.strictObject({ type: z.literal('folder-not-writable') }),
  'backup-missing': z.strictObject({ type: z.literal('backup-missing') }),
  'backup-damaged': z.strictObject({ type: z.literal('backup-damaged') }),
  'backup-foreign': z.strictObject({ type: z.literal('backup-foreign') }),
  /** `relative`: no whole path; `away`: not there; `own`: one of Rollkeep's; `not-writable`: it takes no file. */
  'backup-folder-refused': z.strictObject({
    type: z.literal('backup-folder-refused'),
    why: z.enum(['relative', 'away', 'own', 'not-writable']),
  }),
  /** The school is on this computer already. */
  'school-here': z.strictObject({ type: z.literal('school-here') }),
  'recipient-invalid': z.strictObject({ type: z.literal('recipient-invalid') }),
  /** No roster was imported yet, or the range holds no register of these students. */
  'nothing-to-export': z.strictObject({ type: z.literal('nothing-to-export') }),
  /** What was prepared and shown is no longer what the file would hold, or was let go. Nothing was written. */
  'export-outdated': z.strictObject({ type: z.literal('export-outdated') }),
} as const;

export type ErrorType = keyof typeof errorSchemas;
export type ErrorOf<T extends ErrorType> = { [K in T]: z.output<(typeof errorSchemas)[K]> }[T];

/** What the gate may answer for any procedure. */
export const gateErrors = [
  'sender-refused',
  'unknown-procedure',
  'wrong-state',
  'permission-refused',
  'out-of-scope',
  'limit-tripped',
  'bad-input',
  'audit-unavailable',
  'store-busy',
  'locked',
  'internal',
] as const satisfies readonly ErrorType[];
export type GateError = ErrorOf<(typeof gateErrors)[number]>;
