import canonicalize from 'canonicalize';
import { assert } from '../result.ts';

/** Writes a value as canonical JSON (RFC 8785). Throws for what JSON cannot hold: only our own plain values come here. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  assert(text !== undefined, 'canonical JSON of a value that JSON cannot hold');
  return text;
}
