import { keychainNames, openKeychain } from '../../main/vault/keychain.ts';
import { schoolA } from './support-ids.ts';

// Runs in a process of its own, with the session bus that the test gave it. Prints one line of JSON.
const [task, dataDir = ''] = process.argv.slice(2);
const name = keychainNames.schoolSecret(schoolA);
const opened = openKeychain({ dataDir, allowFile: task === 'open-allowing-file' });
if (!opened.ok) {
  print({ error: opened.error.type });
} else {
  const keychain = opened.value;
  if (task === 'write')
    print({ kind: keychain.kind, written: keychain.set(name, Uint8Array.of(0, 1, 254, 255)) });
  else if (task === 'delete')
    print({ kind: keychain.kind, deleted: [keychain.delete(name), keychain.delete(name)] });
  else {
    const read = keychain.get(name);
    print({ kind: keychain.kind, value: read.ok && read.value !== null ? [...read.value] : null });
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
