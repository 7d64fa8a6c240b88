import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestUser, testPassword, type TestDesk } from '../support/test-desk.ts';
import { createTwoDesks, stateOf, syncNow, type TwoDesks } from '../support/two-desks.ts';
import { changeStudent, schoolDay } from '../support/two-schools.ts';

let desks: TwoDesks;

beforeAll(async () => {
  desks = await createTwoDesks();
});

afterAll(async () => {
  const bugs = [...desks.first.bugs, ...desks.second.bugs];
  await desks.dispose();
  expect(bugs).toEqual([]);
});

/** Both send, and both receive what the other has sent. */
async function meet(): Promise<void> {
  desks.pass(10_000);
  const { first, second } = desks;
  await syncNow(first);
  await syncNow(second);
  await syncNow(first);
}

async function signIn(desk: TestDesk, username: string, password = testPassword) {
  if (desk.desk.session !== null) await desk.must('desk', 'lock', {});
  return desk.call('desk', 'signIn', { username, password });
}

async function changePhone(desk: TestDesk, phone: string): Promise<void> {
  const { student, guardian } = desks.near.own;
  const { guardians } = await desk.must('students', 'contacts', { student });
  const version = guardians[0]?.versions['phone'] ?? '';
  await desk.must('students', 'changeGuardian', {
    student,
    guardian,
    fields: { phone: { value: phone, version } },
  });
}

async function phoneAt(desk: TestDesk): Promise<string> {
  const { guardians } = await desk.must('students', 'contacts', { student: desks.near.own.student });
  return guardians[0]?.phone ?? '';
}

describe('a second desk', () => {
  it('W16: joins with a code and the words, and has what the first has', async () => {
    const { first, second } = desks;
    expect(stateOf(second)).toBe(stateOf(first));
    const card = await second.must('students', 'card', { student: desks.near.own.student });
    expect(card.name).toContain(desks.near.own.plants.family);
    await syncNow(first);
    const overview = await first.must('sync', 'overview', {});
    expect(overview.desks.map(({ label, isSelf }) => [label, isSelf])).toEqual([
      ['Office', true],
      ['Nurse', false],
    ]);
    expect(overview.alarms).toEqual([]);
    expect(first.desk.sync.state()).toMatchObject({ phase: 'synced', waiting: 0, conflicts: 0, alarms: 0 });
  });

  it('lists merged people once on a register that it had open before, and twice again when they are parted', async () => {
    const { first, second, near } = desks;
    const { own, other } = near;
    const key = { day: schoolDay, class: other.class, session: 'am' };
    // A change of its own, from which the desk knows whether its registers are as they were.
    await second.must('attendance', 'mark', { ...key, marks: [{ student: other.student, code: '/' }] });
    const listed = async () => {
      return (await second.must('attendance', 'register', key)).students.map(({ id }) => id);
    };
    const before = await listed();
    expect(before).toContain(other.student);
    await first.must('students', 'merge', { kept: own.student, merged: other.student });
    await meet();
    expect(await listed()).toEqual(before.map((id) => (id === other.student ? own.student : id)));
    await second.must('students', 'unmerge', { merged: other.student });
    await meet();
    expect(await listed()).toEqual(before);
    expect((await first.must('students', 'duplicates', {})).merged).toEqual([]);
  });

  it('W3: works without the server, says what waits, and sends it when the server is back', async () => {
    const { first, second, server } = desks;
    await server.stop();
    await changeStudent(first, desks.near.other.student, { preferredGivenName: 'Offlina' });
    await syncNow(first);
    expect(first.desk.sync.state()).toMatchObject({ phase: 'offline', waiting: 1 });
    const card = await first.must('students', 'card', { student: desks.near.other.student });
    expect(card.name).toContain('Offlina');
    await server.start();
    await meet();
    expect(first.desk.sync.state()).toMatchObject({ phase: 'synced', waiting: 0, offlineSinceMs: null });
    const there = await second.must('students', 'card', { student: desks.near.other.student });
    expect(there.name).toContain('Offlina');
    expect(stateOf(second)).toBe(stateOf(first));
  });

  it('keeps the mark of the teacher and that of the office, made while neither knew of the other', async () => {
    const { first, second, near } = desks;
    await createTestUser(first, 'tess', 'teacher', near.own.staff);
    await meet();
    const register = { day: schoolDay, class: near.own.class, session: 'pm' } as const;
    expect(await signIn(second, 'tess')).toMatchObject({ ok: true });
    await second.must('attendance', 'mark', {
      ...register,
      marks: [{ student: near.own.student, code: '\\' }],
    });
    await first.must('attendance', 'mark', {
      ...register,
      marks: [{ student: near.own.student, code: 'N' }],
    });
    await meet();
    expect(await signIn(second, 'ada')).toMatchObject({ ok: true });
    for (const desk of [first, second]) {
      const { students } = await desk.must('attendance', 'register', register);
      const [student] = students;
      expect([student?.teacher?.code, student?.office?.code]).toEqual(['\\', 'N']);
    }
    expect(stateOf(second)).toBe(stateOf(first));
  });
});

