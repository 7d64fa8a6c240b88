import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyCodeEdit,
  applyCodeEdits,
  changesCounting,
  type CodeEdit,
} from '../../../domain/attendance/code-edits.ts';
import {
  codeForKey,
  codeForMark,
  codeOn,
  type StatisticalCategory,
} from '../../../domain/attendance/code-pack.ts';
import type { Day } from '../../../domain/ids.ts';
import { shippedPack } from './rule-packs.ts';

const england = shippedPack('england');
const before = '2026-01-31' as Day;
const from = '2026-02-01' as Day;

function edit(code: string, more: Partial<CodeEdit> = {}): CodeEdit {
  return {
    code,
    from,
    meaning: 'Invented meaning',
    key: null,
    category: 'authorised',
    isEnded: false,
    ...more,
  };
}

function edited(...edits: readonly CodeEdit[]) {
  return applyCodeEdits(england, edits);
}

describe('a change of a code', () => {
  test('holds from its day on; the day before keeps the code as it was', () => {
    const { pack } = edited(edit('I', { meaning: 'Ill at home', key: 'I', category: 'unauthorised' }));
    expect(codeOn(pack, 'I', before)).toEqual(
      codeOn(england, 'I', before) && {
        ...codeOn(england, 'I', before),
        effectiveUntil: from,
      },
    );
    expect(codeOn(pack, 'I', from)).toMatchObject({
      meaning: 'Ill at home',
      category: 'unauthorised',
      isUnexcused: true,
      effectiveFrom: from,
    });
  });

  test('of its words alone leaves what the code implies', () => {
    const old = codeOn(england, 'N', from);
    const { pack } = edited(edit('N', { meaning: 'Not known yet', key: 'N', category: 'unauthorised' }));
    expect(codeOn(pack, 'N', from)).toMatchObject({ awaitsReason: true, isUnexcused: old?.isUnexcused });
  });

  test('gives a two-character code a key', () => {
    const { pack } = edited(edit('Y1', { key: 'Y', category: 'not-possible' }));
    expect(codeForKey(pack, 'Y', from, 'am')?.code).toBe('Y1');
    expect(codeForKey(pack, 'Y', before, 'am')).toBeUndefined();
  });

  test('adds a code of the school, which may be changed again later', () => {
    const later = '2026-03-01' as Day;
    const { pack } = edited(edit('AA', { from: later, meaning: 'Later words' }), edit('AA'));
    expect(codeForMark(pack, 'AA', before, 'am')).toMatchObject({ ok: false });
    expect(codeOn(pack, 'AA', from)?.meaning).toBe('Invented meaning');
    expect(codeOn(pack, 'AA', later)?.meaning).toBe('Later words');
  });

  test('ends a code: it may not be written any more, and old marks still count', () => {
    const { pack } = edited(edit('Z', { isEnded: true }));
    expect(codeForMark(pack, 'Z', from, 'am')).toMatchObject({
      ok: false,
      error: { type: 'code-not-in-use' },
    });
    expect(codeOn(pack, 'Z', before)).toBeDefined();
  });
});

describe('refused', () => {
  test('a key that another code has', () => {
    expect(applyCodeEdit(england, edit('Y1', { key: 'I' }))).toEqual({
      ok: false,
      error: { type: 'code-key-taken', key: 'I', code: 'I' },
    });
  });

  test('the end of the code that means present, or another count for it', () => {
    for (const wrong of [edit('/', { isEnded: true }), edit('/', { key: '/' })]) {
      expect(applyCodeEdit(england, wrong)).toEqual({ ok: false, error: { type: 'present-code-needed' } });
    }
  });
});

test('what counts otherwise is told from what is only called otherwise', () => {
  expect(changesCounting(england, edit('I', { category: 'authorised' }))).toBe(false);
  expect(changesCounting(england, edit('I', { category: 'unauthorised' }))).toBe(true);
  expect(changesCounting(england, edit('I', { isEnded: true }))).toBe(true);
});

test('whatever two desks have changed, the codes are in order and the same in any order of the changes', () => {
  const categories = [
    'attending',
    'authorised',
    'unauthorised',
    'not-possible',
  ] as const satisfies readonly StatisticalCategory[];
  const anyEdit = fc.record({
    code: fc.constantFrom('I', '/', 'Y1', 'AA', 'BB', 'Z'),
    from: fc.constantFrom('2026-02-01' as Day, '2026-03-01' as Day, '2026-04-01' as Day),
    meaning: fc.constantFrom('One', 'Two'),
    key: fc.constantFrom(null, 'Y', 'H', 'I'),
    category: fc.constantFrom(...categories),
    isEnded: fc.boolean(),
  });
  const edits = fc.uniqueArray(anyEdit, {
    maxLength: 6,
    selector: ({ code, from: day }) => `${code} ${day}`,
  });
  fc.assert(
    fc.property(edits, (some) => {
      const { pack, refused } = applyCodeEdits(england, some);
      const reversed = applyCodeEdits(england, some.toReversed());
      expect(reversed.pack.codes).toEqual(pack.codes);
      expect(reversed.refused).toEqual(refused);
      expect(pack.codes.filter(({ code }) => code !== 'I' && code !== '/').length).toBeGreaterThan(0);
      // Nothing of the day before the first change is different.
      for (const { code } of england.codes) {
        const was = codeOn(england, code, before);
        expect(codeOn(pack, code, before)?.category).toBe(was?.category);
      }
    }),
    { numRuns: 60 },
  );
});
