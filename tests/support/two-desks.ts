import { letJoin } from '../../scripts/harness/enrol.ts';

export { until } from '../../scripts/harness/enrol.ts';
import { syncedState } from '../../scripts/harness/synced-state.ts';
import { createTestDesk, testNowMs, testPassword, type TestDesk } from './test-desk.ts';
import { fillSchool, nearPlants, type SchoolOfTwo } from './two-schools.ts';
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../scripts/harness/district-server.ts';

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

/** Lets a new computer join the school of `host`. */
export async function join(host: TestDesk, label = 'Nurse'): Promise<TestDesk> {
  const guest = createTestDesk(undefined, host.nowMs);
  await letJoin(host, guest, label);
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

/** Everything that is synced: the same on every desk that has taken in the same changes. */
export function stateOf(desk: TestDesk): string {
  return syncedState(desk.open());
}
