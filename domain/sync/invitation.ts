import { bytesEqual, concatBytes, fromHex, toHex, utf8, utf8ToText } from '../audit/bytes.ts';
import type { Sha256 } from '../audit/merkle.ts';
import { assert, err, ok, type Result } from '../result.ts';
import { bytesToDigits, digitsToBytes, digitsToText, textToDigits } from '../vault/crockford.ts';

/**
 * What the operator of a server gives to a school's first desk, as one line of text: where the server is, how to know it, and the one-time
 * code that claims an empty channel (SECURITY §6.12–6.13). Whoever holds the line can use the code: it is handed over like a password.
 */
export interface Invitation {
  /** A DNS name or an address, lower-case, without brackets. */
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the SubjectPublicKeyInfo of the server's TLS key, hex. */
  readonly pin: string;
  /** The server's raw Ed25519 public key that signs receipts and issues its TLS certificate, hex. */
  readonly signingKey: string;
  /** 128 random bits, hex. */
  readonly code: string;
}

export type InvitationError =
  /** A character that cannot stand in an invitation. */
  | { readonly type: 'invitation-characters' }
  /** Mistyped, cut short, or not an invitation. */
  | { readonly type: 'invitation-damaged' }
  /** Made by a newer program. */
  | { readonly type: 'invitation-newer' };

const format = 1;
const checksumLength = 4;
const digitsInGroup = 5;
// format, pin, signing key, code, port; the host follows.
const lengths = { pin: 32, signingKey: 32, code: 16 } as const;
const fixedLength = 1 + lengths.pin + lengths.signingKey + lengths.code + 2;

/** Writes an invitation as Crockford base32 in groups of five, with a checksum against slips of the pen. */
export function invitationToText(sha256: Sha256, invitation: Invitation): string {
  const host = utf8(invitation.host);
  assert(host.length >= 1 && host.length <= 253, 'a host name has 1 to 253 characters');
  const parts = [invitation.pin, invitation.signingKey, invitation.code].map(fromHex);
  assert(parts.map(({ length }) => length).join() === Object.values(lengths).join(), 'keys of other lengths');
  const port = Uint8Array.of(invitation.port >> 8, invitation.port & 255);
  const body = concatBytes(Uint8Array.of(format), ...parts, port, host);
  const digits = digitsToText(bytesToDigits(concatBytes(body, checksum(sha256, body))));
  return digits.replace(new RegExp(`.{${digitsInGroup}}(?=.)`, 'g'), '$&-');
}

/** Reads an invitation, in any case, with any spaces and dashes. */
export function parseInvitation(sha256: Sha256, text: string): Result<Invitation, InvitationError> {
  const digits = textToDigits(text);
  if (!digits.ok) return err({ type: 'invitation-characters' });
  const { bytes, rest } = digitsToBytes(digits.value);
  const body = bytes.subarray(0, -checksumLength);
  const damaged = err({ type: 'invitation-damaged' } as const);
  // A last character too many would only add zero bits.
  const isWhole = rest === 0 && bytesToDigits(bytes).length === digits.value.length;
  if (body.length <= fixedLength || !isWhole) return damaged;
  if (!bytesEqual(checksum(sha256, body), bytes.subarray(-checksumLength))) return damaged;
  if (body[0] !== format) return err({ type: 'invitation-newer' });

  let at = 1;
  const take = (length: number): Uint8Array => body.subarray(at, (at += length));
  const pin = toHex(take(lengths.pin));
  const signingKey = toHex(take(lengths.signingKey));
  const code = toHex(take(lengths.code));
  const [high = 0, low = 0] = take(2);
  const host = utf8ToText(body.subarray(at));
  const isHost = host !== undefined && /^[a-z0-9.:-]+$/.test(host);
  return isHost ? ok({ host, port: high * 256 + low, pin, signingKey, code }) : damaged;
}

/** What a claim sends in place of the code: SHA-256 of its bytes, hex (`claimRequest.lookup`). */
export function claimLookup(sha256: Sha256, code: string): string {
  return toHex(sha256(fromHex(code)));
}

function checksum(sha256: Sha256, body: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8('rollkeep/v1/invitation\n'), body)).subarray(0, checksumLength);
}
