import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, type AreaName } from '../../domain/contract/contract.ts';
import { actAs, createTwoSchools, type TwoSchools } from '../support/two-schools.ts';
import { cases, idsOf, type Case } from '../gate/cases.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * The statements that are put together, each with the holes it has. Every hole is a name of our schema, a placeholder, a
 * number of ours or a key as hex digits; none is a value that somebody typed or that came in a file.
 */
const composed: Readonly<Record<string, readonly string[]>> = {
  'db/audit/read.ts': ['${path}'],
  'db/backup/clear-rows.ts': ['${names}', '${quoted(name)}'],
  'db/backup/rebuild-store.ts': [
    '${target}',
    "${columns.map(quoted).join(', ')}",
    "${columns.map(() => '?').join(', ')}",
  ],
  'db/backup/rows.ts': ['${student}', '${values.join(" || \',\' || ")}', '${quoted(table)}'],
  'db/backup/snapshot.ts': ['sql'],
  'db/backup/tables.ts': ['${condition}'],
  'db/migrate.ts': ['sql', '${number}'],
  'db/open-store.ts': ["${Buffer.from(key).toString('hex')}", '${pragma}', '${write}', 'pragma'],
  'db/rekey-store.ts': [`\${name.replaceAll('"', '""')}`, "${Buffer.from(newKey).toString('hex')}"],
  'db/sync/records.ts': ['${getTableName(foreignTable)}', '${target.name}'],
  'main/backup/drill.ts': ['${quoted(table)}'],
  'main/backup/load-backup.ts': ['${-cacheKiB}'],
};

/** The calls that take a statement as text. drizzle's sql`…` is none of them: it binds each hole as a parameter. */
const takesText = /(?<receiver>[\w.)\]]+)\s*\.(?:exec|prepare|pragma|raw)(?:<[^(]*>)?\(/g;

/** The holes of all statements in a source: template holes, and whole arguments that are no literal. */
function holesOf(source: string): string[] {
  const holes: string[] = [];
  for (const match of source.matchAll(takesText)) {
    // A handler's first phase is called so too, and what a regular expression executes is no statement.
    if (/handler$|(?:^|\/)[dgimsuvy]*$|[pP]attern$/.test(match.groups?.['receiver'] ?? '')) continue;
    const [first = ''] = argumentsFrom(source, match.index + match[0].length);
    if (first === '' || /^'[^']*'$|^"[^"]*"$/s.test(first)) continue;
    const inTemplate = first.startsWith('`') ? templateHoles(first) : [first];
    holes.push(...inTemplate);
  }
  return holes;
}

/** The arguments of a call whose opening bracket ends before `start`. */
function argumentsFrom(source: string, start: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < source.length; at += 1) {
    const char = source[at] ?? '';
    if (char === "'" || char === '"' || char === '`') at = endOfText(source, at);
    else if ('([{'.includes(char)) depth += 1;
    else if (depth > 0 && ')]}'.includes(char)) depth -= 1;
    else if (char === ')' || (char === ',' && depth === 0)) {
      parts.push(source.slice(from, at).trim());
      if (char === ')') break;
      from = at + 1;
    }
  }
  return parts;
}

/** Where a text that begins at `start` ends: at its closing quote. */
function endOfText(source: string, start: number): number {
  const quote = source[start];
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (quote === '`' && source.startsWith('${', at)) at = endOfHole(source, at);
    else if (source[at] === quote) return at;
  }
  return source.length;
}

function endOfHole(source: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source[at] ?? '';
    if (char === "'" || char === '"' || char === '`') at = endOfText(source, at);
    else if (char === '{') depth += 1;
    else if (char === '}' && (depth -= 1) === 0) return at;
  }
  return source.length;
}

function templateHoles(template: string): string[] {
  const holes: string[] = [];
  for (let at = template.indexOf('${'); at !== -1; at = template.indexOf('${', at)) {
    const end = endOfHole(template, at);
    holes.push(template.slice(at, end + 1));
    at = end;
  }
  return holes;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => name.endsWith('.ts'));
}

