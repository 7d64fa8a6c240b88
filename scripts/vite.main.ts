import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { InlineConfig } from 'vite';

/** What cannot be bundled: packages with a native binary. They are installed beside the bundle. */
export const nativePackages = ['better-sqlite3', '@napi-rs/keyring', '@node-rs/argon2'] as const;

/**
 * The main process: one file for each way to start it and one for each worker (`main/…/*-worker.ts`), all flat in
 * one folder, so that a worker is found as `./<name>.js` from wherever the bundler has put the code that starts it.
 *
 * Bundled because loading from source takes half a second (45 ms against 520).
 */
export function mainConfig(root: string): InlineConfig {
  const entries = globSync(['main/entry/*-main.ts', 'main/**/*-worker.ts'], { cwd: root });
  return {
    configFile: false,
    root,
    publicDir: false,
    ssr: { noExternal: true, external: [...nativePackages, 'electron'] },
    build: {
      ssr: true,
      outDir: resolve(root, 'out/app'),
      emptyOutDir: false,
      target: 'node24',
      rolldownOptions: {
        input: Object.fromEntries(entries.map((entry) => [basename(entry, '.ts'), resolve(root, entry)])),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
    logLevel: 'warn',
  };
}
