import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { pageOrigin } from './window.ts';

/** One file of the page, ready to be sent. */
export interface AssetResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The files of the built page, and nothing else. */
export interface PageAssets {
  /** Answers a GET for one URL, or `undefined` where the page has no such file. */
  respond(url: string): Promise<AssetResponse | undefined>;
}

/** Stands in `index.html` wherever the nonce belongs; each serving of the page gets a new one. */
export const noncePlaceholder = '__ROLLKEEP_NONCE__';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** What a page could ask the browser for and never needs. */
const deniedFeatures = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];

/**
 * The Content-Security-Policy of the page: its own files, styles with this nonce, and not one connection.
 *
 * `connect-src 'none'` holds because the bridge uses no fetch; neither inline script nor eval is allowed.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // React and Mantine set sizes and colours through element.style, which is no inline style to the CSP; markup
    // with a style attribute stays forbidden.
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'none'",
    "frame-src 'none'",
    "worker-src 'none'",
    "object-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

function responseHeaders(contentType: string, nonce: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Content-Security-Policy': contentSecurityPolicy(nonce),
    'Permissions-Policy': deniedFeatures.map((feature) => `${feature}=()`).join(', '),
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-DNS-Prefetch-Control': 'off',
  };
}

/**
 * Lists the files of the built page once; a URL is served only if it is one of them, so no path can lead out of
 * the folder. Links are not followed. Throws when there is no `index.html`: that is a broken installation.
 */
export async function readPageAssets(
  assetFolder: string,
  colourScheme?: 'light' | 'dark',
): Promise<PageAssets> {
  const filesByUrl = new Map<string, string>();
  for (const entry of await readdir(assetFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || contentTypes[extname(entry.name)] === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(assetFolder, path).split(sep).map(encodeURIComponent).join('/');
    filesByUrl.set(`${pageOrigin}/${name}`, path);
  }
  const index = filesByUrl.get(`${pageOrigin}/index.html`);
  if (index === undefined) throw new Error('The page is missing from the installation: no index.html.');
  filesByUrl.set(`${pageOrigin}/`, index);

  return {
    async respond(url) {
      const path = filesByUrl.get(url);
      const contentType = contentTypes[extname(path ?? '')];
      if (path === undefined || contentType === undefined) return undefined;
      const nonce = randomBytes(16).toString('base64');
      const headers = responseHeaders(contentType, nonce);
      if (path !== index) return { headers, body: await readFile(path) };
      const html = (await readFile(path, 'utf8')).replaceAll(noncePlaceholder, nonce);
      return { headers, body: Buffer.from(withColourScheme(html, colourScheme)) };
    },
  };
}

function withColourScheme(html: string, colourScheme: 'light' | 'dark' | undefined): string {
  if (colourScheme === undefined) return html;
  return html.replace(/<html\b/i, `<html data-mantine-color-scheme="${colourScheme}"`);
}
