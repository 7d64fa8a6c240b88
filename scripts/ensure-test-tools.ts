import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Foreign programs that the tests compare with or run under, and the Debian package of each. */
const tools = [
  { program: 'dbus-run-session', debian: 'dbus' },
  { program: 'gnome-keyring-daemon', debian: 'gnome-keyring' },
  { program: 'age', debian: 'age' },
  { program: 'openssl', debian: 'openssl' },
  { program: 'python3', debian: 'python3' },
  { program: 'sqlite3', debian: 'sqlite3' },
  { program: 'sslscan', debian: 'sslscan' },
  { program: 'strace', debian: 'strace' },
] as const;

/**
 * Installs what the tests need beside npm's packages, on Debian as root; elsewhere names what is missing.
 *
 * Gives the missing programs: none when the tests can run.
 */
export function ensureTestTools(): string[] {
  const missing = tools.filter(({ program }) => !isInstalled(program));
  if (missing.length === 0) return [];
  const packages = missing.map(({ debian }) => debian);
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    console.log(`Installing for the tests: ${packages.join(' ')}`);
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    spawnSync('apt-get', ['update'], quiet);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], quiet);
  }
  return missing.filter(({ program }) => !isInstalled(program)).map(({ program }) => program);
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
