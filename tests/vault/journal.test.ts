import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal, type JournalEntry } from '../../main/vault/journal.ts';
import { keychainNames, openFileKeychain } from '../../main/vault/keychain.ts';
import { schoolA, schoolB, seededRandom, temporaryFolder, valueOf } from './support.ts';

const login = 'f'.repeat(64);
const lockedKey = seededRandom('locked')(32);
const failed = (at: number) => ({ at, kind: 'sign-in-failed', login, code: 'wrong-credentials' }) as const;

function newJournal() {
  const folder = temporaryFolder();
  const keychain = valueOf(openFileKeychain(folder));
  const path = join(folder, 'journal.ndjson');
  const open = () => openJournal({ folder, school: schoolA, lockedKey, keychain });
  return { folder, keychain, path, open };
}

function threeEntries() {
  const journal = newJournal();
  for (const at of [100, 200, 300]) valueOf(journal.open().append(failed(at)));
  return journal;
}

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const seqsOf = (entries: readonly JournalEntry[]) => entries.map((entry) => entry.seq);

describe('journal', () => {
  it('H8: keeps what happened while no store was open, without any name, over restarts', () => {
    const { open, path } = threeEntries();
    expect(valueOf(open().readAndVerify())).toEqual({
      entries: [100, 200, 300].map((at, index) => ({ seq: index + 1, ...failed(at) })),
      findings: [],
    });
    expect(readFileSync(path, 'utf8')).not.toContain('ada');
  });

  it('an empty one is intact', () => {
    expect(valueOf(newJournal().open().readAndVerify())).toEqual({ entries: [], findings: [] });
  });

  it('goes on counting after the audit log took its entries', () => {
    const { open } = threeEntries();
    valueOf(open().clearUpTo(2));
    expect(seqsOf(valueOf(open().readAndVerify()).entries)).toEqual([3]);
    valueOf(open().clearUpTo(3));
    expect(valueOf(open().readAndVerify())).toEqual({ entries: [], findings: [] });
    valueOf(open().append(failed(400)));
    expect(valueOf(open().readAndVerify())).toEqual({ entries: [{ seq: 4, ...failed(400) }], findings: [] });
  });

  it.each([
    [
      'an entry changed',
      (lines: string[]) => lines.with(2, lines[2]!.replace('200', '201')),
      [1],
      'journal-bad-mac',
    ],
    ['an entry taken out', (lines: string[]) => lines.toSpliced(2, 1), [1], 'journal-bad-mac'],
    [
      'two entries exchanged',
      (lines: string[]) => lines.with(1, lines[2]!).with(2, lines[1]!),
      [],
      'journal-bad-mac',
    ],
    [
      'its first line changed',
      (lines: string[]) => lines.with(0, lines[0]!.replace('0', '1')),
      [],
      'journal-bad-mac',
    ],
    ['its end cut off', (lines: string[]) => lines.slice(0, -1), [1, 2], 'journal-gap'],
  ])(
    'with %s: keeps what can be relied on and says what is wrong, once it is noted as an entry too',
    (_, harm, seqs, finding) => {
      const { open, path } = threeEntries();
      writeFileSync(path, `${harm(linesOf(path)).join('\n')}\n`);
      const read = valueOf(open().readAndVerify());
      expect(seqsOf(read.entries)).toEqual(seqs);
      expect(read.findings).toEqual([finding]);
      valueOf(open().append(failed(400)));
      expect(valueOf(open().readAndVerify())).toEqual({
        entries: [
          ...read.entries,
          { seq: 4, at: 400, kind: 'alarm', code: finding },
          { seq: 5, ...failed(400) },
        ],
        findings: [],
      });
    },
  );

  it('a deleted journal is noticed, and noted when the next thing happens', () => {
    const { open, path } = threeEntries();
    rmSync(path);
    expect(valueOf(open().readAndVerify())).toEqual({ entries: [], findings: ['journal-missing'] });
    valueOf(open().append(failed(400)));
    expect(valueOf(open().readAndVerify()).entries).toEqual([
      { seq: 4, at: 400, kind: 'alarm', code: 'journal-missing' },
      { seq: 5, ...failed(400) },
    ]);
  });

  it('a kill between the file and the keychain raises no alarm', () => {
    const { open, keychain } = threeEntries();
    valueOf(keychain.set(keychainNames.journalHead(schoolA), Buffer.from('2')));
    expect(valueOf(open().readAndVerify())).toMatchObject({ entries: [{}, {}, {}], findings: [] });
    valueOf(open().append(failed(400)));
    expect(seqsOf(valueOf(open().readAndVerify()).entries)).toEqual([1, 2, 3, 4]);
  });

  it("another school's journal, or one under another key, is not taken for this one", () => {
    const { folder, keychain } = threeEntries();
    valueOf(keychain.set(keychainNames.journalHead(schoolB), Buffer.from('3')));
    for (const journal of [
      openJournal({ folder, school: schoolB, lockedKey, keychain }),
      openJournal({ folder, school: schoolA, lockedKey: seededRandom('other')(32), keychain }),
    ]) {
      expect(valueOf(journal.readAndVerify())).toEqual({ entries: [], findings: ['journal-bad-mac'] });
    }
  });

  it('without the keychain nothing is written, so that the caller refuses', () => {
    const { folder, path } = threeEntries();
    const before = readFileSync(path, 'utf8');
    const unavailable = () => ({ ok: false, error: { type: 'keychain-unavailable' } }) as const;
    const keychain = { kind: 'os', get: unavailable, set: unavailable, delete: unavailable } as const;
    const journal = openJournal({ folder, school: schoolA, lockedKey, keychain });
    expect(journal.append(failed(400))).toEqual(unavailable());
    expect(journal.readAndVerify()).toEqual(unavailable());
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
