import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasFileKeychain, keychainNames, openFileKeychain, openKeychain } from '../../main/vault/keychain.ts';
import { schoolA, schoolB, temporaryFolder, valueOf } from './support.ts';

const child = new URL('keychain-child.ts', import.meta.url).pathname;
const name = keychainNames.schoolSecret(schoolA);

/** A home of its own, so that no real keyring of whoever runs the tests is touched. */
function homeEnvironment(home: string): NodeJS.ProcessEnv {
  const runtime = join(home, 'run');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const { DBUS_SESSION_BUS_ADDRESS: _bus, DISPLAY: _display, ...rest } = process.env;
  return {
    ...rest,
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, 'data'),
    GNOME_KEYRING_CONTROL: '',
  };
}

/** Runs the child in a session bus whose gnome-keyring was unlocked with a password. */
function withKeyring(home: string, ...args: string[]): unknown {
  const script =
    'printf %s an-invented-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@"';
  const command = ['--', 'sh', '-c', script, process.execPath, child, ...args];
  const output = execFileSync('dbus-run-session', command, {
    env: homeEnvironment(home),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

/** Runs the child where no session bus answers. */
function withoutKeyring(home: string, ...args: string[]): unknown {
  const output = execFileSync(process.execPath, [child, ...args], {
    env: { ...homeEnvironment(home), DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'no-bus')}` },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  return JSON.parse(output);
}

describe.runIf(process.platform === 'linux')('keychain of the operating system, a real gnome-keyring', () => {
  it(
    'keeps a secret over sessions, gives null for none, and writes no file of ours',
    { timeout: 60_000 },
    () => {
      const home = temporaryFolder();
      expect(withKeyring(home, 'read', home)).toEqual({ kind: 'os', value: null });
      expect(withKeyring(home, 'write', home)).toEqual({ kind: 'os', written: { ok: true } });
      expect(withKeyring(home, 'read', home)).toEqual({ kind: 'os', value: [0, 1, 254, 255] });
      expect(withKeyring(home, 'delete', home)).toEqual({
        kind: 'os',
        deleted: [{ ok: true }, { ok: true }],
      });
      expect(withKeyring(home, 'read', home)).toEqual({ kind: 'os', value: null });
      expect(hasFileKeychain(home)).toBe(false);
    },
  );

  it('is preferred to a file that the user would also accept', { timeout: 30_000 }, () => {
    const home = temporaryFolder();
    expect(withKeyring(home, 'open-allowing-file', home)).toEqual({ kind: 'os', value: null });
    expect(hasFileKeychain(home)).toBe(false);
  });

  it('without one it says so and writes nothing, unless the user accepts a file', { timeout: 30_000 }, () => {
    const home = temporaryFolder();
    expect(withoutKeyring(home, 'read', home)).toEqual({ error: 'keychain-unavailable' });
    expect(hasFileKeychain(home)).toBe(false);
    expect(withoutKeyring(home, 'open-allowing-file', home)).toEqual({ kind: 'file', value: null });
    expect(hasFileKeychain(home)).toBe(true);
  });
});

describe('fallback file', { timeout: 60_000 }, () => {
  it('keeps secrets over restarts, readable by this account only, and says what it is', () => {
    const dataDir = temporaryFolder();
    const keychain = valueOf(openFileKeychain(dataDir));
    expect(keychain.kind).toBe('file');
    expect(keychain.get(name)).toEqual({ ok: true, value: null });
    valueOf(keychain.set(name, Uint8Array.of(1, 2)));
    valueOf(keychain.set(keychainNames.schoolSecret(schoolB), Uint8Array.of(3)));
    const again = valueOf(openKeychain({ dataDir, allowFile: true }));
    expect(again.kind).toBe('file');
    expect(again.get(name)).toEqual({ ok: true, value: Uint8Array.of(1, 2) });
    valueOf(again.delete(name));
    expect(again.get(name)).toEqual({ ok: true, value: null });
    expect(again.get(keychainNames.schoolSecret(schoolB))).toEqual({ ok: true, value: Uint8Array.of(3) });
    expect(statSync(join(dataDir, 'keychain-fallback.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'keychain-fallback.json'), 'utf8')).not.toContain('probe');
  });

  it.each(['', 'not json', '{"v":1,"items":{"a":"xyz"}}', '{"v":2,"items":{}}'])(
    'a damaged file (%j) is an error, never an empty keychain, and is left as it is',
    (content) => {
      const dataDir = temporaryFolder();
      const path = join(dataDir, 'keychain-fallback.json');
      writeFileSync(path, content, { mode: 0o600 });
      expect(openKeychain({ dataDir, allowFile: true })).toEqual({
        ok: false,
        error: { type: 'keychain-damaged' },
      });
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it('a file that others can read is refused', () => {
    const dataDir = temporaryFolder();
    const keychain = valueOf(openFileKeychain(dataDir));
    chmodSync(join(dataDir, 'keychain-fallback.json'), 0o644);
    expect(keychain.get(name)).toEqual({ ok: false, error: { type: 'keychain-exposed' } });
    expect(openFileKeychain(dataDir)).toEqual({ ok: false, error: { type: 'keychain-exposed' } });
  });
});
