import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../db/open-store.ts';
import { maxUploadChunkBytes } from '../../domain/contract/roster.ts';
import { assert } from '../../domain/result.ts';
import { writePackage, type WrittenTable } from '../../domain/roster/write-package.ts';
import { writeZip } from '../../main/roster/write-zip.ts';
import { generateDistrict, standardSample } from '../../resources/sample/generate.ts';
import { rosterRecordsOf } from '../../resources/sample/roster-records.ts';
import { createScriptDesk, makeSchool } from '../harness/script-desk.ts';
import type { Figure } from './figure.ts';
import { median } from './measure.ts';

const importMs = Date.UTC(2026, 2, 3, 17);

/**
 * Imports the roster of a school into an empty store through the gate: check, review and apply, the upload apart. In
 * turn with writing as many rows of the same bytes into a bare table in one transaction.
 *
 * `students` is of the one school; its enrolments are about eight times as many.
 */
export async function measureImport(
  folder: string,
  students: number,
  rounds: number,
  budget: { readonly text: string; readonly limitMs: number } | null,
): Promise<Figure> {
  // The sample gives its first school three quarters of the students.
  const district = generateDistrict({ ...standardSample, studentCount: Math.ceil((students * 4) / 3) });
  const [school] = district.schools;
  const tables = writePackage(rosterRecordsOf(district, [school]), '1.2', { mode: 'bulk' });
  const zip = writeZip(tables);
  const count = (rows: readonly unknown[]): string => rows.length.toLocaleString('en');
  const name = `import of ${count(school.students)} students, ${count(school.enrolments)} enrolments`;
  const runs: Awaited<ReturnType<typeof importOnce>>[] = [];
  const bareMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const own = join(folder, `import-${students}-${round}`);
    mkdirSync(own, { recursive: true });
    bareMs.push(writeBareRows(own, tables));
    runs.push(await importOnce(join(own, 'data'), zip, school.sourcedId));
  }
  const middle = (part: keyof (typeof runs)[number]): number => median(runs.map((run) => run[part]));
  const value = middle('checkMs') + middle('reviewMs') + middle('applyMs');
  return {
    name,
    budget: budget?.text ?? 'none at this size',
    state: 'measured',
    value: value / 1000,
    unit: 's',
    baseline: { name: 'bare rows', value: median(bareMs) / 1000 },
    compared: value,
    limit: budget?.limitMs ?? Number.POSITIVE_INFINITY,
    better: 'lower',
    details: {
      'upload ms': middle('uploadMs'),
      'check ms': middle('checkMs'),
      'review ms': middle('reviewMs'),
      'apply ms': middle('applyMs'),
      'microseconds an enrolment': (value * 1000) / school.enrolments.length,
      'store MB': middle('storeBytes') / 1e6,
    },
  };
}

async function importOnce(dataDir: string, zip: Uint8Array, school: string) {
  const script = createScriptDesk(dataDir, { nowMs: importMs });
  await makeSchool(script, { attendance: 'period' });
  const times: number[] = [];
  let last = performance.now();
  const lap = (): void => {
    const now = performance.now();
    times.push(now - last);
    last = now;
  };
  const { upload } = await script.must('roster', 'begin', {
    files: [{ name: 'roster.zip', bytes: zip.length }],
  });
  for (let at = 0; at < zip.length; at += maxUploadChunkBytes) {
    const chunk = Buffer.from(zip.subarray(at, at + maxUploadChunkBytes)).toString('base64');
    await script.must('roster', 'append', { upload, file: 0, chunk });
  }
  lap();
  const check = await script.must('roster', 'check', { upload });
  assert(check.accepted, 'the sample is a good package');
  lap();
  await script.must('roster', 'review', { upload, school });
  lap();
  await script.must('roster', 'apply', { upload, confirmRemoved: null });
  lap();
  const path = script.open.connection.name;
  script.desk.lock('user');
  const storeBytes = statSync(path).size;
  const [uploadMs = 0, checkMs = 0, reviewMs = 0, applyMs = 0] = times;
  return { uploadMs, checkMs, reviewMs, applyMs, storeBytes };
}

/** Every line of the package as a row, in one durable transaction. Gives the milliseconds. */
function writeBareRows(folder: string, tables: readonly WrittenTable[]): number {
  const opened = openStore(join(folder, 'bare-rows.db'), Buffer.alloc(32, 7), 'create');
  assert(opened.ok, 'a new store opens');
  const connection = opened.value;
  connection.exec('CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  const start = performance.now();
  const insert = connection.prepare<[string]>('INSERT INTO line (text) VALUES (?)');
  connection.exec('BEGIN IMMEDIATE');
  for (const { rows } of tables) for (const row of rows) insert.run(row.join(','));
  connection.exec('COMMIT');
  const elapsedMs = performance.now() - start;
  connection.close();
  return elapsedMs;
}
