import fc from 'fast-check';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { toBase64, utf8 } from '../../domain/audit/bytes.ts';
import {
  parseCheckpoint,
  parseWitnessKey,
  witnessKeyToText,
  type SignedCheckpoint,
} from '../../domain/audit/checkpoint.ts';
import type { AuditExpectations, AuditReport } from '../../domain/audit/verify.ts';
import { auditBundle, writeAuditBundle } from '../../main/audit/bundle.ts';
import { createAuditSigner, sha256, verifyEd25519, type AuditSigner } from '../../main/audit/node-crypto.ts';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { createAuditStore, idOf, someMs } from './audit-store.ts';
import {
  anyForgery,
  countersignature,
  countersignaturesOn,
  editEntry,
  entryAt,
  entryToText,
  forge,
  forgeryKinds,
  leafOf,
  noteOf,
  putTogether,
  rechain,
  resign,
  takeApart,
  withCounts,
  withOtherTime,
  withSignature,
  withWitness,
  type Bundle,
  type TestWitness,
} from './forger.ts';
import { appendCalls, redactRange } from './sample-log.ts';

const pythonVerifier = new URL('verify_bundle.py', import.meta.url).pathname;
const command = new URL('../../scripts/audit-verify.ts', import.meta.url).pathname;
const mutations = 900;

// Other programs are started for every case: openssl and Python, or the command itself.
vi.setConfig({ testTimeout: 60_000 });

interface Sample {
  readonly bundle: Bundle;
  readonly own: AuditSigner;
  readonly other: AuditSigner;
  readonly witness: TestWitness;
  readonly note: string;
}