describe('two marks of one column', () => {
  it('R1: made while neither desk knew of the other, wait for a person; a mark that knew of the other replaces it', async () => {
    const { first, second, near } = desks;
    const register = { day: schoolDay, class: near.other.class, session: 'pm' } as const;
    const { student } = near.other;
    const put = async (desk: TestDesk, code: string): Promise<void> => {
      desks.pass(1000);
      await desk.must('attendance', 'mark', {
        ...register,
        marks: [{ student, code, note: `note ${code}` }],
      });
    };
    await put(first, 'N');
    await meet();
    // This one knew of the other.
    await put(second, 'I');
    await meet();
    expect([first, second].map((desk) => desk.desk.sync.state().conflicts)).toEqual([0, 0]);
    await put(first, 'L');
    await put(second, 'N');
    await meet();
    for (const desk of [first, second]) {
      expect(desk.desk.sync.state().conflicts).toBe(1);
      const [conflict] = (await desk.must('sync', 'conflicts', {})).conflicts;
      expect(conflict).toMatchObject({
        table: 'mark',
        field: 'office',
        input: 'none',
        canKeepBoth: false,
        register: { day: schoolDay, session: 'pm' },
      });
      expect(conflict?.values.map(({ value, desk: at, isShown }) => [value, at, isShown])).toEqual([
        ['N', 'Nurse', true],
        ['L', 'Office', false],
      ]);
    }
    const [conflict] = (await first.must('sync', 'conflicts', {})).conflicts;
    const versions = conflict?.values.map(({ version }) => version) ?? [];
    const choice = { keep: 'one', version: versions[1] ?? '' } as const;
    await first.must('sync', 'decide', { id: conflict?.id ?? '', versions, choice });
    await meet();
    for (const desk of [first, second]) {
      expect(desk.desk.sync.state().conflicts).toBe(0);
      const { students } = await desk.must('attendance', 'register', register);
      expect(students[0]?.office).toMatchObject({ code: 'L', note: 'note L' });
    }
    expect(stateOf(second)).toBe(stateOf(first));
  });
});

