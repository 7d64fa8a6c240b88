import { hash } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import { fromHex, utf8 } from '../../domain/audit/bytes.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Device } from '../../domain/sync/channel.ts';
import { proofClaims, proofJwsHeader, proofWindowMs } from '../../domain/sync/request-proof.ts';
import type { Refusal } from '../../domain/sync/wire.ts';
import { ed25519PublicKey, sha256 } from '../server-crypto.ts';
import type { ServerStore } from '../store/server-store.ts';
import type { Limits } from './limits.ts';

/** A request as far as its proof is concerned. */
export interface ProvenRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly body: Uint8Array;
  /** The headers `Rollkeep-Desk` and `DPoP`. */
  readonly desk: string | undefined;
  readonly proof: string | undefined;
}

/**
 * Finds out whether a request is by an active desk of a channel (SECURITY §6.13). Gives the desk.
 *
 * An unknown channel, an unknown desk and a wrong signature are one answer, `unauthenticated`. Only a proof that holds learns more: `clock-skew`
 * with the server's time, `desk-ended`, `replayed`, `limit-tripped`.
 */
export async function authenticate(
  store: ServerStore,
  limits: Limits,
  channel: string,
  request: ProvenRequest,
  times: { readonly nowMs: number; readonly proofsFromMs: number },
): Promise<Result<Device, Refusal>> {
  const { desk, proof } = request;
  const found = await store.inChannel(channel, async (channelStore) =>
    desk === undefined || !/^[0-9a-f]{32}$/.test(desk) ? undefined : channelStore.device(desk),
  );
  const device = found.ok ? found.value : undefined;
  const claims = device && proof !== undefined ? await provenClaims(proof, device) : undefined;
  const isProven =
    claims !== undefined &&
    claims.htm === request.method &&
    claims.htu === request.target &&
    claims.bh === hash('sha256', request.body, 'base64url');
  if (device === undefined || !isProven) return err({ code: 'unauthenticated' });

  const issuedMs = claims.iat * 1000;
  if (Math.abs(issuedMs - times.nowMs) > proofWindowMs) return err({ code: 'clock-skew', at: times.nowMs });
  if (device.state !== 'active') return err({ code: 'desk-ended' });
  // `iat` has lost its fraction of a second.
  if (issuedMs + 1000 < times.proofsFromMs) return err({ code: 'replayed' });
  const id = sha256(utf8(`${channel}\n${device.desk}\n${claims.jti}`));
  const expiresAtMs = issuedMs + 2 * proofWindowMs;
  const admitted = await store.admitProof(
    { id, expiresAtMs },
    limits.ofDesk(channel, device.desk),
    times.nowMs,
  );
  switch (admitted.outcome) {
    case 'admitted':
      return ok(device);
    case 'replayed':
      return err({ code: 'replayed' });
    case 'limited':
      return err({ code: 'limit-tripped', retryAfterMs: admitted.retryAfterMs });
  }
}

async function provenClaims(proof: string, device: Device) {
  const key = ed25519PublicKey(device.signingKey);
  if (key === undefined || proof.length > 4096) return undefined;
  try {
    const { payload, protectedHeader } = await compactVerify(proof, key, { algorithms: ['EdDSA'] });
    const header = proofJwsHeader.safeParse(protectedHeader);
    const x = Buffer.from(fromHex(device.signingKey)).toString('base64url');
    if (!header.success || header.data.jwk.x !== x) return undefined;
    return proofClaims.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data;
  } catch (cause) {
    if (cause instanceof errors.JOSEError || cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
