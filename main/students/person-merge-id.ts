import { createHash } from 'node:crypto';
import { bytesToId, type Id, type StudentId } from '../../domain/ids.ts';

/**
 * The id of what is said of two records, derived from both in either order: two desks that say it, or one that they are one person
 * and the other that they are two, write one record.
 */
export function personMergeId(one: StudentId, other: StudentId): Id<'person-merge'> {
  const pair = [one, other].toSorted().join(' ');
  const digest = createHash('sha256').update(`person-merge ${pair}`, 'utf8').digest();
  return bytesToId<'person-merge'>(digest.subarray(0, 16));
}
