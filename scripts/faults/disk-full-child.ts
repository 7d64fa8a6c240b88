import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { classId, day, studentId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { randomFor } from '../../resources/sample/random.ts';
import { createScriptDesk, openSchoolDirectly, type ScriptDesk } from '../harness/script-desk.ts';
import { checkSchool, isSound } from './check-school.ts';
import { tokenOf, type Ack } from './plan.ts';
import { firstMs, makeSmallSchool, type SmallSchool } from './small-school.ts';
import { describeFindings, emptyTally } from './tally.ts';

/**
 * Fills the disk to all but n pages, for n from 0 on, calls until the gate refuses, and looks at what was answered and
 * what is in the store. Runs by itself in a mount namespace with a small disk of its own, see `disk-full.ts`; without
 * one, SQLite's own limit on pages plays the full disk. Prints the tally as JSON.
 */
const options = z
  .object({ folder: z.string(), hasOwnDisk: z.boolean(), steps: z.int(), seed: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''));

const pageBytes = 4096;
const mostCalls = 60;
const kindOfDisk = options.hasOwnDisk ? 'a small disk' : 'a limit on pages';
const tally = emptyTally(`full disk (${kindOfDisk})`);
let refused = 0;
const school = await makeSmallSchool(join(options.folder, 'data'), 30);
const ballast = join(options.folder, 'ballast');
const random = randomFor(options.seed, 'disk-full');
const all: Ack[] = [];
let number = 1;

for (let step = 0; step < options.steps; step += 1) {
  const script = createScriptDesk(school.dataDir, { nowMs: firstMs + number * 1000 });
  const opening = await openSchoolDirectly(script, school.recoveryKeyGroups);
  assert(opening.type === 'open', 'the store opens with room on the disk');
  // Every few rounds many pages: then the WAL has grown when the disk is full, and a checkpoint is due.
  const freePages = step % 4 === 3 ? step * 3 : step % 40;
  fillTo(script, freePages);
  const before = auditRows(script);
  const answered = await callUntilRefused(script, step);
  tally.rounds += 1;
  tally.acknowledged += answered.acks.length;
  all.push(...answered.acks);
  // Locked while the disk is still full, as a user would.
  script.desk.lock('user');
  rmSync(ballast, { force: true });

  const findings = await checkSchool(school, step === options.steps - 1 ? all : answered.acks);
  tally.lost += findings.lost.length;
  if (!findings.isOpen) tally.unopenable += 1;
  if (!isSound(findings)) problem(step, describeFindings(findings));
  const after = await rowsAfter(school);
  for (const [procedure, count] of answered.calls) {
    const rows = (after.get(procedure) ?? 0) - (before.get(procedure) ?? 0);
    // Checking reads registers and cards, each with a row of its own; for marks every row must have its answer.
    if (rows < count) problem(step, `${count} answers of ${procedure}, ${rows} audit rows`);
    if (procedure === 'attendance.mark' && rows !== count) problem(step, `${rows} marks, ${count} answered`);
  }
}
if (refused < options.steps) problem(options.steps, `only ${refused} calls were refused`);
console.log(JSON.stringify({ ...tally, name: `full disk (${kindOfDisk}, ${refused} calls refused)` }));

function problem(step: number, text: string): void {
  tally.problems.push(`step ${step}: ${text}`);
}

function fillTo(script: ScriptDesk, freePages: number): void {
  if (!options.hasOwnDisk) {
    const pages = z.number().parse(script.open.connection.pragma('page_count', { simple: true }));
    script.open.connection.pragma(`max_page_count=${pages + Math.floor(freePages / 4)}`);
    return;
  }
  const { bavail, bsize } = statfsSync(options.folder);
  const file = openSync(ballast, 'w');
  const chunk = Buffer.alloc(pageBytes, 1);
  for (let left = Math.floor((bavail * bsize) / pageBytes) - freePages; left > 0; left -= 1) {
    writeSync(file, chunk);
  }
  closeSync(file);
}

/** Reads and writes until a call is refused, then a few more, which must be refused or true. */
async function callUntilRefused(script: ScriptDesk, step: number) {
  const acks: Ack[] = [];
  const calls = new Map<string, number>();
  let refusals = 0;
  for (let count = 0; count < mostCalls && refusals < 3; count += 1) {
    number += 1;
    script.nowMs += 1000;
    const { procedure, input, ack } = nextCall(school);
    const [area = 'attendance', name = ''] = procedure.split('.');
    const reply =
      area === 'students'
        ? await script.call('students', 'card', input)
        : await script.call('attendance', name === 'mark' ? 'mark' : 'today', input);
    if (reply.ok) {
      calls.set(procedure, (calls.get(procedure) ?? 0) + 1);
      if (ack !== null) acks.push(ack);
      continue;
    }
    refusals += 1;
    refused += 1;
    const { error } = reply;
    const isRight = error.type === 'audit-unavailable' && 'reason' in error && error.reason === 'disk-full';
    if (!isRight) problem(step, `refused with ${JSON.stringify(error)}: ${String(script.bugs.at(-1))}`);
  }
  return { acks, calls };
}

function nextCall({ classes, days }: SmallSchool): {
  readonly procedure: string;
  readonly input: unknown;
  readonly ack: Ack | null;
} {
  const { id, students } = random.pick(classes);
  const student = random.pick(students);
  if (random.chance(0.3)) return { procedure: 'students.card', input: { student }, ack: null };
  const on = random.pick(days);
  if (random.chance(0.2)) return { procedure: 'attendance.today', input: { day: on }, ack: null };
  const isWholeClass = random.chance(0.5);
  const marked = isWholeClass ? students : [student];
  const note = tokenOf(isWholeClass ? 'all' : 'one', number);
  return {
    procedure: 'attendance.mark',
    input: {
      class: id,
      day: on,
      session: 'day',
      marks: marked.map((each) => ({ student: each, code: 'A', note })),
    },
    ack: {
      kind: 'mark',
      class: classId.parse(id),
      day: day.parse(on),
      students: marked.map((each) => studentId.parse(each)),
      number,
    },
  };
}

function auditRows({ open }: ScriptDesk): Map<string, number> {
  const rows = open.connection
    .prepare<[], { procedure: string; count: number }>(
      `SELECT json_extract(body, '$.procedure') AS procedure, count(*) AS count FROM audit_body
        WHERE json_extract(body, '$.outcome') = 'ok' GROUP BY 1`,
    )
    .all();
  return new Map(rows.map(({ procedure, count }) => [procedure, count]));
}

async function rowsAfter({ dataDir, recoveryKeyGroups }: SmallSchool): Promise<Map<string, number>> {
  const script = createScriptDesk(dataDir, { nowMs: firstMs + (number + 20) * 1000 });
  const opening = await openSchoolDirectly(script, recoveryKeyGroups);
  assert(opening.type === 'open', 'the store opens with room on the disk');
  const rows = auditRows(script);
  script.desk.lock('user');
  return rows;
}
