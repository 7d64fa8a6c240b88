import { z } from 'zod';

/**
 * The proof that stands in the header `DPoP` of every request by a desk: a JWS in the shape of RFC 9449 by the desk's Ed25519 key, over the
 * method, the target, the time, an id of its own and the body's hash (SECURITY §6.13). The header `Rollkeep-Desk` says which desk.
 *
 * Unlike RFC 9449, `htu` is the request's target as it is sent, path and query, without scheme and host: the server behind them is pinned,
 * and the query says what is read. `bh` is ours.
 */
export const proofHeaderName = 'dpop';
export const deskHeaderName = 'rollkeep-desk';

/** How far `iat` may be from the server's clock, in either direction. A desk with another clock adds the offset that `clock-skew` shows it. */
export const proofWindowMs = 10 * 60_000;

export const proofJwsHeader = z.strictObject({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('EdDSA'),
  jwk: z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    /** The raw public key in base64url. */
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
});

export const proofClaims = z.strictObject({
  htm: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  htu: z.string().max(500),
  /** Unix seconds. */
  iat: z.int(),
  /** Random, used once; at least 96 bits. */
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  /** SHA-256 of the body's bytes in base64url; of no bytes where there is no body. */
  bh: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
