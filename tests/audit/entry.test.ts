import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actorMethods,
  auditActions,
  completeEntry,
  parseEntryText,
  splitDraft,
  zeroHash,
  type AuditDraft,
} from '../../domain/audit/entry.ts';
import { draftOf, idOf, logName, someMs } from './audit-store.ts';

const position = { ...logName, seq: 0, prev: zeroHash, at: someMs, salt: idOf(1) };

describe('audit entry', () => {
  it('H8: an entry has exactly the fields that the promise names, and no room for another', () => {
    const { entry } = completeEntry(draftOf({ reason: 'data-correction' }), position);
    expect(entry).toEqual({
      v: 1,
      school: idOf(0xaaa),
      desk: idOf(0xddd),
      incarnation: 1,
      seq: 0,
      prev: zeroHash,
      at: someMs,
      actor: { user: idOf(0x11), role: 'attendance-clerk', method: 'password' },
      action: 'view',
      record: { type: 'student', id: idOf(0x501) },
      subjects: [idOf(0x501)],
      count: 1,
      scope: 'school',
      procedure: 'students.card',
      reason: 'data-correction',
      outcome: 'ok',
      request: idOf(0x999),
      salt: idOf(1),
    });
    const withMore = { ...draftOf(), note: 'asked by telephone' } as AuditDraft;
    expect(() => completeEntry(withMore, position)).toThrow('does not fit the format');
  });

  const person = 'Zéphyrine Quillfeather';
  const health = 'measles, rash since Monday';
  it.each<[string, object]>([
    ['a name as subject', { subjects: [person] }],
    ['a name as actor', { actor: { user: person, role: 'nurse', method: 'password' } }],
    ['a name as role', { actor: { user: null, role: person, method: 'none' } }],
    ['a name as record id', { record: { type: 'student', id: person } }],
    ['a birth date as record id', { record: { type: 'student', id: '2016-02-29' } }],
    ['a health detail as record type', { record: { type: health, id: null } }],
    ['a sentence as reason', { reason: 'The mother called and asked' }],
    ['a sentence as scope', { scope: 'all of Year 3' }],
    ['a sentence as procedure', { procedure: 'looked at the card' }],
    ['a sentence as outcome', { outcome: `refused: ${person} is not in class` }],
    ['a name as request', { request: person }],
  ])('H8: refuses %s, and does not repeat it in the error', (_, over) => {
    let message = '';
    try {
      completeEntry(draftOf(over), position);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^Error: Bug: an audit draft does not fit the format at [a-z.0-9]+$/);
  });

  it('splits a list of 130 people into entries of at most 64 that share request and count', () => {
    const subjects = Array.from({ length: 130 }, (_, i) => idOf(i));
    const parts = splitDraft(draftOf({ subjects, count: 130 }));
    expect(parts.map((part) => part.subjects.length)).toEqual([64, 64, 2]);
    expect(parts.flatMap((part) => part.subjects)).toEqual(subjects);
    expect(new Set(parts.map((part) => `${part.request} ${part.count}`))).toEqual(
      new Set([`${idOf(0x999)} 130`]),
    );
    for (const part of parts) completeEntry(part, position);
  });

  const hex = (length: number): fc.Arbitrary<string> =>
    fc.string({
      unit: fc.constantFrom(...Array.from({ length: 16 }, (_, digit) => digit.toString(16))),
      minLength: length,
      maxLength: length,
    });
  const anyEntry = fc.record(
    {
      v: fc.constant(1 as const),
      school: hex(32),
      desk: hex(32),
      incarnation: fc.nat(),
      seq: fc.maxSafeNat(),
      prev: hex(64),
      at: fc.maxSafeNat(),
      actor: fc.record({
        user: fc.option(hex(32)),
        role: fc.option(fc.constantFrom('nurse', 'teaching-assistant')),
        method: fc.constantFrom(...actorMethods),
      }),
      action: fc.constantFrom(...auditActions),
      record: fc.record({ type: fc.constantFrom('student', 'audit'), id: fc.option(hex(32)) }),
      subjects: fc.array(hex(32), { maxLength: 64 }),
      count: fc.nat(),
      scope: fc.constantFrom('school', 'own-classes'),
      procedure: fc.constantFrom('students.card', 'attendance.saveMarks'),
      reason: fc.constantFrom('print', 'data-correction'),
      outcome: fc.constantFrom('ok', 'refused:out-of-scope', 'error'),
      request: hex(32),
      salt: hex(32),
    },
    {
      requiredKeys: [
        'v',
        'school',
        'desk',
        'incarnation',
        'seq',
        'prev',
        'at',
        'actor',
        'action',
        'record',
        'subjects',
        'count',
        'scope',
        'procedure',
        'outcome',
        'request',
        'salt',
      ],
    },
  );

  it('reads any entry back from its RFC 8785 text, and the key order of the schema is that of RFC 8785', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const { text } = completeEntry(entry, entry);
        expect(text).toBe(canonicalize(entry));
        expect(parseEntryText(text)).toEqual({ ok: true, value: entry });
      }),
    );
  });

  it('refuses every other way to write the same entry', () => {
    const { text } = completeEntry(draftOf(), position);
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()));
    const others = [
      reversed,
      ` ${text}`,
      text.replaceAll(',', ', '),
      text.replace('"count":1', '"count":1.0'),
      text.replace('"count":1', '"count":1e0'),
      text.replace('"view"', '"\\u0076iew"'),
      text.replace('"count":1', '"count":7,"count":1'),
      text.replace('{"method"', '{"role":"nurse","method"'),
    ];
    expect(others.map((other) => parseEntryText(other))).toEqual(
      others.map(() => ({ ok: false, error: { type: 'audit-entry-malformed', reason: 'not-canonical' } })),
    );
  });
});
