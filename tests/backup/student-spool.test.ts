import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePart } from '../../main/backup/parts.ts';
import { StudentSpool } from '../../main/backup/student-spool.ts';
import { systemRandom } from '../../main/vault/random.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollkeep-spool-'));
  path = join(folder, 'rows.part');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const marks = { table: 'mark', columns: ['day', 'note'] };
const contacts = { table: 'contact', columns: ['note'] };

/** What each student got back, in order. */
function contentsOf(spool: StudentSpool) {
  return Object.fromEntries(
    [...spool.students()].map(([student, text]) => {
      const parsed = parsePart(text.packed());
      return [student, parsed.ok ? parsed.value : parsed.error];
    }),
  );
}

describe('sorting rows by student', () => {
  const first = 'a'.repeat(32);
  const second = `${'b'.repeat(29)}aaa`;

  it('keeps the order of rows and sections of each student, also of two in one pile, without a file', () => {
    const spool = new StudentSpool(path, systemRandom);
    spool.add(first, marks, '["2026-01-05","one"]');
    spool.add(second, marks, '["2026-01-05","ش"]');
    spool.add(first, marks, '["2026-01-06","two"]');
    spool.add(second, contacts, '["late"]');
    expect([contentsOf(spool), existsSync(path)]).toEqual([
      {
        [first]: [
          {
            ...marks,
            rows: [
              ['2026-01-05', 'one'],
              ['2026-01-06', 'two'],
            ],
          },
        ],
        [second]: [
          { ...marks, rows: [['2026-01-05', 'ش']] },
          { ...contacts, rows: [['late']] },
        ],
      },
      false,
    ]);
    spool.close();
  });

  it('gives back more than it holds in memory, and rows longer than a pile', () => {
    const students = Array.from({ length: 40 }, (_, at) => (at * 77).toString(16).padStart(32, '0'));
    const noteOf = (student: string, day: number): string => `${student} on day ${day}`;
    const long = 'x'.repeat(100_000);
    const spool = new StudentSpool(path, systemRandom);
    for (let day = 0; day < 1000; day += 1) {
      for (const student of students)
        spool.add(student, marks, JSON.stringify([`${day}`, noteOf(student, day)]));
      if (day === 500) spool.add(students[0] ?? '', contacts, JSON.stringify([long]));
    }
    expect(existsSync(path)).toBe(true);
    const days = (student: string, from: number, to: number) => ({
      ...marks,
      rows: Array.from({ length: to - from }, (_, at) => [`${from + at}`, noteOf(student, from + at)]),
    });
    const [longest = '', ...others] = students;
    expect(contentsOf(spool)).toEqual({
      [longest]: [days(longest, 0, 501), { ...contacts, rows: [[long]] }, days(longest, 501, 1000)],
      ...Object.fromEntries(others.map((student) => [student, [days(student, 0, 1000)]])),
    });
    spool.close();
  });

  it('H17: leaves nothing to read in its file while it works, and no file afterwards', () => {
    const spool = new StudentSpool(path, systemRandom);
    const note = 'seen at the orthodontist';
    for (let day = 0; day < 2000; day += 1) spool.add(first, marks, JSON.stringify([`${day}`, note]));
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(100);
    // Neither the text nor gzip's first bytes, which would say how to read the rest.
    expect([bytes.includes(note), bytes.includes(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]))]).toEqual([
      false,
      false,
    ]);
    spool.close();
    expect(existsSync(path)).toBe(false);
  });

  it('takes nothing more once it is closed: its key is gone', () => {
    const spool = new StudentSpool(path, systemRandom);
    spool.add(first, marks, '["2026-01-05","before"]');
    spool.close();
    expect(() => {
      for (let row = 0; row < 2000; row += 1) spool.add(first, marks, '["2026-01-05","after"]');
    }).toThrow('closed');
    expect(existsSync(path)).toBe(false);
  });
});
