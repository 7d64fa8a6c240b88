import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { account, membershipEntry } from '../../db/accounts/schema.ts';
import { tableShapes } from '../../db/changes/tables.ts';
import { change } from '../../db/school/schema.ts';
import { contract, type AreaName, type Contract } from '../../domain/contract/contract.ts';
import type { Output } from '../../renderer/app/api.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import { zipOf } from '../roster/fixtures.ts';
import { confirmMapping, uploadFiles } from '../roster/vendor-fixtures.ts';
import { startTestServer, type TestServer } from '../../scripts/harness/district-server.ts';
import { connect, join } from '../support/two-desks.ts';
import { testId } from '../support/school-store.ts';
import { testPassword, type TestDesk } from '../support/test-desk.ts';
import {
  auditEntries,
  auditSize,
  changeStudent,
  createTwoSchools,
  rosterOf,
  schoolDay,
  signInAda,
  type Corner,
  type TwoSchools,
} from '../support/two-schools.ts';

/** Where the history of what a command changed is kept, beside its audit row. */
type History =
  /** A change row: records of the school. */
  | 'change'
  /** A signed entry of the membership log: accounts. */
  | 'membership'
  /** Changes nothing that belongs to the school: the desk's own state, keys, files, or memory. */
  | 'none';

type Commands<A extends AreaName> = {
  readonly [
    P in keyof Contract[A] as Contract[A][P] extends { kind: 'command'; states: readonly (infer S)[] }
      ? 'signed-in' extends S
        ? P
        : never
      : never
  ]: History;
};

/** Every command, with where its history goes: a new one does not compile until that is said. */
const commands: { readonly [A in Exclude<AreaName, 'desk'>]: Commands<A> } = {
  students: {
    change: 'change',
    changeGuardian: 'change',
    saveList: 'change',
    renameList: 'change',
    removeList: 'change',
    merge: 'change',
    unmerge: 'change',
    keepApart: 'change',
  },
  attendance: {
    mark: 'change',
    take: 'change',
    repeat: 'change',
    withdrawRepeat: 'change',
    correct: 'change',
    printRegister: 'none',
    printWeek: 'none',
    changeCode: 'change',
    withdrawCodeChange: 'change',
    changeTimes: 'change',
    withdrawTimes: 'change',
    changeSchool: 'change',
    setClosure: 'change',
  },
  counter: {
    arrive: 'change',
    signOut: 'change',
    comeBack: 'change',
    takeBack: 'change',
    slip: 'none',
    choosePrinting: 'none',
  },
  absence: {
    plan: 'change',
    changePlan: 'change',
    withdrawPlan: 'change',
    logContact: 'change',
    record: 'change',
    explain: 'change',
    takeBack: 'change',
  },
  users: {
    create: 'membership',
    change: 'membership',
    reset: 'membership',
    remove: 'membership',
    unlock: 'none',
    changeOwnPassword: 'membership',
    changeOwnDisplay: 'none',
  },
  roster: {
    begin: 'none',
    append: 'none',
    check: 'none',
    map: 'change',
    review: 'none',
    apply: 'change',
    reviewMarks: 'none',
    applyMarks: 'change',
    template: 'none',
    watch: 'none',
    lookNow: 'none',
    openDrop: 'none',
    putDropAside: 'none',
    discard: 'none',
  },
  audit: { verify: 'none', exportBundle: 'none' },
  exports: {
    prepareRoster: 'none',
    prepareAttendance: 'none',
    writeEncrypted: 'none',
    writePlain: 'none',
    discard: 'none',
  },
  backup: {
    make: 'none',
    configure: 'none',
    trustClock: 'none',
    drill: 'none',
    inspect: 'none',
    restore: 'none',
    exportSchool: 'none',
  },
  security: {},
  sync: {
    now: 'none',
    dismissAlarm: 'none',
    connect: 'membership',
    openEnrolment: 'none',
    confirmEnrolment: 'membership',
    cancelEnrolment: 'none',
    endDesk: 'membership',
    decide: 'change',
  },
};

let schools: TwoSchools;
let server: TestServer;
/** What each command did, seen from outside. */
const seen = new Map<string, { history: History; hasGap: boolean; rows: number }>();

beforeAll(async () => {
  schools = await createTwoSchools();
  server = await startTestServer();
  await callEveryCommand();
});

afterAll(async () => {
  schools.test.desk.lock('user');
  schools.test.dispose();
  await server.remove();
});

interface State {
  readonly records: string;
  readonly accounts: string;
  readonly changes: number;
  readonly members: number;
  readonly size: number;
}

