import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assert } from '../../domain/result.ts';
import { randomFor } from '../../resources/sample/random.ts';
import { startTestServer, type TestServer } from '../harness/district-server.ts';
import { letJoin } from '../harness/enrol.ts';
import {
  createScriptDesk,
  openSchoolDirectly,
  scriptPassword,
  type ScriptDesk,
} from '../harness/script-desk.ts';
import { syncedState } from '../harness/synced-state.ts';
import { makeSmallSchool, type SmallSchool } from './small-school.ts';
import { syncAck, syncPlan, type SavedMark, type SyncAck, type SyncPlan } from './sync-plan.ts';
import { emptyTally, type Tally } from './tally.ts';

/** After so many cycles both desks are brought together and compared. */
const meetEvery = 50;

/**
 * A desk writes and syncs with a real server; the desk is killed with SIGKILL at a random moment, every third time the server too. What was
 * acknowledged has to be in the store that is opened next, and in the end on the other desk.
 */
export async function runSyncKills(
  folder: string,
  options: { readonly cycles: number; readonly seed: number },
): Promise<Tally> {
  const { cycles, seed } = options;
  const random = randomFor(seed, 'sync-kills');
  const tally = emptyTally('kill -9 of desk and server while syncing');
  const own = join(folder, 'sync-kills');
  mkdirSync(own, { recursive: true });
  // Children start hundreds of times: they keep what was compiled.
  const env = { NODE_COMPILE_CACHE: join(own, 'compile-cache') };
  const server = await startTestServer({ ownProcess: true, parent: own, env });
  const { school, otherDir } = await makeTwoDesks(own, server);
  const all: SavedMark[] = [];
  let expected: SavedMark[] = [];
  let next = startChild(env);
  try {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const child = next;
      next = startChild(env);
      const acks = await runOnce(child, {
        plan: syncPlan.parse({ ...school, seed: random.between(1, 2 ** 30), expected }),
        killAfterMs: random.next() ** 2 * 250,
        killServer: random.chance(1 / 3) ? server : null,
      });
      tally.rounds += 1;
      const saved = acks.flatMap((ack) => (ack.kind === 'mark' ? [markOf(ack)] : []));
      const lost = acks.filter(({ kind }) => kind === 'lost').length;
      const closed = acks.find((ack) => ack.kind === 'closed');
      tally.acknowledged += saved.length;
      tally.lost += lost;
      if (closed !== undefined) tally.unopenable += 1;
      if (lost > 0) tally.problems.push(`cycle ${cycle}: ${lost} acknowledged marks are not there`);
      if (closed !== undefined)
        tally.problems.push(`cycle ${cycle}: the store does not open (${closed.why})`);
      all.push(...saved);
      // A child that was killed before it had looked has not looked.
      expected = acks.some(({ kind }) => kind === 'ready') ? saved : [...expected, ...saved];
      const isMeeting = (cycle + 1) % meetEvery === 0 || cycle === cycles - 1;
      if (isMeeting)
        tally.problems.push(...(await meet(school, otherDir, all)).map((one) => `cycle ${cycle}: ${one}`));
    }
  } finally {
    next.kill('SIGKILL');
    await server.remove();
  }
  if (tally.problems.length === 0) rmSync(own, { recursive: true });
  return tally;
}

async function makeTwoDesks(
  folder: string,
  server: TestServer,
): Promise<{ school: SmallSchool; otherDir: string }> {
  const school = await makeSmallSchool(join(folder, 'first'), 30);
  const first = createScriptDesk(school.dataDir, { nowMs: Date.now() });
  await first.must('desk', 'signIn', { username: 'admin', password: scriptPassword });
  await first.must('sync', 'connect', { invitation: await server.invitation(), deskLabel: 'First' });
  await first.desk.sync.whenIdle();
  const otherDir = join(folder, 'other');
  await letJoin(first, createScriptDesk(otherDir, { nowMs: Date.now() }), 'Other');
  first.desk.lock('user');
  return { school, otherDir };
}

function startChild(env: Readonly<Record<string, string>>): ChildProcess {
  const script = fileURLToPath(new URL('sync-child.ts', import.meta.url));
  return spawn(process.execPath, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

/** Lets the child run and kills it, and the server with it where that is wanted; the server is up again when this ends. */
async function runOnce(
  child: ChildProcess,
  { plan, killAfterMs, killServer }: { plan: SyncPlan; killAfterMs: number; killServer: TestServer | null },
): Promise<SyncAck[]> {
  const acks: SyncAck[] = [];
  const ready = Promise.withResolvers<void>();
  let rest = '';
  assert(child.stdout !== null && child.stdin !== null, 'a child has pipes');
  child.stdout.on('data', (bytes: Buffer) => {
    const lines = `${rest}${bytes.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    acks.push(...lines.map((line) => syncAck.parse(JSON.parse(line))));
    if (acks.some(({ kind }) => kind === 'ready' || kind === 'closed')) ready.resolve();
  });
  const ended = once(child, 'close');
  child.stdin.write(`${JSON.stringify(plan)}\n`);
  await Promise.race([ready.promise, ended]);
  await wait(killAfterMs);
  const downServer = killServer?.kill();
  child.kill('SIGKILL');
  await ended;
  await downServer;
  await killServer?.start();
  return acks;
}

/** Brings both desks together and says what is wrong then. */
async function meet(school: SmallSchool, otherDir: string, all: readonly SavedMark[]): Promise<string[]> {
  const problems: string[] = [];
  const first = createScriptDesk(school.dataDir, { nowMs: Date.now() });
  const other = createScriptDesk(otherDir, { nowMs: Date.now() });
  for (const desk of [first, other]) {
    const opening = await openSchoolDirectly(desk, school.recoveryKeyGroups);
    if (opening.type !== 'open') return [`a desk does not open (${opening.type})`];
  }
  for (let round = 0; round < 2; round += 1) {
    for (const desk of [first, other]) {
      desk.desk.sync.askNow();
      await desk.desk.sync.whenIdle();
    }
  }
  const { phase, waiting } = first.desk.sync.state();
  if (phase !== 'synced' || waiting > 0) problems.push(`after syncing: ${phase}, ${waiting} waiting`);
  if (syncedState(first.open) !== syncedState(other.open)) problems.push('the two desks differ');
  const lost = all.filter((mark) => !isThere(other, mark)).length;
  if (lost > 0) problems.push(`${lost} acknowledged marks are not on the other desk`);
  for (const desk of [first, other]) {
    const alarms = desk.open.connection.prepare<[], string>('SELECT kind FROM sync_alarm').pluck().all();
    if (alarms.length > 0) problems.push(`alarms: ${alarms.join(', ')}`);
    problems.push(...desk.bugs.map((bug) => `a bug: ${String(bug)}`));
    desk.desk.lock('user');
  }
  return problems;
}

function isThere(desk: ScriptDesk, { day, class: of, student, atMs }: SavedMark): boolean {
  return (
    desk.open.connection
      .prepare('SELECT 1 FROM mark WHERE day = ? AND "class" = ? AND student = ? AND at_ms = ?')
      .pluck()
      .get(day, Buffer.from(of, 'hex'), Buffer.from(student, 'hex'), atMs) !== undefined
  );
}

function markOf({ class: of, day, student, atMs }: SavedMark): SavedMark {
  return { class: of, day, student, atMs };
}
