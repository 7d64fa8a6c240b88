import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { isSameMac, macOf } from './keys.ts';

/** Not what was written here: the bytes, the shape or the MAC is wrong. */
export interface BadMac {
  readonly type: 'bad-mac';
}

const signed = z.strictObject({ body: z.unknown(), mac: z.string() });

/** Writes a value with an HMAC-SHA256 over its canonical JSON: `{body, mac}`. */
export function macedText(body: unknown, key: Uint8Array): string {
  return canonicalJson({ body, mac: macOf(key, canonicalJson(body)) });
}

/** Reads what `macedText` wrote. Errors: `bad-mac`, whatever is wrong with it. */
export function parseMaced<T>(text: string, schema: z.ZodType<T>, key: Uint8Array): Result<T, BadMac> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err({ type: 'bad-mac' });
  }
  const outer = signed.safeParse(value);
  if (!outer.success || canonicalJson(outer.data) !== text) return err({ type: 'bad-mac' });
  if (!isSameMac(macOf(key, canonicalJson(outer.data.body)), outer.data.mac)) return err({ type: 'bad-mac' });
  const body = schema.safeParse(outer.data.body);
  return body.success ? ok(body.data) : err({ type: 'bad-mac' });
}