/** A log of 113 entries, three of them redacted, signed at every 16th and at its end. */
function makeSample(): Sample {
  const store = createAuditStore();
  appendCalls(store, 0, 59, 16);
  redactRange(store, 10, 12, someMs + 60_000);
  appendCalls(store, 60, 111, 16);
  const bundle = takeApart(Buffer.concat([...auditBundle(store.db, store.log, store.signer.publicKey)]));
  const newSigner = (): AuditSigner => createAuditSigner(generateKeyPairSync('ed25519').privateKey);
  const { note } = noteOf(bundle.checkpoints.at(-1) ?? '');
  const witness = { ...newSigner(), name: 'witness.example' };
  return { bundle, own: store.signer, other: newSigner(), witness, note };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface PythonOptions {
  readonly key?: Uint8Array;
  readonly head?: string;
  readonly witness?: string;
  readonly maxUnwitnessed?: number;
}

type Verdict = Pick<AuditReport, 'verdict' | 'firstBadSeq'>;

/** What the independent verifier says of each bundle. */
function verifyInPython(bundles: readonly Uint8Array[], options: PythonOptions): Verdict[] {
  const folder = newFolder();
  const paths = bundles.map((bytes, i) => {
    writeFileSync(join(folder, `${i}.ndjson`), bytes);
    return `${i}.ndjson`;
  });
  const args: string[] = [];
  if (options.key) args.push('--key', toBase64(options.key));
  if (options.head !== undefined) {
    writeFileSync(join(folder, 'head.txt'), options.head);
    args.push('--head', 'head.txt');
  }
  if (options.witness !== undefined) {
    args.push('--witness', options.witness, '--max-unwitnessed', String(options.maxUnwitnessed ?? 0));
  }
  const run = spawnSync('python3', ['-B', pythonVerifier, ...args, ...paths], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  const verdicts = run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
  expect(run.status).toBe(verdicts.every(({ verdict }) => verdict === 'intact') ? 0 : 1);
  return verdicts;
}

function verifyHere(bytes: Uint8Array, expected: AuditExpectations): Verdict {
  const { verdict, firstBadSeq } = verifyAuditBundle([bytes], expected);
  return { verdict, firstBadSeq };
}

function headOf(note: string): SignedCheckpoint {
  const head = parseCheckpoint(note);
  if (!head.ok) throw new Error(head.error.type);
  return head.value;
}

describe('audit bundle', () => {
  it('R3: a bundle of an untouched log is intact, to both verifiers, with what they read', () => {
    const { bundle, own, note } = makeSample();
    const bytes = putTogether(bundle);
    expect(verifyAuditBundle([bytes], { publicKey: own.publicKey, head: headOf(note) })).toEqual({
      verdict: 'intact',
      finding: null,
      firstBadSeq: null,
      log: { school: idOf(0xaaa), desk: idOf(0xddd), incarnation: 1 },
      entries: 113,
      redacted: 3,
      root: Buffer.from(headOf(note).root).toString('hex'),
      signedTo: 113,
      witnessedTo: null,
      isKeyConfirmed: true,
    });
    expect(verifyInPython([bytes], { key: own.publicKey, head: note })).toEqual([
      { verdict: 'intact', firstBadSeq: null },
    ]);
  });

  it('is verified alike whatever the pieces in which it is read', () => {
    const { bundle } = makeSample();
    const bytes = putTogether(bundle);
    for (const length of [1, 7, 100, 4096]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
        bytes.slice(i * length, (i + 1) * length),
      );
      expect(verifyAuditBundle(pieces).verdict).toBe('intact');
    }
  });

  it('is the same bytes each time, in a new file that only its owner can read', () => {
    const store = createAuditStore();
    appendCalls(store, 0, 20, 16);
    const make = (): Uint8Array =>
      Buffer.concat([...auditBundle(store.db, store.log, store.signer.publicKey)]);
    const path = join(newFolder(), 'audit.ndjson');
    const written = writeAuditBundle(path, auditBundle(store.db, store.log, store.signer.publicKey));
    expect(readFileSync(path)).toEqual(make());
    expect(written).toEqual({ bytes: make().length, sha256: sha256(make()) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => writeAuditBundle(path, [])).toThrow('EEXIST');
  });

  type Case = readonly [
    name: string,
    verdict: Verdict['verdict'],
    firstBadSeq: number | null,
    forged: (sample: Sample) => Bundle,
    knows?: ('key' | 'head')[],
  ];
  const edited = ({ bundle }: Sample, seq: number): readonly string[] =>
    bundle.entries.with(seq, entryToText(editEntry(entryAt(bundle, seq), 1)));
  const cases: readonly Case[] = [
    ['an entry was edited', 'rewritten', 40, (s) => ({ ...s.bundle, entries: edited(s, 40) })],
    ['the first entry was edited', 'rewritten', 0, (s) => ({ ...s.bundle, entries: edited(s, 0) })],
    ['the last entry was edited', 'rewritten', 112, (s) => ({ ...s.bundle, entries: edited(s, 112) })],
    [
      'an entry was edited and the chain made anew',
      'rewritten',
      32,
      (s) => ({ ...s.bundle, entries: rechain(edited(s, 40)) }),
    ],
    [
      'an entry is missing',
      'gap',
      40,
      (s) => withCounts({ ...s.bundle, entries: s.bundle.entries.toSpliced(40, 1) }),
    ],
    [
      'two entries were swapped',
      'gap',
      40,
      (s) => ({
        ...s.bundle,
        entries: s.bundle.entries.with(40, s.bundle.entries[41]!).with(41, s.bundle.entries[40]!),
      }),
    ],
    [
      'an entry stands twice',
      'rewritten',
      41,
      (s) => withCounts({ ...s.bundle, entries: s.bundle.entries.toSpliced(41, 0, s.bundle.entries[40]!) }),
    ],
    [
      'a line follows the last entry',
      'malformed',
      113,
      (s) => ({ ...s.bundle, entries: [...s.bundle.entries, s.bundle.entries[0]!] }),
    ],
    [
      'entries at the end are missing',
      'truncated',
      100,
      (s) => ({ ...s.bundle, entries: s.bundle.entries.slice(0, 100) }),
    ],
    [
      'entries at the end are missing and the header agrees',
      'truncated',
      100,
      (s) => withCounts({ ...s.bundle, entries: s.bundle.entries.slice(0, 100) }),
    ],
    [
      'the last signed head is missing',
      'unwitnessed',
      112,
      (s) => withCounts({ ...s.bundle, checkpoints: s.bundle.checkpoints.slice(0, -1) }),
      ['key'],
    ],
    [
      'no signed head is there',
      'unwitnessed',
      0,
      (s) => withCounts({ ...s.bundle, checkpoints: [] }),
      ['key'],
    ],
    [
      'a signed head in the middle is missing',
      'intact',
      null,
      (s) => withCounts({ ...s.bundle, checkpoints: s.bundle.checkpoints.toSpliced(2, 1) }),
    ],
    [
      'a body is missing that no redaction names',
      'gap',
      40,
      (s) => ({
        ...s.bundle,
        entries: s.bundle.entries.with(
          40,
          JSON.stringify({ redacted: Buffer.from(leafOf(s.bundle.entries[40]!)).toString('hex') }),
        ),
      }),
    ],
    [
      'the redaction was edited away',
      'rewritten',
      60,
      (s) => ({
        ...s.bundle,
        entries: s.bundle.entries.with(60, entryToText({ ...entryAt(s.bundle, 60), action: 'view' })),
      }),
    ],
    [
      'keys stand in another order',
      'malformed',
      40,
      (s) => ({
        ...s.bundle,
        entries: s.bundle.entries.with(
          40,
          JSON.stringify(Object.fromEntries(Object.entries(entryAt(s.bundle, 40)).reverse())),
        ),
      }),
    ],
    [
      'an entry of another desk stands among them',
      'rewritten',
      40,
      (s) => ({
        ...s.bundle,
        entries: s.bundle.entries.with(40, entryToText({ ...entryAt(s.bundle, 40), desk: idOf(5) })),
      }),
    ],
    [
      'a signed head was edited',
      'rewritten',
      16,
      (s) => ({
        ...s.bundle,
        checkpoints: s.bundle.checkpoints.with(1, s.bundle.checkpoints[1]!.replace('\\n32\\n', '\\n33\\n')),
      }),
    ],
    [
      'signed heads stand in another order',
      'malformed',
      32,
      (s) => ({
        ...s.bundle,
        checkpoints: s.bundle.checkpoints.with(0, s.bundle.checkpoints[1]!).with(1, s.bundle.checkpoints[0]!),
      }),
    ],
    [
      'the heads were signed by another key',
      'wrong-key',
      0,
      (s) => ({ ...s.bundle, checkpoints: resign(s.bundle, s.other) }),
    ],
    [
      'the heads and the header are of another key',
      'wrong-key',
      0,
      (s) =>
        withCounts(
          { ...s.bundle, checkpoints: resign(s.bundle, s.other) },
          { key: toBase64(s.other.publicKey) },
        ),
    ],
    [
      'all was rolled back to a signed head that an older copy knows to be old',
      'truncated',
      64,
      (s) =>
        withCounts({
          ...s.bundle,
          checkpoints: s.bundle.checkpoints.slice(0, 5),
          entries: s.bundle.entries.slice(0, 64),
        }),
    ],
    [
      'another history was signed with the key',
      'forked',
      null,
      (s) => ({
        ...s.bundle,
        entries: rechain(edited(s, 40)),
        checkpoints: resign({ ...s.bundle, entries: rechain(edited(s, 40)) }, s.own),
      }),
    ],
    [
      'two heads of one size disagree',
      'forked',
      null,
      (s) =>
        withCounts({
          ...s.bundle,
          checkpoints: s.bundle.checkpoints.toSpliced(
            3,
            0,
            resign({ ...s.bundle, entries: rechain(edited(s, 40)) }, s.own)[2]!,
          ),
        }),
    ],
    [
      'another history was signed, and the auditor knows no head: what cannot be shown',
      'intact',
      null,
      (s) => ({
        ...s.bundle,
        entries: rechain(edited(s, 40)),
        checkpoints: resign({ ...s.bundle, entries: rechain(edited(s, 40)) }, s.own),
      }),
      ['key'],
    ],
    [
      'the header is of another format',
      'malformed',
      0,
      (s) => ({ ...s.bundle, header: s.bundle.header.replace('bundle', 'bundel') }),
    ],
    [
      'the header names another desk',
      'malformed',
      0,
      (s) => ({ ...s.bundle, header: s.bundle.header.replace(idOf(0xddd), idOf(0xdde)) }),
      ['key'],
    ],
  ];
  for (const [name, verdict, firstBadSeq, forged, knows = ['key', 'head']] of cases) {
    it(`R3: where ${name}, both verifiers say ${verdict}`, () => {
      const sample = makeSample();
      const bytes = putTogether(forged(sample));
      const { publicKey } = sample.own;
      const head = knows.includes('head') ? sample.note : undefined;
      const found = { verdict, firstBadSeq };
      expect(verifyHere(bytes, { publicKey, ...(head && { head: headOf(head) }) })).toEqual(found);
      expect(verifyInPython([bytes], { key: publicKey, ...(head && { head }) })).toEqual([found]);
    });
  }

  it.each([
    ['49 entries came after it and 48 were allowed', 64, 48, 'unwitnessed', 64],
    ['49 entries came after it and 49 were allowed', 64, 49, 'intact', null],
    ['it saw all', 113, 0, 'intact', null],
    ['it saw none', null, 100, 'unwitnessed', 0],
  ] as const)('R3: with a witness, where %s', (_, seenTo, maxUnwitnessed, verdict, firstBadSeq) => {
    const { bundle, witness, other, own } = makeSample();
    const checkpoints = bundle.checkpoints.map((line) => {
      const { size } = noteOf(line);
      if (size === seenTo) return withSignature(line, countersignature(line, witness));
      // Another witness of the same name, who is nobody to the auditor.
      return size === 112
        ? withSignature(line, countersignature(line, { ...other, name: witness.name }))
        : line;
    });
    const bytes = putTogether({ ...bundle, checkpoints });
    const { name, publicKey } = witness;
    const text = witnessKeyToText(sha256, witness);
    expect(parseWitnessKey(sha256, text)).toEqual({ name, publicKey: Uint8Array.from(publicKey) });
    const report = verifyAuditBundle([bytes], {
      witness: { ...witness, maxUnwitnessed },
      publicKey: own.publicKey,
    });
    expect(report).toMatchObject({ verdict, firstBadSeq, witnessedTo: seenTo ?? 0 });
    expect(verifyInPython([bytes], { witness: text, maxUnwitnessed })).toEqual([{ verdict, firstBadSeq }]);
  });

  /** The head of `size` bears `signature` besides the desk's, all other heads the witness's. */
  const withOneOther = (s: Sample, size: number, signature: (line: string) => string): Bundle => {
    const witnessed = withWitness(s.bundle, s.witness);
    const at = s.bundle.checkpoints.findIndex((line) => noteOf(line).size === size);
    const line = s.bundle.checkpoints[at] ?? '';
    return {
      ...witnessed,
      checkpoints: witnessed.checkpoints.with(at, withSignature(line, signature(line))),
    };
  };
  /** Entry 40 edited and all signed anew with the desk's key, the countersignatures of the sizes put back. */
  const rewritten = (s: Sample, isKept: (size: number) => boolean): Bundle => {
    const entries = rechain(edited(s, 40));
    const signed = resign({ ...s.bundle, entries }, s.own);
    const witnessed = withWitness(s.bundle, s.witness).checkpoints;
    const checkpoints = signed.map((line, i) =>
      isKept(noteOf(line).size) ? withSignature(line, countersignaturesOn(witnessed[i] ?? '')) : line,
    );
    return { ...s.bundle, entries, checkpoints };
  };
  const witnessCases: readonly Case[] = [
    ['every signed head is countersigned', 'intact', null, (s) => withWitness(s.bundle, s.witness)],
    [
      'a countersignature is by a witness that the auditor does not know',
      'unwitnessed',
      112,
      (s) => withOneOther(s, 113, (line) => countersignature(line, { ...s.other, name: s.witness.name })),
    ],
    [
      "a countersignature under the witness's key is by another",
      'rewritten',
      112,
      (s) => withOneOther(s, 113, (line) => countersignature(line, s.witness, s.other)),
    ],
    [
      'a countersignature is over another root',
      'rewritten',
      64,
      (s) =>
        withOneOther(s, 80, () => countersignature(rewritten(s, () => false).checkpoints[4]!, s.witness)),
    ],
    [
      'a countersignature was moved to another size',
      'rewritten',
      64,
      (s) => withOneOther(s, 80, () => countersignature(s.bundle.checkpoints[3]!, s.witness)),
    ],
    [
      'the time in a countersignature was altered',
      'rewritten',
      64,
      (s) => withOneOther(s, 80, (line) => withOtherTime(countersignature(line, s.witness))),
    ],
    [
      'a countersignature was cut short',
      'rewritten',
      64,
      (s) =>
        withOneOther(s, 80, (line) => {
          const [dash, name, base64 = ''] = countersignature(line, s.witness).trimEnd().split(' ');
          const short = Buffer.from(base64, 'base64').subarray(0, 6).toString('base64');
          return `${dash} ${name} ${short}\n`;
        }),
    ],
    [
      'a countersignature that holds stands beside one that does not',
      'rewritten',
      64,
      (s) =>
        withOneOther(
          s,
          80,
          (line) => countersignature(line, s.witness) + countersignature(line, s.witness, s.other),
        ),
    ],
    [
      'the last countersignature was taken away',
      'unwitnessed',
      112,
      (s) => withWitness(s.bundle, s.witness, [16, 32, 112]),
    ],
    [
      "another history was signed with the desk's key and the countersignatures were kept",
      'rewritten',
      32,
      (s) => rewritten(s, () => true),
    ],
    [
      "another history was signed with the desk's key and the countersignatures were taken away",
      'unwitnessed',
      32,
      (s) => rewritten(s, (size) => size <= 32),
    ],
    [
      'all was rolled back to a countersigned head: what only the witness can show',
      'intact',
      null,
      (s) =>
        withCounts({
          ...withWitness(s.bundle, s.witness),
          checkpoints: withWitness(s.bundle, s.witness).checkpoints.slice(0, 5),
          entries: s.bundle.entries.slice(0, 64),
        }),
    ],
  ];
  for (const [name, verdict, firstBadSeq, forged] of witnessCases) {
    it(`R3: with the witness's key and none of its tail forgiven, where ${name}, both verifiers say ${verdict}`, () => {
      const sample = makeSample();
      const bytes = putTogether(forged(sample));
      const { publicKey } = sample.own;
      const found = { verdict, firstBadSeq };
      expect(verifyHere(bytes, { publicKey, witness: { ...sample.witness, maxUnwitnessed: 0 } })).toEqual(
        found,
      );
      const witness = witnessKeyToText(sha256, sample.witness);
      expect(verifyInPython([bytes], { key: publicKey, witness })).toEqual([found]);
    });
  }

  it('is intact with countersignatures to whoever does not know the witness', () => {
    const { bundle, witness, own } = makeSample();
    const bytes = putTogether(withWitness(bundle, witness));
    const intact = { verdict: 'intact', firstBadSeq: null };
    expect(verifyHere(bytes, { publicKey: own.publicKey })).toEqual(intact);
    expect(verifyInPython([bytes], { key: own.publicKey })).toEqual([intact]);
  });

  it(
    `R3: of ${mutations} random forgeries none passes, and the two verifiers agree on every one`,
    { timeout: 180_000 },
    () => {
      const { bundle: signed, own, other, note, witness } = makeSample();
      const bundle = withWitness(signed, witness, [113]);
      const original = Buffer.from(putTogether(bundle));
      const forged = fc
        .sample(anyForgery, mutations)
        .map((forgery) => ({ forgery, bytes: forge(bundle, forgery, own, other, witness) }))
        // A respelling that found nothing to respell, say.
        .filter(({ bytes }) => !original.equals(bytes));
      const { publicKey } = own;
      const ours = forged.map(({ bytes }) =>
        verifyHere(bytes, { publicKey, head: headOf(note), witness: { ...witness, maxUnwitnessed: 0 } }),
      );
      const theirs = verifyInPython(
        forged.map(({ bytes }) => bytes),
        { key: publicKey, head: note, witness: witnessKeyToText(sha256, witness) },
      );
      const disagreeing = forged.flatMap(({ forgery }, i) =>
        JSON.stringify(ours[i]) === JSON.stringify(theirs[i])
          ? []
          : [{ forgery, ours: ours[i], theirs: theirs[i] }],
      );
      const passing = forged.filter((_, i) => ours[i]?.verdict === 'intact');
      const kinds = new Set(forged.map(({ forgery }) => forgery.kind));
      console.log(
        `audit: ${forged.length - passing.length} of ${forged.length} random forgeries of ${kinds.size} kinds detected`,
      );
      expect({ disagreeing, passing: passing.map(({ forgery }) => forgery) }).toEqual({
        disagreeing: [],
        passing: [],
      });
      expect(forged.length).toBeGreaterThan(mutations * 0.8);
      expect([...kinds].toSorted()).toEqual([...forgeryKinds].toSorted());
    },
  );
});

describe('checkpoint notes', () => {
  it('verify as C2SP signed notes: openssl checks the signature over the text before the empty line', () => {
    const { note, own } = makeSample();
    const folder = newFolder();
    const body = note.slice(0, note.indexOf('\n\n') + 1);
    const line = note.slice(body.length + 1);
    const [dash, name, base64 = ''] = line.trimEnd().split(' ');
    const signature = Buffer.from(base64, 'base64');
    expect([dash, name, body.split('\n').length]).toEqual(['—', body.split('\n')[0], 4]);
    expect(signature.subarray(0, 4)).toEqual(
      sha256(Buffer.concat([utf8(`${name}\n`), Uint8Array.of(1), own.publicKey])).subarray(0, 4),
    );
    writeFileSync(
      join(folder, 'key'),
      Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), own.publicKey]),
    );
    writeFileSync(join(folder, 'body'), body);
    writeFileSync(join(folder, 'signature'), signature.subarray(4));
    const args = 'pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in body -sigfile signature';
    expect(execFileSync('openssl', args.split(' '), { cwd: folder, encoding: 'utf8' })).toContain(
      'Verified Successfully',
    );
  });

  it("reads the example note of the Go project's checksum database, and holds its signature to its key", () => {
    // The head of an early tree of sum.golang.org, as golang.org/x/mod's documentation prints it; its signature is cut.
    const head = parseCheckpoint(
      `go.sum-database-tree\n1\nFVE7Ad8qBcoUXzLEtCZAzVtvyAUjwCMXQHOThRTDQwI=\n\n— sum.golang.org ${toBase64(new Uint8Array(68))}\n`,
    );
    expect(head.ok && [head.value.origin, head.value.size, head.value.signatures[0]?.name]).toEqual([
      'go.sum-database-tree',
      1,
      'sum.golang.org',
    ]);
  });

  it.each([
    ['no signature', 'a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n'],
    [
      'a size with a leading zero',
      `a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— a ${toBase64(new Uint8Array(68))}\n`,
    ],
    [
      'a root of 31 bytes',
      `a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n\n— a ${toBase64(new Uint8Array(68))}\n`,
    ],
    [
      'a root with spare bits set',
      `a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n— a ${toBase64(new Uint8Array(68))}\n`,
    ],
    [
      'a plus sign in the name',
      `a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— a+b ${toBase64(new Uint8Array(68))}\n`,
    ],
  ])('refuses a note with %s', (_, note) => {
    expect(parseCheckpoint(note)).toEqual({ ok: false, error: { type: 'checkpoint-malformed' } });
  });

  it('takes no key that is not a point of the curve, and no signature over other bytes', () => {
    const signer = createAuditSigner(generateKeyPairSync('ed25519').privateKey);
    const bytes = utf8('head');
    expect([
      verifyEd25519(signer.publicKey, bytes, signer.sign(bytes)),
      verifyEd25519(signer.publicKey, utf8('haed'), signer.sign(bytes)),
      verifyEd25519(Buffer.alloc(32, 0xff), bytes, signer.sign(bytes)),
    ]).toEqual([true, false, false]);
  });
});

