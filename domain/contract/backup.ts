import { z } from 'zod';
import { procedure } from './procedure.ts';

const shared = { states: ['signed-in'], permission: 'backup.manage', scope: 'school' } as const;
const password = z.string().min(1).max(1024);
/** The name of a backup: its time and a random part, never a person or a school. */
const backupName = z.string().regex(/^rollkeep-[0-9TZ-]+-[0-9a-f]{8}$/);

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
      lastFailure: z
        .strictObject({ atMs: z.number(), reason: z.enum(['disk-full', 'folder-not-writable', 'failed']) })
        .nullable(),
      backups: z.array(
        z.strictObject({
          name: backupName,
          atMs: z.number(),
          bytes: z.int(),
          students: z.int(),
          marks: z.int(),
          auditSize: z.int(),
        }),
      ),
    }),
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
    input: z.strictObject({ name: backupName, recoveryKey: z.string().max(400) }),
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
    input: z.strictObject({ name: backupName, recoveryKey: z.string().max(400) }),
    /** The desk is locked afterwards; users sign in with the passwords they had when the backup was made. */
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