function stateOf(test: TestDesk): State {
  const { connection, unitParts } = test.open();
  const tables = [...tableShapes.values()].map((shape) => getTableConfig(shape.definition.table).name);
  const records = tables.map((name) => connection.prepare(`SELECT * FROM "${name}"`).raw().all());
  // The last sign-in and the display settings stay on this computer.
  const accounts = unitParts.db
    .select()
    .from(account)
    .all()
    .map((row) => ({ ...row, lastSignInMs: null, density: null, colorScheme: null, language: null }));
  return {
    records: JSON.stringify(records),
    accounts: JSON.stringify(accounts),
    changes: unitParts.db.select({ seq: change.seq }).from(change).all().length,
    members: unitParts.db.select({ seq: membershipEntry.seq }).from(membershipEntry).all().length,
    size: auditSize(test),
  };
}

/** Calls and keeps what the call left behind. */
async function watch(name: string, work: () => Promise<unknown>): Promise<void> {
  const { test } = schools;
  const before = stateOf(test);
  await work();
  const after = stateOf(test);
  const rows = auditEntries(test, before.size).filter(({ procedure }) => procedure === name);
  const isLogged = after.changes > before.changes;
  const isSigned = after.members > before.members;
  const isUnlogged = !isLogged && before.records !== after.records;
  const isUnsigned = !isSigned && before.accounts !== after.accounts;
  const history = isLogged ? 'change' : isSigned ? 'membership' : 'none';
  seen.set(name, { history, hasGap: isUnlogged || isUnsigned, rows: rows.length });
}

