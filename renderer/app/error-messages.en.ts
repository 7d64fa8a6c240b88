import type { Messages } from './catalogue.ts';

/** Every error of the contract: what happened, what is kept, what to do. */
export const errorMessages = {
  'error.sender-refused':
    'Rollkeep refused a request that did not come from its own window. Nothing was changed. Close this window and start Rollkeep again.',
  'error.unknown-procedure':
    'This window asked for something Rollkeep does not know. Nothing was changed. Close Rollkeep and start it again.',
  'error.wrong-state': 'This cannot be done just now. Nothing was changed. Go back and try again.',
  'error.permission-refused':
    'Your role may not do this. Nothing was changed, and the attempt was recorded. Ask a school administrator if you need it.',
  'error.out-of-scope':
    'This record is not here, or not one of those your role may open. The attempt was recorded. Ask the office if you need it.',
  'error.limit-tripped': 'Too many requests in a short time. Nothing was changed. Try again at {time}.',
  'error.bad-input':
    'Something entered here is not accepted. Nothing was changed. Look through the fields and try again.',
  'error.bad-input.fields': 'Not accepted: {fields}. Nothing was changed. Mend it and try again.',
  'error.audit-unavailable.disk-full':
    'The audit log cannot be written: the disk is full. Records stay closed until it can. What was saved is safe. Free space, then Try again.',
  'error.audit-unavailable.not-writable':
    'The audit log cannot be written: its file refuses. Records stay closed until it can. What was saved is safe. Check the disk and the folder of Rollkeep, then Try again.',
  'error.store-busy':
    'Rollkeep is busy with longer work, such as an import. Nothing was changed. Wait a moment and try again.',
  'error.locked': 'Rollkeep is locked. What you typed and did not save waits for you here. Sign in to go on.',
  'error.internal':
    'Rollkeep made a mistake and did not do this. What was saved is safe. Try again; if it happens again, report reference {reference}.',

  'error.wrong-credentials': {
    one: 'Username or password is wrong. {count} try left before the account locks.',
    other: 'Username or password is wrong. {count} tries left before the account locks.',
  },
  'error.wrong-credentials.last': 'Username or password is wrong.',
  'error.locked-out':
    'Locked after five wrong passwords. Try again at {time}, or ask an administrator to unlock.',
  'error.attempts-damaged':
    'The count of wrong passwords on this computer was damaged or changed from outside, so no one can sign in by password. The records are safe. Use the recovery key.',
  'error.password-refused.too-short':
    'This password is too short. Use at least 12 characters; a few words are easiest to remember.',
  'error.password-refused.too-common':
    'This password is one of those that are tried first. Choose another; a few unrelated words are best.',
  'error.password-refused.contains-username':
    'This password is little more than the username. Choose another.',
  'error.password-refused.same-as-before': 'This is the password you have already. Choose another.',
  'error.keychain-unavailable':
    "This computer's keychain cannot be reached. Nothing was changed. Unlock it or sign in to the computer again, then try again.",
  'error.school-secret-missing':
    "This computer's keychain has lost the secret of this school. The records are safe, and a password alone cannot open them. Use the recovery key.",
  'error.store-damaged.store-missing':
    "The school's store is missing from its folder. Rollkeep has not made a new one in its place. Put the file back, or restore a backup with the recovery key.",
  'error.store-damaged.store-plaintext':
    "The school's store was replaced by a file that is not encrypted. Rollkeep will not open it. Restore a backup with the recovery key.",
  'error.store-damaged.store-unreadable':
    "The school's store is damaged and does not open. Rollkeep has left it as it is. Restore a backup with the recovery key.",
  'error.store-damaged.vault-missing':
    'The file with the keys of this school is missing. The store itself is untouched. Restore a backup with the recovery key.',
  'error.store-damaged.vault-damaged':
    'The file with the keys of this school is damaged. The store itself is untouched. Restore a backup with the recovery key.',
  'error.store-damaged.vault-tampered':
    'The file with the keys of this school was changed from outside. Rollkeep will not use it. Tell whoever answers for data protection, and restore a backup with the recovery key.',
  'error.store-damaged.store-newer':
    'This school was opened with a newer Rollkeep. Nothing was changed. Install that version, or a later one, here.',
  'error.store-rolled-back.older':
    'The records on this computer are older than they were when it was last locked: the file was put back from a copy. They stay closed. Use the recovery key, or restore a backup.',
  'error.store-rolled-back.missing':
    'This computer no longer knows how far its records had gone, so it cannot tell whether they are complete. They stay closed. Use the recovery key, or restore a backup.',
  'error.recovery-key-wrong':
    'This is not the recovery key of this school. Nothing was changed. Check that the sheet is for this school, and type it again.',
  'error.recovery-key-wrong.group':
    'Group {group} of the recovery key is not right. Nothing was changed. Compare it with the sheet and type it again.',
  'error.username-taken':
    'There is an account with this username already. Nothing was changed. Choose another username.',
  'error.last-administrator':
    'This is the last school administrator. Nothing was changed. Make another administrator first.',
  'error.own-account': 'This is your own account. Nothing was changed. Another administrator can do it.',
  'error.account-gone': 'This account is no longer here. Nothing was changed. Look at the list again.',

  'error.record-changed':
    'Somebody changed this record since you opened it. Nothing of yours was saved; what you typed is still here. Open the record again and compare.',
  'error.record-merged-already':
    'One of the two records is shown with another one already, or both are the same. Nothing was changed. Part those two first, then merge.',
  'error.record-not-merged':
    'This record is shown by itself already: somebody has parted it. Nothing was changed.',
  'error.list-gone': 'This list is gone: you have removed it on another computer. No student is touched.',
  'error.list-title-taken': 'Another of your lists has this name. Nothing was changed. Choose another name.',
  'error.register-not-expected':
    'No register is expected for this class, day and session. Nothing was changed. Choose another register.',
  'error.code-unknown':
    'Not a code of this day: {codes}. The other marks are kept on screen and not saved. Use a code from the list.',
  'error.code-not-repeatable':
    '{code} is said anew each day: only absences and events of several days can be repeated. No following day was planned.',
  'error.beyond-school-year':
    'The school year ends before these days are over. No following day was planned. Choose fewer days.',
  'error.code-has-marks': {
    one: '{count} mark of this code lies on or after this day. Nothing was changed. If you change the code, the mark stays and counts as the code does then.',
    other:
      '{count} marks of this code lie on or after this day. Nothing was changed. If you change the code, they stay and count as the code does then.',
  },
  'error.code-key-taken':
    'The key {key} writes {code} on some of these days. Nothing was changed. Choose another key, or none.',
  'error.present-code-needed':
    'Every register needs a code that means present and counts as attending. Nothing was changed. Meaning and key of this code can be changed.',
  'error.day-in-future': 'This day has not come yet. Nothing was changed. Choose today or an earlier day.',
  'error.movement-out-of-order.here-already':
    'This student is in school already, by what was entered for this day. Nothing was saved. Take the earlier entry back if it is wrong.',
  'error.movement-out-of-order.out-already':
    'This student is signed out. Nothing was saved. Enter that the student is back first.',
  'error.movement-out-of-order.not-out':
    'This student is not signed out: somebody may have entered the return already. Nothing was saved.',
  'error.movement-out-of-order.before-last':
    'The time is before what was entered last. Nothing was saved. Check the times.',
  'error.movement-out-of-order.in-future':
    'That time has not come yet. Nothing was saved. Enter the time at which it happened.',
  'error.movement-out-of-order.taken-back': 'This entry was taken back already.',
  'error.no-school-day': 'There is no school on this day. Nothing was saved. Choose a school day.',
  'error.correction-reason-needed':
    'An earlier day is changed only with a reason. Nothing was saved. Write why, then save again.',
  'error.code-gives-no-reason':
    '{code} gives no reason for being away. Nothing was changed. Choose a code that does.',
  'error.day-has-passed':
    'The first day has passed. Nothing was planned. Begin today or later; what has passed is entered in its register.',
  'error.no-school-days':
    'There is no school on these days in these sessions. Nothing was changed. Look at the days again.',
  'error.plan-has-begun':
    'The planned absence covers days that have passed, and these stay as they were. Nothing was changed. It can be ended instead.',
  'error.nothing-to-explain':
    'None of these marks waits for a reason any more: somebody was quicker. Nothing was changed.',
  'error.closure-has-marks': {
    one: '{count} mark lies on these days. Nothing was changed. If you close them it stays, and stops counting.',
    other:
      '{count} marks lie on these days. Nothing was changed. If you close them they stay, and stop counting.',
  },

  'error.upload-gone': 'The file is no longer held for checking. Nothing was changed. Choose it again.',
  'error.upload-too-large':
    'The file is larger than {size}. Nothing was changed. Check that it is the right one.',
  'error.roster-refused': 'The roster was refused. Nothing was changed. The list says what to mend.',
  'error.school-not-in-package':
    'The chosen school is not in this package. Nothing was changed. Choose one that is.',
  'error.confirmation-needed': {
    one: 'This would remove {count} person. Nothing was changed. Type the number to go on.',
    other: 'This would remove {count} people. Nothing was changed. Type the number to go on.',
  },
  'error.cancelled': 'Cancelled. Nothing was changed.',
  'error.folder-unreadable':
    'There is no folder with this path on this computer, or it cannot be read. Give the whole path.',
  'error.drop-gone':
    'The file that waited is no longer in the watched folder, or is another now. Nothing was changed. Look into the folder again.',
  'error.review-outdated': 'Records changed since this review. Nothing was changed. Check the package again.',

  'error.no-server':
    'This school is not connected with a server, so nothing was sent. Everything is saved on this computer. An administrator connects it on the Sync page.',
  'error.server-known':
    'This school is connected with a server already. Nothing was changed. The Sync page says with which.',
  'error.server-unreachable':
    'The server cannot be reached. Nothing was changed, and work here goes on. Check the network and try again.',
  'error.server-not-genuine':
    'What answered is not the server of this code. Nothing was sent to it, and nothing was changed. Do not go on; ask the operator of the server.',
  'error.server-refused.code-expired': 'This code has expired. Nothing was changed. Ask for a new one.',
  'error.server-refused.code-used':
    'This code was used already. Nothing was changed. If you did not use it, tell whoever gave it to you, and ask for a new one.',
  'error.server-refused.not-found':
    'The server does not know this code. Nothing was changed. Ask for a new one.',
  'error.server-refused.channel-taken':
    'The place that this invitation gives on the server is taken by another school. Nothing was changed. Ask the operator of the server for a new invitation.',
  'error.server-refused.clock-skew':
    "The clocks of this computer and the server differ too much. Nothing was changed. Set this computer's clock and try again.",
  'error.server-refused.other':
    'The server refused. Nothing was changed. Try again; if it refuses again, ask the operator of the server.',
  'error.invitation-wrong.characters':
    'There is a character in it that no code has. Nothing was changed. Copy the whole code again.',
  'error.invitation-wrong.damaged':
    'This code is cut short or mistyped. Nothing was changed. Copy the whole code again.',
  'error.invitation-wrong.newer':
    'This code was made by a newer Rollkeep. Nothing was changed. Install that version, or a later one, here.',
  'error.words-wrong': {
    one: 'These are not the words of the other screen. Nothing was changed. Look at the place numbers; {count} try left.',
    other:
      'These are not the words of the other screen. Nothing was changed. Look at the place numbers; {count} tries left.',
  },
  'error.words-wrong.last':
    'These are not the words of the other screen, and no try is left. Nothing was changed. If they were typed as shown, somebody may be between the two computers: begin again with a new code on another network.',
  'error.enrolment-over':
    'The code has expired, or one of the two computers has given up. Nothing was changed. Begin again with a new code.',
  'error.desk-gone': 'That computer has been ended already. Nothing was changed. Look at the list again.',
  'error.own-desk':
    'This is the computer that you are using. Nothing was changed. End it from another computer of the school.',

  'error.disk-full':
    'The disk is full. Nothing was changed; what was saved is safe. Free space and try again.',
  'error.folder-not-writable':
    'Rollkeep may not write to its folder. Nothing was changed. Check the folder and try again.',
  'error.backup-missing': 'This backup is no longer in its folder. Nothing was changed. Choose another.',
  'error.backup-damaged': 'This backup is damaged and does not open. Nothing was changed. Choose another.',
  'error.backup-foreign': 'This backup is of another school. Nothing was changed. Choose another.',
  'error.nothing-to-export':
    'There is nothing to export: no roster was imported yet, or no register was expected in this range. No file was written.',
  'error.export-outdated':
    'The records changed since the export was prepared, or that was too long ago. No file was written. Prepare it again and look at what it holds.',
  'error.backup-folder-refused.relative':
    'This is not the whole path of a folder. Nothing was changed. Type it from its beginning, such as /media/backup or E:\\Backup.',
  'error.backup-folder-refused.away':
    'There is no folder at this path. Nothing was changed. Plug the disk in, or connect the share, and try again.',
  'error.backup-folder-refused.own':
    "This folder is Rollkeep's own, or holds it: a copy there is lost with the disk. Nothing was changed. Choose a folder on another disk.",
  'error.backup-folder-refused.not-writable':
    'Rollkeep may not write to this folder. Nothing was changed. Choose another, or ask for the right to write there.',
  'error.school-here':
    'This school is on this computer already. Nothing was changed. Go to sign-in, and restore the backup there.',
  'error.recipient-invalid':
    "This is not an age recipient. Nothing was changed. Ask the receiver for their key, which begins with 'age1'.",
} as const satisfies Messages;
