import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AreaName, Contract, InputOf, ReplyOf } from '../../domain/contract/contract.ts';
import type { DeskEvent } from '../../domain/contract/events.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import type { StaffId, UserId } from '../../domain/ids.ts';
import type { AccountRole } from '../../domain/access/policy.ts';
import { areaHandlers } from '../../main/area-handlers.ts';
import { Desk, type DeskOptions, type OpenSchool } from '../../main/desk/desk.ts';
import { createGate, type Gate } from '../../main/gate/gate.ts';
import { argon2Floor } from '../../main/vault/argon2.ts';
import { openFileKeychain } from '../../main/vault/keychain.ts';
import { systemRandom } from '../../main/vault/random.ts';

/** A desk without window or worker: the real gate, store, vault and areas on a temporary folder and a settable clock. */
export interface TestDesk {
  readonly desk: Desk;
  readonly gate: Gate;
  readonly folder: string;
  readonly events: DeskEvent[];
  readonly bugs: unknown[];
  /** Stands for the window's printer. */
  printer: DeskOptions['printSlip'];
  /** UTC milliseconds; move it as the test needs. */
  nowMs: number;
  call<A extends AreaName, P extends keyof Contract[A]>(
    area: A,
    procedure: P,
    input: Contract[A][P] extends Procedure ? InputOf<Contract[A][P]> : never,
    windowId?: string,
  ): Promise<Contract[A][P] extends Procedure ? ReplyOf<Contract[A][P]> : never>;
  /** Calls and expects a good answer. */
  must<A extends AreaName, P extends keyof Contract[A]>(
    area: A,
    procedure: P,
    input: Contract[A][P] extends Procedure ? InputOf<Contract[A][P]> : never,
  ): Promise<Contract[A][P] extends Procedure ? (ReplyOf<Contract[A][P]> & { ok: true })['value'] : never>;
  open(): OpenSchool;
  /** The same folder after the program was ended: nothing in memory is kept. */
  restart(): TestDesk;
  dispose(): void;
}

export const testPassword = 'a long enough password';
/** A Tuesday in term, mid-morning in London. */
export const testNowMs = Date.UTC(2026, 2, 3, 10, 0, 0);

export function createTestDesk(
  folder = mkdtempSync(join(tmpdir(), 'rollkeep-desk-')),
  nowMs = testNowMs,
): TestDesk {
  const events: DeskEvent[] = [];
  const bugs: unknown[] = [];
  mkdirSync(join(folder, 'data'), { recursive: true });
  const dataDir = join(folder, 'data');
  const desk = new Desk({
    dataDir,
    exportDir: join(folder, 'exports'),
    backupDir: join(folder, 'backups'),
    window: 'chromium',
    now: () => test.nowMs,
    random: systemRandom,
    openKeychain: () => openFileKeychain(dataDir),
    cost: async () => argon2Floor,
    isCommonPassword: (text) => text === 'password1234',
    emit: (event) => events.push(event),
    printSlip: (sheet, printer) => test.printer(sheet, printer),
    listPrinters: async () => ['front desk', 'office'],
    reportBug(cause) {
      bugs.push(cause);
      return 'test';
    },
    isCancelled: () => false,
    clearCancel: () => {},
  });
  const gate = createGate(desk, areaHandlers);
  const call = async (
    area: string,
    procedure: string,
    input: unknown,
    windowId = 'window-1',
  ): Promise<unknown> => gate.call({ area, procedure, input, windowId, sender: 'own-window' });
  const test: TestDesk = {
    desk,
    gate,
    folder,
    events,
    bugs,
    printer: async () => 'printed',
    nowMs,
    call: call as TestDesk['call'],
    must: (async (area: string, procedure: string, input: unknown) => {
      const reply = (await call(area, procedure, input)) as { ok: boolean; value?: unknown; error?: unknown };
      if (!reply.ok) {
        throw new Error(`${area}.${procedure} answered ${JSON.stringify(reply.error)}`, {
          cause: bugs.at(-1),
        });
      }
      return reply.value;
    }) as TestDesk['must'],
    open() {
      if (desk.open === null) throw new Error('No store is open');
      return desk.open;
    },
    restart() {
      // As when the process is killed: the file is let go, nothing is signed, kept or wiped.
      desk.open?.connection.close();
      desk.open = null;
      return createTestDesk(folder, test.nowMs);
    },
    dispose() {
      desk.open?.connection.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return test;
}

/** Makes a school with the administrator `ada` signed in. */
export async function createTestSchool(
  test: TestDesk,
  school: Partial<{
    name: string;
    country: 'us' | 'england';
    attendance: 'daily' | 'am-pm' | 'period';
    timeZone: string;
  }> = {},
): Promise<{ recoveryKeyGroups: string[] }> {
  const prepared = await test.must('desk', 'prepareSchool', {
    name: 'Example School',
    timeZone: 'Europe/London',
    country: 'england',
    attendance: 'am-pm',
    ...school,
    administrator: {
      displayName: 'Ada Example',
      email: 'ada@example.invalid',
      username: 'ada',
      jobTitle: 'Head of office',
      password: testPassword,
    },
    acceptFileKeychain: true,
  });
  await test.must('desk', 'createSchool', { recoveryKeyGroups: prepared.recoveryKeyGroups });
  return { recoveryKeyGroups: prepared.recoveryKeyGroups };
}

/** Makes an account with a password of its own and leaves `ada` signed in. */
export async function createTestUser(
  test: TestDesk,
  username: string,
  role: AccountRole,
  staff: StaffId | null = null,
): Promise<UserId> {
  const made = await test.must('users', 'create', {
    username,
    displayName: `${username} Example`,
    email: `${username}@example.invalid`,
    jobTitle: '',
    role,
    staff,
  });
  await test.must('desk', 'lock', {});
  await test.must('desk', 'signIn', { username, password: made.activationCode });
  await test.must('desk', 'chooseNewPassword', { password: testPassword });
  await test.must('desk', 'lock', {});
  await test.must('desk', 'signIn', { username: 'ada', password: testPassword });
  return made.id;
}
