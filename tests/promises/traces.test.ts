import dns from 'node:dns';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { auditEntry, type AuditEntry } from '../../domain/audit/entry.ts';
import { createBugLog } from '../../main/bug-log.ts';
import { createTestDesk, createTestUser, testPassword } from '../support/test-desk.ts';
import {
  actAs,
  auditEntries,
  changeStudent,
  createTwoSchools,
  importRoster,
  rosterOf,
  schoolDay,
  signInAda,
  type TwoSchools,
} from '../support/two-schools.ts';

/** Typed in the session below and kept nowhere in the clear. */
const typed = {
  note: 'Noted Quillfeather behind the gym',
  username: 'quillon.featherstone',
  displayName: 'Quillon Featherstone',
  email: 'quillon@featherstone.invalid',
  password: 'seven lamps in the attic',
  wrongUsername: 'zephyrine.okonkwo',
  wrongPassword: 'a password typed as the username',
  phone: '+1 555 0177',
  searched: 'Nearinason',
  passphrase: 'an invented passphrase for the export',
} as const;

let schools: TwoSchools;
let entries: AuditEntry[];
let temporary: string;
/** What anything in this process began to reach, to serve or to look up. */
const outside: string[] = [];
const socketsHeld = new Set<string>();
const environment = { ...process.env };

beforeAll(async () => {
  const test = createTestDesk();
  temporary = join(test.folder, 'temporary');
  mkdirSync(temporary);
  Object.assign(process.env, { TMPDIR: temporary, SQLITE_TMPDIR: temporary });
  // Each is noted and comes to nothing, as without a network.
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function connect(this: net.Socket) {
    outside.push('connect');
    return this;
  });
  vi.spyOn(net.Server.prototype, 'listen').mockImplementation(function listen(this: net.Server) {
    outside.push('listen');
    return this;
  });
  vi.spyOn(dns, 'lookup').mockImplementation(() => void outside.push('lookup'));
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    outside.push('fetch');
    throw new Error('There is no network');
  });
  schools = await createTwoSchools(test);
  await workForADay();
}, 120_000);

afterAll(() => {
  vi.restoreAllMocks();
  process.env = environment;
  schools.test.dispose();
});

/** The main job of a day, by several people, ending with a killed program: the store's WAL is as full as it gets. */
async function workForADay(): Promise<void> {
  const { test, near } = schools;
  const { own, other } = near;
  await createTestUser(test, typed.username, 'nurse');
  await changeStudent(test, own.student, {
    preferredGivenName: 'Nearinetta',
    medicalAlert: own.plants.medicalAlert,
  });
  const { guardians } = await test.must('students', 'contacts', { student: own.student });
  await test.must('students', 'changeGuardian', {
    student: own.student,
    guardian: own.guardian,
    fields: { phone: { value: typed.phone, version: guardians[0]?.versions['phone'] ?? '' } },
  });
  await test.must('students', 'find', { text: typed.searched });
  noteSockets();

  await test.must('desk', 'lock', {});
  await test.call('desk', 'signIn', { username: typed.wrongUsername, password: typed.password });
  await test.call('desk', 'signIn', { username: typed.wrongPassword, password: 'x' });
  await signInAda(test);
  actAs(test, 'teacher', own.staff);
  await test.must('students', 'list', {});
  const key = { day: schoolDay, class: own.class, session: 'am' };
  await test.must('attendance', 'register', key);
  await test.must('attendance', 'mark', {
    ...key,
    marks: [{ student: own.student, code: 'L', minutes: 7, note: typed.note }],
  });
  await test.must('attendance', 'take', { ...key, taken: true });
  actAs(test, 'teacher', other.staff);
  await test.call('students', 'card', { student: own.student });
  actAs(test, 'nurse');
  await test.must('students', 'identity', { student: own.student });
  await test.must('attendance', 'today', { day: schoolDay });

  actAs(test, 'school-administrator');
  await importRoster(test, rosterOf([own.plants, other.plants]));
  noteSockets();
  await test.must('backup', 'make', {});
  await test.must('audit', 'exportBundle', {});
  await test.must('audit', 'verify', {});
  await signOutAndIn();
  await test.must('backup', 'exportSchool', {
    receiver: { kind: 'passphrase', passphrase: typed.passphrase },
    reason: 'parent-request',
    password: testPassword,
  });
  noteSockets();
  entries = auditEntries(test);
}

async function signOutAndIn(): Promise<void> {
  await schools.test.must('desk', 'lock', {});
  await signInAda(schools.test);
}

