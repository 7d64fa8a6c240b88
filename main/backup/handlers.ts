import type { Encrypter } from 'age-encryption';
import { readLocalNumber } from '../../db/school/local-state.ts';
import type { AuditDraft } from '../../domain/audit/entry.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { DrillRecord } from '../../domain/backup/alarm.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer, inPhases, type AreaHandlers } from '../gate/handlers.ts';
import type { Actor } from '../gate/unit.ts';
import { provePassword } from '../users/handlers.ts';
import type { Keychain } from '../vault/keychain.ts';
import { wipe } from '../vault/keys.ts';
import { profileOf, type Profile } from '../vault/profile.ts';
import { parseRecoveryKey } from '../vault/recovery-key.ts';
import { forgetKeys } from '../vault/vault.ts';
import { encrypterFor } from './age-file.ts';
import { backupFolder, listBackups } from './backup-file.ts';
import { clearBackupAlarms, standingBackupAlarms } from './alarms.ts';
import { forgetCopyState, readCopyState } from './copies.ts';
import { backUp, backUpUnasked, copyToSecondFolder, lastFailureOf, nextBackupAtMs } from './due.ts';
import { findSchools, inspectElsewhere, refusedSecondFolder, restoreElsewhere } from './elsewhere.ts';
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
import { hasFreshBackup, readDrills, runDrill, sheetProvenAtMs, type DrillWay } from './run-drill.ts';
import { readBackupSettings, writeBackupSettings } from './settings.ts';
import { planFor, provenBackups } from './thin.ts';
import { trustClock } from './trusted-clock.ts';
import { nextDrillAtMs } from './watch.ts';

