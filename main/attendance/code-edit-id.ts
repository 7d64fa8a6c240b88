import { createHash } from 'node:crypto';
import { bytesToId, type Day, type Id, type SchoolId } from '../../domain/ids.ts';

/** The id of a code's change from a day, derived from all three: two desks that change the same make one record. */
export function codeEditId(school: SchoolId, code: string, from: Day): Id<'code-edit'> {
  const digest = createHash('sha256').update(`code-edit ${school} ${from} ${code}`, 'utf8').digest();
  return bytesToId<'code-edit'>(digest.subarray(0, 16));
}