/** Internet sockets of this process, worker threads too, as the kernel lists them. */
function noteSockets(): void {
  const internet = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) => {
    const path = `/proc/self/net/${kind}`;
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(1) : [];
    return lines.flatMap((line) => line.trim().split(/\s+/)[9] ?? []);
  });
  for (const fd of existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : []) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
      if (inode !== undefined && internet.includes(inode)) socketsHeld.add(inode);
    } catch (cause) {
      // Closed since it was listed.
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    }
  }
}

/** What must stand nowhere in the clear: every name and number of people, what was typed, and the passwords. */
function secrets(): string[] {
  const { near, far } = schools;
  const planted = [near.own, near.other, far.own, far.other].flatMap(({ plants }) =>
    Object.entries(plants).flatMap(([name, value]) => (name === 'room' ? [] : [value])),
  );
  return [
    ...planted,
    ...Object.values(typed),
    testPassword,
    'Nearinetta',
    'Ada Example',
    'ada@example.invalid',
  ];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

/** Finds texts in the raw bytes of files, as UTF-8, UTF-16, hex and base64. */
function findIn(files: readonly string[], texts: readonly string[]): string[] {
  const forms = texts.flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    const hex = bytes.toString('hex');
    // Without the last characters, which depend on what follows.
    const base64 = bytes.toString('base64').slice(0, Math.floor(bytes.length / 3) * 4);
    return [
      bytes,
      Buffer.from(text, 'utf16le'),
      Buffer.from(hex),
      Buffer.from(hex.toUpperCase()),
      Buffer.from(base64),
    ].map((form) => ({ text, form }));
  });
  return files.flatMap((path) => {
    const content = readFileSync(path);
    const names = forms.filter(({ text }) => path.includes(text));
    return [...forms.filter(({ form }) => content.includes(form)), ...names].map(
      ({ text }) => `${text} in ${path}`,
    );
  });
}

describe('what lies on the disk after a busy day', () => {
  it('H17: no name, birth date, telephone number or password in any file, open or closed', async () => {
    const { test } = schools;
    expect(findIn(filesIn(test.folder), secrets())).toEqual([]);
    const files = filesIn(test.folder).map((path) => path.slice(test.folder.length + 1));
    const kinds = [
      '.db',
      '.db-wal',
      'vault-g000001.json',
      'attempts.json',
      'journal.ndjson',
      'recent-users',
      '.age',
      '.ndjson',
    ];
    expect(kinds.filter((kind) => !files.some((file) => file.endsWith(kind)))).toEqual([]);
    await test.must('desk', 'lock', {});
    expect(findIn(filesIn(test.folder), secrets())).toEqual([]);
    await signInAda(test);
  });

  it('H17: the search finds what was written in the clear', () => {
    const path = join(temporary, 'planted.txt');
    for (const text of [typed.displayName, Buffer.from(typed.displayName).toString('base64'), 'ab']) {
      writeFileSync(path, `before ${text} after`);
      expect(findIn([path], [typed.displayName]).length > 0).toBe(text !== 'ab');
    }
    writeFileSync(path, '');
  });

  it('H17: nothing was left in the folder for temporary files', () => {
    expect(readdirSync(temporary).filter((name) => name !== 'planted.txt')).toEqual([]);
  });

  it('B10: a bug is logged without what stood in it', () => {
    const folder = join(schools.test.folder, 'log');
    const report = createBugLog(folder);
    const cause = Object.assign(new TypeError(`${typed.displayName} is not a function`), {
      code: 'SQLITE_ERROR',
    });
    const reference = report(new Error(`cannot show ${typed.email}`, { cause }));
    report(typed.note);
    report({ student: typed.displayName });
    const log = readFileSync(join(folder, 'rollkeep.log'), 'utf8');
    expect(log).toContain(reference);
    expect(log).toContain('SQLITE_ERROR');
    expect(findIn([join(folder, 'rollkeep.log')], secrets())).toEqual([]);
    expect(schools.test.bugs).toEqual([]);
  });
});