async function callEveryCommand(): Promise<void> {
  const { test, near } = schools;
  const { own, other } = near;
  const register = { day: schoolDay, class: own.class, session: 'pm' };
  const { guardians } = await test.must('students', 'contacts', { student: own.student });
  const version = guardians[0]?.versions['phone'] ?? '';
  await watch('students.change', () =>
    changeStudent(test, own.student, { preferredGivenName: 'Nearinetta' }),
  );
  await watch('students.changeGuardian', () =>
    test.must('students', 'changeGuardian', {
      student: own.student,
      guardian: own.guardian,
      fields: { phone: { value: '+1 555 0188', version } },
    }),
  );
  let list = testId<'saved-list'>('list');
  await watch('students.saveList', async () => {
    ({ list } = await test.must('students', 'saveList', { title: 'Year 7', filter: { grade: '07' } }));
  });
  await watch('students.renameList', () => test.must('students', 'renameList', { list, title: 'Year 8' }));
  await watch('students.removeList', () => test.must('students', 'removeList', { list }));
  const merged = other.student;
  await watch('students.merge', () => test.must('students', 'merge', { kept: own.student, merged }));
  await watch('students.unmerge', () => test.must('students', 'unmerge', { merged }));
  await watch('students.keepApart', () =>
    test.must('students', 'keepApart', { one: own.student, other: merged, apart: true }),
  );
  await watch('attendance.mark', () =>
    test.must('attendance', 'mark', { ...register, marks: [{ student: own.student, code: '\\' }] }),
  );
  await watch('attendance.take', () => test.must('attendance', 'take', { ...register, taken: true }));
  let plans: Awaited<ReturnType<typeof repeat>>['plans'] = [];
  const repeat = () =>
    test.must('attendance', 'repeat', { ...register, students: [own.student], code: 'I', days: 3 });
  await watch('attendance.repeat', async () => {
    ({ plans } = await repeat());
  });
  await watch('attendance.withdrawRepeat', () =>
    test.must('attendance', 'withdrawRepeat', { plans: plans.map(({ id }) => id) }),
  );
  await watch('attendance.correct', () =>
    test.must('attendance', 'correct', {
      marks: [{ ...register, student: own.student, code: 'I' }],
      reason: 'Invented reason',
      onlyWithMarks: true,
    }),
  );
  await watch('attendance.changeSchool', () =>
    test.must('attendance', 'changeSchool', { name: 'Renamed School', timeZone: 'Europe/London' }),
  );
  await watch('attendance.printRegister', () => test.must('attendance', 'printRegister', register));
  await watch('attendance.printWeek', () =>
    test.must('attendance', 'printWeek', { class: own.class, day: schoolDay }),
  );
  let codeChange: Awaited<ReturnType<typeof changeCode>> | undefined;
  const changeCode = () =>
    test.must('attendance', 'changeCode', {
      code: 'ZY',
      from: schoolDay,
      meaning: 'Invented code',
      key: null,
      category: 'authorised',
      isEnded: false,
    });
  await watch('attendance.changeCode', async () => {
    codeChange = await changeCode();
  });
  const { id: changeId } = codeChange ?? (await changeCode());
  await watch('attendance.withdrawCodeChange', () =>
    test.must('attendance', 'withdrawCodeChange', { id: changeId }),
  );
  const changeTimes = () =>
    test.must('attendance', 'changeTimes', {
      from: schoolDay,
      sessions: [{ session: 'am', opensAt: 525, closesAt: 555, endsAt: 720 }],
    });
  await watch('attendance.changeTimes', async () => {
    await changeTimes();
  });
  const { id: times } = await changeTimes();
  await watch('attendance.withdrawTimes', () => test.must('attendance', 'withdrawTimes', { id: times }));
  await watch('attendance.setClosure', () =>
    test.must('attendance', 'setClosure', { from: '2026-05-04', to: '2026-05-04', reason: 'Invented day' }),
  );

  const students = [own.student];
  await watch('counter.arrive', () =>
    test.must('counter', 'arrive', { students, day: schoolDay, minute: 560, reason: 'overslept' }),
  );
  let movement: string | undefined;
  await watch('counter.signOut', async () => {
    const { movements } = await test.must('counter', 'signOut', {
      students,
      day: schoolDay,
      minute: 570,
      reason: 'medical',
      expectedMinute: null,
    });
    movement = movements[0]?.id;
  });
  await watch('counter.comeBack', () =>
    test.must('counter', 'comeBack', { students, day: schoolDay, minute: 580 }),
  );
  await watch('counter.slip', () =>
    test.must('counter', 'slip', { movement: movement ?? '', sheet: { paper: '80mm', heightMm: 70 } }),
  );
  await watch('counter.takeBack', () => test.must('counter', 'takeBack', { movement: movement ?? '' }));
  await watch('counter.choosePrinting', () =>
    test.must('counter', 'choosePrinting', { paper: 'a6', printer: null, automatic: false }),
  );

  await callEveryAbsenceCommand(test, own);

  const person = { displayName: 'Ben Example', email: 'ben@example.invalid', jobTitle: '', staff: null };
  let ben: { id: typeof own.user; activationCode: string } | undefined;
  await watch('users.create', async () => {
    ben = await test.must('users', 'create', { ...person, username: 'ben', role: 'nurse' });
  });
  const id = ben?.id ?? other.user;
  await watch('users.change', () => test.must('users', 'change', { ...person, id, role: 'senco' }));
  await watch('users.unlock', () => test.must('users', 'unlock', { id }));
  await watch('users.reset', async () => {
    const { activationCode } = await test.must('users', 'reset', { id });
    ben = { id, activationCode };
  });
  await test.must('desk', 'lock', {});
  await test.must('desk', 'signIn', { username: 'ben', password: ben?.activationCode ?? '' });
  await watch('desk.chooseNewPassword', () =>
    test.must('desk', 'chooseNewPassword', { password: testPassword }),
  );
  await test.must('desk', 'lock', {});
  await signInAda(test);
  await watch('users.remove', () => test.must('users', 'remove', { id }));
  await watch('users.changeOwnDisplay', () =>
    test.must('users', 'changeOwnDisplay', { density: 'comfortable', colorScheme: 'dark', language: 'es' }),
  );
  await watch('users.changeOwnPassword', () =>
    test.must('users', 'changeOwnPassword', { present: testPassword, next: 'another long password' }),
  );

  const draft = rosterOf([own.plants, other.plants]);
  draft.row('users', 'stu-2')['givenName'] = 'Renamed';
  const { bytes } = zipOf(draft.texts());
  let upload = '';
  await watch('roster.begin', async () => {
    ({ upload } = await test.must('roster', 'begin', { files: [{ name: 'r.zip', bytes: bytes.length }] }));
  });
  const chunk = Buffer.from(bytes).toString('base64');
  await watch('roster.append', () => test.must('roster', 'append', { upload, file: 0, chunk }));
  await watch('roster.check', () => test.must('roster', 'check', { upload }));
  await watch('roster.review', () => test.must('roster', 'review', { upload, school: 'sch-1' }));
  await watch('roster.apply', () => test.must('roster', 'apply', { upload, confirmRemoved: null }));
  await watch('roster.discard', () => test.must('roster', 'discard', { upload }));
  await callEveryListCommand(test);
  await watch('audit.verify', () => test.must('audit', 'verify', {}));
  await watch('audit.exportBundle', () => test.must('audit', 'exportBundle', {}));
  let name = '';
  await watch('backup.make', async () => {
    ({ name } = await test.must('backup', 'make', {}));
  });
  await watch('backup.configure', () =>
    test.must('backup', 'configure', { minutes: 900, secondFolder: null, drillEveryDays: 7 }),
  );
  await watch('backup.trustClock', () => test.must('backup', 'trustClock', {}));
  await watch('backup.drill', () => test.must('backup', 'drill', { recoveryKey: null }));
  const recoveryKey = near.recoveryKeyGroups.join(' ');
  await watch('backup.inspect', () => test.call('backup', 'inspect', { name, recoveryKey }));
  await watch('backup.exportSchool', () =>
    test.must('backup', 'exportSchool', {
      receiver: { kind: 'passphrase', passphrase: 'an invented passphrase' },
      reason: 'other',
      password: 'another long password',
    }),
  );
  let prepared = '';
  await watch('exports.prepareAttendance', async () => {
    const shown = await test.must('exports', 'prepareAttendance', {
      format: 'marks',
      from: schoolDay,
      to: schoolDay,
    });
    prepared = shown.export;
  });
  await watch('exports.writePlain', () =>
    test.must('exports', 'writePlain', {
      export: prepared,
      reason: 'other',
      password: 'another long password',
    }),
  );
  await watch('exports.discard', () => test.must('exports', 'discard', {}));
  await watch('exports.prepareRoster', async () => {
    prepared = (await test.must('exports', 'prepareRoster', { version: '1.2' })).export;
  });
  await watch('exports.writeEncrypted', () =>
    test.must('exports', 'writeEncrypted', {
      export: prepared,
      receiver: { kind: 'passphrase', passphrase: 'an invented passphrase' },
      reason: 'other',
      password: 'another long password',
    }),
  );
  await watch('backup.restore', () =>
    test.call('backup', 'restore', { name, recoveryKey: 'not the recovery key' }),
  );
  await callEverySyncCommand(test, own.student);
}

