import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { assert } from '../../domain/result.ts';
import { randomFor } from '../../resources/sample/random.ts';
import { createScriptDesk, openSchoolDirectly } from '../harness/script-desk.ts';
import { syncPlan, type SyncAck } from './sync-plan.ts';

/**
 * A desk that writes marks and syncs all the while, until it is killed. It waits for its plan on its standard input, so that the next one can
 * be started beforehand; it first looks for everything that was acknowledged before, and says what it does not find.
 */
flushCompileCache();
const lines = createInterface({ input: process.stdin });
const [line] = await new Promise<[string]>((resolve) => {
  lines.once('line', (text) => resolve([text]));
});
const plan = syncPlan.parse(JSON.parse(line));
const random = randomFor(plan.seed, 'sync-writes');
const script = createScriptDesk(plan.dataDir, { nowMs: Date.now() });
const opening = await openSchoolDirectly(script, plan.recoveryKeyGroups);
if (opening.type !== 'open') {
  say({ kind: 'closed', why: opening.type });
  process.exit(0);
}
const find = script.open.connection
  .prepare<[string, Buffer, Buffer, number]>(
    'SELECT 1 FROM mark WHERE day = ? AND "class" = ? AND student = ? AND at_ms = ?',
  )
  .pluck();
for (const { day, class: of, student, atMs } of plan.expected) {
  if (find.get(day, Buffer.from(of, 'hex'), Buffer.from(student, 'hex'), atMs) === undefined)
    say({ kind: 'lost', atMs });
}
say({ kind: 'ready' });

for (;;) {
  script.nowMs = Math.max(script.nowMs + 1, Date.now());
  const { id, students } = random.pick(plan.classes);
  const student = random.pick(students);
  const day = random.pick(plan.days);
  const marks = [{ student, code: random.pick(['A', 'T', 'E']) }];
  const { savedAtMs } = await script.must('attendance', 'mark', { class: id, day, session: 'day', marks });
  say({ kind: 'mark', class: id, day, student, atMs: savedAtMs });
  // A round begins where none is under way; the next writes go in between its questions.
  script.desk.sync.askNow();
  await new Promise((resolve) => setTimeout(resolve, random.between(0, 8)));
  assert(script.bugs.length === 0, `a bug: ${String(script.bugs[0])}`);
}

function say(ack: SyncAck): void {
  writeSync(1, `${JSON.stringify(ack)}\n`);
}
