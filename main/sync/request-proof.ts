import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import {
  deskHeaderName,
  proofHeaderName,
  type proofClaims,
  type proofJwsHeader,
} from '../../domain/sync/request-proof.ts';
import type { Random } from '../vault/random.ts';
import type { WireRequest } from './exchange.ts';

/** Who proves its requests: a desk's id and its private Ed25519 key. */
export interface DeskIdentity {
  readonly desk: string;
  readonly privateKey: KeyObject;
}

/** Gives the headers that prove one request; for every sending anew, since the server takes a proof once. */
export type ProveRequest = (what: WireRequest, serverNowMs: number) => Promise<Record<string, string>>;

const publicJwk = z.object({ x: z.string() });

/** Makes a prover by `domain/sync/request-proof.ts` (SECURITY §6.13, RFC 9449). */
export function createProver({ desk, privateKey }: DeskIdentity, random: Random): ProveRequest {
  const { x } = publicJwk.parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  const header: z.output<typeof proofJwsHeader> = {
    typ: 'dpop+jwt',
    alg: 'EdDSA',
    jwk: { kty: 'OKP', crv: 'Ed25519', x },
  };
  return async ({ method, target, body }, serverNowMs) => {
    const claims: z.output<typeof proofClaims> = {
      htm: method,
      htu: target,
      iat: Math.floor(serverNowMs / 1000),
      jti: Buffer.from(random(16)).toString('base64url'),
      bh: hash('sha256', body ?? new Uint8Array(), 'base64url'),
    };
    const proof = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    return { [proofHeaderName]: proof, [deskHeaderName]: desk };
  };
}
