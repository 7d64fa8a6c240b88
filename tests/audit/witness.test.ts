import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuditLog } from '../../db/audit/append.ts';
import {
  nextSubmission,
  storeCountersignature,
  unwitnessedSinceMs,
  witnessedTo,
} from '../../db/audit/witness.ts';
import { writableDb } from '../../db/handles.ts';
import { openStore } from '../../db/open-store.ts';
import { fromHex, toHex } from '../../domain/audit/bytes.ts';
import {
  cosignatureLine,
  cosignatureState,
  logOrigin,
  parseCheckpoint,
  parseWitnessKey,
  signCheckpoint,
} from '../../domain/audit/checkpoint.ts';
import { isWitnessLate } from '../../domain/audit/checkpoint-policy.ts';
import {
  appendLeaf,
  consistencyProof,
  emptyFrontier,
  hashLeaf,
  rootAt,
  type TreeReader,
} from '../../domain/audit/merkle.ts';
import {
  meaningOfRefusal,
  parseSubmission,
  submissionToText,
  takeCountersignature,
  type WitnessRefusal,
} from '../../domain/audit/witness.ts';
import { auditBundle } from '../../main/audit/bundle.ts';
import { createAuditSigner, sha256, type AuditSigner } from '../../main/audit/node-crypto.ts';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { keepCountersignature } from '../../main/audit/witness.ts';
import { countingBytes, createAuditStore, logName, someMs, type AuditStore } from './audit-store.ts';
import { createMemoryWitness, nodeCrypto, type MemoryWitness } from './memory-witness.ts';
import { appendCalls } from './sample-log.ts';

const newSigner = (): AuditSigner => createAuditSigner(generateKeyPairSync('ed25519').privateKey);
const origin = logOrigin(logName);

/** A tree over invented entries, each named by a number. */
function treeOf(entries: readonly number[]): TreeReader {
  const leaves = entries.map((entry) => hashLeaf(sha256, Buffer.from(String(entry))));
  const subtrees: Uint8Array[] = [];
  let frontier = emptyFrontier;
  for (const leaf of leaves) {
    const next = appendLeaf(sha256, frontier, leaf);
    frontier = next.frontier;
    subtrees.push(next.subtree);
  }
  return { leafAt: (seq) => leaves[seq]!, subtreeEndingAt: (seq) => subtrees[seq]! };
}

function noteOver(entries: readonly number[], signer: AuditSigner): string {
  const head = { origin, size: entries.length, root: rootAt(sha256, treeOf(entries), entries.length) };
  return signCheckpoint(sha256, head, signer.publicKey, signer.sign);
}

/** What the holder of the desk's key submits over its entries, with the proof that is right for `oldSize` where there is one. */
function submissionOver(
  entries: readonly number[],
  signer: AuditSigner,
  oldSize: number,
  proofFrom = entries,
): string {
  const isProvable = oldSize > 0 && oldSize <= proofFrom.length;
  const proof = isProvable ? consistencyProof(sha256, treeOf(proofFrom), oldSize, proofFrom.length) : [];
  return submissionToText({ oldSize, proof, note: noteOver(entries, signer) });
}

