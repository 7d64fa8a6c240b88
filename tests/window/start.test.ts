import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { hasBuild, isBuildStale, stampBuild } from '../../scripts/build-stamp.ts';
import { findChromium } from '../../scripts/ensure-browser.ts';

const projectRoot = resolve(import.meta.dirname, '../..');

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-start-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function run(script: string, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, script)], {
    env: { HOME: process.env['HOME'] ?? '/', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('says that there is no display and names the tour, with exit code 1', () => {
  const { status, stderr } = run('scripts/start.ts', { PATH: process.env['PATH'] ?? '' });
  expect(status).toBe(1);
  expect(stderr).toContain('There is no display here');
  expect(stderr).toContain('npm run tour');
});

it('finds the first browser on the PATH', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'google-chrome'), '#!/bin/sh\n', { mode: 0o755 });
  vi.stubEnv('PATH', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(await findChromium()).toEqual({ kind: 'chromium', executable: join(folder, 'google-chrome') });
});

it('takes the browser that ROLLKEEP_BROWSER names before any other', () => {
  const folder = newFolder();
  for (const name of ['chromium', 'my-browser'])
    writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  const named = join(folder, 'my-browser');
  const { stdout } = run('scripts/ensure-browser.ts', { PATH: folder, ROLLKEEP_BROWSER: named });
  expect(stdout).toBe(`chromium: ${named}\n`);
});

it('installs nothing and says so when ROLLKEEP_BROWSER names no program', () => {
  const { status, stderr } = run('scripts/ensure-browser.ts', {
    PATH: '',
    ROLLKEEP_BROWSER: '/no/such/browser',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('ROLLKEEP_BROWSER does not name a program');
});

it('takes a build for stale when there is none, or when a source is newer', () => {
  const root = newFolder();
  mkdirSync(join(root, 'main'));
  const source = join(root, 'main/a.ts');
  writeFileSync(source, '');
  expect([hasBuild(root), isBuildStale(root)]).toEqual([false, true]);
  utimesSync(source, new Date(2020, 0), new Date(2020, 0));
  stampBuild(root);
  expect([hasBuild(root), isBuildStale(root)]).toEqual([true, false]);
  utimesSync(source, new Date(2100, 0), new Date(2100, 0));
  expect(isBuildStale(root)).toBe(true);
});
