import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { toHex, utf8 } from '../../domain/audit/bytes.ts';
import {
  cosignatureLine,
  parseCheckpoint,
  signCheckpoint,
  type NoteKey,
} from '../../domain/audit/checkpoint.ts';
import { parseEntryText, zeroHash, type AuditEntry } from '../../domain/audit/entry.ts';
import {
  appendLeaf,
  emptyFrontier,
  frontierRoot,
  hashLeaf,
  type Frontier,
} from '../../domain/audit/merkle.ts';
import { sha256, type AuditSigner } from '../../main/audit/node-crypto.ts';
import { idOf } from './audit-store.ts';

/** The RFC 8785 text of an entry by the library, whatever order its keys stand in. */
export function entryToText(entry: AuditEntry): string {
  return canonicalize(entry) ?? '';
}

/** A bundle taken apart into its lines, so that a test can forge one. */
export interface Bundle {
  readonly header: string;
  readonly checkpoints: readonly string[];
  readonly entries: readonly string[];
}

export function takeApart(bytes: Uint8Array): Bundle {
  const [header = '', ...lines] = Buffer.from(bytes).toString().trimEnd().split('\n');
  const count = (JSON.parse(header) as { checkpoints: number }).checkpoints;
  return { header, checkpoints: lines.slice(0, count), entries: lines.slice(count) };
}

export function putTogether({ header, checkpoints, entries }: Bundle): Uint8Array {
  return Buffer.from([header, ...checkpoints, ...entries].map((line) => `${line}\n`).join(''));
}

/** The bundle with its header's counts set to what it holds. */
export function withCounts(bundle: Bundle, over: object = {}): Bundle {
  const counts = { checkpoints: bundle.checkpoints.length, size: bundle.entries.length };
  return {
    ...bundle,
    header: JSON.stringify({ ...(JSON.parse(bundle.header) as object), ...counts, ...over }),
  };
}

export function entryAt(bundle: Bundle, seq: number): AuditEntry {
  const parsed = parseEntryText(bundle.entries[seq] ?? '');
  if (!parsed.ok) throw new Error('the forger works on whole entries');
  return parsed.value;
}

export function isRedacted(line: string): boolean {
  return line.startsWith('{"redacted":');
}

export function leafOf(line: string): Uint8Array {
  return isRedacted(line)
    ? Buffer.from((JSON.parse(line) as { redacted: string }).redacted, 'hex')
    : hashLeaf(sha256, utf8(line));
}

/** Numbers and chains the entries anew, as a careful forger without the key would. */
export function rechain(lines: readonly string[]): string[] {
  let prev = zeroHash;
  return lines.map((line, seq) => {
    const parsed = parseEntryText(line);
    const chained = parsed.ok ? entryToText({ ...parsed.value, seq, prev }) : line;
    prev = toHex(leafOf(chained));
    return chained;
  });
}

/** Signs the bundle's entries at its checkpoints' sizes, as whoever holds `signer` can. */
export function resign(bundle: Bundle, signer: AuditSigner): string[] {
  const frontiers: Frontier[] = [emptyFrontier];
  for (const line of bundle.entries) {
    frontiers.push(appendLeaf(sha256, frontiers.at(-1) ?? emptyFrontier, leafOf(line)).frontier);
  }
  return bundle.checkpoints.map((line) => {
    const { origin, size } = noteOf(line);
    const root = frontierRoot(sha256, frontiers[Math.min(size, bundle.entries.length)] ?? emptyFrontier);
    const note = signCheckpoint(sha256, { origin, size, root }, signer.publicKey, signer.sign);
    return JSON.stringify({ checkpoint: note });
  });
}

export function noteOf(line: string): { note: string; origin: string; size: number } {
  const { checkpoint } = JSON.parse(line) as { checkpoint: string };
  const parsed = parseCheckpoint(checkpoint);
  if (!parsed.ok) throw new Error('the forger starts from whole checkpoints');
  return { note: checkpoint, origin: parsed.value.origin, size: parsed.value.size };
}

/** A witness as the desk and its auditor know it, with what it signs by. */
export type TestWitness = NoteKey & Pick<AuditSigner, 'sign'>;

/**
 * The witness's signature line over the head on a checkpoint's line. `by` may be somebody else, who signs under the
 * witness's name and key.
 */
export function countersignature(
  line: string,
  witness: TestWitness,
  by: Pick<AuditSigner, 'sign'> = witness,
): string {
  return cosignatureLine(sha256, { body: bodyOf(line) }, witness, 1_790_000_000n, by.sign);
}

/** The checkpoint's line with another signature line after those it has. */
export function withSignature(line: string, signature: string): string {
  return JSON.stringify({ checkpoint: noteOf(line).note + signature });
}

