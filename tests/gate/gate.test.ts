import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../db/accounts/schema.ts';
import { limitCounter } from '../../db/school/schema.ts';
import { contract, type AreaName } from '../../domain/contract/contract.ts';
import { deskStates, type Procedure } from '../../domain/contract/procedure.ts';
import { areaHandlers } from '../../main/area-handlers.ts';
import { createGate, type GateCall, type GateReply } from '../../main/gate/gate.ts';
import { answer, refuse, type HandlerFor } from '../../main/gate/handlers.ts';
import { testId } from '../support/school-store.ts';
import { createTestDesk, createTestSchool, testPassword, type TestDesk } from '../support/test-desk.ts';
import { actAs, auditEntries, auditSize, signInAda } from '../support/two-schools.ts';
import { cases, type Case } from './cases.ts';

const procedures = Object.entries(contract).flatMap(([area, inArea]) =>
  Object.entries(inArea).map(([name, procedure]) => {
    const its = (cases[area as AreaName] as Record<string, unknown>)[name] as Case<Procedure>;
    return { area, name, procedure: procedure as Procedure, its };
  }),
);

const someIds = {
  student: testId<'student'>('some student'),
  class: testId<'class'>('some class'),
  guardian: testId<'guardian'>('some guardian'),
  staff: testId<'staff'>('some staff'),
  user: testId<'user'>('some user'),
  plan: testId<'planned-absence'>('some plan'),
  school: testId<'school'>('some school'),
};

let test: TestDesk;

beforeEach(async () => {
  test = createTestDesk();
  await createTestSchool(test);
});

afterEach(() => {
  test.dispose();
});

function ask(
  name: string,
  input: unknown = {},
  over: Partial<GateCall> = {},
  desk = test,
): Promise<GateReply> {
  const [area = '', procedure = ''] = name.split('.');
  return desk.gate.call({ area, procedure, input, windowId: 'window-1', sender: 'own-window', ...over });
}

function errorOf(reply: GateReply): string {
  return reply.ok ? 'ok' : reply.error.type;
}

/** The gate with one handler of another making. */
function gateWith(area: AreaName, procedure: string, handler: HandlerFor<Procedure>) {
  return createGate(test.desk, {
    ...areaHandlers,
    [area]: { ...areaHandlers[area], [procedure]: handler },
  });
}

const tooManyExports = { receiver: 'nothing like one' };

describe('the order of checks: the first that fails answers', () => {
  it('the sender comes before all else', async () => {
    expect(errorOf(await ask('no.such', {}, { sender: 'refused' }))).toBe('sender-refused');
    expect(errorOf(await ask('desk.status', {}, { sender: 'refused' }))).toBe('sender-refused');
  });

  it('then whether there is such a procedure', async () => {
    await test.must('desk', 'lock', {});
    for (const name of ['no.such', 'desk.noSuch', 'desk.toString', '__proto__.status', 'constructor.name']) {
      expect(errorOf(await ask(name))).toBe('unknown-procedure');
    }
  });

  it('then the state, before any permission', async () => {
    actAs(test, 'parent');
    expect(await ask('desk.signIn', {})).toEqual({
      ok: false,
      error: { type: 'wrong-state', state: 'signed-in' },
    });
    await test.must('desk', 'lock', {});
    expect(await ask('students.card', {})).toEqual({ ok: false, error: { type: 'locked' } });
  });

  it('then the permission, before a limit is counted', async () => {
    actAs(test, 'attendance-clerk');
    for (let call = 0; call < 12; call += 1) {
      expect(errorOf(await ask('backup.exportSchool', tooManyExports))).toBe('permission-refused');
    }
    expect(test.open().unitParts.db.select().from(limitCounter).all()).toEqual([]);
  });

  it('then the limit, before the input is looked at', async () => {
    const answers: string[] = [];
    for (let call = 0; call < 12; call += 1)
      answers.push(errorOf(await ask('backup.exportSchool', tooManyExports)));
    expect(answers).toEqual([
      ...Array.from({ length: 10 }, () => 'bad-input'),
      'limit-tripped',
      'limit-tripped',
    ]);
  });

  it('then the input, before anything runs', async () => {
    let ran = false;
    const gate = gateWith('students', 'card', {
      runs: 'in-unit',
      run() {
        ran = true;
        return refuse({ type: 'out-of-scope' } as never);
      },
    });
    const call = { area: 'students', procedure: 'card', windowId: 'window-1', sender: 'own-window' } as const;
    expect(errorOf(await gate.call({ ...call, input: { student: 'x' } }))).toBe('bad-input');
    expect(ran).toBe(false);
    await gate.call({ ...call, input: { student: someIds.student } });
    expect(ran).toBe(true);
  });
});

