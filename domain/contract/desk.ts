import { z } from 'zod';
import { roles } from '../access/policy.ts';
import { backupAlarm } from '../backup/alarm.ts';
import { schoolId, userId } from '../ids.ts';
import { attendanceMode, countryPack, schoolName, timeZone, windowLanguage } from './shared.ts';
import { deskStates, procedure } from './procedure.ts';

const password = z.string().min(1).max(1024);
const username = z.string().trim().min(1).max(100);

const signedInUser = z.strictObject({
  id: userId,
  displayName: z.string(),
  username: z.string(),
  role: z.enum(roles),
  density: z.enum(['compact', 'comfortable']),
  colorScheme: z.enum(['light', 'dark', 'auto']),
  /** Null until the person has chosen: then this computer's holds. */
  language: windowLanguage.nullable(),
});

const passwordProblems = ['password-refused'] as const;
const openingProblems = [
  'disk-full',
  'keychain-unavailable',
  'school-secret-missing',
  'store-damaged',
  'store-rolled-back',
] as const;

/** The desk's own life: set-up, sign-in, locking, recovery. */
export const deskProcedures = {
  status: procedure({
    kind: 'query',
    summary:
      'Says what this computer shows first: its schools, who signed in here, and the state of the desk.',
    states: deskStates,
    permission: null,
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      state: z.enum(deskStates),
      schools: z.array(z.strictObject({ id: schoolId, label: z.string(), isSample: z.boolean() })),
      school: z
        .strictObject({
          id: schoolId,
          label: z.string(),
          isSample: z.boolean(),
          timeZone: z.string().nullable(),
        })
        .nullable(),
      /** Who signed in on this computer before, the last one first. Kept sealed under a key of the OS keychain. */
      recentUsers: z.array(z.strictObject({ username: z.string(), displayName: z.string() })),
      user: signedInUser.nullable(),
      /** The language that was chosen on this computer last. */
      language: windowLanguage.nullable(),
      /** When the session ends if nothing is done, and when it ends at the latest. */
      session: z.strictObject({ idleEndsAtMs: z.number(), endsAtMs: z.number() }).nullable(),
      keychain: z.enum(['os', 'file', 'unavailable']),
      /** The school-local day, for the signed-in user. */
      today: z.string().nullable(),
      nowMs: z.number(),
      /** The latest backup of the open store. */
      lastBackupAtMs: z.number().nullable(),
      /** What is wrong with its backups, for every signed-in user: whoever may not mend it can tell somebody. */
      backupAlarms: z.array(backupAlarm),
      /** Set when the sample is open: the accounts one can try, with their common password. */
      sampleAccounts: z
        .strictObject({
          password: z.string(),
          accounts: z.array(
            z.strictObject({ username: z.string(), displayName: z.string(), role: z.enum(roles) }),
          ),
        })
        .nullable(),
    }),
  }),
  prepareSchool: procedure({
    kind: 'command',
    summary: "Makes a new school's keys in memory and shows its recovery key; nothing is written yet.",
    states: ['no-school', 'locked'],
    permission: null,
    scope: 'none',
    audits: null,
    errors: [...passwordProblems, 'keychain-unavailable'],
    input: z.strictObject({
      name: schoolName,
      timeZone,
      country: countryPack,
      attendance: attendanceMode,
      administrator: z.strictObject({
        displayName: z.string().trim().min(1).max(200),
        email: z.email().max(254),
        username,
        jobTitle: z.string().trim().max(100),
        password,
      }),
      /** The user accepted that the school secret lies in a file of this account, not in the OS keychain. */
      acceptFileKeychain: z.boolean(),
    }),
    output: z.strictObject({
      recoveryKeyGroups: z.array(z.string()),
      /** The founding administrator's public key, printed on the sheet as the school's root. */
      rootFingerprint: z.string(),
    }),
  }),
  createSchool: procedure({
    kind: 'command',
    summary:
      'Writes the prepared school once its recovery key has been typed back, and signs its administrator in.',
    states: ['no-school', 'locked'],
    permission: null,
    scope: 'none',
    audits: { action: 'provision', record: 'school' },
    errors: ['recovery-key-wrong', 'keychain-unavailable', 'disk-full', 'cancelled'],
    input: z.strictObject({ recoveryKeyGroups: z.array(z.string().max(40)).max(40) }),
    output: z.strictObject({ school: schoolId }),
  }),
  createSample: procedure({
    kind: 'command',
    summary: 'Makes the invented sample school on this computer, with one account per role.',
    states: ['no-school', 'locked'],
    permission: null,
    scope: 'none',
    audits: { action: 'provision', record: 'school' },
    errors: ['keychain-unavailable', 'disk-full'],
    input: z.strictObject({ country: countryPack, acceptFileKeychain: z.boolean() }),
    output: z.strictObject({ school: schoolId, username: z.string(), password: z.string() }),
  }),
  chooseSchool: procedure({
    kind: 'command',
    summary: 'Chooses which school of this computer the next sign-in opens.',
    states: ['locked'],
    permission: null,
    scope: 'none',
    audits: null,
    errors: ['account-gone'],
    input: z.strictObject({ school: schoolId }),
    output: z.strictObject({}),
  }),
  chooseLanguage: procedure({
    kind: 'command',
    summary: 'Keeps the language in which this computer shows the pages before sign-in.',
    states: ['no-school', 'locked', 'signed-in'],
    permission: null,
    scope: 'none',
    audits: null,
    errors: ['disk-full'],
    input: z.strictObject({ language: windowLanguage }),
    output: z.strictObject({}),
  }),
  signIn: procedure({
    kind: 'command',
    summary: 'Opens the store with a username and a password or activation code.',
    states: ['locked'],
    permission: null,
    scope: 'none',
    limit: { max: 30, perMs: 60_000, per: 'desk' },
    audits: { action: 'sign-in', record: 'session' },
    errors: ['wrong-credentials', 'locked-out', 'attempts-damaged', ...openingProblems],
    input: z.strictObject({ username, password }),
    output: z.strictObject({ state: z.enum(['signed-in', 'must-change-password']) }),
  }),
  chooseNewPassword: procedure({
    kind: 'command',
    summary: 'After an activation code: the user chooses a password before anything else.',
    states: ['must-change-password'],
    permission: null,
    scope: 'self',
    audits: { action: 'update', record: 'account' },
    errors: [...passwordProblems, 'disk-full'],
    input: z.strictObject({ password }),
    output: z.strictObject({}),
  }),
  lock: procedure({
    kind: 'command',
    summary: 'Ends the session, drops every key and closes the store.',
    states: ['signed-in', 'must-change-password', 'recovered'],
    permission: null,
    scope: 'none',
    audits: { action: 'sign-out', record: 'session' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),
  stayActive: procedure({
    kind: 'command',
    summary: 'Says that the user is still there: the idle time starts anew.',
    states: ['signed-in'],
    permission: null,
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),
  recover: procedure({
    kind: 'command',
    summary: 'Opens the store with the recovery key and puts the school secret back into the keychain.',
    states: ['locked'],
    permission: null,
    scope: 'none',
    limit: { max: 10, perMs: 60_000, per: 'desk' },
    audits: { action: 'recover', record: 'school' },
    errors: ['recovery-key-wrong', 'keychain-unavailable', 'store-damaged', 'disk-full'],
    input: z.strictObject({ recoveryKey: z.string().max(400), acceptFileKeychain: z.boolean() }),
    output: z.strictObject({
      administrators: z.array(z.strictObject({ id: userId, displayName: z.string() })),
    }),
  }),
  recoverAdministrator: procedure({
    kind: 'command',
    summary: 'After recovery: gives one administrator an activation code and the school a new recovery key.',
    states: ['recovered'],
    permission: null,
    scope: 'none',
    audits: { action: 'recover', record: 'account' },
    errors: ['account-gone', 'disk-full'],
    input: z.strictObject({ administrator: userId }),
    output: z.strictObject({
      username: z.string(),
      activationCode: z.string(),
      expiresAtMs: z.number(),
      recoveryKeyGroups: z.array(z.string()),
      rootFingerprint: z.string(),
    }),
  }),
} as const;