describe('npm run audit:verify', () => {
  function run(args: readonly string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    return spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  }

  it('R3: one command offline says intact and ends with 0, else says what is wrong and ends with 1', () => {
    const { bundle, own, note, witness } = makeSample();
    const folder = newFolder();
    const paths = { good: join(folder, 'good'), bad: join(folder, 'bad'), head: join(folder, 'head') };
    writeFileSync(paths.good, putTogether(bundle));
    writeFileSync(paths.head, note);
    writeFileSync(
      paths.bad,
      putTogether(withCounts({ ...bundle, entries: bundle.entries.toSpliced(40, 1) })),
    );
    const good = run([paths.good, '--key', toBase64(own.publicKey), '--head', paths.head]);
    expect([good.status, good.stdout.split('\n')[0], good.stderr]).toEqual([
      0,
      'INTACT: All 113 entries are in place and unchanged since they were signed.',
      '',
    ]);
    const bad = run([paths.bad]);
    expect([bad.status, bad.stdout.split('\n')[0]]).toEqual([1, 'GAP: Entry 40 is missing from its place.']);
    expect(bad.stdout).toContain('The key came with the bundle');
    const asJson = run([paths.bad, '--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      verdict: 'gap',
      finding: 'entry-missing',
      firstBadSeq: 40,
    });
    const named = ['--witness', witnessKeyToText(sha256, witness)];
    writeFileSync(paths.good, putTogether(withWitness(bundle, witness, [64])));
    const late = run([paths.good, ...named]);
    expect([late.status, late.stdout.split('\n')[0]]).toEqual([
      1,
      'UNWITNESSED: From entry 64 on no witness has countersigned, which is more than was allowed.',
    ]);
    const witnessed = run([paths.good, ...named, '--max-unwitnessed', '49']);
    expect([witnessed.status, witnessed.stdout.split('\n')[0]]).toEqual([
      0,
      'INTACT: All 113 entries are in place and unchanged since they were signed. The witness has countersigned the first 64.',
    ]);
    expect(witnessed.stdout).toContain('Signed to 113, witnessed to 64.');
    const wrongKey = run([paths.good, '--key', toBase64(witness.publicKey)]);
    expect([wrongKey.status, wrongKey.stdout.split('\n')[0]]).toEqual([
      1,
      "WRONG-KEY: The bundle's key is not the key that was given.",
    ]);
  });

  it('ends with 2 and verifies nothing where it is called wrongly', () => {
    const folder = newFolder();
    expect([
      run([join(folder, 'none')]).status,
      run([folder, '--key', 'short']).status,
      run([]).status,
    ]).toEqual([2, 2, 2]);
  });
});
