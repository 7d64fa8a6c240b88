import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { takeInstanceLock, type InstanceLock } from '../../main/entry/single-instance.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollkeep-lock-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function take(folder: string, onShow: () => void = () => {}): Promise<InstanceLock | undefined> {
  const lock = await takeInstanceLock(folder, onShow);
  onTestFinished(() => lock?.release());
  return lock;
}

it('gives a data folder to one taker, asks that one to show its window, and gives it again once released', async () => {
  const folder = newFolder();
  let shown = 0;
  const first = await take(folder, () => (shown += 1));
  expect(first).toBeDefined();
  expect(await take(folder)).toBeUndefined();
  await expect.poll(() => shown).toBe(1);
  await first?.release();
  expect(await take(folder)).toBeDefined();
});

it('takes a link to a data folder for the folder itself', async () => {
  const folder = newFolder();
  const link = `${folder}-link`;
  symlinkSync(folder, link);
  onTestFinished(() => {
    rmSync(link);
  });
  expect(await take(folder)).toBeDefined();
  expect(await take(link)).toBeUndefined();
});

it('gives different data folders to different takers', async () => {
  expect(await take(newFolder())).toBeDefined();
  expect(await take(newFolder())).toBeDefined();
});

it('gives the data folder of a killed process away at once', async () => {
  const folder = newFolder();
  const module = join(import.meta.dirname, '../../main/entry/single-instance.ts');
  const script = `const { takeInstanceLock } = await import(${JSON.stringify(module)});
    const lock = await takeInstanceLock(${JSON.stringify(folder)}, () => {});
    console.log(lock === undefined ? 'refused' : 'taken');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [line] = await once(holder.stdout, 'data');
  expect(String(line).trim()).toBe('taken');
  expect(await take(folder)).toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await take(folder)).toBeDefined();
});
