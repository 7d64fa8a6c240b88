import { inArray } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../../db/accounts/schema.ts';
import { policy, roles, type Permission, type Reach, type Role } from '../../domain/access/policy.ts';
import { contract, type AreaName } from '../../domain/contract/contract.ts';
import { procedureNames } from '../../domain/contract/names.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { assert } from '../../domain/result.ts';
import { areaHandlers } from '../../main/area-handlers.ts';
import type { GateReply } from '../../main/gate/gate.ts';
import { loginOf } from '../../main/vault/keys.ts';
import {
  actAs,
  auditEntries,
  auditSize,
  createTwoSchools,
  signInAda,
  type TwoSchools,
} from '../support/two-schools.ts';
import { cases, forbiddenTraces, idsOf, type Case, type Target } from './cases.ts';

/**
 * Role × procedure × scope, generated from the contract: every role calls every procedure with ids within and beyond its
 * reach and with those of another school whose roster has the same ids. What must come back is worked out here once more
 * from the policy's table, so that the gate is not checked with itself.
 */
interface Cell {
  readonly role: Role;
  readonly area: AreaName;
  readonly name: string;
  readonly target: Target;
  readonly procedure: Procedure;
  readonly reply: GateReply;
  readonly rows: readonly AuditEntry[];
  readonly user: string;
  /** What stands in the answer and must not. */
  readonly leaks: readonly string[];
}

interface Expected {
  readonly answer: string;
  readonly rows: readonly Partial<Pick<AuditEntry, 'action' | 'outcome' | 'scope'>>[];
}

/** A procedure by its names, as the tests' generated loops need it. */
interface Named {
  readonly area: AreaName;
  readonly name: string;
  readonly procedure: Procedure;
  readonly its: Case<Procedure>;
}

const procedures: readonly Named[] = Object.entries(contract).flatMap(([area, inArea]) =>
  Object.entries(inArea).map(([name, procedure]) => ({
    area: area as AreaName,
    name,
    procedure,
    its: (cases[area as AreaName] as Record<string, unknown>)[name] as Case<Procedure>,
  })),
);

const cells: Cell[] = [];
let schools: TwoSchools;

beforeAll(async () => {
  schools = await createTwoSchools();
  doNotWaitForDisk();
  for (const role of roles) {
    for (const named of procedures) {
      for (const target of named.its.targets) cells.push(await callAs(role, named, target));
    }
  }
}, 300_000);

afterAll(() => {
  schools.test.dispose();
});

async function callAs(role: Role, { area, name, procedure, its }: Named, target: Target): Promise<Cell> {
  const { test, near } = schools;
  const user = actAs(test, role, near.own.staff);
  const { db } = test.open().unitParts;
  // A cell before may have removed them.
  db.update(account)
    .set({ state: 'active' })
    .where(inArray(account.id, [near.own.user, near.other.user]))
    .run();
  const before = auditSize(test);
  const reply = await test.gate.call({
    area,
    procedure: name,
    input: its.input(idsOf(schools, target)),
    windowId: 'window-1',
    sender: 'own-window',
  });
  const wasLocked = test.desk.open === null;
  if (wasLocked) {
    await signInAda(test);
    doNotWaitForDisk();
  }
  const entries = auditEntries(test, before);
  forgetWrongPasswords();
  const forbidden = forbiddenTraces(schools, reachFor(procedure, role) ?? 'none');
  const text = JSON.stringify(reply);
  return {
    role,
    area,
    name,
    target,
    procedure,
    reply,
    user,
    rows: wasLocked ? entries.slice(0, -1) : entries,
    leaks: forbidden.filter((trace) => text.includes(trace)),
  };
}

/** Some 1,600 transactions, whose durability is not what is asked here. */
function doNotWaitForDisk(): void {
  schools.test.open().connection.pragma('synchronous = OFF');
}

/** Every role is asked for a password once with a wrong one: together they must not lock the account. */
function forgetWrongPasswords(): void {
  const locked = schools.test.desk.lockedSchool();
  assert(locked.ok, 'the school has its secrets');
  locked.value.attempts.unlock(loginOf(locked.value.schoolSecret, 'ada'));
}

/** How far the role may go with the procedure; undefined where it may not call it. */
function reachFor({ permission, scope }: Procedure, role: Role): Reach | 'none' | undefined {
  if (permission === null) return 'none';
  const asked: readonly Permission[] = typeof permission === 'string' ? [permission] : permission;
  const granted = asked
    .map((one) => policy[role][one])
    .filter((reach) => reach !== undefined && (scope !== 'school' || reach === 'school'));
  return granted[0];
}

