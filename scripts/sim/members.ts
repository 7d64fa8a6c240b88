import { z } from 'zod';
import {
  concatBytes,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  utf8,
  utf8ToText,
} from '../../domain/audit/bytes.ts';
import { zeroHash } from '../../domain/sync/batch.ts';
import type { MembershipPublic, MembershipRecord } from '../../domain/sync/wire.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { sha256 } from './cheap-crypto.ts';

/** A membership log of desks and epochs alone: what the desk's round needs of the real one. */
const memberFact = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('desk'),
    desk: z.string(),
    signingKey: z.string(),
    auditKey: z.string(),
    incarnation: z.int(),
  }),
  z.strictObject({ kind: z.literal('desk-ended'), desk: z.string(), how: z.enum(['retired', 'stolen']) }),
  z.strictObject({ kind: z.literal('epoch'), key: z.string() }),
]);
export type MemberFact = z.output<typeof memberFact>;

/** A fact with a name of its own and an administrator's signature, which here does not cover its place in the log. */
const signedFact = z.strictObject({ name: z.string(), fact: memberFact, mac: z.string() });
export type SignedFact = z.output<typeof signedFact>;

const entry = z.strictObject({ seq: z.int(), prev: z.string(), body: signedFact });

export function signFact(schoolSecret: Uint8Array, name: string, fact: MemberFact): SignedFact {
  return { name, fact, mac: macOf(schoolSecret, name, fact) };
}

/** The record of a fact at its place in the log. */
export function factToRecord(body: SignedFact, seq: number, prev: string): MembershipRecord {
  const text = utf8(canonicalJson({ seq, prev, body }));
  return {
    seq,
    prev,
    hash: toHex(sha256(text)),
    epoch: 0,
    public: publicOf(body.fact),
    sealed: toBase64(text),
  };
}

/** Reads a record; undefined where it is not exactly what its administrator signed at that place. */
export function recordToFact(schoolSecret: Uint8Array, record: MembershipRecord): SignedFact | undefined {
  const bytes = fromBase64(record.sealed);
  const text = bytes === undefined ? undefined : utf8ToText(bytes);
  if (bytes === undefined || text === undefined || toHex(sha256(bytes)) !== record.hash) return undefined;
  const parsed = entry.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const { seq, prev, body } = parsed.data;
  const isSigned = body.mac === macOf(schoolSecret, body.name, body.fact);
  return isSigned && seq === record.seq && prev === record.prev ? body : undefined;
}

/** What the log says in the end. */
export interface Members {
  readonly size: number;
  readonly hash: string;
  /** Public signing keys as hex. */
  readonly keys: ReadonlyMap<string, string>;
  readonly ended: ReadonlyMap<string, 'retired' | 'stolen'>;
  /** Group keys by epoch. */
  readonly epochs: readonly Uint8Array[];
  readonly names: ReadonlySet<string>;
}

export const noMembers: Members = {
  size: 0,
  hash: zeroHash,
  keys: new Map(),
  ended: new Map(),
  epochs: [],
  names: new Set(),
};

/** The members after one more record. */
export function membersAfter(members: Members, record: MembershipRecord, body: SignedFact): Members {
  const { fact } = body;
  const next = {
    ...members,
    size: record.seq + 1,
    hash: record.hash,
    names: new Set([...members.names, body.name]),
  };
  switch (fact.kind) {
    case 'desk':
      return { ...next, keys: new Map([...members.keys, [fact.desk, fact.signingKey]]) };
    case 'desk-ended':
      return { ...next, ended: new Map([...members.ended, [fact.desk, fact.how]]) };
    case 'epoch':
      return { ...next, epochs: [...members.epochs, fromHex(fact.key)] };
  }
}

function publicOf(fact: MemberFact): MembershipPublic | null {
  return fact.kind === 'epoch' ? null : fact;
}

function macOf(schoolSecret: Uint8Array, name: string, fact: MemberFact): string {
  return toHex(sha256(concatBytes(schoolSecret, utf8(canonicalJson({ name, fact })))));
}
