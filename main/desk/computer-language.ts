import { join } from 'node:path';
import { windowLanguage, type WindowLanguage } from '../../domain/contract/shared.ts';
import type { Result } from '../../domain/result.ts';
import { readFileIfAny, replaceFile, type DiskFull } from '../vault/durable-file.ts';

/**
 * The language that was chosen on this computer last, for the pages before sign-in; null where nobody has chosen, or the file says
 * something else: nothing but convenience is lost.
 */
export function readComputerLanguage(dataDir: string): WindowLanguage | null {
  return windowLanguage.safeParse(readFileIfAny(pathIn(dataDir))?.trim()).data ?? null;
}

/** Keeps the language chosen on this computer. Errors: `disk-full`. */
export function writeComputerLanguage(dataDir: string, language: WindowLanguage): Result<void, DiskFull> {
  return replaceFile(pathIn(dataDir), `${language}\n`);
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'language');
}
