import type { Encrypter } from 'age-encryption';
import { readLocalNumber } from '../../db/school/local-state.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import type { Contract } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer, inPhases, type AreaHandlers } from '../gate/handlers.ts';
import type { Actor } from '../gate/unit.ts';
import { provePassword } from '../users/handlers.ts';
import type { Keychain } from '../vault/keychain.ts';
import { wipe } from '../vault/keys.ts';
import { profileOf, type Profile } from '../vault/profile.ts';
import { forgetKeys } from '../vault/vault.ts';
import { encrypterFor } from './age-file.ts';
import { backupFolder, listBackups } from './backup-file.ts';
import { backUp, lastFailureOf, nextBackupAtMs, type BackupFailure } from './due.ts';
import { exportSchool } from './export-school.ts';
import { ensureBackupKeys } from './make-backup.ts';
import { DeskLocked } from './outcome.ts';
import { closePresent, countPresent, openPresent, presentKeysOf, type PresentKeys } from './present-store.ts';
import {
  openableStudents,
  openBackup,
  readBackup,
  type OpenableBackup,
  type ReadBackupError,
} from './read-backup.ts';
import { restoreBackup, type RestoreError } from './restore-backup.ts';

/** Backups, their restore, and the school's export. */
export const backupHandlers: AreaHandlers<'backup'> = {
  status: inPhases<Contract['backup']['status'], Listing, Times>({
    async prepare(desk) {
      assert(desk.chosen !== null, 'an open desk has a school');
      const folder = backupFolder(desk, desk.chosen);
      return ok({ folder, backups: listBackups(folder) });
    },
    run(unit, _input, { backups }) {
      const times = {
        lastAtMs: readLocalNumber(unit.db, 'last-backup') ?? null,
        nextDueAtMs: nextBackupAtMs(unit.db, unit.nowMs),
        lastFailure: lastFailureOf(unit.db),
      };
      return answer(times, { count: backups.length });
    },
    async finish(_desk, times, _input, { folder, backups }) {
      return ok({
        folder,
        ...times,
        backups: backups.map(({ name, atMs, bytes, students, marks, auditSize }) => ({
          name,
          atMs,
          bytes,
          students,
          marks,
          auditSize,
        })),
      });
    },
  }),

  make: inPhases<Contract['backup']['make'], InSession, null>({
    prepare: async (desk) => ok(sessionOf(desk)),
    run(_unit, _input, { desk, open }) {
      ensureBackupKeys(open, desk);
      return answer(null);
    },
    finish: (desk, _value, _input, { open, actor }) =>
      whileOpen(async () => {
        const made = await backUp(desk, open, actor);
        return made.ok ? ok({ name: made.value.name, bytes: made.value.bytes }) : made;
      }),
  }),

  inspect: {
    runs: 'on-desk',
    async call(desk, { name, recoveryKey }) {
      let isAudited = false;
      const asked = await withBackup(desk, name, recoveryKey, ({ backup, keys }) =>
        withPresent(desk, keys, async (present) => {
          const manifest = await readBackup(backup, present === null ? null : auditKeyOf(present));
          if (!manifest.ok) return manifest;
          const { atMs, students, marks, audit } = manifest.value;
          if (desk.open === null && present !== null) {
            desk.appendAudit(present, desk.draft(recoveryActor, 'view', 'backup', 'backup.inspect'));
            isAudited = true;
          }
          return ok({
            atMs,
            students: Math.min(students, openableStudents(manifest.value, backup.ring)),
            marks,
            auditSize: audit.size,
            present: present === null ? null : countPresent(desk, present),
          });
        }),
      );
      if (!isAudited) auditRecoveryUse(desk, 'view', 'backup.inspect', asked);
      return asked;
    },
  },

  listForRestore: {
    runs: 'on-desk',
    async call(desk) {
      assert(desk.chosen !== null, 'a locked desk has a school');
      const backups = listBackups(backupFolder(desk, desk.chosen));
      return ok({ backups: backups.map(({ name, atMs, bytes }) => ({ name, atMs, bytes })) });
    },
  },

  restore: {
    runs: 'on-desk',
    async call(desk, { name, recoveryKey }) {
      const by = desk.session?.actor ?? recoveryActor;
      type Restored = Result<{ students: number; marks: number }, RestoreError>;
      const result = await withBackup(desk, name, recoveryKey, async (opened): Promise<Restored> => {
        const { backup, profile, keychain, keys } = opened;
        if (keychain === null) return err({ type: 'keychain-unavailable' });
        const auditKey = await withPresent(desk, keys, async (present) =>
          present === null ? null : auditKeyOf(present),
        );
        return restoreBackup(desk, backup, { profile, keychain, keys, auditKey }, by);
      });
      // A restore that succeeded stands in the old log and begins the new one.
      if (!result.ok) auditRecoveryUse(desk, 'restore', 'backup.restore', result);
      return result;
    },
  },

  exportSchool: inPhases<Contract['backup']['exportSchool'], InSession & { encrypter: Encrypter }, null>({
    async prepare(desk, { receiver, password }) {
      const proven = await provePassword(desk, password);
      if (!proven.ok) return proven;
      const encrypter = await encrypterFor([receiver]);
      return encrypter.ok ? ok({ ...sessionOf(desk), encrypter: encrypter.value }) : encrypter;
    },
    run: (unit, { reason }) => answer(null, { recordId: unit.school.id, reason }),
    finish: (desk, _value, { reason }, { open, actor, encrypter }) =>
      whileOpen(async () => {
        const written = await exportSchool(desk, open, encrypter);
        if (desk.open !== open) throw new DeskLocked();
        const facts = written.ok
          ? { recordId: written.value.sha256, count: written.value.rows }
          : { outcome: `error:${written.error.type}` };
        desk.appendAudit(
          open,
          desk.draft(actor, 'export', 'school', 'backup.exportSchool', { reason, ...facts }),
        );
        return written;
      }),
  }),
};

