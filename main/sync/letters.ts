import { createHash } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { z } from 'zod';
import { attendanceMode, countryPack } from '../../domain/contract/shared.ts';
import { deskId, idOf, schoolId } from '../../domain/ids.ts';
import { fromHex, utf8, utf8ToText } from '../../domain/audit/bytes.ts';
import { claimLookup } from '../../domain/sync/invitation.ts';
import type { EnrolmentPiece } from '../../domain/sync/wire.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { assert } from '../../domain/result.ts';
import { sha256 } from '../audit/node-crypto.ts';
import { deriveKey, unwrap, wrap } from '../vault/keys.ts';
import type { Random } from '../vault/random.ts';
import { schoolServer } from './school-server.ts';

const id = z.string().regex(/^[0-9a-f]{32}$/);
const publicKey = z.string().regex(/^[0-9a-f]{64}$/);
const secret = z.string().regex(/^[0-9a-f]{64}$/);

/** What the computer that joins says of itself. */
export const joinRequest = z.strictObject({
  v: z.literal(1),
  desk: id,
  label: z.string().min(1).max(60),
  signingKey: publicKey,
  agreementKey: publicKey,
  auditKey: publicKey,
});
export type JoinRequest = z.output<typeof joinRequest>;

/** A letter that only the desk it is for can open (HPKE). */
export const sealedHandover = z.strictObject({ sealed: z.string().regex(/^([0-9a-f]{2})+$/) });

/** What the computer that lets it join answers. The nonce makes the words new each time. */
export const joinOffer = z.strictObject({
  v: z.literal(1),
  school: id,
  schoolName: z.string(),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
});
export type JoinOffer = z.output<typeof joinOffer>;

/** All that a desk of a school needs and the membership log and the channel do not bring. Sealed to the desk that joins. */
export const handover = z.strictObject({
  v: z.literal(1),
  schoolSecret: secret,
  importKey: secret,
  /** Of each epoch the key in use, then those of epochs that lost that number. */
  groupKeys: z.array(z.tuple([z.int().min(0), z.array(secret).min(1)])),
  /** The membership log when the desk was signed in: its first entry is the root of all trust, its last proves that nothing was cut. */
  membership: z.strictObject({ root: publicKey, size: z.int().min(1), hash: publicKey }),
  recovery: z.strictObject({ x25519: publicKey, ed25519: publicKey }),
  /** The row of the school, as the table has it. */
  school: z.strictObject({
    id: schoolId,
    district: idOf<'district'>(),
    name: z.string(),
    timeZone: z.string(),
    country: countryPack,
    attendance: attendanceMode,
    rosterSchool: z.string().nullable(),
    isSample: z.boolean(),
    versions: z.string(),
  }),
  /** The desks that its versions name. */
  desks: z.array(z.strictObject({ ordinal: z.int(), id: deskId, incarnation: z.int(), label: z.string() })),
  server: schoolServer,
});
export type Handover = z.output<typeof handover>;

/** A one-time code as two desks share it: the server sees `lookup` alone. */
export interface SharedCode {
  readonly lookup: string;
  readonly key: Uint8Array;
}

export function sharedCode(code: string): SharedCode {
  return { lookup: claimLookup(sha256, code), key: deriveKey(fromHex(code), 'enrolment') };
}

/** Seals a letter for the letter box, as base64. */
export function sealLetter(code: SharedCode, piece: EnrolmentPiece, value: object, random: Random): string {
  const sealed = wrap(code.key, utf8(canonicalJson(value)), letterContext(code, piece), random);
  return Buffer.from(sealed).toString('base64');
}

/** Opens a letter; undefined where it was not written with the code, or is no letter of that kind. */
export function openLetter<T>(
  code: SharedCode,
  piece: EnrolmentPiece,
  value: string,
  schema: z.ZodType<T>,
): T | undefined {
  const opened = unwrap(code.key, Buffer.from(value, 'base64'), letterContext(code, piece));
  const text = opened.ok ? utf8ToText(opened.value) : undefined;
  return text === undefined ? undefined : parseAs(schema, text);
}

/** Reads JSON of a shape; undefined for anything else. */
export function parseAs<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return undefined;
  }
}

function letterContext(code: SharedCode, piece: EnrolmentPiece): string {
  return canonicalJson(['enrolment', code.lookup, piece]);
}

/**
 * The six words that both screens make from what they have said to each other and the server's key as each has seen it: 66 bits of its
 * SHA-256 in the words of BIP 39, which are told apart by their first four letters.
 */
export function sixWords(request: JoinRequest, offer: JoinOffer, serverKey: string): string[] {
  const digest = createHash('sha256')
    .update(`rollkeep/v1/words\n${canonicalJson(request)}\n${canonicalJson(offer)}\n${serverKey}\n`, 'utf8')
    .digest();
  const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 6 }, (_, index) => {
    const word = wordlist[Number.parseInt(bits.slice(index * 11, index * 11 + 11), 2)];
    assert(word !== undefined, 'there are 2,048 words');
    return word;
  });
}

/** Which words a screen shows; it asks for the others. The computer that joins shows the 1st, 3rd and 5th. */
export function wordsShown(words: readonly string[], by: 'joining' | 'present'): (string | null)[] {
  return words.map((word, index) => (index % 2 === (by === 'joining' ? 0 : 1) ? word : null));
}

/** Whether the typed words are those that the other screen shows, in any case and with any spaces around. */
export function areOtherWords(
  words: readonly string[],
  by: 'joining' | 'present',
  typed: readonly string[],
): boolean {
  const shown = wordsShown(words, by);
  const asked = words.filter((_, index) => shown[index] === null);
  return (
    typed.length === asked.length && asked.every((word, index) => typed[index]?.trim().toLowerCase() === word)
  );
}