describe('two values of one field', () => {
  it('R1: are both kept and shown until a person decides, and then hold everywhere', async () => {
    const { first, second } = desks;
    await changePhone(first, '+1 555 0301');
    desks.pass(1000);
    await changePhone(second, '+1 555 0302');
    await meet();
    expect(stateOf(second)).toBe(stateOf(first));
    for (const desk of [first, second]) {
      expect(desk.desk.sync.state().conflicts).toBe(1);
      const { conflicts } = await desk.must('sync', 'conflicts', {});
      expect(conflicts).toHaveLength(1);
      expect(conflicts[0]).toMatchObject({ table: 'guardian', field: 'phone', input: 'text' });
      expect(
        conflicts[0]?.values.map(({ value, by, desk: at, isShown }) => [value, by, at, isShown]),
      ).toEqual([
        ['+1 555 0302', 'Ada Example', 'Nurse', true],
        ['+1 555 0301', 'Ada Example', 'Office', false],
      ]);
    }
    const [conflict] = (await first.must('sync', 'conflicts', {})).conflicts;
    const versions = conflict?.values.map(({ version }) => version) ?? [];
    const choice = { keep: 'one', version: versions[1] ?? '' } as const;
    await first.must('sync', 'decide', { id: conflict?.id ?? '', versions, choice });
    expect(await phoneAt(first)).toBe('+1 555 0301');
    await meet();
    expect(await phoneAt(second)).toBe('+1 555 0301');
    expect(second.desk.sync.state().conflicts).toBe(0);
    expect(stateOf(second)).toBe(stateOf(first));
  });

  it('R5: a desk that writes again writes over its own earlier value, on both', async () => {
    const { first, second } = desks;
    await changePhone(first, '+1 555 0351');
    desks.pass(1_000);
    await changePhone(second, '+1 555 0352');
    await meet();
    const values = async (desk: TestDesk) => {
      const { conflicts } = await desk.must('sync', 'conflicts', {});
      return conflicts.flatMap(({ values: standing }) => standing.map(({ value }) => value));
    };
    expect(await values(first)).toEqual(['+1 555 0352', '+1 555 0351']);
    // Over the other desk's value, which was shown: nothing else stands any more.
    await changePhone(first, '+1 555 0353');
    await meet();
    expect([await values(first), await values(second)]).toEqual([[], []]);
    expect([await phoneAt(first), await phoneAt(second)]).toEqual(['+1 555 0353', '+1 555 0353']);
    expect(stateOf(second)).toBe(stateOf(first));
  });

  it('are no conflict where both desks wrote the same', async () => {
    const { first, second } = desks;
    await changePhone(first, '+1 555 0400');
    await changePhone(second, '+1 555 0400');
    await meet();
    expect(first.desk.sync.state().conflicts).toBe(0);
    expect(second.desk.sync.state().conflicts).toBe(0);
    expect(stateOf(second)).toBe(stateOf(first));
  });

  it('R1: a decision about values of which another has come meanwhile is not taken', async () => {
    const { first, second } = desks;
    await changePhone(first, '+1 555 0501');
    desks.pass(1000);
    await changePhone(second, '+1 555 0502');
    await meet();
    const [conflict] = (await first.must('sync', 'conflicts', {})).conflicts;
    const versions = conflict?.values.map(({ version }) => version) ?? [];
    await changePhone(second, '+1 555 0503');
    await meet();
    const choice = { keep: 'other', value: '+1 555 0599' } as const;
    expect(await first.call('sync', 'decide', { id: conflict?.id ?? '', versions, choice })).toEqual({
      ok: false,
      error: { type: 'record-changed' },
    });
    const [now] = (await first.must('sync', 'conflicts', {})).conflicts;
    await first.must('sync', 'decide', {
      id: now?.id ?? '',
      versions: now?.values.map(({ version }) => version) ?? [],
      choice: { keep: 'other', value: '+1 555 0504' },
    });
    await meet();
    expect([await phoneAt(first), await phoneAt(second)]).toEqual(['+1 555 0504', '+1 555 0504']);
    expect(stateOf(second)).toBe(stateOf(first));
  });
});