/** Suppliers' lists, marks of days gone by, and the watched folder. */
async function callEveryListCommand(test: TestDesk): Promise<void> {
  const csv = 'Date,Student_Number,Session,Code\r\n2026-03-02,no-stu-1,AM,/\r\n';
  const { upload, check } = await uploadFiles(test, { 'marks.csv': csv });
  await watch('roster.map', () => confirmMapping(test, { upload, check }));
  await watch('roster.reviewMarks', () => test.must('roster', 'reviewMarks', { upload }));
  await watch('roster.applyMarks', () => test.must('roster', 'applyMarks', { upload }));
  await watch('roster.template', () => test.must('roster', 'template', { kind: 'groups' }));
  await watch('roster.watch', () => test.must('roster', 'watch', { folder: test.folder }));
  await watch('roster.lookNow', () => test.must('roster', 'lookNow', {}));
  await watch('roster.openDrop', () => test.call('roster', 'openDrop', { file: 'roster.zip' }));
  await watch('roster.putDropAside', () => test.must('roster', 'putDropAside', { file: 'roster.zip' }));
}

async function callEveryAbsenceCommand(test: TestDesk, own: Corner): Promise<void> {
  const students = [own.student];
  const register = { day: schoolDay, class: own.class, session: 'am' };
  const contact = { channel: 'call-in', outcome: 'reason-given', guardian: own.guardian } as const;
  const days = { from: schoolDay, to: '2026-03-05', code: 'I' };
  let plans: Output<'absence', 'plan'>['plans'] = [];
  await watch('absence.plan', async () => {
    ({ plans } = await test.must('absence', 'plan', { students, ...days }));
  });
  await watch('absence.changePlan', () =>
    test.must('absence', 'changePlan', { plans, fields: { to: '2026-03-04' } }),
  );
  await watch('absence.withdrawPlan', () => test.must('absence', 'withdrawPlan', { plans }));
  await watch('absence.logContact', () => test.must('absence', 'logContact', { students, contact }));
  await test.must('attendance', 'mark', { ...register, marks: [{ student: own.student, code: 'N' }] });
  await watch('absence.explain', () =>
    test.must('absence', 'explain', { student: own.student, code: 'I', contact }),
  );
  let entry: Output<'absence', 'record'> | undefined;
  await watch('absence.record', async () => {
    entry = await test.must('absence', 'record', { students, contact, ...days });
  });
  await watch('absence.takeBack', () =>
    test.must('absence', 'takeBack', { plans: entry?.plans ?? [], marks: entry?.marks ?? [] }),
  );
}

