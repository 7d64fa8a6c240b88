import type { Messages } from '../app/catalogue.ts';

/** This computer's protection, in sentences. */
export const securityMessages = {
  'security.title': 'Security of this computer',
  'security.state.ok': 'Nothing weak was found. What stands below is how it is now.',
  'security.state.weak': {
    one: '{count} weakness: it stands first, with what to do.',
    other: '{count} weaknesses: they stand first, with what to do.',
  },
  'security.weak.title': 'What is weak',
  'security.weak.word': 'Weak:',
  'security.protected.title': 'How the records are protected',
  'security.protected.word': 'In order:',

  'security.keychain.os.title': "Half of the key is in this computer's keychain",
  'security.keychain.os.text':
    'A copy of the disk or of the backup folder does not open with a password alone.',
  'security.keychain.file.title': 'Half of the key is in a file, not in a keychain',
  'security.keychain.file.text':
    "Whoever copies this account's files can try passwords on them elsewhere. Install or unlock a keychain (on Linux: GNOME Keyring or KWallet) before setting up the next computer, keep the disk encrypted, and ask everybody for long passwords.",
  'security.backup.none.title': 'There is no backup',
  'security.backup.none.text': 'If this disk fails, everything is lost.',
  'security.backup.old.title': 'The last backup is {age} old',
  'security.backup.old.text': 'What was entered since then would be lost with this disk.',
  'security.backup.action': 'Go to backup',
  'security.backup.ok.title': 'The last backup is {age} old',
  'security.backup.ok.text': 'It opens only with the recovery sheet.',
  'security.journal.title': {
    one: 'The journal kept while locked has {count} problem',
    other: 'The journal kept while locked has {count} problems',
  },
  'security.journal.text':
    'Rollkeep notes wrong passwords and refusals while it is locked. That file was damaged, cut short or changed from outside. Find out who had this computer, and tell whoever answers for data protection.',
  'security.journal.action': 'Look at the audit log',
  'security.journal.ok.title': 'The journal kept while locked is in order',
  'security.journal.ok.text':
    'Wrong passwords and refusals while locked are noted and cannot be taken out unseen.',
  'security.failed.title': {
    one: '{count} failed sign-in in the last 7 days',
    other: '{count} failed sign-ins in the last 7 days',
  },
  'security.failed.many.text':
    'That is many for a week. Ask who forgot a password; if nobody did, somebody is trying. After five wrong passwords an account is locked for a while.',
  'security.failed.action': 'Look at the accounts',
  'security.failed.ok.text': 'After five wrong passwords an account is locked for a while.',
  'security.checkpoint.none.title': 'The audit log has not been signed yet',
  'security.checkpoint.none.text':
    'A signed head shows whether entries were taken out. It is written on its own after the first entries; if this stays, verify the log.',
  'security.checkpoint.action': 'Go to the audit log',
  'security.audit.title': 'The audit log holds {count} entries, last signed {time}',
  'security.audit.text':
    'Every reading and change is on it before anything is shown. Its present head is {root}.',

  'security.store.title': 'The store is encrypted, every page of it',
  'security.store.text':
    '{cipher}, {size} on disk. Its master key is generation {generation}; it changes whenever an account is reset or removed.',
  'security.fields.title': 'Sensitive fields are sealed once more',
  'security.fields.text':
    "Guardians' contacts, national id, date of birth, address and medical alerts have keys of their own, now of quarter {quarter}.",
  'security.password.title': 'Passwords are slow to try',
  'security.password.text':
    'Each try costs {memory} MiB of memory and {passes} passes (Argon2id, {lanes} lanes).',
  'security.session.title': 'Rollkeep locks by itself',
  'security.session.text':
    'After {idle} minutes without a key or click, after {hours} hours in any case, and when this computer sleeps.',
  'security.window.electron.title': 'The window is its own program',
  'security.window.chromium.title': 'The window is the installed browser',
  'security.window.text':
    'It has no network, no file and no key; all it can do is ask, and every question is checked against the role.',
} as const satisfies Messages;
