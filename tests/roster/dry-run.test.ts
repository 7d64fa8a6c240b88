import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyRoster } from '../../domain/roster/school-roster.ts';
import { dryRun } from '../../main/roster/dry-run.ts';
import { startDryRun } from '../../main/roster/start-dry-run.ts';
import { PackageDraft, today, zipOf } from './fixtures.ts';

const workerFile = new URL('../../main/roster/parse-worker.ts', import.meta.url);

function largeDraft(rows: number): PackageDraft {
  const draft = new PackageDraft('1.1', 'bulk');
  const row = draft.row('enrollments', 'enr-1');
  for (let index = 0; index < rows; index += 1)
    draft.table('enrollments').rows.push({ ...row, sourcedId: `more-${index}` });
  return draft;
}

describe('the dry run in its worker', () => {
  const input = {
    package: new PackageDraft('1.1', 'bulk').zip(),
    current: emptyRoster(),
    school: 'sch-1',
    today,
  };

  test('H26: answers what the dry run answers', async () => {
    const running = startDryRun(workerFile, input, () => {});
    expect(await running.result).toEqual(await dryRun(input));
  });

  test('H26: tells its progress in rows and stops when cancelled', async () => {
    const progress: number[] = [];
    const large = { ...input, package: largeDraft(20_000).zip() };
    const whole = startDryRun(workerFile, large, (step, rows) => {
      if (step === 'reading') progress.push(rows);
    });
    expect(await whole.result).toMatchObject({ ok: true });
    expect(progress.slice(0, 3)).toEqual([1000, 2000, 3000]);

    const cancelled = startDryRun(workerFile, large, () => {});
    cancelled.cancel();
    expect(await cancelled.result).toEqual({ ok: false, error: { type: 'import-cancelled' } });
  });

  test.each(['reading', 'checking'] as const)('H26: cancels within 1,000 rows while %s', async (during) => {
    let isCancelled = false;
    const steps: string[] = [];
    const result = await dryRun(
      { ...input, package: largeDraft(5000).zip() },
      {
        isCancelled: () => isCancelled,
        onRows: (step, rows) => {
          steps.push(`${step} ${rows}`);
          if (step === during && rows === 2000) isCancelled = true;
        },
      },
    );
    expect(result).toEqual({ ok: false, error: { type: 'import-cancelled' } });
    expect(steps.at(-1)).toBe(`${during} 2000`);
  });
});

describe('npm run roster:check', () => {
  const run = promisify(execFile);
  const script = new URL('../../scripts/roster-check.ts', import.meta.url).pathname;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollkeep-roster-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function check(...args: readonly string[]): Promise<{ code: number; stdout: string }> {
    try {
      const { stdout } = await run(process.execPath, [script, ...args]);
      return { code: 0, stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, stdout };
    }
  }

  async function write(name: string, draft: PackageDraft): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, zipOf(draft.texts()).bytes);
    return path;
  }

  test('H26: ends with 0, 1 or 2 for clean, warnings and refused, and JSON has counts and findings', async () => {
    const clean = new PackageDraft('1.2', 'bulk');
    const warned = new PackageDraft('1.2', 'bulk');
    warned.row('users', 'stu-1')['agentSourcedIds'] = 'gua-9';
    const refused = new PackageDraft('1.2', 'bulk');
    refused.row('demographics', 'stu-1')['birthDate'] = '04/05/2012';
    const [good, fair, bad] = await Promise.all([
      check(await write('clean.zip', clean), '--json', '--school', 'sch-1'),
      check(await write('warned.zip', warned)),
      check(await write('refused.zip', refused), '--json'),
    ]);
    expect([good.code, fair.code, bad.code]).toEqual([0, 1, 2]);
    const goodJson: unknown = JSON.parse(good.stdout);
    expect(goodJson).toMatchObject({
      format: 'OneRoster 1.2',
      outcome: 'importable',
      exitCode: 0,
      school: 'sch-1',
      findings: [],
    });
    expect(goodJson).toHaveProperty(
      'files',
      expect.arrayContaining([
        { fileName: 'users.csv', isUsed: true, mode: 'bulk', rows: 6, deletedRows: 0 },
      ]),
    );
    expect(goodJson).toHaveProperty(
      'wouldAdd',
      expect.arrayContaining([{ kind: 'student', file: 'users.csv', added: 2 }]),
    );
    expect(fair.stdout).toContain(
      'WARNING  users.csv, line 2, column agentSourcedIds: there is no "gua-9" in users.csv.',
    );
    expect(JSON.parse(bad.stdout)).toMatchObject({
      outcome: 'refused',
      exitCode: 2,
      findings: [
        {
          severity: 'refuse',
          code: 'date-ambiguous',
          file: 'demographics.csv',
          line: 2,
          column: 'birthDate',
          value: '04/05/2012',
          whatToDo: 'Write dates as YYYY-MM-DD. Days are never guessed.',
        },
      ],
    });
  });

  test('a folder is checked like a zip, and one that is not there is refused', async () => {
    const texts = new PackageDraft('1.1', 'bulk').texts();
    await Promise.all(Object.entries(texts).map(([name, text]) => writeFile(join(folder, name), text)));
    await Promise.all(
      ['clean.zip', 'warned.zip', 'refused.zip'].map((name) => rm(join(folder, name), { force: true })),
    );
    const [whole, missing] = await Promise.all([check(folder), check(join(folder, 'nowhere'))]);
    expect([whole.code, missing.code]).toEqual([0, 2]);
    expect(whole.stdout).toContain('OneRoster 1.1, importable');
  });
});