function expectedOf({ role, area, name, target, procedure }: Cell): Expected {
  const its = (cases[area] as Record<string, unknown>)[name] as Case<Procedure>;
  const refused = (type: string): Expected => ({
    answer: type,
    rows: [{ action: 'refuse', outcome: `refused:${type}`, scope: 'none' }],
  });
  if (!procedure.states.includes('signed-in')) return refused('wrong-state');
  const reach = reachFor(procedure, role);
  if (reach === undefined) return refused('permission-refused');

  const isWithin = target === 'own' || (target === 'other' && reach === 'school');
  const answer = isWithin ? its.within : (its.beyond ?? 'out-of-scope');
  const action = procedure.audits?.action ?? 'view';
  // Handlers that change the desk write their rows themselves, about no record's scope.
  const { runs } = (areaHandlers[area] as Record<string, { runs: string }>)[name] ?? { runs: '' };
  const scope = runs === 'on-desk' ? 'none' : reach;
  if (answer === 'out-of-scope') {
    return { answer, rows: [{ action: 'refuse', outcome: 'refused:out-of-scope', scope }] };
  }
  if (answer !== 'ok' && its.failsAfterCommit !== true) {
    return { answer, rows: [{ action, outcome: `error:${answer}`, scope }] };
  }
  if (procedure.audits === null) return { answer, rows: [] };
  const afterwards = Array.from({ length: (its.rows ?? 1) - 1 }, () => ({ action, outcome: 'ok' }));
  return { answer, rows: [{ action, outcome: 'ok', scope }, ...afterwards] };
}

function answerOf({ reply }: Cell): string {
  return reply.ok ? 'ok' : reply.error.type;
}

function nameOf({ role, area, name, target }: Cell): string {
  return `${role} ${area}.${name} ${target}`;
}

/** Cells whose answer is another than the policy says, or that hold what they must not. Empty is good. */
function wrongAnswers(chosen: readonly Cell[]): unknown[] {
  expect(chosen.length).toBeGreaterThan(0);
  return chosen.flatMap((cell) => {
    const { answer } = expectedOf(cell);
    const isRight = answerOf(cell) === answer && cell.leaks.length === 0;
    return isRight ? [] : [{ cell: nameOf(cell), expected: answer, got: cell.reply, leaks: cell.leaks }];
  });
}

/** Cells whose audit rows are others than expected. Empty is good. */
function wrongRows(chosen: readonly Cell[]): unknown[] {
  expect(chosen.length).toBeGreaterThan(0);
  return chosen.flatMap((cell) => {
    const expected = expectedOf(cell).rows;
    const isRight =
      cell.rows.length === expected.length &&
      cell.rows.every(
        (row, index) =>
          row.procedure === `${cell.area}.${cell.name}` &&
          row.actor.role === cell.role &&
          row.actor.user === cell.user &&
          Object.entries(expected[index] ?? {}).every(
            ([field, value]) => row[field as keyof AuditEntry] === value,
          ),
      );
    return isRight ? [] : [{ cell: nameOf(cell), expected, got: cell.rows }];
  });
}

const dataCells = (): Cell[] => cells.filter(({ reply }) => reply.ok);

