import { resolve } from 'node:path';
import type { InlineConfig } from 'vite';

/** The Chromium window's preload: one script that the browser runs in each new document. */
export function chromiumPreloadConfig(root: string): InlineConfig {
  return preloadConfig(root, 'preload/chromium.ts', 'preload-chromium.js', 'iife');
}

/** Electron's preload: a sandboxed preload must be one CommonJS file. */
export function electronPreloadConfig(root: string): InlineConfig {
  return preloadConfig(root, 'preload/electron/electron.ts', 'preload-electron.cjs', 'cjs');
}

function preloadConfig(root: string, input: string, file: string, format: 'iife' | 'cjs'): InlineConfig {
  return {
    configFile: false,
    root,
    publicDir: false,
    build: {
      outDir: resolve(root, 'out/app'),
      emptyOutDir: false,
      target: 'chrome130',
      rolldownOptions: {
        input: resolve(root, input),
        external: ['electron'],
        output: { format, entryFileNames: file },
      },
    },
    logLevel: 'warn',
  };
}