interface Listing {
  readonly folder: string;
  readonly backups: ReturnType<typeof listBackups>;
}

interface Times {
  readonly lastAtMs: number | null;
  readonly nextDueAtMs: number;
  readonly lastFailure: BackupFailure | null;
}

interface InSession {
  readonly desk: Desk;
  readonly open: OpenSchool;
  readonly actor: Actor;
}

function sessionOf(desk: Desk): InSession {
  const { open, session } = desk;
  assert(open !== null && session !== null, 'a signed-in user');
  return { desk, open, actor: session.actor };
}

/** Slow work that is given up when the desk is locked meanwhile. */
async function whileOpen<T, E>(work: () => Promise<Result<T, E>>): Promise<Result<T, E | ErrorOf<'locked'>>> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DeskLocked) return err({ type: 'locked' });
    throw cause;
  }
}

const recoveryActor = { user: null, role: null, method: 'recovery-key' } as const;

interface OpenedWithRecoveryKey {
  readonly backup: OpenableBackup;
  readonly profile: Profile;
  readonly keychain: Keychain | null;
  readonly keys: PresentKeys | null;
}

/** Opens a backup and, where it can be, the present store's keys; both are forgotten afterwards. */
async function withBackup<T, E>(
  desk: Desk,
  name: string,
  recoveryKey: string,
  use: (opened: OpenedWithRecoveryKey) => Promise<Result<T, E>>,
): Promise<Result<T, E | ReadBackupError>> {
  const school = desk.chosen;
  assert(school !== null, 'a desk that restores has a school');
  const backup = await openBackup(backupFolder(desk, school), name, school, recoveryKey);
  if (!backup.ok) return backup;
  const profile = profileOf(desk.options.dataDir, school);
  const keychain = desk.keychain();
  const keys = keychain.ok ? await presentKeysOf(desk, profile, keychain.value, recoveryKey) : null;
  try {
    return await use({ backup: backup.value, profile, keychain: keychain.ok ? keychain.value : null, keys });
  } finally {
    forgetKeys(backup.value.recoveryKeys);
    if (keys !== null) wipe(keys.masterKey);
  }
}

/** Lends the present store: the session's, or one opened for the occasion; null where it does not open. */
async function withPresent<T>(
  desk: Desk,
  keys: PresentKeys | null,
  use: (present: OpenSchool | null) => Promise<T>,
): Promise<T> {
  if (desk.open !== null || keys === null) return await use(desk.open);
  const opened = openPresent(desk, keys);
  try {
    return await use(opened);
  } finally {
    if (opened !== null) closePresent(desk, opened);
  }
}

function auditKeyOf(open: OpenSchool): string {
  return Buffer.from(open.auditSigner.publicKey).toString('hex');
}

/** The recovery key was used, or tried: on the audit log of an open store, else in the journal. */
function auditRecoveryUse(
  desk: Desk,
  action: AuditDraft['action'],
  procedure: string,
  result: Result<unknown, { readonly type: string }>,
): void {
  const { open, session } = desk;
  if (open !== null && session !== null) {
    const outcome = result.ok ? 'ok' : `error:${result.error.type}`;
    desk.appendAudit(open, desk.draft(session.actor, action, 'backup', procedure, { outcome }));
  } else if (result.ok) desk.noteInJournal({ kind: 'alarm', code: procedure });
  else {
    const kind = result.error.type === 'recovery-key-wrong' ? 'sign-in-failed' : 'refuse';
    desk.noteInJournal({ kind, code: result.error.type });
  }
}
