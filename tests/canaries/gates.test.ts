import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Every gate is shown to close: in a copy of the tree one violation at a time is planted, and the gate must fail
 * and name the planted file. A gate that passes on nothing would pass everything else too.
 */
const root = resolve(import.meta.dirname, '../..');
const folders = ['domain', 'db', 'main', 'preload', 'renderer', 'resources', 'scripts', 'server', 'tests'];
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'rollkeep-canary-'));
  for (const folder of folders) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const file of [
    'package.json',
    'tsconfig.json',
    'tsconfig.base.json',
    '.oxlintrc.json',
    '.prettierrc.json',
    'knip.json',
  ]) {
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

function runTool(name: string, args: readonly string[]): { failed: boolean; output: string } {
  const result = spawnSync(join(root, 'node_modules/.bin', name), args, { cwd: copy, encoding: 'utf8' });
  return { failed: result.status !== 0, output: `${result.stdout}${result.stderr}` };
}

function planted<T>(file: string, content: string, work: () => T): T {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  try {
    return work();
  } finally {
    rmSync(path);
  }
}

describe('a folder may import only what DESIGN §2 lets it', () => {
  it.each([
    ['domain', 'domain/planted.ts', "export type { WritableDb } from '../db/handles.ts';\n"],
    ['db', 'db/planted.ts', "export type { Desk } from '../main/desk/desk.ts';\n"],
    ['main', 'main/planted.ts', "export type { RollkeepBridge } from '../preload/bridge.ts';\n"],
    ['preload', 'preload/planted.ts', "export type { WritableDb } from '../db/handles.ts';\n"],
    ['renderer', 'renderer/planted.ts', "export type { Desk } from '../main/desk/desk.ts';\n"],
    ['server', 'server/planted.ts', "export type { WritableDb } from '../db/handles.ts';\n"],
    ['resources', 'resources/sample/planted.ts', "export type { WritableDb } from '../../db/handles.ts';\n"],
  ])('the compiler refuses a forbidden import in %s', (folder, file, content) => {
    const { failed, output } = planted(file, content, () => runTool('tsc', ['-b', '--force', folder]));
    expect(failed).toBe(true);
    expect(output).toContain(file);
  });

  it('the compiler has no Node globals in the renderer', () => {
    const { failed, output } = planted('renderer/planted.ts', 'export const id = process.pid;\n', () =>
      runTool('tsc', ['-b', '--force', 'renderer']),
    );
    expect(failed).toBe(true);
    expect(output).toContain('renderer/planted.ts');
  });
});

describe('the linter refuses', () => {
  it.each([
    [
      'a store driver in domain',
      'domain/planted.ts',
      "import Database from 'better-sqlite3';\nexport const db = Database;\n",
    ],
    ['the clock in domain', 'domain/planted.ts', 'export const now = (): number => Date.now();\n'],
    ['chance in domain', 'domain/planted.ts', 'export const dice = (): number => Math.random();\n'],
    [
      'the driver outside open-store',
      'db/planted.ts',
      "import Database from 'better-sqlite3';\nexport const db = Database;\n",
    ],
    [
      "the driver outside the server's open-database",
      'server/planted.ts',
      "import Database from 'better-sqlite3';\nexport const db = Database;\n",
    ],
    [
      'the keychain in the server',
      'server/planted.ts',
      "import { Entry } from '@napi-rs/keyring';\nexport const entry = Entry;\n",
    ],
    [
      'electron outside its entry',
      'main/planted.ts',
      "import { app } from 'electron';\nexport const name = app;\n",
    ],
    [
      'zod in the preload',
      'preload/planted.ts',
      "import { z } from 'zod';\nexport const text = z.string();\n",
    ],
    [
      'Node in the renderer',
      'renderer/planted.ts',
      "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    ],
    [
      'the network in the renderer',
      'renderer/planted.ts',
      "export const load = async (): Promise<Response> => fetch('/x');\n",
    ],
    ['a floating promise', 'main/planted.ts', 'export function go(): void {\n  Promise.resolve(1);\n}\n'],
    ['any', 'main/planted.ts', 'export const value: any = 1;\n'],
    [
      'an unchecked cast',
      'main/planted.ts',
      'export const asText = (value: unknown): string => value as string;\n',
    ],
    ['a default export', 'main/planted.ts', 'const value = 1;\nexport default value;\n'],
    [
      'a forgotten case',
      'main/planted.ts',
      "export function say(one: 'a' | 'b'): number {\n  switch (one) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    ],
  ])('%s', (_what, file, content) => {
    const { failed, output } = planted(file, content, () => runTool('oxlint', ['--deny-warnings', file]));
    expect(failed).toBe(true);
    expect(output).toContain(file);
  });

  it('an import cycle', () => {
    const first = "import { two } from './planted-two.ts';\nexport const one = (): number => two();\n";
    const second = "import { one } from './planted.ts';\nexport const two = (): number => one();\n";
    const { failed, output } = planted('main/planted-two.ts', second, () =>
      planted('main/planted.ts', first, () =>
        runTool('oxlint', ['--deny-warnings', 'main/planted.ts', 'main/planted-two.ts']),
      ),
    );
    expect(failed).toBe(true);
    expect(output).toContain('no-cycle');
  });
});

it('the formatter refuses a file that is not formatted', () => {
  const { failed, output } = planted('main/planted.ts', 'export const   a=1\n', () =>
    runTool('prettier', ['--check', 'main/planted.ts']),
  );
  expect(failed).toBe(true);
  expect(output).toContain('main/planted.ts');
});

it('dead code is found', () => {
  const { failed, output } = planted('main/planted.ts', 'export const nobodyUsesThis = 1;\n', () =>
    runTool('knip', []),
  );
  expect(failed).toBe(true);
  expect(output).toContain('main/planted.ts');
});

it('B1: a column without a sensitivity does not compile', () => {
  const content = [
    "import { sqliteTable, text } from 'drizzle-orm/sqlite-core';",
    "import { describe, internal } from './catalogue.ts';",
    "export const planted = describe(sqliteTable('planted', { a: text('a'), b: text('b') }), 'A canary', {",
    "  a: internal('first'),",
    '});',
    '',
  ].join('\n');
  const { failed, output } = planted('db/planted.ts', content, () => runTool('tsc', ['-b', '--force', 'db']));
  expect(failed).toBe(true);
  expect(output).toContain("Property 'b' is missing");
});

it('a query that cannot write does not compile when it writes', () => {
  const content = [
    "import type { ReadableDb } from './handles.ts';",
    "import { school } from './school/schema.ts';",
    'export const wipe = (db: ReadableDb): unknown => db.delete(school);',
    '',
  ].join('\n');
  const { failed, output } = planted('db/planted.ts', content, () => runTool('tsc', ['-b', '--force', 'db']));
  expect(failed).toBe(true);
  expect(output).toContain("Property 'delete' does not exist");
});
