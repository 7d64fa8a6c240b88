import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import type { InlineConfig } from 'vite';
import { noncePlaceholder } from '../main/window/page-assets.ts';

/**
 * The page. Every import() makes a chunk of its own, so the charts and the import screen load when they are opened.
 *
 * Vite writes the placeholder into `<meta property="csp-nonce">`; the window replaces it at each serving, and the
 * page reads it back for Mantine and get-nonce.
 */
export function rendererConfig(root: string): InlineConfig {
  return {
    configFile: false,
    root: resolve(root, 'renderer'),
    base: '/',
    publicDir: resolve(root, 'resources/icons'),
    plugins: [react()],
    html: { cspNonce: noncePlaceholder },
    build: {
      outDir: resolve(root, 'out/app/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      // Data: URLs are for images only in our CSP; a font or script inlined as one would be blocked.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 800,
    },
    logLevel: 'warn',
  };
}