describe('states', () => {
  it.each(deskStates)('in the state %s nothing answers but what the contract lists for it', async (state) => {
    const desk = await deskIn(state);
    const wrong: string[] = [];
    for (const { area, name, procedure, its } of procedures) {
      if (procedure.states.includes(state)) continue;
      const reply = await ask(`${area}.${name}`, its.input(someIds), {}, desk);
      const expected = state === 'locked' ? 'locked' : 'wrong-state';
      if (errorOf(reply) !== expected) wrong.push(`${area}.${name}: ${errorOf(reply)}`);
    }
    expect(wrong).toEqual([]);
    expect(desk.desk.state).toBe(state);
    if (desk !== test) desk.dispose();
  });

  async function deskIn(state: (typeof deskStates)[number]): Promise<TestDesk> {
    if (state === 'no-school') return createTestDesk();
    if (state === 'signed-in') return test;
    if (state === 'must-change-password') {
      const made = await test.must('users', 'create', {
        username: 'ben',
        displayName: 'Ben Example',
        email: 'ben@example.invalid',
        jobTitle: '',
        role: 'school-administrator',
        staff: null,
      });
      await test.must('desk', 'lock', {});
      await test.must('desk', 'signIn', { username: 'ben', password: made.activationCode });
      return test;
    }
    await test.must('desk', 'lock', {});
    if (state === 'recovered') {
      const fresh = createTestDesk();
      const { recoveryKeyGroups } = await createTestSchool(fresh);
      await fresh.must('desk', 'lock', {});
      await fresh.must('desk', 'recover', {
        recoveryKey: recoveryKeyGroups.join(' '),
        acceptFileKeychain: true,
      });
      return fresh;
    }
    return test;
  }

  it('A10: with an activation code nothing can be called but choosing a password', () => {
    const open = procedures.filter(({ procedure }) => procedure.states.includes('must-change-password'));
    expect(open.map(({ area, name }) => `${area}.${name}`)).toEqual([
      'desk.status',
      'desk.chooseNewPassword',
      'desk.lock',
    ]);
  });

  it('only the desk itself answers while nobody is signed in', () => {
    const open = procedures.filter(({ procedure }) =>
      procedure.states.some((state) => state !== 'signed-in'),
    );
    const others = open.filter(({ area }) => area !== 'desk').map(({ area, name }) => `${area}.${name}`);
    expect(others).toEqual([
      'backup.inspect',
      'backup.listForRestore',
      'backup.restore',
      'backup.findElsewhere',
      'backup.inspectElsewhere',
      'backup.restoreElsewhere',
      'sync.join',
      'sync.joining',
      'sync.confirmJoin',
      'sync.cancelJoin',
    ]);
  });
});

describe('what the gate answers and writes', () => {
  it('never repeats a value in bad-input, and writes none', async () => {
    const marker = 'Nearina-planted-value';
    const before = auditSize(test);
    let refused = 0;
    for (const { area, name, procedure, its } of procedures) {
      if (!procedure.states.includes('signed-in') || procedure.limit !== undefined) continue;
      const good = its.input(someIds) as Record<string, unknown>;
      const bad = [
        marker,
        [marker],
        { ...good, unexpected: marker },
        ...Object.keys(good).map((key) => ({ ...good, [key]: { [`${key}2`]: marker } })),
      ];
      for (const input of bad) {
        const reply = await ask(`${area}.${name}`, input);
        expect([`${area}.${name}`, errorOf(reply)]).toEqual([`${area}.${name}`, 'bad-input']);
        expect(JSON.stringify(reply)).not.toContain(marker);
        refused += 1;
      }
    }
    const rows = auditEntries(test, before);
    expect(rows).toHaveLength(refused);
    expect(JSON.stringify(rows)).not.toContain('Nearina');
  });

  it('an answer outside the contract is a bug: nothing is written, nothing leaves, no value is logged', async () => {
    const gate = gateWith('security', 'status', {
      runs: 'in-unit',
      run() {
        test.open().unitParts.db.update(account).set({ jobTitle: 'Written by a bug' }).run();
        return answer({ keychain: 'file', surplus: 'Nearina' } as never);
      },
    });
    const before = auditSize(test);
    const reply = await gate.call({
      area: 'security',
      procedure: 'status',
      input: {},
      windowId: 'window-1',
      sender: 'own-window',
    });
    expect(reply).toEqual({ ok: false, error: { type: 'internal', reference: 'test' } });
    expect(auditSize(test)).toBe(before);
    const { jobTitle } = test.open().unitParts.db.select().from(account).get()!;
    expect(jobTitle).toBe('Head of office');
    expect(String(test.bugs.at(-1))).toContain('security.status answered outside its contract');
    expect(String(test.bugs.at(-1))).not.toContain('Nearina');
  });

  it('a surplus field of an answer never leaves, however deep it lies', async () => {
    const gate = gateWith('audit', 'people', {
      runs: 'in-unit',
      run: () => answer({ users: [{ id: someIds.user, displayName: 'Ada', phone: '+1 555 0100' }] } as never),
    });
    const call = {
      area: 'audit',
      procedure: 'people',
      input: {},
      windowId: 'window-1',
      sender: 'own-window',
    } as const;
    const reply = await gate.call(call);
    expect([errorOf(reply), JSON.stringify(reply).includes('555')]).toEqual(['internal', false]);
  });

  it('an expected error takes back what the procedure wrote, and its audit row stays', async () => {
    const gate = gateWith('users', 'changeOwnDisplay', {
      runs: 'in-unit',
      run() {
        test.open().unitParts.db.update(account).set({ density: 'comfortable' }).run();
        return refuse({ type: 'out-of-scope' } as never);
      },
    });
    const before = auditSize(test);
    const input = { density: 'comfortable', colorScheme: 'dark', language: 'ur' };
    const call = {
      area: 'users',
      procedure: 'changeOwnDisplay',
      windowId: 'window-1',
      sender: 'own-window',
    } as const;
    expect(await gate.call({ ...call, input })).toEqual({ ok: false, error: { type: 'out-of-scope' } });
    const { density } = test.open().unitParts.db.select().from(account).get()!;
    expect(density).toBe('compact');
    const rows = auditEntries(test, before).map(({ procedure, outcome }) => [procedure, outcome]);
    expect(rows).toEqual([['users.changeOwnDisplay', 'refused:out-of-scope']]);
  });

  it('a handler that throws leaves nothing, and the gate answers the next call', async () => {
    const gate = gateWith('users', 'changeOwnDisplay', {
      runs: 'in-unit',
      run() {
        test.open().unitParts.db.update(account).set({ density: 'comfortable' }).run();
        throw new Error('Bug: planted');
      },
    });
    const input = { density: 'comfortable', colorScheme: 'dark', language: 'ur' };
    const call = {
      area: 'users',
      procedure: 'changeOwnDisplay',
      windowId: 'window-1',
      sender: 'own-window',
    } as const;
    expect(errorOf(await gate.call({ ...call, input }))).toBe('internal');
    await test.must('users', 'changeOwnDisplay', { density: 'compact', colorScheme: 'dark', language: 'ur' });
    const row = test.open().unitParts.db.select().from(account).where(eq(account.username, 'ada')).get();
    expect(row?.density).toBe('compact');
  });
});