describe('role × procedure × scope', () => {
  it('has a cell for every role, every procedure and every target', () => {
    const wanted = roles.length * procedures.reduce((sum, { its }) => sum + its.targets.length, 0);
    console.log(`matrix: ${cells.length} cells, ${dataCells().length} of them answered with data`);
    expect(cells.length).toBe(wanted);
    expect(new Set(cells.map(nameOf)).size).toBe(wanted);
  });

  it.each(roles)('B11: the %s gets what the policy grants, beside a school with the same ids', (role) => {
    expect(wrongAnswers(cells.filter((cell) => cell.role === role))).toEqual([]);
  });

  it.each(roles)('A7: each call of the %s leaves exactly its audit row', (role) => {
    expect(wrongRows(cells.filter((cell) => cell.role === role))).toEqual([]);
  });

  it('A7: only these leave no row of their own: they read and change no record of the school', () => {
    const silent = procedures.filter(({ procedure }) => procedure.audits === null);
    expect(silent.map(({ area, name }) => `${area}.${name}`)).toEqual([
      'desk.status',
      'desk.prepareSchool',
      'desk.chooseSchool',
      'desk.chooseLanguage',
      'desk.stayActive',
      'students.filters',
      'students.lists',
      'attendance.codes',
      'attendance.codeEdits',
      'attendance.calendar',
      'attendance.times',
      'counter.printers',
      'roster.begin',
      'roster.append',
      'roster.watched',
      'roster.discard',
      'audit.head',
      'backup.listForRestore',
      'backup.findElsewhere',
      'exports.choices',
      'exports.discard',
      'sync.state',
      'sync.now',
      'sync.overview',
      'sync.enrolment',
      'sync.cancelEnrolment',
      'sync.join',
      'sync.joining',
      'sync.confirmJoin',
      'sync.cancelJoin',
    ]);
  });

  it('A2: no id of the other school gives anything to any role by any procedure', () => {
    const far = cells.filter(({ target }) => target === 'far' || target === 'mixed-far');
    expect(wrongAnswers(far)).toEqual([]);
    const all = cells.flatMap((cell) => cell.leaks.map((leak) => `${nameOf(cell)}: ${leak}`));
    expect(all).toEqual([]);
  });

  it('A2: an id of the other school is answered like one that nobody has', () => {
    const far = cells.filter(({ target }) => target === 'far');
    const told = far.filter((cell) => {
      const nobody = cells.find((one) => nameOf(one) === nameOf({ ...cell, target: 'nobody' }));
      const isList = cell.area === 'audit';
      return !isList && JSON.stringify(nobody?.reply) !== JSON.stringify(cell.reply);
    });
    expect(far.length).toBeGreaterThan(100);
    expect(told.map(nameOf)).toEqual([]);
  });

  it('A2: the other school is as it was', async () => {
    const { test, near, far } = schools;
    await test.must('desk', 'lock', {});
    await test.must('desk', 'chooseSchool', { school: far.school });
    await signInAda(test);
    const { family, phone, address } = far.own.plants;
    const card = await test.must('students', 'card', { student: far.own.student });
    const contacts = await test.must('students', 'contacts', { student: far.own.student });
    expect([card.name.includes(family), contacts.address, contacts.guardians[0]?.phone]).toEqual([
      true,
      address,
      phone,
    ]);
    const refused = await test.call('students', 'card', { student: near.own.student });
    expect(refused).toEqual({ ok: false, error: { type: 'out-of-scope' } });
    const touched = auditEntries(test).filter(({ actor }) => actor.role !== 'school-administrator');
    expect(touched.every(({ actor }) => actor.role === null)).toBe(true);
    await test.must('desk', 'lock', {});
    await test.must('desk', 'chooseSchool', { school: near.school });
    await signInAda(test);
  });

  it.each(['teacher', 'teaching-assistant'] as const)(
    'W8: the %s reaches the own class and nothing of another, by every procedure',
    (role) => {
      const mine = cells.filter((cell) => cell.role === role);
      expect(wrongAnswers(mine)).toEqual([]);
      const beyond = mine.filter(({ target }) => target !== 'own');
      const given = beyond.filter(({ reply, name }) => reply.ok && name !== 'list');
      expect(given.map(nameOf)).toEqual([]);
      const ownCard = mine.find(({ name, target }) => name === 'card' && target === 'own');
      expect(ownCard?.reply.ok).toBe(true);
    },
  );

  it.each(['senco', 'senior-leader', 'school-administrator'] as const)(
    'W9: the %s sees the whole school',
    (role) => {
      const reads = ['card', 'attendance', 'register'];
      const seen = cells.filter(
        (cell) => cell.role === role && reads.includes(cell.name) && ['own', 'other'].includes(cell.target),
      );
      expect(seen.map(answerOf)).toEqual(Array.from({ length: 6 }, () => 'ok'));
    },
  );

  it('H12: the school administrator has staff, schedules and accounts of the school, and of no other', () => {
    const mine = cells.filter(({ role }) => role === 'school-administrator');
    const answers = new Map(mine.map((cell) => [`${cell.area}.${cell.name} ${cell.target}`, answerOf(cell)]));
    const wanted = [
      'users.list own',
      'users.staff own',
      'users.change own',
      'attendance.calendar own',
      'attendance.registers own',
    ];
    expect(wanted.map((each) => answers.get(each))).toEqual(wanted.map(() => 'ok'));
    const foreign = ['users.change', 'users.reset', 'users.remove', 'users.unlock'];
    expect(foreign.map((each) => answers.get(`${each} far`))).toEqual(foreign.map(() => 'account-gone'));
    expect(mine.flatMap(({ leaks }) => leaks)).toEqual([]);
  });

  it('A6: a role gets data from a procedure only where the policy lists its permission', () => {
    const given = dataCells().filter(({ procedure }) => procedure.permission !== null);
    const beyondPolicy = given.filter(({ procedure, role }) => reachFor(procedure, role) === undefined);
    expect(beyondPolicy.map(nameOf)).toEqual([]);
    const roleless = given.filter(({ role }) => role === 'parent' || role === 'support');
    expect(roleless.map(nameOf)).toEqual([]);
  });

  it('A6: every administrative action is on the log with the one who did it, refused or not', () => {
    const administrative = cells.filter(({ area }) => ['users', 'roster', 'backup', 'audit'].includes(area));
    const tracked = administrative.filter(({ procedure, reply }) => procedure.audits !== null || !reply.ok);
    const silent = tracked.filter(({ rows, name }) => rows.length === 0 && name !== 'append');
    expect(silent.map(nameOf)).toEqual([]);
  });

  it('B6: whoever reads, verifies or exports the audit log stands on it', () => {
    const reads = dataCells().filter(({ area, name }) => area === 'audit' && name !== 'head');
    expect(new Set(reads.map(({ name }) => name))).toEqual(
      new Set(['list', 'entry', 'people', 'verify', 'exportBundle']),
    );
    expect(wrongRows(reads)).toEqual([]);
    expect(reads.every(({ rows }) => rows.length > 0)).toBe(true);
  });
});

it('the names that the preload carries are those of the contract', () => {
  const names = Object.fromEntries(
    Object.entries(contract).map(([area, inArea]) => [area, Object.keys(inArea)]),
  );
  expect(procedureNames).toEqual(names);
});
