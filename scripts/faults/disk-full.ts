import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Tally } from './tally.ts';

const childFile = fileURLToPath(new URL('./disk-full-child.ts', import.meta.url));
const diskBytes = 24 * 1024 * 1024;

const tallySchema = z.object({
  name: z.string(),
  rounds: z.int(),
  acknowledged: z.int(),
  lost: z.int(),
  unopenable: z.int(),
  problems: z.array(z.string()),
});

/**
 * Fills the disk at every step and looks at what the gate answers. On a small disk in memory where a mount namespace may
 * be made (as root, or where users may), else with SQLite's own limit on pages.
 */
export function runDiskFull(
  folder: string,
  options: { readonly steps: number; readonly seed: number },
): Tally {
  const own = join(folder, 'small-disk');
  mkdirSync(own, { recursive: true });
  const canMount =
    spawnSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', own]).status === 0;
  const argument = JSON.stringify({ ...options, folder: own, hasOwnDisk: canMount });
  // The mount dies with the namespace, and that with the process.
  const script = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && exec "$3" "$4" "$5"';
  const shell = ['sh', '-c', script, 'sh', String(diskBytes), own, process.execPath, childFile, argument];
  const ran = canMount
    ? spawnSync('unshare', ['--map-root-user', '--mount', ...shell], { encoding: 'utf8' })
    : spawnSync(process.execPath, [childFile, argument], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`The full disk could not be played: ${ran.stderr.slice(0, 2000)}`);
  return tallySchema.parse(JSON.parse(ran.stdout));
}