describe('accounts', () => {
  it('A10: an account made at one desk signs in at the other after one sync, with the password chosen elsewhere', async () => {
    const { first, second } = desks;
    await createTestUser(first, 'nora', 'nurse');
    expect(await signIn(second, 'nora')).toMatchObject({ ok: false });
    expect(await signIn(second, 'ada')).toMatchObject({ ok: true });
    await meet();
    expect(await signIn(second, 'nora')).toMatchObject({ ok: true });
    await second.must('users', 'changeOwnPassword', {
      present: testPassword,
      next: 'a password of november',
    });
    await meet();
    expect(await signIn(first, 'nora')).toMatchObject({ ok: false });
    expect(await signIn(first, 'nora', 'a password of november')).toMatchObject({ ok: true });
    expect(await signIn(first, 'ada')).toMatchObject({ ok: true });
  });

  it('A10: an account that is reset at one desk is signed out at the other, and comes in there with its code alone', async () => {
    const { first, second } = desks;
    const { users } = await first.must('users', 'list', {});
    const nora = users.find(({ username }) => username === 'nora');
    if (nora === undefined) throw new Error('nora has an account');
    expect(second.desk.session?.username).toBe('nora');
    const generation = second.open().vault.generation;
    const { activationCode } = await first.must('users', 'reset', { id: nora.id });
    await syncNow(first);
    await syncNow(second);
    expect(second.desk.session).toBeNull();
    expect(await signIn(second, 'nora', 'a password of november')).toMatchObject({ ok: false });
    expect(await signIn(second, 'nora', activationCode)).toMatchObject({ ok: true });
    await second.must('desk', 'chooseNewPassword', { password: 'a password of december' });
    // A copy of the header from before would still take the old password: the master key has changed.
    expect(second.open().vault.generation).toBe(generation + 1);
    await meet();
    expect(await signIn(first, 'nora', 'a password of december')).toMatchObject({ ok: true });
    expect(await signIn(first, 'ada')).toMatchObject({ ok: true });
  });

  it('A9: an account that ends at one desk is signed out at the other, and does not come in again', async () => {
    const { first, second } = desks;
    const { users } = await first.must('users', 'list', {});
    const nora = users.find(({ username }) => username === 'nora');
    if (nora === undefined) throw new Error('nora has an account');
    expect(second.desk.session?.username).toBe('nora');
    await first.must('users', 'remove', { id: nora.id });
    await syncNow(first);
    await syncNow(second);
    expect(second.desk.session).toBeNull();
    expect(second.events.at(-1)).toEqual({ type: 'locked', why: 'account-ended' });
    expect(await signIn(second, 'nora', 'a password of december')).toMatchObject({ ok: false });
    expect(await signIn(second, 'ada')).toMatchObject({ ok: true });
    // A new group key has begun, and both desks go on with it.
    await changePhone(first, '+1 555 0600');
    await meet();
    await meet();
    expect(await phoneAt(second)).toBe('+1 555 0600');
    expect(first.desk.sync.membership?.sealingEpoch()?.epoch).toBe(1);
    expect(second.desk.sync.membership?.sealingEpoch()?.epoch).toBe(1);
  });
});

describe('what two desks change about one account', () => {
  it('W8: a role that is another elsewhere ends the session, and the next sign-in has it', async () => {
    const { first, second } = desks;
    const id = await createTestUser(first, 'olga', 'school-administrator');
    await meet();
    expect(await signIn(second, 'olga')).toMatchObject({ ok: true });
    const person = { displayName: 'Olga', email: 'olga@example.invalid', jobTitle: '', staff: null };
    await first.must('users', 'change', { id, ...person, role: 'nurse' });
    await meet();
    expect(second.desk.session).toBeNull();
    expect(await signIn(second, 'olga')).toMatchObject({ ok: true });
    expect(second.desk.session?.actor.role).toBe('nurse');
    expect(await signIn(second, 'ada')).toMatchObject({ ok: true });
  });

  it('H18: a removal that came second into the log still begins a new group key', async () => {
    const { first, second } = desks;
    const id = await createTestUser(first, 'pia', 'nurse');
    await createTestUser(first, 'quin', 'nurse');
    await meet();
    const before = first.desk.sync.membership?.members().epoch ?? 0;
    await second.must('users', 'remove', { id });
    const quin = (await usersOf(first)).find(({ username }) => username === 'quin');
    if (quin === undefined) throw new Error('quin has an account');
    await first.must('users', 'change', { ...quinOf(quin), jobTitle: 'Cover' });
    await syncNow(first);
    await meet();
    await meet();
    for (const desk of [first, second]) {
      const members = desk.desk.sync.membership?.members();
      expect(members?.accounts.get(id)?.state).toBe('removed');
      expect(members?.epoch).toBe(before + 1);
      expect(desk.desk.sync.membership?.sealingEpoch()?.epoch).toBe(before + 1);
    }
  });

  it('A10: a password that is changed while a round runs is the one that opens', async () => {
    const { second } = desks;
    expect(await signIn(second, 'ada')).toMatchObject({ ok: true });
    second.desk.sync.askNow();
    await second.must('users', 'changeOwnPassword', { present: testPassword, next: 'a password of may' });
    await second.desk.sync.whenIdle();
    await meet();
    expect(await signIn(second, 'ada', testPassword)).toMatchObject({ ok: false });
    expect(await signIn(second, 'ada', 'a password of may')).toMatchObject({ ok: true });
    await second.must('users', 'changeOwnPassword', { present: 'a password of may', next: testPassword });
    await meet();
  });
});

function quinOf({ id, displayName, email, role, staff }: Awaited<ReturnType<typeof usersOf>>[number]) {
  if (role === 'parent' || role === 'support') throw new Error('quin is staff');
  return { id, displayName, email, role, staff };
}

