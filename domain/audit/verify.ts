import type { z } from 'zod';
import { assert } from '../result.ts';
import {
  bundleHeader,
  checkpointLine,
  maxBundleLineBytes,
  redactedLine,
  type BundleHeader,
} from './bundle.ts';
import { bytesEqual, fromBase64, fromHex, toHex, utf8ToText } from './bytes.ts';
import {
  cosignatureState,
  logOrigin,
  logSignatureProblem,
  parseCheckpoint,
  type NoteKey,
  type SignedCheckpoint,
  type VerifyBytes,
} from './checkpoint.ts';
import { parseEntryText, zeroHash, type AuditEntry } from './entry.ts';
import { appendLeaf, emptyFrontier, frontierRoot, hashLeaf, type Frontier, type Sha256 } from './merkle.ts';

/** What a verification may come to. Only `intact` is good. */
export type AuditVerdict =
  'intact' | 'truncated' | 'rewritten' | 'forked' | 'wrong-key' | 'unwitnessed' | 'malformed' | 'gap';

/** Why, as a code: the program that shows the report has the words. */
export const auditFindings = [
  'header-malformed',
  'line-malformed',
  'line-surplus',
  'line-unfinished',
  'checkpoint-malformed',
  'checkpoint-foreign',
  'checkpoint-order',
  'checkpoint-altered',
  'checkpoint-beyond-end',
  'checkpoints-missing',
  'checkpoints-disagree',
  'countersignature-invalid',
  'root-mismatch',
  'key-not-expected',
  'not-signed-by-key',
  'entry-foreign',
  'entry-missing',
  'entry-out-of-order',
  'chain-broken',
  'entries-missing-at-end',
  'body-missing',
  'tail-unsigned',
  'head-not-signed-by-key',
  'head-foreign',
  'head-beyond-end',
  'head-mismatch',
  'tail-unwitnessed',
] as const;
export type AuditFinding = (typeof auditFindings)[number];

export interface AuditReport {
  readonly verdict: AuditVerdict;
  readonly finding: AuditFinding | null;
  /** The first seq that is wrong or not vouched for; null where nothing is, or where a fork leaves it open. */
  readonly firstBadSeq: number | null;
  readonly log: { readonly school: string; readonly desk: string; readonly incarnation: number } | null;
  /** Entries read, redacted ones included. */
  readonly entries: number;
  readonly redacted: number;
  /** Hex root over the entries read. */
  readonly root: string;
  /** Entries that a valid signed checkpoint covers and agrees with. */
  readonly signedTo: number;
  /** Entries that the expected witness has countersigned; null where none was named. */
  readonly witnessedTo: number | null;
  /** Whether the desk's key came from the auditor, or only from the bundle itself. */
  readonly isKeyConfirmed: boolean;
}

/** What the auditor knows from elsewhere. Each makes a kind of forgery visible that the bundle alone cannot show. */
export interface AuditExpectations {
  /** The desk's audit key. Without it the bundle vouches for its own key. */
  readonly publicKey?: Uint8Array;
  /** A head seen before, such as a printed one or that of an older bundle: shows a rollback and a fork. */
  readonly head?: SignedCheckpoint;
  /** The witness, and how many entries at the end it need not have seen yet. */
  readonly witness?: NoteKey & { readonly maxUnwitnessed: number };
}

export interface AuditVerifier {
  /** Takes the next line without its line feed. False: the verdict has been reached, stop feeding. */
  line(bytes: Uint8Array): boolean;
  /** Gives the report. `leftover`: what follows the last line feed; empty in a whole file. */
  end(leftover: Uint8Array): AuditReport;
}

/**
 * Verifies an audit bundle fed line by line, in constant memory but for its checkpoints and redactions.
 *
 * Entries are hashed as they stand in the file, and each must be in its one canonical form. The first thing wrong
 * ends the verification. Roots and proofs after RFC 6962, checkpoints after C2SP; the format is in
 * `docs/audit-bundle.md`. It cannot show what the holder of the desk's key did after the last head that someone
 * else has seen.
 */
