import { z } from 'zod';
import { backupAlarm, backupFailureReasons, drillRecord } from '../backup/alarm.ts';
import { keepRules } from '../backup/thinning.ts';
import { schoolId } from '../ids.ts';
import { procedure } from './procedure.ts';

const shared = { states: ['signed-in'], permission: 'backup.manage', scope: 'school' } as const;
const password = z.string().min(1).max(1024);
/** The name of a backup: its time and a random part, never a person or a school. */
const backupName = z.string().regex(/^rollkeep-[0-9TZ-]+-[0-9a-f]{8}$/);

/** A folder of this computer as it is typed: a whole path. */
const folderPath = z.string().trim().min(1).max(1000);
const recoveryKey = z.string().max(400);
const settings = z.strictObject({
  /** Minutes after midnight by the school's clock; null: a day after the last one. */
  minutes: z.int().min(0).max(1439).nullable(),
  /** Where each backup is copied to beside its own folder: another disk, or a share. */
  secondFolder: folderPath.nullable(),
  drillEveryDays: z.int().min(1).max(31),
});

/** Encrypted backups of the school, their restore, and the school's export. */
export const backupProcedures = {
  status: procedure({
    kind: 'query',
    summary: 'Lists the backups of this computer with their time, size and counts.',
    ...shared,
    audits: { action: 'list', record: 'backup' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      folder: z.string(),
      lastAtMs: z.number().nullable(),
      nextDueAtMs: z.number(),
      lastFailure: z.strictObject({ atMs: z.number(), reason: z.enum(backupFailureReasons) }).nullable(),
      alarms: z.array(backupAlarm),
      settings,
      /** How it stands with the second folder; null where there is none, or it has not been tried. */
      copy: z
        .strictObject({
          okMs: z.number().nullable(),
          problem: z.enum(['away', 'disk-full', 'folder-not-writable', 'differs']).nullable(),
        })
        .nullable(),
      /** Set when the clock has gone on by months at once: no old backup is removed until somebody says that it is right. */
      clockLeap: z.strictObject({ fromMs: z.number(), toMs: z.number() }).nullable(),
      /** The last drills, the newest first. */
      drills: z.array(drillRecord),
      nextDrillAtMs: z.number(),
      /** When the recovery sheet has last opened a backup. */
      sheetProvenAtMs: z.number().nullable(),
      backups: z.array(
        z.strictObject({
          name: backupName,
          atMs: z.number(),
          bytes: z.int(),
          students: z.int(),
          marks: z.int(),
          auditSize: z.int(),
          /** The school-local day on which it was made. */
          day: z.string(),
          /** The rule that keeps it; null when it goes with the next backup. */
          rule: z.enum(keepRules).nullable(),
          /** A drill has restored it. */
          isProven: z.boolean(),
        }),
      ),
    }),
  }),
  configure: procedure({
    kind: 'command',
    summary:
      'Sets when backups are made, where else they are copied to, and how often one is restored as a drill.',
    ...shared,
    audits: { action: 'update', record: 'backup' },
    errors: ['backup-folder-refused'],
    input: settings,
    output: z.strictObject({}),
  }),
  trustClock: procedure({
    kind: 'command',
    summary:
      'Says that a clock which went on by months at once is right, so that old backups are removed again.',
    ...shared,
    audits: { action: 'update', record: 'backup' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),
  drill: procedure({
    kind: 'command',
    summary:
      'Restores the newest backup into a scratch store, checks what came back and removes it; records the result.',
    ...shared,
    limit: { max: 10, perMs: 600_000, per: 'desk' },
    audits: { action: 'restore', record: 'drill' },
    errors: ['disk-full', 'folder-not-writable', 'recovery-key-wrong'],
    /** With a recovery key the drill opens the backup with that, and proves the sheet too. */
    input: z.strictObject({ recoveryKey: recoveryKey.nullable() }),
    output: drillRecord,
  }),
  make: procedure({
    kind: 'command',
    summary: 'Makes a backup now, encrypted to the recovery key.',
    ...shared,
    audits: { action: 'export', record: 'backup' },
    errors: ['disk-full', 'folder-not-writable'],
    input: z.strictObject({}),
    output: z.strictObject({ name: backupName, bytes: z.int() }),
  }),
  /** Restoring needs the recovery key: a backup opens with nothing else. */
  inspect: procedure({
    kind: 'command',
    summary: 'Opens a backup with the recovery key and says what a restore would bring back; writes nothing.',
    states: ['signed-in', 'locked'],
    permission: 'backup.manage',
    scope: 'school',
    limit: { max: 10, perMs: 600_000, per: 'desk' },
    audits: { action: 'view', record: 'backup' },
    errors: ['backup-missing', 'backup-damaged', 'backup-foreign', 'recovery-key-wrong'],
    input: z.strictObject({ name: backupName, recoveryKey }),
    output: z.strictObject({
      atMs: z.number(),
      students: z.int(),
      marks: z.int(),
      auditSize: z.int(),
      /** What the present store holds, beside it; null when it does not open. */
      present: z.strictObject({ students: z.int(), marks: z.int(), auditSize: z.int() }).nullable(),
    }),
  }),
  listForRestore: procedure({
    kind: 'query',
    summary: 'Lists the times of the backups of this computer for the restore page; opens none.',
    states: ['locked'],
    permission: null,
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      backups: z.array(z.strictObject({ name: backupName, atMs: z.number(), bytes: z.int() })),
    }),
  }),
  restore: procedure({
    kind: 'command',
    summary:
      'Replaces the store by a backup; the present store is kept aside, and the desk starts a new audit log.',
    states: ['signed-in', 'locked'],
    permission: 'backup.manage',
    scope: 'school',
    limit: { max: 10, perMs: 600_000, per: 'desk' },
    audits: { action: 'restore', record: 'backup' },
    errors: [
      'backup-missing',
      'backup-damaged',
      'backup-foreign',
      'recovery-key-wrong',
      'keychain-unavailable',
      'disk-full',
    ],
    input: z.strictObject({
      name: backupName,
      recoveryKey,
      /** The user accepted that the school secret lies in a file of this account, not in the OS keychain. */
      acceptFileKeychain: z.boolean().default(false),
    }),
    /** The desk is locked afterwards; users sign in with the passwords they had when the backup was made. */
    output: z.strictObject({ students: z.int(), marks: z.int() }),
  }),
  /** On a computer that does not have the school: its backups lie in a folder that was brought along. */
  findElsewhere: procedure({
    kind: 'query',
    summary: 'Lists the backups in a folder, of schools that are not on this computer; opens none.',
    states: ['no-school', 'locked'],
    permission: null,
    scope: 'none',
    limit: { max: 60, perMs: 600_000, per: 'desk' },
    audits: null,
    errors: ['backup-folder-refused'],
    /** Null: this computer's own folder of backups. */
    input: z.strictObject({ folder: folderPath.nullable() }),
    output: z.strictObject({
      folder: z.string(),
      schools: z.array(
        z.strictObject({
          school: schoolId,
          isHere: z.boolean(),
          backups: z.array(
            z.strictObject({
              name: backupName,
              atMs: z.number(),
              bytes: z.int(),
              /** The computer that made it, where several of a school copy to one folder. */
              desk: z.string().nullable(),
            }),
          ),
        }),
      ),
    }),
  }),
  inspectElsewhere: procedure({
    kind: 'command',
    summary: 'Opens a backup in a folder with the recovery key and says what is in it; writes nothing.',
    states: ['no-school', 'locked'],
    permission: null,
    scope: 'none',
    limit: { max: 10, perMs: 600_000, per: 'desk' },
    audits: { action: 'view', record: 'backup' },
    errors: ['backup-missing', 'backup-damaged', 'backup-foreign', 'recovery-key-wrong'],
    input: z.strictObject({ folder: folderPath, school: schoolId, name: backupName, recoveryKey }),
    output: z.strictObject({
      atMs: z.number(),
      students: z.int(),
      marks: z.int(),
      auditSize: z.int(),
    }),
  }),
  restoreElsewhere: procedure({
    kind: 'command',
    summary: 'Puts a school that is not on this computer here, from a backup in a folder.',
    states: ['no-school', 'locked'],
    permission: null,
    scope: 'none',
    limit: { max: 10, perMs: 600_000, per: 'desk' },
    audits: { action: 'restore', record: 'backup' },
    errors: [
      'backup-missing',
      'backup-damaged',
      'backup-foreign',
      'recovery-key-wrong',
      'keychain-unavailable',
      'school-here',
      'folder-not-writable',
      'disk-full',
    ],
    input: z.strictObject({
      folder: folderPath,
      school: schoolId,
      name: backupName,
      recoveryKey,
      /** The user accepted that the school secret lies in a file of this account, not in the OS keychain. */
      acceptFileKeychain: z.boolean(),
    }),
    output: z.strictObject({ students: z.int(), marks: z.int() }),
  }),
  exportSchool: procedure({
    kind: 'command',
    summary:
      'Writes everything the school owns as one age file for a receiver: CSV, NDJSON and the audit log.',
    ...shared,
    limit: { max: 10, perMs: 600_000, per: 'user' },
    audits: { action: 'export', record: 'school' },
    errors: [
      'keychain-unavailable',
      'wrong-credentials',
      'locked-out',
      'attempts-damaged',
      'recipient-invalid',
      'folder-not-writable',
      'disk-full',
    ],
    input: z.strictObject({
      receiver: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('key'), recipient: z.string().trim().max(200) }),
        z.strictObject({ kind: z.literal('passphrase'), passphrase: z.string().min(12).max(200) }),
      ]),
      reason: z.enum(['parent-request', 'transfer', 'closing', 'authority', 'other']),
      /** Fresh proof that it is the signed-in user who asks. */
      password,
    }),
    output: z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string(), rows: z.int() }),
  }),
} as const;
