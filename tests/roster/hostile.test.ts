import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assert } from '../../domain/result.ts';
import { checkPackage } from '../../domain/roster/check-package.ts';
import { silentPulse } from '../../domain/roster/pulse.ts';
import { describeFinding, showable } from '../../domain/roster/findings.ts';
import { planImport } from '../../domain/roster/plan-import.ts';
import { emptyRoster } from '../../domain/roster/school-roster.ts';
import { readPackage, type PackageInput } from '../../main/roster/read-package.ts';
import { filesOf, PackageDraft, today, zipOf } from './fixtures.ts';

/** Reads, checks and compares; only a bug throws. */
async function survives(input: PackageInput): Promise<0 | 1 | 2> {
  const content = await readPackage(input);
  assert(content.ok, 'nobody cancels');
  const check = checkPackage(content.value, emptyRoster(), today, silentPulse);
  assert(check.ok, 'nobody cancels');
  for (const finding of check.value.report.findings) describeFinding(finding);
  expect(check.value.roster === null).toBe(check.value.exitCode === 2 || check.value.version === null);
  if (check.value.roster !== null) planImport(emptyRoster(), check.value.roster, 'sch-1', today);
  return check.value.exitCode;
}

describe('hostile input', () => {
  test('H26: random bytes are refused and never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(await survives({ kind: 'zip', bytes })).toBe(2);
        expect(await survives(filesOf({ 'manifest.csv': bytes, 'users.csv': bytes }))).toBe(2);
      }),
      { numRuns: 200 },
    );
  });

  test('H26: a zip with changed bytes gives findings and never throws', async () => {
    const { bytes } = zipOf(new PackageDraft('1.2', 'bulk').texts());
    const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), to: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (changes, isCut) => {
          const copy = bytes.slice();
          for (const { at, to } of changes) copy[at] = to;
          await survives({ kind: 'zip', bytes: isCut ? copy.subarray(0, changes[0]?.at ?? 0) : copy });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('H26: a text with changed characters gives findings and never throws', async () => {
    const texts = new PackageDraft('1.2', 'delta').texts();
    const names = Object.keys(texts);
    const splice = fc.record({
      file: fc.constantFrom(...names),
      at: fc.nat({ max: 2000 }),
      length: fc.nat({ max: 20 }),
      insert: fc.oneof(
        fc.string({ maxLength: 10, unit: 'binary' }),
        fc.constantFrom('"', ',', '\r\n', '\u202e', '__proto__', 'ext:'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(splice, { minLength: 1, maxLength: 4 }), async (splices) => {
        const changed = { ...texts };
        for (const { file, at, length, insert } of splices) {
          const text = changed[file] ?? '';
          changed[file] = text.slice(0, at) + insert + text.slice(at + length);
        }
        await survives(filesOf(changed));
      }),
      { numRuns: 300 },
    );
  });

  test('ids that are names of JavaScript properties are ids like any other', async () => {
    const draft = new PackageDraft('1.1', 'bulk');
    for (const [index, id] of ['__proto__', 'constructor', 'toString'].entries()) {
      draft
        .table('users')
        .rows.push({ ...draft.row('users', 'stu-2'), sourcedId: id, identifier: String(index) });
    }
    draft.table('users').header.push('constructor', '__proto__');
    expect(await survives(draft.zip())).toBe(0);
  });

  test('a value is shown without control and direction characters and at most 60 long', () => {
    expect(showable('a\u001b[31m\u202eb')).toBe('a⟨U+001B⟩[31m⟨U+202E⟩b');
    expect(Array.from(showable('😀'.repeat(100)))).toHaveLength(60);
    expect(showable('x'.repeat(60))).toBe('x'.repeat(60));
  });
});
