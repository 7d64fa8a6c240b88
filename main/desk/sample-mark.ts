import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../vault/profile.ts';

/** Marks a school as the invented sample, where it can be read before anybody has signed in. */
export function markAsSample(profile: Profile): void {
  writeFileSync(sampleMark(profile), '', { mode: 0o600 });
}

/** Whether the school is the invented sample. */
export function isMarkedAsSample(profile: Profile): boolean {
  return existsSync(sampleMark(profile));
}

function sampleMark(profile: Profile): string {
  return join(profile.folder, 'sample');
}
