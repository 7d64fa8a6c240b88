import type { Result } from '../../domain/result.ts';
import type { ChannelStore, Device } from '../../domain/sync/channel.ts';
import type { EnrolmentPiece, EnrolmentState } from '../../domain/sync/wire.ts';

/**
 * Everything the server keeps. There is no other state: a restart or a second replica over the same store knows what was known.
 *
 * Every promise resolves only when what it wrote is on the disk. A disk that is full throws `DiskFullError` from whatever met it: any call can
 * meet it and none can help it, so it is caught at the edge and answered `disk-full`.
 */
export interface ServerStore {
  /** Runs one transaction on one channel and nothing else; others on the same channel wait. Errors: `channel-unknown`. */
  inChannel<T>(
    channel: string,
    run: (store: ChannelStore) => Promise<T>,
  ): Promise<Result<T, { readonly type: 'channel-unknown' }>>;
  channels(): Promise<readonly KnownChannel[]>;

  addClaimCode(code: ClaimCode): Promise<void>;
  /**
   * Uses a code up, makes the channel and its first desk. The same claim again, by the same code, is answered as the first time: the answer
   * may have been lost. Errors: a code that is not known is `code-expired`, as one whose time is over.
   */
  claim(claim: Claim, nowMs: number): Promise<Result<void, ClaimRefusal>>;

  /** Remembers a request proof and counts the request for its desk, in one step. */
  admitProof(proof: SeenProof, limit: Limit, nowMs: number): Promise<Admission>;
  /** Counts one more, unless the window's number is reached; then gives the milliseconds until it ends. */
  countAgainst(limit: Limit, nowMs: number): Promise<number>;
  /** Milliseconds to wait where the window's number is reached, else 0. Counts nothing. */
  waitFor(limit: Limit, nowMs: number): Promise<number>;

  openLetterBox(
    box: LetterBox,
    mostPerChannel: number,
    nowMs: number,
  ): Promise<'opened' | 'taken' | 'too-many'>;
  /** Undefined where there is none, or its time is over. */
  letterBox(lookup: string, nowMs: number): Promise<(LetterBox & EnrolmentState) | undefined>;
  /** Puts a piece in. The same piece again is no error. */
  putLetter(
    lookup: string,
    piece: EnrolmentPiece,
    value: string,
    nowMs: number,
  ): Promise<'kept' | 'not-found' | 'written'>;
  /** Takes a box away; one that is not there is no error. */
  closeLetterBox(lookup: string): Promise<void>;

  /** Forgets what has ended: proofs, windows, boxes. */
  prune(nowMs: number): Promise<void>;
  /** Writes something and removes it again; throws where the store cannot be written. */
  probe(): Promise<void>;
  /** What is wrong with the storage itself, in sentences; nothing where it is sound. */
  checkStorage(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface KnownChannel {
  readonly channel: string;
  readonly claimedAtMs: number;
  readonly bytes: number;
}

export interface ClaimCode {
  /** SHA-256 of the code's lookup, hex. */
  readonly hash: string;
  readonly expiresAtMs: number;
}

export interface Claim {
  readonly codeHash: string;
  /** SHA-256 of the whole request, hex: tells a retry from another claim. */
  readonly requestHash: string;
  readonly channel: string;
  readonly device: Omit<Device, 'state'>;
}

export interface ClaimRefusal {
  readonly type: 'code-expired' | 'code-used' | 'channel-taken';
}

export interface SeenProof {
  /** SHA-256 over channel, desk and the proof's id: 32 bytes. */
  readonly id: Uint8Array;
  readonly expiresAtMs: number;
}

export interface Limit {
  readonly bucket: string;
  readonly most: number;
  readonly windowMs: number;
}

export type Admission =
  | { readonly outcome: 'admitted' }
  | { readonly outcome: 'replayed' }
  | { readonly outcome: 'limited'; readonly retryAfterMs: number };

export interface LetterBox {
  readonly lookup: string;
  readonly channel: string;
  readonly desk: string;
  readonly expiresAtMs: number;
}

/** The disk, or the room the store may use, is full. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
}
