import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planThinning } from '../../domain/backup/thinning.ts';
import { assert } from '../../domain/result.ts';
import { backupFolder, listBackups, type ListedBackup } from '../../main/backup/backup-file.ts';
import { copyFolder } from '../../main/backup/copies.ts';
import { drillBackup } from '../../main/backup/drill.ts';
import { readBackupSettings, writeBackupSettings } from '../../main/backup/settings.ts';
import { recoveryKeysOf } from '../../main/vault/keys.ts';
import { parseRecoveryKey } from '../../main/vault/recovery-key.ts';
import { inTransaction, type ScriptDesk } from '../harness/script-desk.ts';
import type { Ack } from './plan.ts';
import { firstMs } from './small-school.ts';

const hourMs = 3_600_000;
const backupsADay = 3;

/** When backup `number` of a school is made: three within a day, the next three eight days later, so that two of them go. */
export function backupClockMs(number: number): number {
  const group = Math.floor(number / backupsADay);
  return firstMs + group * 8 * 24 * hourMs + (number % backupsADay) * 3 * hourMs;
}

/** The folder that takes the copies, where it has been made. */
export function secondFolderOf(dataDir: string): string {
  return join(dataDir, 'second');
}

/** Has backups copied to a folder. The image of a disk lies elsewhere than the disk did, and its store names the old place. */
export function useSecondFolder(script: ScriptDesk, secondFolder: string): void {
  const { db } = script.open.unitParts;
  const settings = readBackupSettings(db);
  if (settings.secondFolder === secondFolder) return;
  inTransaction(script.open, () => {
    writeBackupSettings(db, { ...settings, secondFolder });
  });
}

/**
 * Looks for every acknowledged backup that a rule keeps, restores the newest of each folder as a drill does, and makes one more: after
 * it nothing unfinished may lie there. `backups` may be all that were ever acknowledged, or the last of them.
 */
export async function checkBackups(
  script: ScriptDesk,
  school: { readonly dataDir: string; readonly recoveryKeyGroups: readonly string[] },
  backups: readonly (Ack & { readonly kind: 'backup' })[],
  lost: string[],
  broken: string[],
): Promise<void> {
  const { school: facts } = script.open.unitParts;
  const second = secondFolderOf(school.dataDir);
  const folders = [
    backupFolder(script.desk, facts.id),
    ...(existsSync(second) ? [copyFolder(second, facts)] : []),
  ];
  const expected = keptOf(script, backups, folders.flatMap(listBackups));
  for (const [index, folder] of folders.entries()) {
    const listed = listBackups(folder);
    const there = new Set(listed.map(({ name }) => name));
    for (const { name, number } of backups) {
      if (expected.has(name) && !there.has(name)) lost.push(`backup ${number} in folder ${index + 1}`);
    }
    const [newest] = listed;
    if (newest !== undefined) broken.push(...(await problemsOf(script, school, folder, newest.name)));
  }
  if (existsSync(second)) useSecondFolder(script, second);
  await script.must('backup', 'make', {});
  for (const folder of folders) {
    const unfinished = readdirSync(folder).filter((name) => name.endsWith('.part'));
    if (unfinished.length > 0) broken.push(`${unfinished.length} unfinished files stay`);
  }
}

/** What no thinning may have removed, not even that of a backup which was being made when it all ended. */
function keptOf(
  script: ScriptDesk,
  acked: readonly { readonly name: string; readonly atMs: number; readonly number: number }[],
  listed: readonly ListedBackup[],
): ReadonlySet<string> {
  // A writer that was killed before its acknowledgement has thinned by its own clock, after its backup was on the disk.
  const nextMs = Math.max(
    backupClockMs(acked.reduce((most, { number }) => Math.max(most, number), 0) + 1),
    ...listed.map(({ atMs }) => atMs),
  );
  const known = new Map([...listed, ...acked].map(({ name, atMs }) => [name, atMs]));
  const all = [...known, ['next', nextMs] as const].map(([name, atMs]) => ({ name, atMs, isProven: false }));
  const { timeZone } = script.open.unitParts.school;
  const plan = planThinning(all, { nowMs: nextMs, trustedMs: null, timeZone });
  assert(plan.ok, 'a clock that nobody has seen yet has not leapt');
  return new Set(plan.value.kept.map(({ name }) => name));
}

/** What a drill of the backup finds, none when it restores whole. */
async function problemsOf(
  script: ScriptDesk,
  { recoveryKeyGroups }: { readonly recoveryKeyGroups: readonly string[] },
  folder: string,
  backup: string,
): Promise<readonly string[]> {
  const key = parseRecoveryKey(recoveryKeyGroups);
  assert(key.ok, "the school's recovery key reads");
  const { unitParts, auditSigner } = script.open;
  const scratch = mkdtempSync(join(tmpdir(), 'rollkeep-drill-'));
  try {
    const drilled = await drillBackup({
      folder,
      backup,
      school: unitParts.school.id,
      auditKey: Buffer.from(auditSigner.publicKey).toString('hex'),
      secrets: [recoveryKeysOf(key.value).agreement.secret],
      scratch: join(scratch, 'store'),
    });
    return drilled.ok ? [] : [`a backup does not restore: ${drilled.error.type}`];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