describe('the audit log of a busy day', () => {
  it('H8: holds no name, birth date or text of anybody, in no field', () => {
    const text = JSON.stringify(entries);
    expect(entries.length).toBeGreaterThan(40);
    expect(secrets().filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('A7: every entry says who, from which desk, by which procedure, what, which record, in which school, when', () => {
    const { id, desk } = schools.test.open().unitParts.school;
    for (const entry of entries) {
      expect(auditEntry.safeParse(entry).success).toBe(true);
      expect([entry.school, entry.desk]).toEqual([id, desk]);
      expect(entry.procedure).toMatch(/^[a-z]+\.[A-Za-z]+$/);
      expect(entry.at).toBeGreaterThan(0);
    }
    const acted = entries.filter(({ procedure }) => procedure !== 'desk.journal');
    expect(acted.filter(({ actor }) => actor.user === null || actor.role === null)).toEqual([]);
    const roles = new Set(acted.map(({ actor }) => actor.role));
    expect(roles).toEqual(new Set(['nurse', 'school-administrator', 'teacher']));
  });

  it('B9: sign-ins, failed ones, provisioning and exports stand on it', () => {
    const kinds = new Set(entries.map(({ action, outcome }) => `${action} ${outcome}`));
    for (const kind of [
      'provision ok',
      'sign-in ok',
      'sign-out ok',
      'sign-in refused:wrong-credentials',
      'create ok',
      'export ok',
      'refuse refused:out-of-scope',
    ]) {
      expect(kinds).toContain(kind);
    }
  });

  it('H23: the access record of a student names everybody who saw or changed the record, and who was refused', async () => {
    const { test, near } = schools;
    const { entries: record } = await test.must('students', 'accessRecord', { student: near.own.student });
    const facts = record.map(({ role, procedure, outcome }) => `${role} ${procedure} ${outcome}`);
    for (const fact of [
      'teacher students.list ok',
      'teacher attendance.register ok',
      'teacher attendance.mark ok',
      'teacher students.card refused:out-of-scope',
      'nurse students.identity ok',
      'school-administrator students.contacts ok',
      'school-administrator students.change ok',
      'school-administrator students.changeGuardian ok',
    ]) {
      expect(facts).toContain(fact);
    }
    expect(record.every(({ userName, desk, atMs }) => userName !== '' && desk !== '' && atMs > 0)).toBe(true);
    const ofOther = await test.must('students', 'accessRecord', { student: near.other.student });
    expect(ofOther.entries.some(({ procedure }) => procedure === 'students.identity')).toBe(true);
    expect(
      ofOther.entries.some(({ procedure, role }) => procedure === 'students.identity' && role === 'nurse'),
    ).toBe(false);
  });

  it('B8: accesses are found by student, by user and by time', async () => {
    const { test, near } = schools;
    const teacher = actAs(test, 'teacher');
    actAs(test, 'school-administrator');
    const byUser = await test.must('audit', 'list', { user: teacher, limit: 500 });
    expect(byUser.entries.length).toBeGreaterThan(3);
    expect(byUser.entries.every(({ user }) => user === teacher)).toBe(true);
    const byBoth = await test.must('audit', 'list', { user: teacher, student: near.own.student, limit: 500 });
    expect(byBoth.entries.map(({ procedure }) => procedure)).toContain('attendance.mark');
    const later = await test.must('audit', 'list', { fromMs: test.nowMs + 1, limit: 500 });
    expect(later.entries).toEqual([]);
    const until = await test.must('audit', 'list', {
      student: near.own.student,
      toMs: test.nowMs + 1,
      limit: 500,
    });
    expect(until.entries.length).toBeGreaterThan(5);
  });
});

describe('without a network', () => {
  it('R1: the main job goes through, and nothing tried to reach or to serve anything', () => {
    expect(outside).toEqual([]);
    expect([...socketsHeld]).toEqual([]);
    const done = new Set(entries.filter(({ outcome }) => outcome === 'ok').map(({ procedure }) => procedure));
    for (const one of [
      'roster.apply',
      'attendance.mark',
      'attendance.take',
      'students.find',
      'backup.make',
    ]) {
      expect(done).toContain(one);
    }
  });

  it('R1: of rules, store and main process only the line to the school server opens a connection', () => {
    const root = resolve(import.meta.dirname, '../..');
    const opens = /from '(?:node:)?(?:net|http|https|http2|tls|dgram|dns)'|\bfetch\(|new WebSocket\(/;
    const found = ['domain', 'db', 'main'].flatMap((folder) =>
      filesIn(join(root, folder))
        .filter((path) => path.endsWith('.ts') && opens.test(readFileSync(path, 'utf8')))
        .map((path) => path.slice(root.length + 1)),
    );
    expect(found).toEqual([
      // The second start of the program finds the first by a local socket, without any address.
      'main/entry/single-instance.ts',
      // Pinned TLS, to the one server that an administrator has connected the school with.
      'main/sync/exchange.ts',
      'main/sync/pinned-agent.ts',
    ]);
  });
});