const root32 = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const count = (to: number, from = 0): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('a witness', () => {
  function countersignedTo(size: number): { witness: MemoryWitness; signer: AuditSigner } {
    const signer = newSigner();
    const witness = createMemoryWitness(logName, signer.publicKey);
    if (size > 0) expect(witness.ask(submissionOver(count(size), signer, 0)).ok).toBe(true);
    return { witness, signer };
  }

  it('R3: countersigns a log that goes on, and the same head again where its answer was lost', () => {
    const { witness, signer } = countersignedTo(0);
    for (const [oldSize, size] of [
      [0, 5],
      [5, 8],
      [8, 8],
      [8, 100],
    ] as const) {
      const answer = witness.ask(submissionOver(count(size), signer, oldSize));
      if (!answer.ok) throw new Error(answer.error.type);
      const signed = parseCheckpoint(noteOver(count(size), signer) + answer.value);
      expect(signed.ok && cosignatureState(sha256, signed.value, witness.key, nodeCrypto.verify)).toBe(
        'valid',
      );
      expect([witness.last?.size, toHex(witness.last?.root ?? root32(0))]).toEqual([
        size,
        toHex(rootAt(sha256, treeOf(count(size)), size)),
      ]);
    }
  });

  const edited = count(100).with(20, 777);
  const cases: readonly [name: string, refusal: WitnessRefusal, text: (signer: AuditSigner) => string][] = [
    [
      'a log whose entry was changed before what it has seen',
      { type: 'inconsistent', size: 50 },
      (s) => submissionOver(edited, s, 50),
    ],
    [
      'a changed log with the proof of the true one',
      { type: 'inconsistent', size: 50 },
      (s) => submissionOver(edited, s, 50, count(100)),
    ],
    [
      'another head of the size it has seen',
      { type: 'inconsistent', size: 50 },
      (s) => submissionOver(edited.slice(0, 50), s, 50),
    ],
    [
      'a log that was cut back, from a desk that knows what was seen',
      { type: 'smaller', size: 50 },
      (s) => submissionOver(count(30), s, 50),
    ],
    [
      'a log that was set back, from a desk that knows no more',
      { type: 'stale', size: 50 },
      (s) => submissionOver(count(30), s, 20),
    ],
    [
      'a log that was set back and went on differently past what was seen',
      { type: 'stale', size: 50 },
      (s) => submissionOver([...count(30), ...count(900, 800)], s, 20),
    ],
    ['a log that begins anew', { type: 'stale', size: 50 }, (s) => submissionOver(edited, s, 0)],
    [
      'a log that it is said to have seen more of',
      { type: 'stale', size: 50 },
      (s) => submissionOver(count(100), s, 60),
    ],
    [
      'a head that is signed by another key',
      { type: 'not-signed-by-key' },
      () => submissionOver(count(100), newSigner(), 50),
    ],
    [
      'a head that was changed after it was signed',
      { type: 'not-signed-by-key' },
      (s) => submissionOver(count(100), s, 50).replace('\n100\n', '\n101\n'),
    ],
    [
      'a log that it does not know',
      { type: 'unknown-origin' },
      (s) => submissionOver(count(100), s, 50).replaceAll(origin, `${origin}1`),
    ],
    [
      'an old size that is beyond the head and beyond what it has seen',
      { type: 'malformed' },
      (s) => submissionOver(count(60), s, 70),
    ],
  ];
  it.each(cases)('R3: refuses %s', (_, refusal, text) => {
    const { witness, signer } = countersignedTo(50);
    const before = witness.last;
    expect(witness.ask(text(signer))).toEqual({ ok: false, error: refusal });
    expect(witness.last).toBe(before);
  });

  it('countersigns the head of an empty log, and no other root of it', () => {
    const { witness, signer } = countersignedTo(0);
    const root = new Uint8Array(32);
    const wrong = signCheckpoint(sha256, { origin, size: 0, root }, signer.publicKey, signer.sign);
    expect(witness.ask(submissionToText({ oldSize: 0, proof: [], note: wrong }))).toEqual({
      ok: false,
      error: { type: 'inconsistent', size: 0 },
    });
    expect(witness.ask(submissionOver([], signer, 0)).ok).toBe(true);
    expect(witness.ask(submissionOver(count(3), signer, 0)).ok).toBe(true);
  });

  it('takes no proof from an empty log', () => {
    const { witness, signer } = countersignedTo(0);
    const submission = submissionToText({ oldSize: 0, proof: [root32(1)], note: noteOver(count(3), signer) });
    expect(witness.ask(submission)).toEqual({ ok: false, error: { type: 'inconsistent', size: 0 } });
  });

  it('R3: countersigns every head of a log that only grows, whatever its steps and the answers that are lost', () => {
    const step = fc.record({ grow: fc.nat(40), isLost: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { witness, signer } = countersignedTo(0);
        let entries: number[] = [];
        let known = 0;
        for (const { grow, isLost } of steps) {
          entries = count(entries.length + grow);
          let answer = witness.ask(submissionOver(entries, signer, known));
          if (!answer.ok) {
            const meaning = meaningOfRefusal(answer.error, entries.length);
            if (meaning.type !== 'submit-from') throw new Error(meaning.type);
            answer = witness.ask(submissionOver(entries, signer, meaning.oldSize));
          }
          expect(answer.ok).toBe(true);
          if (!isLost) known = entries.length;
        }
      }),
      { numRuns: 150 },
    );
  });

  it("R3: whatever the holder of the desk's key does, of two heads that it countersigns one begins the other", () => {
    const where = fc.double({ min: 0, max: 1, noNaN: true });
    const action = fc.oneof(
      fc.record({ do: fc.constant('append' as const), number: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ do: fc.constant('cut' as const), where }),
      fc.record({ do: fc.constant('edit' as const), where }),
      // Out of an older copy: what any earlier submission was made over.
      fc.record({ do: fc.constant('go back' as const), where }),
      fc.record({
        do: fc.constant('submit' as const),
        old: fc.constantFrom('seen' as const, 'believed' as const, 'any' as const),
        proof: fc.constantFrom('own' as const, 'true' as const, 'bent' as const),
        where,
      }),
    );
    let countersigned = 0;
    const refused = new Set<string>();
    fc.assert(
      fc.property(fc.array(action, { minLength: 6, maxLength: 30 }), (actions) => {
        const { witness, signer } = countersignedTo(0);
        let entries: readonly number[] = [];
        let believed = 0;
        let fresh = 1_000_000;
        const copies: (readonly number[])[] = [[]];
        let seen: readonly number[] = [];
        for (const one of actions) {
          const at = 'where' in one ? Math.floor(one.where * (entries.length - 1)) : 0;
          if (one.do === 'append')
            entries = [...entries, ...count((fresh += one.number), fresh - one.number)];
          else if (one.do === 'cut') entries = entries.slice(0, Math.max(at, 0));
          else if (one.do === 'edit' && entries.length > 0) entries = entries.with(at, (fresh += 1));
          else if (one.do === 'go back')
            entries = copies[Math.floor(one.where * (copies.length - 1))] ?? entries;
          else if (one.do === 'submit') {
            copies.push(entries);
            const oldSize = { seen: seen.length, believed, any: Math.max(at, 0) }[one.old];
            const text = submissionOver(entries, signer, oldSize, one.proof === 'true' ? seen : entries);
            const sent = one.proof === 'bent' ? text.replace(/\n[A-Za-z]/, '\n0') : text;
            const answer = witness.ask(sent);
            if (answer.ok) {
              expect(entries.slice(0, seen.length)).toEqual(seen);
              seen = entries;
              believed = entries.length;
              countersigned += 1;
            } else refused.add(answer.error.type);
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(countersigned).toBeGreaterThan(100);
    for (const type of ['stale', 'inconsistent', 'smaller']) expect(refused).toContain(type);
  });
});

describe('a submission', () => {
  it('is written and read as the same, with the note as it was', () => {
    const note = noteOver(count(3), newSigner());
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 }),
        (oldSize, proof) => {
          const read = parseSubmission(submissionToText({ oldSize, proof, note }));
          if (!read.ok) throw new Error(read.error.type);
          expect([read.value.oldSize, read.value.proof.map(toHex), read.value.note]).toEqual([
            oldSize,
            proof.map(toHex),
            note,
          ]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is read from the example in C2SP tlog-witness', () => {
    const read = parseSubmission(
      [
        'old 20852014',
        'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=',
        'jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=',
        '5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=',
        '/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=',
        '',
        'example.com/behind-the-sofa',
        '20852163',
        'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
        '',
        '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=',
        '— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=',
        '',
      ].join('\n'),
    );
    if (!read.ok) throw new Error(read.error.type);
    const { oldSize, proof, checkpoint } = read.value;
    expect([oldSize, proof.length, checkpoint.origin, checkpoint.size, checkpoint.signatures.length]).toEqual(
      [20852014, 4, 'example.com/behind-the-sofa', 20852163, 2],
    );
  });

  const hash = Buffer.from(root32(7)).toString('base64');
  it.each<[string, (whole: string) => string]>([
    ['nothing', () => ''],
    ['no old size', (whole) => whole.replace('old 2\n', '')],
    ['an old size with a leading zero', (whole) => whole.replace('old 2', 'old 02')],
    ['an old size below zero', (whole) => whole.replace('old 2', 'old -2')],
    ['no empty line', (whole) => whole.replace('\n\n', '\n')],
    ['a hash of 31 bytes', (whole) => whole.replace(hash, Buffer.alloc(31).toString('base64'))],
    ['a hash that is no base64', (whole) => whole.replace(hash, `${hash.slice(0, -1)}?`)],
    ['a hash with spare bits set', (whole) => whole.replace(hash, hash.replace('c=', 'd='))],
    ['64 hashes', (whole) => whole.replace(`${hash}\n`, `${hash}\n`.repeat(64))],
    ['a note that breaks off', (whole) => whole.slice(0, -2)],
    ['more than any submission needs', (whole) => whole + whole.slice(whole.indexOf('—')).repeat(200)],
    ['line breaks of two characters', (whole) => whole.replaceAll('\n', '\r\n')],
  ])('is refused with %s', (_, change) => {
    const whole = submissionToText({ oldSize: 2, proof: [root32(7)], note: noteOver(count(3), newSigner()) });
    expect(parseSubmission(whole).ok).toBe(true);
    expect(change(whole)).not.toBe(whole);
    expect(parseSubmission(change(whole))).toEqual({ ok: false, error: { type: 'malformed' } });
  });
});

describe('a countersignature', () => {
  it('R3: is what openssl signs over the text of C2SP tlog-cosignature, byte for byte', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollkeep-witness-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { privateKey } = generateKeyPairSync('ed25519');
    const witness = { ...createAuditSigner(privateKey), name: 'witness.example/w1' };
    const note = noteOver(count(50), newSigner());
    const head = parseCheckpoint(note);
    if (!head.ok) throw new Error(head.error.type);
    const line = cosignatureLine(sha256, head.value, witness, 1_679_315_147n, witness.sign);

    writeFileSync(join(folder, 'key'), privateKey.export({ format: 'der', type: 'pkcs8' }));
    const [first, second, third] = note.split('\n');
    const text = `cosignature/v1\ntime 1679315147\n${first}\n${second}\n${third}\n`;
    writeFileSync(join(folder, 'text'), text);
    const sign = 'pkeyutl -sign -keyform DER -inkey key -rawin -in text -out signature';
    execFileSync('openssl', sign.split(' '), { cwd: folder });
    const signature = execFileSync('cat', ['signature'], { cwd: folder });
    const keyId = createHash('sha256')
      .update(`witness.example/w1\n\u0004`)
      .update(witness.publicKey)
      .digest()
      .subarray(0, 4);
    const bytes = Buffer.concat([keyId, fromHex('00000000641850cb'), signature]);
    expect(line).toBe(`— witness.example/w1 ${bytes.toString('base64')}\n`);
  });

  // A head of a certificate-transparency log as three public witnesses have countersigned it, with the keys they publish.
  const foreign = [
    'arche2025h1.staging.ct.transparency.dev',
    '1432088532',
    'U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=',
    '',
    '— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=',
    '— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=',
    '— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==',
    '— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==',
    '— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==',
    '',
  ].join('\n');
  it.each([
    'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
    'witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO',
    'transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM',
  ])('R3: by a public witness holds, and not over another size: %s', (text) => {
    const key = parseWitnessKey(sha256, text);
    if (key === undefined) throw new Error('the key is not read');
    const state = (note: string): string => {
      const head = parseCheckpoint(note);
      return head.ok ? cosignatureState(sha256, head.value, key, nodeCrypto.verify) : 'malformed';
    };
    expect([
      state(foreign),
      state(foreign.replace('1432088532', '1432088533')),
      state(foreign.replace(key.name, 'witness.example')),
    ]).toEqual(['valid', 'invalid', 'absent']);
  });

  it('R3: is taken out of an answer only where this witness has signed this note', () => {
    const signer = newSigner();
    const witness = { ...newSigner(), name: 'witness.example' };
    const stranger = { ...newSigner(), name: 'other.example' };
    const note = noteOver(count(5), signer);
    const lineOver = (over: string, key: typeof witness, by = key): string => {
      const head = parseCheckpoint(over);
      if (!head.ok) throw new Error(head.error.type);
      return cosignatureLine(sha256, head.value, key, 1_790_000_000n, by.sign);
    };
    const own = lineOver(note, witness);
    const take = (answer: string) => takeCountersignature(nodeCrypto, note, answer, witness);
    expect(take(own)).toEqual({ ok: true, value: own });
    expect(take(lineOver(note, stranger) + own)).toEqual({ ok: true, value: own });
    const refused = { ok: false, error: { type: 'countersignature-invalid' } };
    for (const answer of [
      '',
      '\n',
      '5\n',
      own.trimEnd(),
      ` ${own}`,
      lineOver(note, stranger),
      lineOver(note, witness, stranger),
      lineOver(noteOver(count(6), signer), witness),
    ]) {
      expect(take(answer)).toEqual(refused);
    }
  });
});

describe('a refusal', () => {
  it.each<[WitnessRefusal, ReturnType<typeof meaningOfRefusal>]>([
    [
      { type: 'stale', size: 0 },
      { type: 'submit-from', oldSize: 0 },
    ],
    [
      { type: 'stale', size: 100 },
      { type: 'submit-from', oldSize: 100 },
    ],
    [
      { type: 'stale', size: 101 },
      { type: 'log-went-back', size: 101 },
    ],
    [
      { type: 'smaller', size: 101 },
      { type: 'log-went-back', size: 101 },
    ],
    [
      { type: 'inconsistent', size: 64 },
      { type: 'log-differs', size: 64 },
    ],
    [{ type: 'malformed' }, { type: 'refused', reason: 'malformed' }],
    [{ type: 'unknown-origin' }, { type: 'refused', reason: 'unknown-origin' }],
    [{ type: 'not-signed-by-key' }, { type: 'refused', reason: 'not-signed-by-key' }],
  ])('R3: to a desk with 100 signed entries, %o means %o', (refusal, meaning) => {
    expect(meaningOfRefusal(refusal, 100)).toEqual(meaning);
  });
});

describe('the log of a desk with a witness', () => {
  interface Witnessed extends AuditStore {
    readonly witness: MemoryWitness;
  }

  function witnessedStore(): Witnessed {
    const store = createAuditStore();
    return { ...store, witness: createMemoryWitness(logName, store.signer.publicKey) };
  }

  /** Submits as a sync does, once more where the witness says from where. Gives what came of it. */
  function submit({ db, witness }: Pick<Witnessed, 'db' | 'witness'>): string {
    let submission = nextSubmission(db, sha256);
    if (submission === undefined) return 'nothing to do';
    let answer = witness.ask(submissionToText(submission));
    if (!answer.ok) {
      const meaning = meaningOfRefusal(answer.error, submission.size);
      if (meaning.type !== 'submit-from') return `${meaning.type} ${'size' in meaning ? meaning.size : ''}`;
      submission = nextSubmission(db, sha256, meaning.oldSize);
      if (submission === undefined) throw new Error('a head that waited waits no more');
      answer = witness.ask(submissionToText(submission));
      if (!answer.ok) return `refused again: ${meaningOfRefusal(answer.error, submission.size).type}`;
    }
    const kept = keepCountersignature(db, witness.key, submission, answer.value, someMs + 5);
    return kept.ok ? `witnessed to ${submission.size}` : kept.error.type;
  }

  /** The store as it is now, opened apart: what a thief of the backup disk would put back. */
  function copyOf(store: Witnessed): Witnessed {
    store.connection.pragma('wal_checkpoint(TRUNCATE)');
    const path = `${store.path}-copy-${Math.random()}`;
    copyFileSync(store.path, path);
    const opened = openStore(path, Buffer.alloc(32, 7));
    if (!opened.ok) throw new Error(opened.error.type);
    const connection = opened.value;
    onTestFinished(() => void connection.close());
    const log = createAuditLog({ name: logName, sha256, randomBytes: countingBytes() });
    return { ...store, connection, db: writableDb(connection), log };
  }

  it('R3: hands over each newest signed head once, with the proof from the one before, and keeps the answer', () => {
    const store = witnessedStore();
    expect([submit(store), unwitnessedSinceMs(store.db)]).toEqual(['nothing to do', undefined]);
    appendCalls(store, 0, 69, 16);
    expect(unwitnessedSinceMs(store.db)).toBe(someMs + 15_000);
    expect([submit(store), witnessedTo(store.db)]).toEqual(['witnessed to 70', 70]);
    expect([submit(store), unwitnessedSinceMs(store.db)]).toEqual(['nothing to do', undefined]);
    appendCalls(store, 70, 199, 64);
    expect(unwitnessedSinceMs(store.db)).toBe(someMs + 127_000);
    expect([submit(store), witnessedTo(store.db)]).toEqual(['witnessed to 200', 200]);
    const report = verifyAuditBundle(auditBundle(store.db, store.log, store.signer.publicKey), {
      publicKey: store.signer.publicKey,
      witness: { ...store.witness.key, maxUnwitnessed: 0 },
    });
    expect(report).toMatchObject({ verdict: 'intact', signedTo: 200, witnessedTo: 200 });
  });

  it('R3: goes on where an answer was lost, and where the witness itself was set back or is another', () => {
    const store = witnessedStore();
    appendCalls(store, 0, 49, 16);
    const lost = nextSubmission(store.db, sha256);
    expect(lost !== undefined && store.witness.ask(submissionToText(lost)).ok).toBe(true);
    expect([witnessedTo(store.db), submit(store), witnessedTo(store.db)]).toEqual([0, 'witnessed to 50', 50]);
    const { last } = store.witness;
    appendCalls(store, 50, 99, 16);
    expect(submit(store)).toBe('witnessed to 100');
    store.witness.last = last;
    appendCalls(store, 100, 119, 16);
    expect(submit(store)).toBe('witnessed to 120');
    const other = { ...store, witness: createMemoryWitness(logName, store.signer.publicKey) };
    appendCalls(store, 120, 139, 16);
    expect(submit(other)).toBe('witnessed to 140');
  });

  it("R3: that was rolled back to last week's copy is told so at the next round, with the size that was seen", () => {
    const store = witnessedStore();
    appendCalls(store, 0, 49, 16);
    submit(store);
    const lastWeek = copyOf(store);
    appendCalls(store, 50, 199, 16);
    expect(submit(store)).toBe('witnessed to 200');
    // A sign-in is an entry: the copy cannot be used without one.
    appendCalls(lastWeek, 50, 52, 16);
    expect([submit(lastWeek), witnessedTo(lastWeek.db)]).toEqual(['log-went-back 200', 50]);
    expect(nextSubmission(lastWeek.db, sha256, 200)).toBeUndefined();
    // And once it has grown past what was seen, it is another history.
    appendCalls(lastWeek, 53, 260, 16);
    expect([submit(lastWeek), witnessedTo(lastWeek.db)]).toEqual(['refused again: log-differs', 50]);
  });

  it('R3: that was truncated or rewritten and signed anew with its own key is refused by the witness', () => {
    const tamper = (sql: string, from: Witnessed): string => {
      const forged = copyOf(from);
      forged.connection.pragma('foreign_keys=OFF');
      for (const name of forged.connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .pluck()
        .all()) {
        forged.connection.exec(`DROP TRIGGER ${String(name)}`);
      }
      forged.connection.exec(sql);
      appendCalls(forged, 300, 420, 16);
      return submit(forged);
    };
    const store = witnessedStore();
    appendCalls(store, 0, 99, 16);
    submit(store);
    const cut = (seq: number): string =>
      `DELETE FROM audit_checkpoint WHERE size > ${seq}; DELETE FROM audit_leaf WHERE seq >= ${seq};
       DELETE FROM audit_body WHERE seq >= ${seq}; DELETE FROM audit_subject; DELETE FROM audit_actor;`;
    // The thief forgets or knows what the witness has seen: either way the histories part before entry 100.
    expect(tamper(`${cut(48)} DELETE FROM audit_witness;`, store)).toBe('refused again: log-differs');
    expect(tamper(cut(48), store)).toBe('log-differs 100');
    expect(tamper(`${cut(0)} DELETE FROM audit_witness;`, store)).toBe('refused again: log-differs');
  });

  it('keeps nothing that the witness has not signed over that head, and nothing twice', () => {
    const store = witnessedStore();
    appendCalls(store, 0, 49, 16);
    const submission = nextSubmission(store.db, sha256);
    if (submission === undefined) throw new Error('a head waits');
    const answer = store.witness.ask(submissionToText(submission));
    if (!answer.ok) throw new Error(answer.error.type);
    const { db, witness } = store;
    const stranger = createMemoryWitness(logName, store.signer.publicKey);
    expect(keepCountersignature(db, stranger.key, submission, answer.value, someMs)).toEqual({
      ok: false,
      error: { type: 'countersignature-invalid' },
    });
    expect(witnessedTo(db)).toBe(0);
    for (let twice = 0; twice < 2; twice += 1) {
      expect(keepCountersignature(db, witness.key, submission, answer.value, someMs).ok).toBe(true);
    }
    expect(witnessedTo(db)).toBe(50);
  });

  it('R3: whose stored countersignature was exchanged does not verify', () => {
    const store = witnessedStore();
    appendCalls(store, 0, 49, 16);
    const other = createMemoryWitness(logName, store.signer.publicKey);
    const submission = nextSubmission(store.db, sha256);
    if (submission === undefined) throw new Error('a head waits');
    const head = parseCheckpoint(submission.note);
    if (!head.ok) throw new Error(head.error.type);
    const line = cosignatureLine(sha256, head.value, store.witness.key, 1_790_000_000n, other.key.sign);
    storeCountersignature(store.db, { size: 50, line, at: someMs });
    const report = verifyAuditBundle(auditBundle(store.db, store.log, store.signer.publicKey), {
      witness: { ...store.witness.key, maxUnwitnessed: 50 },
    });
    expect(report).toMatchObject({ verdict: 'rewritten', finding: 'countersignature-invalid' });
  });
});

describe('lateness of the witness', () => {
  const minute = 60_000;
  it.each([
    ['no head waits', undefined, 0, 60, false],
    ['a head has waited for ten minutes', 0, 0, 10, false],
    ['a head has waited for longer', 0, 0, 10.1, true],
    ["last night's head waits since the sign-in five minutes ago", -900, 0, 5, false],
    ["last night's head waits since the sign-in eleven minutes ago", -900, 0, 11, true],
    ['the clock was set back', 60, 0, 30, false],
  ])('where %s', (_, signedAt, signedIn, now, isLate) => {
    const signedAtMs = signedAt === undefined ? undefined : signedAt * minute;
    expect(isWitnessLate(signedAtMs, signedIn * minute, now * minute)).toBe(isLate);
  });
});
