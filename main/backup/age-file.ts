import { bech32 } from '@scure/base';
import { Decrypter, Encrypter, Stanza, type Recipient } from 'age-encryption';
import { createHash, type webcrypto } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { err, ok, type Result } from '../../domain/result.ts';
import { makeFolder, syncFolder } from '../vault/durable-file.ts';
import { writeErrorOf, type WriteError } from './outcome.ts';

/** Who can open an age file: an `age1…` recipient, or whoever knows the passphrase. */
export type Receiver =
  | { readonly kind: 'key'; readonly recipient: string }
  | { readonly kind: 'passphrase'; readonly passphrase: string };

/** The `age1…` text of an X25519 public key of 32 bytes (age-encryption.org/v1). */
export function publicKeyToRecipient(publicKey: Uint8Array): string {
  return bech32.encodeFromBytes('age', publicKey);
}

/**
 * Sets up the encryption to receivers. Errors: `recipient-invalid` for a text that is no recipient.
 *
 * Trying is the check: a recipient may be well spelled and still no point that a key can be agreed with.
 */
export async function encrypterFor(
  receivers: readonly Receiver[],
): Promise<Result<Encrypter, { readonly type: 'recipient-invalid' }>> {
  const encrypter = new Encrypter();
  try {
    for (const receiver of receivers) {
      if (receiver.kind === 'passphrase') encrypter.setPassphrase(receiver.passphrase);
      else encrypter.addRecipient(receiver.recipient);
    }
    // A passphrase always works, and trying it would take its second of scrypt twice.
    if (receivers.every(({ kind }) => kind === 'key')) await encrypter.encrypt(new Uint8Array());
    return ok(encrypter);
  } catch {
    // The library throws plain errors, and only the texts of recipients can be wrong here.
    return err({ type: 'recipient-invalid' });
  }
}

/**
 * A line in the header of an age file that opens nothing and that every age program passes over: what may be known of
 * the file without its key. The header's MAC covers it.
 */
export function openNote(args: readonly string[]): Recipient {
  return { wrapFileKey: () => [new Stanza([...args], new Uint8Array())] };
}

/** The arguments of the note called `name` in a file's header, its name left out; undefined when there is none. */
export function readOpenNote(path: string, name: string): readonly string[] | undefined {
  const head = Buffer.alloc(8192);
  const file = openSync(path, 'r');
  let length: number;
  try {
    length = readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  const lines = head.toString('latin1', 0, length).split('\n');
  if (lines[0] !== 'age-encryption.org/v1') return undefined;
  const end = lines.findIndex((line) => line.startsWith('---'));
  const note = lines.slice(0, end === -1 ? 0 : end).find((line) => line.startsWith(`-> ${name} `));
  return note?.split(' ').slice(2);
}

/** An X25519 secret as age takes it. */
export type Identity = webcrypto.CryptoKey;

/** A written file: its length and the SHA-256 of its bytes in hex. */
export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Encrypts a stream into a file, as `writeNewFile` writes one. */
export function encryptToFile(
  path: string,
  encrypter: Encrypter,
  content: AsyncIterable<Uint8Array>,
): Promise<Result<WrittenFile, WriteError>> {
  return writeNewFile(path, () => encrypter.encrypt(ReadableStream.from<Uint8Array>(content)));
}

/**
 * Writes a stream into a file that only this account can read: under a temporary name first, then on the disk, then
 * renamed. When anything fails there is no file, and what was there under the name before is unchanged.
 *
 * Errors: `disk-full`, `folder-not-writable`. What the content throws is passed on.
 */
export async function writeNewFile(
  path: string,
  begin: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<Result<WrittenFile, WriteError>> {
  const temporary = `${path}.part`;
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    makeFolder(dirname(path));
    const file = await open(temporary, 'w', 0o600);
    try {
      for await (const chunk of await begin()) {
        await writeWhole(file, chunk);
        digest.update(chunk);
        bytes += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
    return ok({ bytes, sha256: digest.digest('hex') });
  } catch (cause) {
    const error = writeErrorOf(cause);
    removeIfThere(temporary);
    if (error !== undefined) return err(error);
    throw cause;
  }
}

/** The bytes of an age file in clear; any of the identities may open it. Throws where none does, and where the file is not whole or was changed. */
export async function decryptFile(
  path: string,
  ...identities: readonly Identity[]
): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  return await decrypter.decrypt(Readable.toWeb(createReadStream(path)));
}

/** The DER bytes before the 32 secret bytes in a PKCS #8 X25519 key (RFC 8410 §7). */
const x25519Pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** An X25519 secret as the key object that age decrypts with; no text of the secret is made. */
export async function secretToIdentity(secret: Uint8Array): Promise<Identity> {
  const der = Buffer.concat([x25519Pkcs8Prefix, secret]);
  const key = await crypto.subtle.importKey('pkcs8', der, { name: 'X25519' }, false, ['deriveBits']);
  der.fill(0);
  return key;
}

async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) written += (await file.write(chunk, written)).bytesWritten;
}

/** The folder itself may be what is missing: then there is nothing to remove. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    if (writeErrorOf(cause) === undefined) throw cause;
  }
}
