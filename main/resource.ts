import { fileURLToPath } from 'node:url';

/** Where a shipped file lies: in the source tree, or beside the bundle, where the build copies `resources/` to. */
export function resourcePath(name: string): string {
  const folder = import.meta.url.endsWith('.ts') ? '../resources/' : './resources/';
  return fileURLToPath(new URL(`${folder}${name}`, import.meta.url));
}
