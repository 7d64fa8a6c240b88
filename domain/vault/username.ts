/**
 * The one form of a username that keys and comparisons use: without surrounding space, compatibility forms folded, lower case.
 *
 * Source: RFC 8265 §3.3 (UsernameCaseMapped), with NFKC in place of its width mapping.
 */
export function normaliseUsername(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
}
