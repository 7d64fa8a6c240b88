import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { contract, type AreaName } from '../../domain/contract/contract.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import { AuditFailure } from '../../main/gate/run-unit.ts';
import type { GateReply } from '../../main/gate/gate.ts';
import { zipOf } from '../roster/fixtures.ts';
import { testPassword, type TestDesk } from '../support/test-desk.ts';
import {
  auditSize,
  createTwoSchools,
  rosterOf,
  signInAda,
  tracesOf,
  type TwoSchools,
} from '../support/two-schools.ts';
import { cases, idsOf, type Case } from './cases.ts';

/** One way in which the audit row cannot be written, and back. */
interface Failure {
  readonly name: string;
  readonly reason: 'disk-full' | 'not-writable';
  readonly begin: (test: TestDesk) => void;
  readonly end: (test: TestDesk) => void;
}

const failures: readonly Failure[] = [
  {
    name: 'the audit table takes no row',
    reason: 'not-writable',
    begin: (test) => {
      test
        .open()
        .connection.exec(
          "CREATE TRIGGER planted BEFORE INSERT ON audit_leaf BEGIN SELECT RAISE(ABORT, 'planted'); END",
        );
    },
    end: (test) => {
      test.open().connection.exec('DROP TRIGGER planted');
    },
  },
  {
    name: "the audit entry's body takes no row",
    reason: 'not-writable',
    begin: (test) => {
      test
        .open()
        .connection.exec(
          "CREATE TRIGGER planted BEFORE INSERT ON audit_body BEGIN SELECT RAISE(ABORT, 'planted'); END",
        );
    },
    end: (test) => {
      test.open().connection.exec('DROP TRIGGER planted');
    },
  },
  {
    name: 'the store is read-only',
    reason: 'not-writable',
    begin: (test) => test.open().connection.pragma('query_only = ON'),
    end: (test) => test.open().connection.pragma('query_only = OFF'),
  },
  {
    name: 'the disk is full',
    reason: 'disk-full',
    begin: fillDisk,
    end: (test) => test.open().connection.pragma('max_page_count = 1000000'),
  },
  {
    name: 'the chain is broken',
    reason: 'not-writable',
    begin: (test) => changeLastLeaf(test, (leaf) => leaf.map((byte) => byte ^ 1)),
    end: (test) => changeLastLeaf(test, (leaf) => leaf.map((byte) => byte ^ 1)),
  },
];

/** Leaves the store no room for one more entry, not even the shortest. */
function fillDisk(test: TestDesk): void {
  const { desk } = test;
  const open = test.open();
  const pages = open.connection.pragma('page_count', { simple: true });
  open.connection.pragma(`max_page_count = ${String(pages)}`);
  const shortest = desk.draft(null, 'view', 'a', 'a.b');
  for (let tries = 0; tries < 10_000; tries += 1) {
    try {
      desk.appendAudit(open, shortest);
    } catch (cause) {
      if (cause instanceof AuditFailure) return;
      throw cause;
    }
  }
  throw new Error('The store never filled');
}

/** What somebody with the key and a database tool could do: the triggers go, a leaf changes, the triggers come back. */
function changeLastLeaf(test: TestDesk, change: (leaf: Uint8Array) => Uint8Array): void {
  const { connection } = test.open();
  const fixed = connection
    .prepare("SELECT sql FROM sqlite_master WHERE name = 'audit_leaf_is_fixed'")
    .pluck()
    .get() as string;
  connection.exec('DROP TRIGGER audit_leaf_is_fixed');
  const { seq, leaf } = connection
    .prepare('SELECT seq, leaf FROM audit_leaf ORDER BY seq DESC LIMIT 1')
    .get() as {
    seq: number;
    leaf: Uint8Array;
  };
  connection.prepare('UPDATE audit_leaf SET leaf = ? WHERE seq = ?').run(Buffer.from(change(leaf)), seq);
  connection.exec(fixed);
}

const procedures = Object.entries(contract).flatMap(([area, inArea]) =>
  Object.entries(inArea).map(([name, procedure]) => {
    const its = (cases[area as AreaName] as Record<string, unknown>)[name] as Case<Procedure>;
    return { area, name, procedure: procedure as Procedure, its };
  }),
);
const signedIn = procedures.filter(
  ({ procedure, name }) => procedure.states.includes('signed-in') && name !== 'lock',
);
const audited = signedIn.filter(({ procedure }) => procedure.audits !== null);

let schools: TwoSchools;
/** A package that has been uploaded, checked and reviewed: its rows wait to be shown and applied. */
let upload: string;

beforeAll(async () => {
  schools = await createTwoSchools();
  const { test, near } = schools;
  const draft = rosterOf([near.own.plants, near.other.plants]);
  draft.row('users', 'stu-1')['givenName'] = 'Renamed';
  const { bytes } = zipOf(draft.texts());
  ({ upload } = await test.must('roster', 'begin', { files: [{ name: 'r.zip', bytes: bytes.length }] }));
  await test.must('roster', 'append', { upload, file: 0, chunk: Buffer.from(bytes).toString('base64') });
  await test.must('roster', 'check', { upload });
  await test.must('roster', 'review', { upload, school: 'sch-1' });
});

afterAll(() => {
  schools.test.dispose();
});