/** The bundle with each head of the given sizes countersigned, or each there is. */
export function withWitness(bundle: Bundle, witness: TestWitness, sizes?: readonly number[]): Bundle {
  const checkpoints = bundle.checkpoints.map((line) =>
    (sizes?.includes(noteOf(line).size) ?? true)
      ? withSignature(line, countersignature(line, witness))
      : line,
  );
  return { ...bundle, checkpoints };
}

/** The checkpoint's line with the desk's own signature alone. */
export function withoutCountersignatures(line: string): string {
  const [own = ''] = signatureLines(line);
  return JSON.stringify({ checkpoint: `${bodyOf(line)}\n${own}\n` });
}

/** The signature lines that stand on a checkpoint's line after the desk's own. */
export function countersignaturesOn(line: string): string {
  return signatureLines(line)
    .slice(1)
    .map((one) => `${one}\n`)
    .join('');
}

/** A countersignature that says another time than the witness signed. */
export function withOtherTime(signature: string): string {
  const [dash, name, base64 = ''] = signature.trimEnd().split(' ');
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(4) + 3600n, 4);
  return `${dash} ${name} ${bytes.toString('base64')}\n`;
}

function bodyOf(line: string): string {
  const { note } = noteOf(line);
  return note.slice(0, note.indexOf('\n\n') + 1);
}

function signatureLines(line: string): string[] {
  return noteOf(line).note.trimEnd().split('\n').slice(4);
}

/** The entry with one thing in it changed to something else that is well formed. */
export function editEntry(entry: AuditEntry, choice: number): AuditEntry {
  const edits: ((entry: AuditEntry) => AuditEntry)[] = [
    (e) => ({ ...e, at: e.at + 1 + (choice % 9999) }),
    (e) => ({ ...e, actor: { ...e.actor, user: idOf(0xbad) } }),
    (e) => ({ ...e, action: e.action === 'view' ? 'list' : 'view' }),
    (e) => ({ ...e, record: { ...e.record, id: idOf(0xbad) } }),
    (e) => ({ ...e, subjects: [...e.subjects.slice(1), idOf(0xbad)] }),
    (e) => ({ ...e, count: e.count + 1 }),
    (e) => ({ ...e, outcome: e.outcome === 'ok' ? 'error:disk-full' : 'ok' }),
    (e) => ({ ...e, procedure: 'students.other' }),
    (e) => ({ ...e, salt: idOf(0xbad) }),
    (e) => ({ ...e, prev: toHex(sha256(utf8(e.prev))) }),
    (e) => ({ ...e, seq: e.seq + 1 + (choice % 5) }),
    (e) => ({ ...e, desk: idOf(0xbad) }),
  ];
  return edits[choice % edits.length]?.(entry) ?? entry;
}

/** The same entry, written in another way. */
export function respell(line: string, choice: number): string {
  const json = JSON.parse(line) as Record<string, unknown>;
  const ways: (() => string)[] = [
    () => JSON.stringify(Object.fromEntries(Object.entries(json).reverse())),
    () => line.replaceAll(':', ': '),
    () => `${line} `,
    () => line.replace('"v":1', '"v":1.0'),
    () => line.replace('"v":1', '"v":1e0'),
    () => line.replace('"action"', '"\\u0061ction"'),
    () => line.replace('"v":1', '"v":2,"v":1'),
    () => line.replace('"redacted"', '"redact\\u0065d"'),
    () => `${line}\r`,
    () => `\ufeff${line}`,
  ];
  return ways[choice % ways.length]?.() ?? line;
}

