/**
 * Keeps a name's own direction inside a sentence of another: FIRST STRONG ISOLATE … POP DIRECTIONAL ISOLATE, what `<bdi>`
 * is where there are elements.
 */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}
