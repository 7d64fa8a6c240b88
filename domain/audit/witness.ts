import { err, ok, type Result } from '../result.ts';
import { bytesEqual, fromBase64, toBase64 } from './bytes.ts';
import {
  cosignatureLine,
  cosignatureState,
  logSignatureProblem,
  parseCheckpoint,
  type NoteKey,
  type SignBytes,
  type SignedCheckpoint,
  type VerifyBytes,
} from './checkpoint.ts';
import { isConsistent, type Sha256 } from './merkle.ts';

// The witness of an audit log, after `add-checkpoint` of C2SP tlog-witness (https://c2sp.org/tlog-witness): the rules of
// both sides and the text between them, without a clock, a store or a network.

/** No submission is longer, in bytes: 63 hashes and a note with many signatures fit well. */
export const maxSubmissionBytes = 16_384;

/** The newest head of a log that a witness has countersigned: all that it has to remember of that log. */
export interface WitnessedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** What a desk hands its witness. The proof leads from `oldSize`, the size it believes the witness to have, to the note's. */
export interface Submission {
  readonly oldSize: number;
  /** Hashes of 32 bytes (RFC 6962 §2.1.2), none where `oldSize` is 0 or the note's own size. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly note: string;
}

export interface ReceivedSubmission extends Submission {
  readonly checkpoint: SignedCheckpoint;
}

/** A log as its witness knows it. `last` is null before the first countersignature. */
export interface WitnessedLog {
  readonly publicKey: Uint8Array;
  readonly last: WitnessedHead | null;
}

/** Why a witness does not countersign. `size` is the size that it has countersigned last. */
export type WitnessRefusal =
  | { readonly type: 'malformed' }
  /** No log of that origin is known to the witness. */
  | { readonly type: 'unknown-origin' }
  | { readonly type: 'not-signed-by-key' }
  /** The old size is not the one that the witness has; 0 stands for a log it has never countersigned. */
  | { readonly type: 'stale'; readonly size: number }
  /** The note covers fewer entries than the witness has seen. */
  | { readonly type: 'smaller'; readonly size: number }
  /** The note does not continue what the witness has seen. */
  | { readonly type: 'inconsistent'; readonly size: number };

const submissionPattern =
  /^old (?<old>0|[1-9][0-9]{0,14})\n(?<proof>(?:[A-Za-z0-9+/=]{44}\n){0,63})\n(?<note>[^]+)$/;

/** The text of a submission. Source: C2SP tlog-witness, body of `add-checkpoint`. */
export function submissionToText({ oldSize, proof, note }: Submission): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
}

/** Reads a submission without judging it. Errors: `malformed`. */
export function parseSubmission(text: string): Result<ReceivedSubmission, { readonly type: 'malformed' }> {
  const malformed = err({ type: 'malformed' } as const);
  if (text.length > maxSubmissionBytes) return malformed;
  const { old, proof: lines, note } = submissionPattern.exec(text)?.groups ?? {};
  if (old === undefined || lines === undefined || note === undefined) return malformed;
  const checkpoint = parseCheckpoint(note);
  if (!checkpoint.ok) return malformed;
  const proof: Uint8Array[] = [];
  for (const line of lines === '' ? [] : lines.trimEnd().split('\n')) {
    const hash = fromBase64(line);
    if (hash?.length !== 32) return malformed;
    proof.push(hash);
  }
  return ok({ oldSize: Number(old), proof, note, checkpoint: checkpoint.value });
}

/**
 * Judges a submission for the log of its origin; undefined where the witness knows no such log. Gives the signature line
 * to answer with and the head to remember. The same head again is countersigned again: an answer may have been lost.
 *
 * The caller stores the head before it answers, and only if `last` is still what it was, both in one transaction: of two
 * submissions at a time the later would else take the head back.
 */
export function countersign(
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: VerifyBytes },
  { oldSize, proof, checkpoint }: ReceivedSubmission,
  log: WitnessedLog | undefined,
  witness: NoteKey & { readonly sign: SignBytes },
  seconds: bigint,
): Result<{ readonly line: string; readonly head: WitnessedHead }, WitnessRefusal> {
  if (log === undefined) return err({ type: 'unknown-origin' });
  if (logSignatureProblem(sha256, checkpoint, log.publicKey, verify) !== undefined)
    return err({ type: 'not-signed-by-key' });
  const { size, root } = checkpoint;
  const last = log.last ?? { size: 0, root: sha256(new Uint8Array()) };
  if (oldSize > size)
    return err(last.size > size ? { type: 'smaller', size: last.size } : { type: 'malformed' });
  if (oldSize !== last.size) return err({ type: 'stale', size: last.size });
  if (!continues(sha256, last, { size, root }, proof)) return err({ type: 'inconsistent', size: last.size });
  return ok({
    line: cosignatureLine(sha256, checkpoint, witness, seconds, witness.sign),
    head: { size, root },
  });
}

/**
 * Takes the countersignature of a note out of a witness's answer, which may bear other signatures as well. Gives its line.
 * Errors: `countersignature-invalid`: the answer is none, or not by this witness, or not over this note.
 */
export function takeCountersignature(
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: VerifyBytes },
  note: string,
  answer: string,
  witness: NoteKey,
): Result<string, { readonly type: 'countersignature-invalid' }> {
  for (const line of answer.split('\n').slice(0, -1)) {
    const signed = parseCheckpoint(`${note}${line}\n`);
    if (signed.ok && cosignatureState(sha256, signed.value, witness, verify) === 'valid')
      return ok(`${line}\n`);
  }
  return err({ type: 'countersignature-invalid' });
}

/** What a desk makes of a refusal. `size` is the size that the witness has seen. */
export type RefusalMeaning =
  /** The witness stands elsewhere within this log, as after a lost answer: submit again from there. */
  | { readonly type: 'submit-from'; readonly oldSize: number }
  /** The witness has seen more of this log than there is here: the store was set back. */
  | { readonly type: 'log-went-back'; readonly size: number }
  /** The witness has seen this log go on in another way: it was rewritten, or a copy of the desk writes it too. */
  | { readonly type: 'log-differs'; readonly size: number }
  /** The witness does not take part, for the reason of that type. */
  | { readonly type: 'refused'; readonly reason: 'malformed' | 'unknown-origin' | 'not-signed-by-key' };

/** Says what a refusal means to the desk whose newest signed head, the one it submitted, has `ownSize` entries. */
export function meaningOfRefusal(refusal: WitnessRefusal, ownSize: number): RefusalMeaning {
  switch (refusal.type) {
    case 'stale':
      return refusal.size > ownSize
        ? { type: 'log-went-back', size: refusal.size }
        : { type: 'submit-from', oldSize: refusal.size };
    case 'smaller':
      return { type: 'log-went-back', size: refusal.size };
    case 'inconsistent':
      return { type: 'log-differs', size: refusal.size };
    case 'malformed':
    case 'unknown-origin':
    case 'not-signed-by-key':
      return { type: 'refused', reason: refusal.type };
  }
}

/** Whether a head continues the last one. From an empty log anything does, and no proof is to be given (C2SP). */
function continues(
  sha256: Sha256,
  last: WitnessedHead,
  next: WitnessedHead,
  proof: readonly Uint8Array[],
): boolean {
  if (last.size > 0) return isConsistent(sha256, last, next, proof);
  return proof.length === 0 && (next.size > 0 || bytesEqual(next.root, last.root));
}