async function callEverySyncCommand(test: TestDesk, student: string): Promise<void> {
  // The server is real, and its clock too.
  test.nowMs = Date.now();
  await test.must('desk', 'status', {});
  await test.must('desk', 'signIn', { username: 'ada', password: 'another long password' });
  await watch('sync.connect', () => connect(test, server));
  await watch('sync.now', () => test.must('sync', 'now', {}));
  await watch('sync.dismissAlarm', () => test.must('sync', 'dismissAlarm', { id: 1 }));
  await watch('sync.openEnrolment', () => test.must('sync', 'openEnrolment', {}));
  await watch('sync.cancelEnrolment', () => test.must('sync', 'cancelEnrolment', {}));
  let guest: TestDesk | undefined;
  await watch('sync.confirmEnrolment', async () => {
    guest = await join(test);
  });
  guest?.dispose();
  const { desks } = await test.must('sync', 'overview', {});
  const joined = desks.find(({ isSelf }) => !isSelf);
  if (joined === undefined) throw new Error('nobody has joined');
  await watch('sync.endDesk', () => test.must('sync', 'endDesk', { desk: joined.id, how: 'retired' }));
  await test.desk.sync.whenIdle();
  // As if another desk had called the student something else meanwhile.
  const { connection } = test.open();
  connection
    .prepare(
      `INSERT INTO field_head SELECT 'student', ?, 'pronouns', 1, ordinal, 1, NULL, '"ze"', NULL FROM "desk" LIMIT 1`,
    )
    .run(student);
  const { conflicts } = await test.must('sync', 'conflicts', {});
  const [conflict] = conflicts;
  const [first] = conflict?.values ?? [];
  if (conflict === undefined || first === undefined) throw new Error('there is no conflict');
  const versions = conflict.values.map(({ version }) => version);
  await watch('sync.decide', () =>
    test.must('sync', 'decide', {
      id: conflict.id,
      versions,
      choice: { keep: 'one', version: first.version },
    }),
  );
}

const all = Object.entries(commands).flatMap(([area, inArea]) =>
  Object.entries(inArea as Record<string, History>).map(([name, history]) => ({
    name: `${area}.${name}`,
    history,
  })),
);

describe('what a command leaves behind', () => {
  it('W12: every command of the contract was called', () => {
    const inContract = Object.entries(contract).flatMap(([area, inArea]) =>
      Object.entries(inArea as Record<string, Procedure>).flatMap(([name, { kind, states }]) =>
        kind === 'command' && area !== 'desk' && states.includes('signed-in') ? [`${area}.${name}`] : [],
      ),
    );
    expect([...seen.keys()].filter((name) => name !== 'desk.chooseNewPassword').toSorted()).toEqual(
      inContract.toSorted(),
    );
  });

  it.each(all)('W12: $name leaves its audit row and its history ($history)', ({ name, history }) => {
    const [area, procedure] = name.split('.') as [AreaName, string];
    const { audits } = (contract[area] as Record<string, Procedure>)[procedure] ?? { audits: null };
    const found = seen.get(name);
    expect(found?.history).toBe(history);
    // Nothing of the school changes without its history.
    expect(found?.hasGap).toBe(false);
    expect((found?.rows ?? 0) > 0).toBe(audits !== null);
  });

  it('W12: a password chosen after a reset stands in the membership log, signed by its user', () => {
    expect(seen.get('desk.chooseNewPassword')).toEqual({ history: 'membership', hasGap: false, rows: 1 });
    const { db } = schools.test.open().unitParts;
    const bodies = db.select().from(membershipEntry).all();
    const own = bodies.filter(({ body }) => {
      const entry = JSON.parse(body) as {
        signer: string;
        body: { id?: string; state?: string; username?: string };
      };
      return entry.signer === entry.body.id && entry.body.state === 'active' && entry.body.username === 'ben';
    });
    expect(own).toHaveLength(1);
  });

  it('W12: history is only added to: each change and entry is numbered after the one before', () => {
    const { connection } = schools.test.open();
    for (const table of ['change', 'membership_entry']) {
      const seqs = connection.prepare(`SELECT seq FROM "${table}" ORDER BY seq`).pluck().all() as number[];
      const first = seqs[0] ?? 0;
      expect(seqs.length).toBeGreaterThan(3);
      expect(seqs).toEqual(seqs.map((_, index) => first + index));
    }
  });
});