export function createAuditVerifier(
  crypto: { readonly sha256: Sha256; readonly verify: VerifyBytes },
  expected: AuditExpectations = {},
): AuditVerifier {
  const { sha256, verify } = crypto;
  let header: BundleHeader | undefined;
  let origin = '';
  let publicKey: Uint8Array = new Uint8Array();
  const checkpoints: SignedCheckpoint[] = [];
  let frontier: Frontier = emptyFrontier;
  let lastLeaf = zeroHash;
  /** Index of the first checkpoint whose root has not been compared yet. */
  let nextCheckpoint = 0;
  let signedTo = 0;
  /** Sizes of the checkpoints that the expected witness has countersigned. */
  const witnessedSizes: number[] = [];
  const redactedSeqs: number[] = [];
  const redactions: { readonly first: number; readonly last: number; readonly by: number }[] = [];
  let fault:
    | { readonly verdict: AuditVerdict; readonly finding: AuditFinding; readonly seq: number | null }
    | undefined;

  function fail(verdict: AuditVerdict, finding: AuditFinding, seq: number | null): void {
    fault ??= { verdict, finding, seq };
  }

  function takeHeader(bytes: Uint8Array): void {
    const parsed = parseLine(bundleHeader, bytes);
    const key = fromBase64(parsed?.key ?? '?');
    if (parsed === undefined || key?.length !== 32) return fail('malformed', 'header-malformed', 0);
    header = parsed;
    origin = logOrigin(parsed);
    publicKey = key;
    if (expected.publicKey !== undefined && !bytesEqual(expected.publicKey, key)) {
      return fail('wrong-key', 'key-not-expected', 0);
    }
    const { head } = expected;
    if (head !== undefined) {
      if (head.origin !== origin) return fail('forked', 'head-foreign', 0);
      if (logSignatureProblem(sha256, head, publicKey, verify) !== undefined) {
        return fail('wrong-key', 'head-not-signed-by-key', 0);
      }
    }
    compareRoots(parsed);
  }

  function takeCheckpoint(bytes: Uint8Array): void {
    const previous = checkpoints.at(-1);
    const seq = previous?.size ?? 0;
    const note = parseLine(checkpointLine, bytes)?.checkpoint;
    const parsed = parseCheckpoint(note ?? '');
    if (!parsed.ok) return fail('malformed', 'checkpoint-malformed', seq);
    const checkpoint = parsed.value;
    if (checkpoint.origin !== origin) return fail('malformed', 'checkpoint-foreign', seq);
    const problem = logSignatureProblem(sha256, checkpoint, publicKey, verify);
    if (problem === 'no-signature-by-key') return fail('wrong-key', 'not-signed-by-key', seq);
    if (problem === 'signature-invalid') return fail('rewritten', 'checkpoint-altered', seq);
    if (previous !== undefined && checkpoint.size <= previous.size) {
      const isFork = checkpoint.size === previous.size && !bytesEqual(checkpoint.root, previous.root);
      return isFork
        ? fail('forked', 'checkpoints-disagree', null)
        : fail('malformed', 'checkpoint-order', seq);
    }
    if (expected.witness !== undefined) {
      const countersignature = cosignatureState(sha256, checkpoint, expected.witness, verify);
      if (countersignature === 'invalid')
        return fail('rewritten', 'countersignature-invalid', witnessedSizes.at(-1) ?? 0);
      if (countersignature === 'valid') witnessedSizes.push(checkpoint.size);
    }
    checkpoints.push(checkpoint);
  }

  function takeEntry(bytes: Uint8Array, { school, desk, incarnation, size }: BundleHeader): void {
    const seq = frontier.size;
    if (seq === size) return fail('malformed', 'line-surplus', seq);
    const text = utf8ToText(bytes);
    if (text === undefined) return fail('malformed', 'line-malformed', seq);
    if (text.startsWith('{"redacted":')) {
      const redacted = parseLine(redactedLine, bytes)?.redacted;
      if (redacted === undefined) return fail('malformed', 'line-malformed', seq);
      redactedSeqs.push(seq);
      return takeLeaf(fromHex(redacted));
    }
    const parsed = parseEntryText(text);
    if (!parsed.ok) return fail('malformed', 'line-malformed', seq);
    const entry = parsed.value;
    if (entry.school !== school || entry.desk !== desk || entry.incarnation !== incarnation) {
      return fail('rewritten', 'entry-foreign', seq);
    }
    if (entry.seq > seq) return fail('gap', 'entry-missing', seq);
    if (entry.seq < seq) return fail('rewritten', 'entry-out-of-order', seq);
    // Either this entry or the one before was changed; from the earlier one on nothing is vouched for.
    if (entry.prev !== lastLeaf) return fail('rewritten', 'chain-broken', Math.max(seq - 1, 0));
    const redaction = redactionOf(entry);
    if (redaction !== undefined) redactions.push({ ...redaction, by: seq });
    takeLeaf(hashLeaf(sha256, bytes));
  }

  function takeLeaf(leaf: Uint8Array): void {
    frontier = appendLeaf(sha256, frontier, leaf).frontier;
    lastLeaf = toHex(leaf);
    assert(header !== undefined, 'entries come after the header');
    compareRoots(header);
  }

  /** Compares the root reached with the checkpoint of that size, and with the head that the auditor holds. */
  function compareRoots({ checkpoints: count }: BundleHeader): void {
    if (fault !== undefined || checkpoints.length < count) return;
    const checkpoint = checkpoints[nextCheckpoint];
    const isSigned = checkpoint?.size === frontier.size;
    const isHead = expected.head?.size === frontier.size;
    if (!isSigned && !isHead) return;
    const root = frontierRoot(sha256, frontier);
    if (isSigned && !bytesEqual(checkpoint.root, root)) return fail('rewritten', 'root-mismatch', signedTo);
    if (isHead && !bytesEqual(expected.head.root, root)) return fail('forked', 'head-mismatch', null);
    if (isSigned) {
      nextCheckpoint += 1;
      signedTo = checkpoint.size;
    }
  }

  function witnessedTo(): number {
    return witnessedSizes.findLast((size) => size <= signedTo) ?? 0;
  }

  function checkWhole(): void {
    if (header === undefined) return fail('malformed', 'header-malformed', 0);
    const { size } = header;
    if (checkpoints.length < header.checkpoints) return fail('truncated', 'checkpoints-missing', 0);
    if (frontier.size < size) return fail('truncated', 'entries-missing-at-end', frontier.size);
    if ((checkpoints.at(-1)?.size ?? 0) > size) return fail('truncated', 'checkpoint-beyond-end', size);
    const unexplained = redactedSeqs.find(
      (seq) => !redactions.some(({ first, last, by }) => seq >= first && seq <= last && last < by),
    );
    if (unexplained !== undefined) return fail('gap', 'body-missing', unexplained);
    if (checkpoints.length === 0 || signedTo < size) return fail('unwitnessed', 'tail-unsigned', signedTo);
    if (expected.head !== undefined && expected.head.size > size)
      return fail('truncated', 'head-beyond-end', size);
    if (expected.witness !== undefined && size - witnessedTo() > expected.witness.maxUnwitnessed) {
      return fail('unwitnessed', 'tail-unwitnessed', witnessedTo());
    }
  }

  return {
    line(bytes) {
      if (fault !== undefined) return false;
      if (header === undefined) takeHeader(bytes);
      else if (checkpoints.length < header.checkpoints) {
        takeCheckpoint(bytes);
        compareRoots(header);
      } else if (bytes.length > maxBundleLineBytes) fail('malformed', 'line-malformed', frontier.size);
      else takeEntry(bytes, header);
      return fault === undefined;
    },
    end(leftover) {
      if (fault === undefined && leftover.length > 0) fail('truncated', 'line-unfinished', frontier.size);
      if (fault === undefined) checkWhole();
      return {
        verdict: fault?.verdict ?? 'intact',
        finding: fault?.finding ?? null,
        firstBadSeq: fault?.seq ?? null,
        log:
          header === undefined
            ? null
            : { school: header.school, desk: header.desk, incarnation: header.incarnation },
        entries: frontier.size,
        redacted: redactedSeqs.length,
        root: toHex(frontierRoot(sha256, frontier)),
        signedTo,
        witnessedTo: expected.witness === undefined ? null : witnessedTo(),
        isKeyConfirmed: expected.publicKey !== undefined,
      };
    },
  };
}

/** The first and last seq, both included, that a `redact` entry names; undefined of any other entry. */
export function redactionOf(
  entry: AuditEntry,
): { readonly first: number; readonly last: number } | undefined {
  if (entry.action !== 'redact') return undefined;
  const [, first, last] = /^(\d+)-(\d+)$/.exec(entry.record.id ?? '') ?? [];
  return first === undefined || last === undefined ? undefined : { first: Number(first), last: Number(last) };
}

/** A line of the given shape in its canonical form; the schemas' keys stand in the order of RFC 8785. */
function parseLine<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  if (bytes.length > maxBundleLineBytes) return undefined;
  const text = utf8ToText(bytes);
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(json);
  return parsed.success && JSON.stringify(parsed.data) === text ? parsed.data : undefined;
}
