import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Limit } from '../store/server-store.ts';

/** How often whom may do what. The counts are in the store, so they hold over restarts and replicas (B12). */
export interface Limits {
  ofDesk(channel: string, desk: string): Limit;
  /** Tries that had no valid proof, code or letter box. A desk with a valid proof is never held up by these: others share its address. */
  ofStranger(address: string): Limit;
}

/** `key` keeps the addresses behind the buckets from being found by trying all. */
export function createLimits(
  key: Uint8Array,
  most: { readonly deskRequestsPerMinute: number; readonly strangerTries: number },
): Limits {
  const bucket = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(parts.join('\n')).digest('hex');
  return {
    ofDesk: (channel, desk) => ({
      bucket: bucket('desk', channel, desk),
      most: most.deskRequestsPerMinute,
      windowMs: 60_000,
    }),
    ofStranger: (address) => ({
      bucket: bucket('stranger', toNetwork(address)),
      most: most.strangerTries,
      windowMs: 10 * 60_000,
    }),
  };
}

/** One subscriber has a whole IPv6 network of 64 bits. */
function toNetwork(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const first = head.split(':').filter((group) => group !== '');
  const last = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...(address.includes('::') ? zeros : []), ...last].slice(0, 4).join(':');
}
