import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const largestLogBytes = 1024 * 1024;

/**
 * Logs bugs of this application on this computer, and gives each a reference that the user can name.
 *
 * Only our own messages (they begin with `Bug:`), error codes and places in the code are written: an error's other text
 * could repeat what somebody typed.
 */
export function createBugLog(folder: string): (cause: unknown) => string {
  const path = join(folder, 'rollkeep.log');
  return (cause) => {
    const reference = randomBytes(4).toString('hex');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > largestLogBytes) renameSync(path, `${path}.1`);
      const line = { at: new Date().toISOString(), reference, ...describeBug(cause) };
      appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (logging) {
      // A full disk must not turn one failure into two; the reference still reaches the user.
      if (!(logging instanceof Error)) throw logging;
    }
    return reference;
  };
}

function describeBug(cause: unknown): object {
  if (!(cause instanceof Error)) return { error: typeof cause };
  const places = (cause.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12);
  return {
    error: cause.name,
    ...('code' in cause && typeof cause.code === 'string' ? { code: cause.code } : {}),
    ...(cause.message.startsWith('Bug:') ? { message: cause.message } : {}),
    places: places.map((line) => line.trim().replace(/\(?(?:file:\/\/)?\/.*\/([^/]+\/[^/]+)\)?$/, '$1')),
    ...(cause.cause === undefined ? {} : { cause: describeBug(cause.cause) }),
  };
}
