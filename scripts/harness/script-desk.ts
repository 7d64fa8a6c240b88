import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import type { AreaName, Contract, InputOf, OutputOf } from '../../domain/contract/contract.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import { assert } from '../../domain/result.ts';
import { areaHandlers } from '../../main/area-handlers.ts';
import { prepareSchool, writeSchool } from '../../main/desk/create-school.ts';
import { Desk, type OpenSchool } from '../../main/desk/desk.ts';
import { createGate, type GateReply } from '../../main/gate/gate.ts';
import { argon2Floor, type Argon2Cost } from '../../main/vault/argon2.ts';
import { openFileKeychain } from '../../main/vault/keychain.ts';
import { systemRandom } from '../../main/vault/random.ts';
import { openWithRecoveryKey } from '../../main/vault/vault.ts';

/** The password of every school that these scripts make. Nothing in those schools is real. */
export const scriptPassword = 'only for measurements';

/** A desk in this process: the real gate, store, vault and areas, without window and worker, on a clock of its own. */
export interface ScriptDesk {
  readonly desk: Desk;
  /** UTC milliseconds; move it as needed. */
  nowMs: number;
  /** What the areas reported as bugs, in order. */
  readonly bugs: readonly unknown[];
  readonly open: OpenSchool;
  /** Calls as the window does. */
  call<A extends AreaName>(
    area: A,
    procedure: keyof Contract[A] & string,
    input: unknown,
  ): Promise<GateReply>;
  /** Calls and expects a good answer. Throws otherwise. */
  must<A extends AreaName, P extends keyof Contract[A] & string>(
    area: A,
    procedure: P,
    input: InputOf<Contract[A][P] & Procedure>,
  ): Promise<OutputOf<Contract[A][P] & Procedure>>;
}

/** Makes a desk on a data folder, which may hold a school already. Its secrets lie in the keychain's fallback file. */
export function createScriptDesk(
  folder: string,
  options: { readonly nowMs: number; readonly cost?: Argon2Cost },
): ScriptDesk {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const bugs: unknown[] = [];
  const desk = new Desk({
    dataDir: folder,
    exportDir: join(folder, 'exports'),
    backupDir: join(folder, 'backups'),
    window: 'chromium',
    now: () => script.nowMs,
    random: systemRandom,
    openKeychain: () => openFileKeychain(folder),
    cost: async () => options.cost ?? argon2Floor,
    isCommonPassword: () => false,
    printSlip: async () => 'dialog',
    emit: () => {},
    reportBug(cause) {
      bugs.push(cause);
      return 'script';
    },
    isCancelled: () => false,
    clearCancel: () => {},
  });
  const gate = createGate(desk, areaHandlers);
  const call = (area: string, procedure: string, input: unknown): Promise<GateReply> =>
    gate.call({ area, procedure, input, windowId: scriptWindow, sender: 'own-window' });
  const script: ScriptDesk = {
    desk,
    nowMs: options.nowMs,
    bugs,
    get open() {
      assert(desk.open !== null, 'the store of this script is open');
      return desk.open;
    },
    call,
    async must(area, procedure, input) {
      const reply = await call(area, procedure, input);
      if (!reply.ok) {
        throw new Error(`${area}.${procedure} answered ${JSON.stringify(reply.error)}`, {
          cause: bugs.at(-1),
        });
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the gate has parsed it with the contract's schema
      return reply.value as never;
    },
  };
  return script;
}

const scriptWindow = 'script';

/** Makes a school with one administrator, `admin`, and signs in. Gives the recovery key, which opens it without Argon2. */
export async function makeSchool(
  script: ScriptDesk,
  facts: Partial<{ readonly name: string; readonly attendance: 'daily' | 'am-pm' | 'period' }> = {},
): Promise<readonly string[]> {
  const { desk } = script;
  const prepared = await prepareSchool(desk, {
    name: 'Example School',
    timeZone: 'America/Los_Angeles',
    country: 'us',
    attendance: 'daily',
    ...facts,
    isSample: true,
    administrator: {
      displayName: 'Alex Admin',
      email: 'admin@sample.invalid',
      username: 'admin',
      jobTitle: '',
      password: scriptPassword,
    },
  });
  assert(prepared.ok, 'the password of these scripts is a good one');
  const keychain = desk.keychain(true);
  assert(keychain.ok, 'the fallback file is a keychain');
  const written = writeSchool(desk, keychain.value, prepared.value);
  assert(written.ok, 'a school is written');
  desk.choose(written.value.school);
  const { recoveryKeyGroups } = prepared.value.made;
  const opened = await openSchoolDirectly(script, recoveryKeyGroups);
  assert(opened.type === 'open', 'a school that was just written opens');
  return recoveryKeyGroups;
}

/** `open`, or why the store stays closed. */
export type Opening = { readonly type: string; readonly detail?: unknown };

/**
 * Opens the chosen school with the recovery key in place of a password, which costs no Argon2, and otherwise as a
 * sign-in does: the vault is proved, the anchor compared, the journal absorbed. The administrator is then signed in.
 */
export async function openSchoolDirectly(
  script: ScriptDesk,
  recoveryKeyGroups: readonly string[],
): Promise<Opening> {
  const { desk } = script;
  if (desk.chosen === null) return { type: 'no-school' };
  const locked = desk.lockedSchool();
  if (!locked.ok) return locked.error;
  const vault = desk.readVault(locked.value.profile);
  if (!vault.ok) return vault.error;
  const way = await openWithRecoveryKey(vault.value, recoveryKeyGroups);
  if (!way.ok) return way.error;
  const { body, masterKey } = way.value;
  const store = desk.openStore({ locked: locked.value, vault: body, masterKey, anchor: 'check' });
  if (!store.ok) return store.error;
  const open = store.value;
  const administrator = open.unitParts.db
    .select()
    .from(account)
    .where(eq(account.role, 'school-administrator'))
    .get();
  assert(administrator !== undefined, 'a school has an administrator');
  const { id: user, role, staff, username } = administrator;
  desk.begin(open, {
    actor: { user, role, method: 'password', staff },
    username,
    windowId: scriptWindow,
    startedAtMs: script.nowMs,
    lastActiveMs: script.nowMs,
    keys: null,
    mustChangePassword: false,
  });
  return { type: 'open' };
}

/** Writes into the open store outside of any procedure, in one transaction: for making a school, not for measuring. */
export function inTransaction(open: OpenSchool, work: () => void): void {
  open.transaction.begin();
  try {
    work();
    open.transaction.commit();
  } catch (cause) {
    open.transaction.rollback();
    open.unitParts.changes.reset();
    throw cause;
  }
}
