import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this account's schools lie unless told otherwise: each system's own place for application data. */
export function defaultDataFolder(): string {
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Rollkeep');
  }
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Rollkeep', 'desk');
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'rollkeep');
}
