import { createHash } from 'node:crypto';
import { bytesToId, type Id } from '../domain/ids.ts';

/**
 * The id of what there is only one of, derived from the words that name it: desks that enter it apart write one record, such as the
 * closure of a day, and not two. Only for what is no secret: whoever knows the words knows the id.
 */
export function sharedId<Kind extends string>(kind: Kind, ...words: readonly string[]): Id<Kind> {
  const digest = createHash('sha256')
    .update([kind, ...words].join(' '), 'utf8')
    .digest();
  return bytesToId<Kind>(digest.subarray(0, 16));
}
