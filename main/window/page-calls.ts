import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A call as the preload writes it. */
const pageCall = z.strictObject({
  token: z.string(),
  seq: z.number().int().positive(),
  area: z.string().max(64),
  procedure: z.string().max(64),
  input: z.unknown().optional(),
});

/** What one message of a page turned out to be. */
export type CheckedCall =
  | {
      readonly sender: 'own-window';
      readonly seq: number;
      readonly area: string;
      readonly procedure: string;
      readonly input: unknown;
    }
  | { readonly sender: 'refused'; readonly area: string; readonly procedure: string };

/** The calls of one document. A reload makes a new one. */
export interface PageCalls {
  /** Given to the bridge of this document only, and to nothing else in the page. */
  readonly token: string;
  /** Accepts a message with this document's token and the next number; refuses a forged, replayed or skipped one. */
  check(text: string): CheckedCall;
}

/** Begins the sequence of one document. Its first call has number 1. */
export function createPageCalls(): PageCalls {
  const token = randomBytes(32).toString('hex');
  let lastSeq = 0;
  return {
    token,
    check(text) {
      const call = parseCall(text);
      if (call === undefined) return { sender: 'refused', area: '', procedure: '' };
      const { area, procedure, input, seq } = call;
      if (!isSameToken(call.token, token) || seq !== lastSeq + 1)
        return { sender: 'refused', area, procedure };
      lastSeq = seq;
      return { sender: 'own-window', seq, area, procedure, input };
    },
  };
}

/** Names a refused message for the audit, or as nothing where it is not even a call. */
export function describeRefusedCall(text: string): { readonly area: string; readonly procedure: string } {
  const call = parseCall(text);
  return { area: call?.area ?? '', procedure: call?.procedure ?? '' };
}

function parseCall(text: string): z.infer<typeof pageCall> | undefined {
  try {
    const parsed = pageCall.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function isSameToken(given: string, expected: string): boolean {
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}
