import { bundleHeaderText, checkpointLineText } from '../../domain/audit/bundle.ts';
import { fromHex, toBase64, toHex, utf8 } from '../../domain/audit/bytes.ts';
import {
  logOrigin,
  parseCheckpoint,
  signCheckpoint,
  type LogName,
  type NoteKey,
} from '../../domain/audit/checkpoint.ts';
import { completeEntry, zeroHash, type AuditDraft } from '../../domain/audit/entry.ts';
import {
  appendLeaf,
  consistencyProof,
  frontierAt,
  hashLeaf,
  rootAt,
  type TreeReader,
} from '../../domain/audit/merkle.ts';
import { createAuditVerifier, type AuditReport } from '../../domain/audit/verify.ts';
import { submissionToText, takeCountersignature } from '../../domain/audit/witness.ts';
import { assert } from '../../domain/result.ts';
import { sha256, type KeyPair } from './cheap-crypto.ts';
import type { Disk, DiskTable } from './disk.ts';

interface StoredEntry {
  readonly text: string;
  readonly leaf: Uint8Array;
  readonly subtree: Uint8Array;
}

type Verify = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;

/** A desk's audit log on its disk: real entries in a real tree, with cheap signatures. */
export class SimAuditLog {
  readonly #entries: DiskTable<StoredEntry>;
  readonly #notes: DiskTable<string>;
  readonly #verify: Verify;
  readonly #key: KeyPair;

  constructor(disk: Disk, verify: Verify, key: KeyPair) {
    this.#entries = disk.table('audit');
    this.#notes = disk.table('checkpoints');
    this.#verify = verify;
    this.#key = key;
  }

  get size(): number {
    return this.#entries.size;
  }

  head(): Uint8Array {
    return rootAt(sha256, this.#tree(), this.size);
  }

  append(log: LogName, draft: Pick<AuditDraft, 'action' | 'record' | 'outcome'>, atMs: number): void {
    const seq = this.size;
    const before = this.#entries.get(String(seq - 1));
    const { text } = completeEntry(
      {
        actor: { method: 'system', role: null, user: null },
        subjects: [],
        count: 1,
        scope: 'school',
        procedure: 'sync.round',
        request: '0'.repeat(32),
        ...draft,
      },
      {
        ...log,
        seq,
        prev: before === undefined ? zeroHash : toHex(before.leaf),
        at: Math.max(0, atMs),
        salt: '0'.repeat(32),
      },
    );
    const leaf = hashLeaf(sha256, utf8(text));
    const { subtree } = appendLeaf(sha256, frontierAt(this.#tree(), seq), leaf);
    this.#entries.set(String(seq), { text, leaf, subtree });
  }

  /** A restored store begins a new log, and what it names in its first entry is the old one's head. */
  startAnew(log: LogName, atMs: number): void {
    const old = toHex(this.head());
    this.#entries.clear();
    this.#notes.clear();
    this.append(log, { action: 'restore', record: { type: 'audit-head', id: old }, outcome: 'ok' }, atMs);
  }

  /** A submission of the newest head to a witness that has countersigned `witnessedSize` entries. */
  submission(
    log: LogName,
    witnessedSize: number,
  ): { readonly request: string; readonly size: number } | undefined {
    const { size } = this;
    // Countersigned, and the answer lost: the same head is submitted again.
    if (size < witnessedSize || size === 0 || this.#notes.get(String(size)) !== undefined) return undefined;
    const tree = this.#tree();
    const origin = logOrigin(log);
    const checkpoint = { origin, size, root: rootAt(sha256, tree, size) };
    const note = signCheckpoint(sha256, checkpoint, this.#key.publicKey, this.#key.sign);
    const proof =
      witnessedSize === 0 || witnessedSize === size
        ? []
        : consistencyProof(sha256, tree, witnessedSize, size);
    return { request: submissionToText({ oldSize: witnessedSize, proof, note }), size };
  }

  keep(log: LogName, size: number, answer: string, witness: NoteKey): boolean {
    const root = rootAt(sha256, this.#tree(), size);
    const checkpoint = { origin: logOrigin(log), size, root };
    const note = signCheckpoint(sha256, checkpoint, this.#key.publicKey, this.#key.sign);
    const line = takeCountersignature({ sha256, verify: this.#verify }, note, answer, witness);
    if (!line.ok) return false;
    this.#notes.set(String(size), `${note}${line.value}`);
    return true;
  }

  /** Verifies the log as an auditor would, up to its newest countersigned head. */
  verifyWhole(log: LogName, witness: NoteKey): AuditReport {
    const notes = [...this.#notes.values()].toSorted((a, b) => sizeOf(a) - sizeOf(b));
    const last = notes.at(-1);
    const size = last === undefined ? 0 : sizeOf(last);
    const verifier = createAuditVerifier(
      { sha256, verify: this.#verify },
      { publicKey: this.#key.publicKey, witness: { ...witness, maxUnwitnessed: 0 } },
    );
    verifier.line(utf8(bundleHeaderText(log, toBase64(fromHex(this.#key.publicHex)), notes.length, size)));
    for (const note of notes) verifier.line(utf8(checkpointLineText(note)));
    for (let seq = 0; seq < size; seq += 1) verifier.line(utf8(this.#entry(seq).text));
    return verifier.end(new Uint8Array());
  }

  #tree(): TreeReader {
    return {
      leafAt: (seq) => this.#entry(seq).leaf,
      subtreeEndingAt: (seq) => this.#entry(seq).subtree,
    };
  }

  #entry(seq: number): StoredEntry {
    const entry = this.#entries.get(String(seq));
    assert(entry !== undefined, 'an audit entry within the log');
    return entry;
  }
}

function sizeOf(note: string): number {
  const parsed = parseCheckpoint(note);
  assert(parsed.ok, 'a kept checkpoint is one');
  return parsed.value.size;
}