async function usersOf(desk: TestDesk) {
  return (await desk.must('users', 'list', {})).users;
}

describe('a username that two desks give without knowing of each other', () => {
  it('W16: holds where it came into the log first; the other account is said to be dropped, and opens nothing', async () => {
    const { first, second } = desks;
    const person = {
      username: 'zoe',
      email: 'zoe@example.invalid',
      jobTitle: '',
      role: 'attendance-clerk',
      staff: null,
    } as const;
    const held = await first.must('users', 'create', { ...person, displayName: 'Zoe of the office' });
    const dropped = await second.must('users', 'create', { ...person, displayName: 'Zoe of the nurse' });
    await meet();
    const { alarms } = await second.must('sync', 'overview', {});
    expect(alarms.map(({ kind }) => kind)).toEqual(['membership-dropped']);
    for (const { id } of alarms) await second.must('sync', 'dismissAlarm', { id });
    for (const desk of [first, second]) {
      const { users } = await desk.must('users', 'list', {});
      const zoes = users.filter(({ username, state }) => username === 'zoe' && state !== 'removed');
      expect(zoes.map(({ displayName }) => displayName)).toEqual(['Zoe of the office']);
    }
    expect(await signIn(second, 'zoe', dropped.activationCode)).toMatchObject({ ok: false });
    expect(await signIn(second, 'zoe', held.activationCode)).toMatchObject({ ok: true });
    expect(await signIn(second, 'ada')).toMatchObject({ ok: true });
  });
});

describe('two desks that change the group key without knowing of each other', () => {
  it('H18: one change holds, the other desk opens its key and makes the next, and both go on', async () => {
    const { first, second } = desks;
    const person = { jobTitle: '', role: 'attendance-clerk', staff: null } as const;
    const [one, two] = await Promise.all(
      ['uma', 'udo'].map((username) =>
        first.must('users', 'create', {
          ...person,
          username,
          email: `${username}@example.invalid`,
          displayName: username,
        }),
      ),
    );
    if (one === undefined || two === undefined) throw new Error('two accounts were made');
    await meet();
    const before = first.desk.sync.membership?.sealingEpoch()?.epoch ?? 0;
    await Promise.all([
      first.must('users', 'remove', { id: one.id }),
      second.must('users', 'remove', { id: two.id }),
    ]);
    await meet();
    await meet();
    const [a, b] = [first, second].map(({ desk }) => desk.sync.membership?.sealingEpoch());
    expect(a?.epoch).toBeGreaterThan(before);
    expect(b).toEqual(a);
  });
});

describe('the witness', () => {
  it('R3: countersigns what both desks have signed of their audit logs', async () => {
    const { first, second } = desks;
    desks.pass(120_000);
    for (const desk of [first, second]) await desk.desk.tick();
    await meet();
    for (const desk of [first, second]) {
      const { audit } = await desk.must('sync', 'overview', {});
      expect(audit.witnessedSize).toBeGreaterThan(0);
    }
  });
});

describe('a desk that ends', () => {
  it('H18: is refused by the server, learns it, and what is written after is not for it', async () => {
    const { first, second } = desks;
    const { desks: both } = await first.must('sync', 'overview', {});
    const other = both.find(({ isSelf }) => !isSelf);
    if (other === undefined) throw new Error('there are two desks');
    const before = first.desk.sync.membership?.sealingEpoch()?.epoch ?? 0;
    await first.must('sync', 'endDesk', { desk: other.id, how: 'stolen' });
    await first.desk.sync.whenIdle();
    await changePhone(first, '+1 555 0700');
    await syncNow(first);
    await syncNow(second);
    expect(second.desk.sync.state().phase).toBe('stopped');
    expect(await phoneAt(second)).toBe('+1 555 0600');
    const overview = await second.must('sync', 'overview', {});
    expect(overview.alarms.map(({ kind }) => kind)).toEqual(['desk-ended']);
    const epoch = first.desk.sync.membership?.sealingEpoch()?.epoch ?? 0;
    expect(epoch).toBeGreaterThan(before);
    expect(second.desk.sync.membership?.groupKeys(epoch)).toEqual([]);
  });
});
