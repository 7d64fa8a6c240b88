/**
 * Keeps a name's own direction inside a sentence of another: FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE, what `<bdi>`
 * is where there are elements.
 */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

/** A text as it is typed, without the marks that `isolate` puts around its parts, or the one before it. */
export function withoutIsolates(text: string): string {
  return text.replaceAll(/[\u2068\u2069\u200f]/g, '');
}
