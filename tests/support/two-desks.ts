import { parseVersions, versionOf, subjectOf, rowKey } from '../../db/changes/write-change.ts';
import { tableShapes } from '../../db/changes/tables.ts';
import { writtenFields } from '../../db/sync/records.ts';
import { createTestDesk, testNowMs, testPassword, type TestDesk } from './test-desk.ts';
import { fillSchool, nearPlants, type SchoolOfTwo } from './two-schools.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

/** A school on two desks with its server, all real: stores, vaults, TLS. */
export interface TwoDesks {
  readonly server: TestServer;
  /** Ids of the school's people. */
  readonly near: SchoolOfTwo;
  /** Moves the clocks of all three. */
  pass(ms: number): void;
  readonly first: TestDesk;
  readonly second: TestDesk;
  dispose(): Promise<void>;
}

/** Runs a round now and waits for its end. */
export async function syncNow(desk: TestDesk): Promise<void> {
  desk.desk.sync.askNow();
  await desk.desk.sync.whenIdle();
  // What the round learned, such as a group key, may ask for one more.
  desk.desk.sync.tick();
  await desk.desk.sync.whenIdle();
}

/** Connects an open school with a server. */
export async function connect(desk: TestDesk, server: TestServer): Promise<void> {
  await desk.must('sync', 'connect', { invitation: await server.invitation(), deskLabel: 'Office' });
  await desk.desk.sync.whenIdle();
}

/** Lets a new computer join the school of `host`, with the words as two people would type them. */
export async function join(host: TestDesk, label = 'Nurse'): Promise<TestDesk> {
  const guest = createTestDesk(undefined, host.nowMs);
  const { code } = await host.must('sync', 'openEnrolment', {});
  await guest.must('sync', 'join', { code, deskLabel: label, acceptFileKeychain: true });
  const present = await until(async () => {
    const look = await host.must('sync', 'enrolment', {});
    return look.step === 'words' ? look : undefined;
  });
  const joining = await until(async () => {
    const look = await guest.must('sync', 'joining', {});
    return look.step === 'words' ? look : undefined;
  });
  const typed = (words: readonly (string | null)[]): string[] => words.filter((word) => word !== null);
  await guest.must('sync', 'confirmJoin', { words: typed(present.words) });
  await host.must('sync', 'confirmEnrolment', { words: typed(joining.words) });
  await until(async () => {
    const look = await guest.must('sync', 'joining', {});
    if (look.step === 'failed') throw new Error(`joining failed: ${look.why}`, { cause: guest.bugs.at(-1) });
    return look.step === 'done' ? look : undefined;
  });
  return guest;
}

/** A school of the administrator `ada` on two desks that have synced; `ada` is signed in at both. */
export async function createTwoDesks(options: TestServerOptions = {}): Promise<TwoDesks> {
  const first = createTestDesk(undefined, testNowMs);
  let serverNowMs = testNowMs;
  const server = await startTestServer({ ...options, now: () => serverNowMs });
  const near = await fillSchool(first, 'Nearby School', nearPlants);
  await connect(first, server);
  const second = await join(first);
  await second.must('desk', 'signIn', { username: 'ada', password: testPassword });
  await syncNow(second);
  return {
    server,
    near,
    first,
    second,
    pass(ms) {
      serverNowMs += ms;
      first.nowMs += ms;
      second.nowMs += ms;
    },
    async dispose() {
      for (const desk of [first, second]) {
        desk.desk.lock('user');
        desk.dispose();
      }
      await server.remove();
    },
  };
}

/** Everything that is synced, in clear and in one order: the same on every desk that has taken in the same changes. */
export function stateOf(desk: TestDesk): string {
  const { connection, unitParts } = desk.open();
  const ordinals = new Map(
    connection
      .prepare<[], [number, Buffer, number]>('SELECT ordinal, id, incarnation FROM "desk"')
      .raw()
      .all()
      .map(([ordinal, id, incarnation]) => [ordinal, `${id.toString('hex')}/${incarnation}`]),
  );
  const clear = (version: string): string => {
    const [hlc, ordinal, seq] = version.split('.');
    return `${hlc} ${ordinals.get(Number(ordinal))} ${seq}`;
  };
  const tables = [...tableShapes.values()].map((shape) => {
    const rows = unitParts.db.select(shape.columns).from(shape.definition.table).all() as Record<
      string,
      unknown
    >[];
    const lines = rows.map((row) => {
      const isRecord = shape.definition.kind === 'record';
      const versionFor = (field: string): string =>
        isRecord
          ? versionOf(parseVersions(String(row['versions'])), field)
          : `${String(row['hlc'])}.${String(row['desk'])}.${String(row['seq'])}`;
      const fields = (isRecord ? writtenFields(shape) : Object.keys(shape.columns)).map((field) => {
        const stored = row[field];
        const value =
          stored instanceof Uint8Array
            ? unitParts.fields.open(
                subjectOf(shape, row),
                { table: shape.name, column: field, row: rowKey(shape, row), version: versionFor(field) },
                stored,
              )
            : stored;
        return [field, value, isRecord ? clear(versionFor(field)) : ''];
      });
      return JSON.stringify([rowKey(shape, row), fields]);
    });
    return [shape.name, lines.toSorted()];
  });
  const heads = connection
    .prepare<[], [string, string, string, string]>(
      `SELECT tbl, key, field, hlc || '.' || desk || '.' || seq FROM field_head`,
    )
    .raw()
    .all()
    .map(([table, key, field, version]) => `${table} ${key} ${field} ${clear(version)}`);
  return JSON.stringify([tables, heads.toSorted()], null, 1);
}

/** Asks every 20 ms until there is an answer, at most 20 s. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not come about in 20 seconds');
}