describe('limits', () => {
  it('B9: a tripped limit is on the log, and a restart does not forget it', async () => {
    for (let call = 0; call < 11; call += 1) await ask('backup.exportSchool', tooManyExports);
    const tripped = auditEntries(test).filter(({ action }) => action === 'limit-tripped');
    expect(tripped.map(({ procedure, outcome, actor }) => [procedure, outcome, actor.role])).toEqual([
      ['backup.exportSchool', 'refused:limit-tripped', 'school-administrator'],
    ]);
    const again = test.restart();
    await signInAda(again);
    expect(errorOf(await ask('backup.exportSchool', tooManyExports, {}, again))).toBe('limit-tripped');
    again.nowMs += 10 * 60_000;
    expect(errorOf(await ask('backup.exportSchool', tooManyExports, {}, again))).toBe('bad-input');
    again.desk.lock('user');
  });

  it('says when one may try again, and counts each user apart', async () => {
    for (let call = 0; call < 10; call += 1) await ask('users.changeOwnPassword', {});
    expect(await ask('users.changeOwnPassword', {})).toEqual({
      ok: false,
      error: { type: 'limit-tripped', retryAtMs: test.nowMs + 10 * 60_000 },
    });
    actAs(test, 'nurse');
    expect(errorOf(await ask('users.changeOwnPassword', {}))).toBe('bad-input');
  });

  it('sign-in is limited for the whole computer, also for names that nobody has', async () => {
    await test.must('desk', 'lock', {});
    for (let call = 0; call < 30; call += 1) await ask('desk.signIn', {});
    expect(errorOf(await ask('desk.signIn', { username: 'ada', password: testPassword }))).toBe(
      'limit-tripped',
    );
    test.nowMs += 60_000;
    await signInAda(test);
    const noted = auditEntries(test).filter(({ outcome }) => outcome === 'refused:limit-tripped');
    expect(noted.map(({ action }) => action)).toEqual(['limit-tripped']);
  });
});

describe('the window a session belongs to', () => {
  let windowTest: TestDesk;

  beforeAll(async () => {
    windowTest = createTestDesk();
    await createTestSchool(windowTest);
  });

  afterAll(() => {
    windowTest.dispose();
  });

  it('H22: no procedure answers a sender that is not our own window', async () => {
    const answers = new Set<string>();
    for (const { area, name, its } of procedures) {
      const reply = await ask(`${area}.${name}`, its.input(someIds), { sender: 'refused' }, windowTest);
      answers.add(errorOf(reply));
    }
    expect([...answers]).toEqual(['sender-refused']);
    expect(windowTest.desk.state).toBe('signed-in');
    const rows = auditEntries(windowTest).filter(({ outcome }) => outcome === 'refused:sender-refused');
    expect(rows).toHaveLength(procedures.length);
  });

  it('H22: a call from another window document gets nothing and ends the session', async () => {
    const reply = await ask('users.list', {}, { windowId: 'window-2' }, windowTest);
    expect(reply).toEqual({ ok: false, error: { type: 'locked' } });
    expect([windowTest.desk.open, windowTest.desk.session]).toEqual([null, null]);
    // Nor is there a way back for the first: the session is gone, not paused.
    expect(errorOf(await ask('users.list', {}, {}, windowTest))).toBe('locked');
  });
});