describe('the text of statements', () => {
  it('H21: is fixed, or put together from names of the schema only', () => {
    const files = [...filesIn('db'), ...filesIn('main')];
    expect(files.length).toBeGreaterThan(80);
    const found = Object.fromEntries(
      files.flatMap((file) => {
        const holes = [...new Set(holesOf(readFileSync(join(root, file), 'utf8')))].toSorted();
        return holes.length === 0 ? [] : [[file, holes]];
      }),
    );
    expect(found).toEqual(
      Object.fromEntries(Object.entries(composed).map(([file, holes]) => [file, holes.toSorted()])),
    );
  });

  it.each([
    ['a template', 'connection.prepare(`SELECT * FROM student WHERE id = ${id}`).get()', ['${id}']],
    ['a sum', "open.connection.exec('DELETE FROM ' + table)", ["'DELETE FROM ' + table"]],
    ['a variable', 'db.prepare<[], string>(text)', ['text']],
    ['raw SQL in drizzle', 'sql.raw(`${wanted}`)', ['${wanted}']],
    ['a fixed text', "connection.prepare('SELECT (1), ?').all(id)", []],
  ])('H21: the search finds %s', (_what, source, holes) => {
    expect(holesOf(source)).toEqual(holes);
  });
});

const hostile = [
  "' OR 1=1 --",
  "'; DROP TABLE student; --",
  '"; DELETE FROM mark; --',
  "' UNION SELECT value, name FROM local_state --",
  '%',
  '_',
  '*',
  '\\',
  '?1',
  ':student',
  '${student}',
  "a\u0000' OR '1'='1",
  '\u0000',
  '"student"',
  "|| (SELECT hex(value) FROM local_state WHERE name = 'school-secret') ||",
] as const;

describe('hostile texts', () => {
  let schools: TwoSchools;

  beforeAll(async () => {
    schools = await createTwoSchools();
  });

  afterAll(() => {
    schools.test.dispose();
  });

  function tables(): string {
    const { connection } = schools.test.open();
    const names = connection
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%' ORDER BY name")
      .pluck()
      .all() as string[];
    return JSON.stringify(
      names.map((name) => [name, connection.prepare(`SELECT * FROM "${name}"`).raw().all()]),
    );
  }

  it.each(hostile)('H21: %j finds nobody beyond the own classes and changes nothing', async (text) => {
    const { test, near } = schools;
    actAs(test, 'teacher', near.own.staff);
    const before = tables();
    const found = await test.must('students', 'find', { text });
    const listed = await test.must('students', 'list', { text });
    const graded = await test.must('students', 'list', { grade: text.slice(0, 20) });
    const ids = [...found.students, ...listed.students, ...graded.students].map(({ id }) => id);
    expect(ids.filter((id) => id !== near.own.student)).toEqual([]);
    expect(graded.students).toEqual([]);
    expect(tables()).toBe(before);
  });

  it.each(hostile)('H21: %j is kept letter by letter where it is entered', async (text) => {
    const { test, near } = schools;
    actAs(test, 'school-administrator');
    const { versions } = await test.must('students', 'card', { student: near.own.student });
    const fields = { pronouns: { value: `a${text}z`, version: versions['pronouns'] ?? '' } };
    await test.must('students', 'change', { student: near.own.student, fields });
    const { pronouns } = await test.must('students', 'card', { student: near.own.student });
    expect(pronouns).toBe(`a${text}z`);
    const entries = await test.must('audit', 'list', {
      action: text.slice(0, 40),
      record: text.slice(0, 40),
    });
    expect(entries).toEqual({ entries: [], more: false });
  });

  it('H21: no text in any field of any call makes a statement fail or gives more than it may', async () => {
    const { test } = schools;
    const wrong: string[] = [];
    for (const [area, inArea] of Object.entries(contract)) {
      for (const [name, procedure] of Object.entries(inArea as Record<string, Procedure>)) {
        if (!procedure.states.includes('signed-in') || procedure.limit !== undefined || name === 'lock')
          continue;
        const its = (cases[area as AreaName] as Record<string, unknown>)[name] as Case<Procedure>;
        const good = its.input(idsOf(schools, 'own')) as Record<string, unknown>;
        for (const [field, value] of Object.entries(good).filter(([, one]) => typeof one === 'string')) {
          for (const text of hostile) {
            actAs(test, 'school-administrator');
            const input = { ...good, [field]: text };
            const reply = await test.gate.call({
              area,
              procedure: name,
              input,
              windowId: 'window-1',
              sender: 'own-window',
            });
            const isFine = reply.ok || !['internal', 'audit-unavailable'].includes(reply.error.type);
            if (!isFine) wrong.push(`${area}.${name} ${field} ${JSON.stringify(value)}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(test.bugs).toEqual([]);
  });
});