/** A call that would be answered with data: the right password, a real upload. */
function inputOf({ area, name, its }: (typeof procedures)[number]): unknown {
  const input = its.input(idsOf(schools, 'own')) as Record<string, unknown>;
  if (area === 'roster' && 'upload' in input) return { ...input, upload };
  if (name === 'exportSchool') return { ...input, password: testPassword };
  if (name === 'changeOwnPassword') return { ...input, present: testPassword };
  return input;
}

function ask(area: string, procedure: string, input: unknown): Promise<GateReply> {
  return schools.test.gate.call({ area, procedure, input, windowId: 'window-1', sender: 'own-window' });
}

/** Everything in the store but the audit log and the counters of limits, which lie outside of a call's transaction. */
function storeDigest(test: TestDesk): string {
  const { connection } = test.open();
  const tables = connection
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%' ORDER BY name")
    .pluck()
    .all() as string[];
  const hash = createHash('sha256');
  for (const table of tables.filter((name) => name !== 'limit_counter')) {
    const rows = connection.prepare(`SELECT * FROM "${table}"`).raw().all();
    hash.update(table).update(JSON.stringify(rows));
  }
  return hash.digest('hex');
}

/** The files that leave the computer with somebody. */
function filesGiven(test: TestDesk): string[] {
  return ['exports', 'backups'].flatMap((folder) => {
    const path = join(test.folder, folder);
    return existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
  });
}

describe.each(failures)('R4: when $name', ({ reason, begin, end }) => {
  it('R4: no procedure gives data, writes anything or makes a file', async () => {
    const { test, near } = schools;
    let isMended = false;
    const mend = (): void => {
      if (!isMended) end(test);
      isMended = true;
    };
    begin(test);
    onTestFinished(mend);
    const before = { store: storeDigest(test), files: filesGiven(test) };
    const given: unknown[] = [];
    for (const one of audited) {
      const reply = await ask(one.area, one.name, inputOf(one));
      const isRefused =
        !reply.ok && JSON.stringify(reply.error) === JSON.stringify({ type: 'audit-unavailable', reason });
      if (!isRefused) given.push([`${one.area}.${one.name}`, reply]);
    }
    const unaudited: unknown[] = [];
    // Years and homerooms are no person: a homeroom's id and title are given without an audit row.
    const traces = [near.own, near.other].flatMap((corner) =>
      tracesOf(corner).filter((trace) => trace !== corner.class && trace !== corner.plants.room),
    );
    for (const one of signedIn.filter(({ procedure }) => procedure.audits === null)) {
      const reply = JSON.stringify(await ask(one.area, one.name, inputOf(one)));
      const leaked = traces.filter((trace) => reply.includes(trace));
      if (leaked.length > 0) unaudited.push([`${one.area}.${one.name}`, leaked]);
    }
    expect({ given, unaudited }).toEqual({ given: [], unaudited: [] });
    console.log(`no audit row: ${audited.length} procedures, ${given.length} data-bearing replies`);
    expect({ store: storeDigest(test), files: filesGiven(test) }).toEqual(before);
    mend();

    // It was the log that stood in the way: the same call answers now.
    const reply = await ask('students', 'card', { student: near.own.student });
    expect(reply.ok).toBe(true);
  });
});

it('R4: a refusal that cannot be audited says so too', async () => {
  const { test } = schools;
  const failure = failures[0]!;
  failure.begin(test);
  const reply = await ask('students', 'card', { student: 'no id' });
  failure.end(test);
  expect(reply).toEqual({ ok: false, error: { type: 'audit-unavailable', reason: 'not-writable' } });
});

it('R4: the journal keeps that the log refused, and the next sign-in takes it into the log', async () => {
  const { test } = schools;
  const failure = failures[0]!;
  failure.begin(test);
  await ask('audit', 'people', {});
  await ask('audit', 'people', {});
  failure.end(test);
  const before = auditSize(test);
  await test.must('desk', 'lock', {});
  await signInAda(test);
  const { entries } = await test.must('audit', 'list', { action: 'alarm' });
  const noted = entries.filter(({ procedure, seq }) => procedure === 'desk.journal' && seq >= before);
  expect(noted.length).toBeGreaterThan(0);
});

it('R4: the session ends although its end cannot be written', async () => {
  const { test } = schools;
  failures[0]!.begin(test);
  expect(await ask('desk', 'lock', {})).toEqual({ ok: true, value: {} });
  expect([test.desk.open, test.desk.session, test.desk.state]).toEqual([null, null, 'locked']);
});

it('R4: nobody is signed in while the sign-in cannot be written', async () => {
  const { test } = schools;
  // The trigger of the test before lies in the store.
  const reply = await ask('desk', 'signIn', { username: 'ada', password: testPassword });
  expect(reply).toEqual({ ok: false, error: { type: 'audit-unavailable', reason: 'not-writable' } });
  expect([test.desk.open, test.desk.session]).toEqual([null, null]);
});

it('R4: the recovery key opens nothing while its use cannot be written', async () => {
  const { test, near } = schools;
  const recoveryKey = near.recoveryKeyGroups.join(' ');
  const reply = await ask('desk', 'recover', { recoveryKey, acceptFileKeychain: true });
  expect(reply).toEqual({ ok: false, error: { type: 'audit-unavailable', reason: 'not-writable' } });
  expect([test.desk.open, test.desk.state]).toEqual([null, 'locked']);
});