/** One random forgery: what is done, and three numbers that say where. */
export interface Forgery {
  readonly kind: (typeof forgeryKinds)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export const forgeryKinds = [
  'edit',
  'edit and chain anew',
  'delete',
  'delete and chain anew',
  'swap',
  'swap and chain anew',
  'insert',
  'insert and chain anew',
  'truncate bytes',
  'truncate entries',
  'hide a body',
  'respell',
  'flip a bit',
  'edit a signed head',
  'sign with another key',
  'sign all with another key',
  'roll back to a signed head',
  'fork with the key',
  'fork and keep the countersignature',
  'countersign with another key',
  'countersign another root',
  'move a countersignature',
  'drop the countersignature',
  'alter the time of the countersignature',
] as const;

export const anyForgery: fc.Arbitrary<Forgery> = fc.record({
  kind: fc.constantFrom(...forgeryKinds),
  a: fc.nat(),
  b: fc.nat(),
  c: fc.nat(),
});

/**
 * Applies a forgery. `own` is the desk's signer, `other` somebody else's; the last head of the bundle is countersigned by
 * the witness.
 */
export function forge(
  bundle: Bundle,
  { kind, a, b, c }: Forgery,
  own: AuditSigner,
  other: AuditSigner,
  witness: TestWitness,
): Uint8Array {
  const { entries, checkpoints } = bundle;
  // A redacted entry has no text to change: take the next that has.
  const whole = entries.flatMap((line, seq) => (isRedacted(line) ? [] : [seq]));
  const seq = whole[a % whole.length] ?? 0;
  const place = b % entries.length;
  const edited = entries.with(seq, entryToText(editEntry(entryAt(bundle, seq), c)));
  const deleted = entries.toSpliced(seq, 1);
  const otherPlace = place === seq ? (seq + 1) % entries.length : place;
  const swapped = entries.with(seq, entries[otherPlace] ?? '').with(otherPlace, entries[seq] ?? '');
  const inserted = entries.toSpliced(place, 0, entryToText(editEntry(entryAt(bundle, seq), c)));
  const made = (lines: readonly string[]): Uint8Array =>
    putTogether(withCounts({ ...bundle, entries: lines }));
  const publicKey = Buffer.from(other.publicKey).toString('base64');
  const last = checkpoints.length - 1;
  const lastHead = checkpoints[last] ?? '';
  const bareHead = withoutCountersignatures(lastHead);
  const ended = (signature: string): Uint8Array =>
    putTogether({ ...bundle, checkpoints: checkpoints.with(last, withSignature(bareHead, signature)) });
  const forked = (): Bundle => {
    const lines = rechain(entries.with(seq, entryToText(editEntry(entryAt(bundle, seq), c % 9))));
    return { ...bundle, entries: lines, checkpoints: resign({ ...bundle, entries: lines }, own) };
  };
  switch (kind) {
    case 'edit':
      return made(edited);
    case 'edit and chain anew':
      return made(rechain(entries.with(seq, entryToText(editEntry(entryAt(bundle, seq), c % 9)))));
    case 'delete':
      return c % 2 === 0 ? made(deleted) : putTogether({ ...bundle, entries: deleted });
    case 'delete and chain anew':
      return made(rechain(deleted));
    case 'swap':
      return made(swapped);
    case 'swap and chain anew':
      return made(rechain(swapped));
    case 'insert':
      return c % 2 === 0 ? made(inserted) : putTogether({ ...bundle, entries: inserted });
    case 'insert and chain anew':
      return made(rechain(inserted));
    case 'truncate bytes': {
      const bytes = putTogether(bundle);
      return bytes.subarray(0, a % bytes.length);
    }
    case 'truncate entries':
      return c % 2 === 0
        ? made(entries.slice(0, place))
        : putTogether({ ...bundle, entries: entries.slice(0, place) });
    case 'hide a body':
      return made(entries.with(seq, JSON.stringify({ redacted: toHex(leafOf(entries[seq] ?? '')) })));
    case 'respell':
      return made(entries.with(place, respell(entries[place] ?? '', c)));
    case 'flip a bit': {
      const bytes = Uint8Array.from(putTogether(bundle));
      const at = a % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (b % 8));
      return bytes;
    }
    case 'edit a signed head': {
      const at = a % checkpoints.length;
      const { note, size } = noteOf(checkpoints[at] ?? '');
      const bent = note.replace(`\n${size}\n`, `\n${(size + 1 + (b % 40)) % (entries.length + 1)}\n`);
      return putTogether({
        ...bundle,
        checkpoints: checkpoints.with(at, JSON.stringify({ checkpoint: bent })),
      });
    }
    case 'sign with another key':
      return putTogether({ ...bundle, checkpoints: resign(bundle, other) });
    case 'sign all with another key':
      return putTogether(withCounts({ ...bundle, checkpoints: resign(bundle, other) }, { key: publicKey }));
    case 'roll back to a signed head': {
      const kept = checkpoints.slice(0, a % checkpoints.length);
      const size = kept.length === 0 ? 0 : noteOf(kept.at(-1) ?? '').size;
      return putTogether(withCounts({ ...bundle, checkpoints: kept, entries: entries.slice(0, size) }));
    }
    case 'fork with the key':
      return putTogether(forked());
    case 'fork and keep the countersignature': {
      const fork = forked();
      const head = withSignature(fork.checkpoints[last] ?? '', countersignaturesOn(lastHead));
      return putTogether({ ...fork, checkpoints: fork.checkpoints.with(last, head) });
    }
    case 'countersign with another key':
      // Under the other's own key, or as if it were the witness's.
      return ended(
        c % 2 === 0
          ? countersignature(bareHead, { ...other, name: witness.name })
          : countersignature(bareHead, witness, other),
      );
    case 'countersign another root':
      return ended(countersignature(forked().checkpoints[last] ?? '', witness));
    case 'move a countersignature':
      return ended(countersignature(checkpoints[a % last] ?? '', witness));
    case 'drop the countersignature':
      return putTogether({ ...bundle, checkpoints: checkpoints.with(last, bareHead) });
    case 'alter the time of the countersignature':
      return ended(withOtherTime(countersignaturesOn(lastHead)));
  }
}