/** Backups, their restore, and the school's export. */
export const backupHandlers: AreaHandlers<'backup'> = {
  status: inPhases<Contract['backup']['status'], Listing, Omit<Status, 'folder' | 'backups'>>({
    async prepare(desk) {
      const { open } = sessionOf(desk);
      const folder = backupFolder(desk, open.unitParts.school.id);
      return ok({ open, folder, backups: listBackups(folder) });
    },
    run(unit, _input, { open, backups }) {
      const { db, nowMs } = unit;
      const copy = readCopyState(db);
      const plan = planFor(open, nowMs, backups);
      const state = {
        lastAtMs: readLocalNumber(db, 'last-backup') ?? null,
        nextDueAtMs: nextBackupAtMs(open, nowMs),
        lastFailure: lastFailureOf(db),
        alarms: standingBackupAlarms(db),
        settings: readBackupSettings(db),
        copy: copy === undefined ? null : { okMs: copy.okMs, problem: copy.problem },
        clockLeap: plan.ok ? null : { fromMs: plan.error.fromMs, toMs: plan.error.toMs },
        drills: readDrills(db).slice(0, 12),
        nextDrillAtMs: nextDrillAtMs(open, nowMs),
        sheetProvenAtMs: sheetProvenAtMs(db),
      };
      return answer(state, { count: backups.length });
    },
    async finish(desk, state, _input, { open, folder, backups }) {
      const plan = planFor(open, desk.now(), backups);
      const rules = new Map(plan.ok ? plan.value.kept.map(({ name, rule }) => [name, rule]) : []);
      const proven = provenBackups(open.unitParts.db);
      return ok({
        folder,
        ...state,
        backups: backups.map(({ name, atMs, bytes, students, marks, auditSize }) => ({
          name,
          atMs,
          bytes,
          students,
          marks,
          auditSize,
          day: desk.dayAt(atMs),
          rule: rules.get(name) ?? null,
          isProven: proven.has(name),
        })),
      });
    },
  }),

  configure: inPhases<Contract['backup']['configure'], OpenSchool, null>({
    async prepare(desk, { secondFolder }) {
      const { open } = sessionOf(desk);
      // One that is not plugged in may stay; a new one must be there.
      if (secondFolder === null || secondFolder === readBackupSettings(open.unitParts.db).secondFolder) {
        return ok(open);
      }
      const why = refusedSecondFolder(desk, secondFolder);
      return why === null ? ok(open) : err({ type: 'backup-folder-refused', why });
    },
    run(unit, settings) {
      if (settings.secondFolder !== readBackupSettings(unit.db).secondFolder) {
        forgetCopyState(unit.db);
        clearBackupAlarms(unit.db, 'copy-overdue');
      }
      writeBackupSettings(unit.db, settings);
      return answer(null);
    },
    finish: (desk, _value, _input, open) =>
      whileOpen(async () => {
        if (readLocalNumber(open.unitParts.db, 'last-backup') !== undefined)
          await copyToSecondFolder(desk, open);
        return ok({});
      }),
  }),

  trustClock: {
    runs: 'in-unit',
    run(unit) {
      trustClock(unit.db, unit.nowMs);
      return answer({});
    },
  },

  drill: inPhases<Contract['backup']['drill'], InSession, null>({
    async prepare(desk, { recoveryKey }) {
      const typed = recoveryKey === null ? null : parseRecoveryKey(recoveryKey);
      if (typed?.ok === false) {
        return err({ type: 'recovery-key-wrong', group: typed.error.groups[0] ?? null });
      }
      if (typed !== null) wipe(typed.value);
      return ok(sessionOf(desk));
    },
    run: () => answer(null),
    finish: (desk, _value, { recoveryKey }, { open, actor }) =>
      whileOpen(
        async (): Promise<
          Result<DrillRecord, ErrorOf<'disk-full' | 'folder-not-writable' | 'recovery-key-wrong'>>
        > => {
          if (!hasFreshBackup(open.unitParts.db, desk.now())) {
            const made = await backUpUnasked(desk, open);
            if (!made.ok) return made;
          }
          if (desk.open === null) throw new DeskLocked();
          const way: DrillWay = recoveryKey === null ? { kind: 'drill-key' } : { kind: 'sheet', recoveryKey };
          const drilled = await runDrill(desk, desk.open, actor, way);
          if (!drilled.ok && desk.open !== null) {
            const outcome = `error:${drilled.error.type}`;
            desk.appendAudit(desk.open, desk.draft(actor, 'restore', 'drill', 'backup.drill', { outcome }));
          }
          return drilled;
        },
      ),
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
    async call(desk, { name, recoveryKey, acceptFileKeychain }) {
      if (acceptFileKeychain) desk.keychain(true);
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

  findElsewhere: {
    runs: 'on-desk',
    async call(desk, input) {
      const folder = input.folder ?? desk.options.backupDir;
      const found = findSchools(desk, folder);
      // A new computer has no folder of backups of its own, and none has to be named to be asked about it.
      if (!found.ok) return input.folder === null ? ok({ folder, schools: [] }) : found;
      return ok({
        folder,
        schools: found.value.map(({ school, isHere, backups }) => ({
          school,
          isHere,
          backups: backups.map(({ name, atMs, bytes, desk: by }) => ({ name, atMs, bytes, desk: by })),
        })),
      });
    },
  },

  inspectElsewhere: {
    runs: 'on-desk',
    async call(desk, input) {
      const looked = await inspectElsewhere(input);
      auditRecoveryUse(desk, 'view', 'backup.inspectElsewhere', looked);
      return looked;
    },
  },

  restoreElsewhere: {
    runs: 'on-desk',
    async call(desk, { acceptFileKeychain, ...input }) {
      const restored = await restoreElsewhere(desk, input, acceptFileKeychain, recoveryActor);
      // A restore that succeeded begins the new log.
      if (!restored.ok) auditRecoveryUse(desk, 'restore', 'backup.restoreElsewhere', restored);
      return restored;
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

type Status = OutputOf<Contract['backup']['status']>;

interface Listing {
  readonly open: OpenSchool;
  readonly folder: string;
  readonly backups: ReturnType<typeof listBackups>;
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
