import type { Messages } from '../app/catalogue.ts';

/** Backups, restore and the school's export. */
export const backupMessages = {
  'backup.title': 'Backup and export',
  'backup.state.last': 'Last backup {age} ago, proven {proven}.',
  'backup.state.unproven': 'Last backup {age} ago. No drill has restored one yet.',
  'backup.state.none': 'There is no backup yet. The first one is made as soon as the desk is quiet, or now.',
  'backup.make': 'Back up now',
  'backup.making': 'Making a backup',
  'backup.made': 'Backup made, {size}.',
  'backup.failed.disk-full':
    'The disk is full. The records are safe, and older backups are kept. Free space, then back up now.',
  'backup.failed.folder-not-writable':
    'Rollkeep may not write to the backup folder. The records are safe, and older backups are kept. Check the folder, then back up now.',
  'backup.failed.failed':
    'The records are safe, and older backups are kept. Back up now; if it fails again, look at the disk.',
  'backup.folder': 'Folder',
  'backup.folder.text':
    'Backups are encrypted to the recovery key: away from this computer only the recovery sheet opens them. A backup on this disk is lost with it: name a second folder below, or copy this one to another place.',

  'backup.now.label': 'How backups stand',
  'backup.now.what': 'What',
  'backup.now.last': 'Last',
  'backup.now.next': 'Next',
  'backup.now.where': 'Where',
  'backup.now.backup': 'Backup',
  'backup.now.drill': 'Restore drill',
  'backup.now.sheet': 'Recovery sheet',
  'backup.now.copy': 'Second folder',
  'backup.now.never': 'never',
  'backup.now.ago': '{time}, {age} ago',
  'backup.now.soon': 'as soon as the desk is quiet',
  'backup.now.atUse': '{time}, or when the desk is next in use',
  'backup.now.scratch': 'in a scratch store on this computer, removed afterwards',
  'backup.now.drillOk': {
    one: '{count} row in {tables} tables back in {took}',
    other: '{count} rows in {tables} tables back in {took}',
  },
  'backup.now.drillBad': 'failed',
  'backup.now.sheet.proven': 'opened a backup on {time}',
  'backup.now.sheet.never': 'never proven to open a backup',
  'backup.now.sheet.old': 'last opened a backup on {time}: more than a year ago',
  'backup.now.sheet.due': 'by {time}',
  'backup.now.sheet.where': 'on paper, in the safe',
  'backup.now.copy.none': 'none',
  'backup.now.copy.waits': 'not copied yet',
  'backup.now.copy.after': 'after each backup',
  'backup.now.copy.away': 'is not there now; last copied {time}. It is looked for every hour',
  'backup.now.copy.neverThere': 'is not there, and nothing has been copied. It is looked for every hour',
  'backup.now.copy.disk-full': 'is full. Free space there; it is tried every hour',
  'backup.now.copy.folder-not-writable': 'takes no file. Check it; it is tried every hour',
  'backup.now.copy.differs': 'gave back other bytes than were written. Replace the disk',

  'backup.clock.title': 'The clock of this computer went from {from} to {to} at once',
  'backup.clock.text':
    'So no old backup is removed. If today’s date is right, say so; if not, set the clock of the computer.',
  'backup.clock.right': 'The date is right',

  'backup.drill.now': 'Drill now',
  'backup.drill.running': 'Restoring the newest backup as a drill',
  'backup.drill.ok.title': 'The backup comes back whole',
  'backup.drill.ok.text':
    '{students} students, {marks} marks and {audit} audit entries were restored and counted in {took}; the audit log verifies, and {opened} records with sealed fields opened. Work of {lost} would have been lost.',
  'backup.drill.bad.title': 'The drill failed',
  'backup.drill.sheet': 'Drill with the recovery sheet',
  'backup.drill.sheet.title': 'Drill with the recovery sheet',
  'backup.drill.sheet.text':
    'The weekly drill opens the backup with a key that this computer keeps. Only this one proves that the sheet on paper opens it too. Do it once a year, and after each new sheet.',
  'backup.drill.sheet.key': 'Recovery key',
  'backup.drill.sheet.key.text': 'Type it from the paper, group by group. Nothing of the school is changed.',
  'backup.drill.sheet.remind.title': 'Does the recovery sheet still open a backup?',
  'backup.drill.sheet.remind.text':
    'It has not been tried for a year or more. A sheet that cannot be found or read is noticed only when it is too late.',
  'backup.drill.list': 'Last drills',
  'backup.drill.column.when': 'When',
  'backup.drill.column.way': 'Opened with',
  'backup.drill.column.result': 'Result',
  'backup.drill.column.rows': 'Rows',
  'backup.drill.column.audit': 'Audit entries',
  'backup.drill.column.lost': 'Would be lost',
  'backup.drill.column.took': 'Took',
  'backup.drill.way.drill-key': 'the key kept here',
  'backup.drill.way.sheet': 'the recovery sheet',
  'backup.drill.result.ok': 'came back whole',
  'backup.drill.problem.stale':
    'The newest backup in the folder is not the one that was made last: that is gone, or an older one was put in its place. Back up now, and find out who changes the folder.',
  'backup.drill.problem.damaged':
    'The newest backup does not open, or is not as it was written. Older ones are kept. Back up now and drill again; if it fails again, look at the disk.',
  'backup.drill.problem.foreign':
    'The newest backup is not one of this desk. Older ones are kept. Back up now and drill again.',
  'backup.drill.problem.counts-differ':
    'A table came back with another number of rows than the backup says. Older ones are kept. Back up now and drill again; if it fails again, report it.',
  'backup.drill.problem.audit-log':
    'The audit log in the backup does not verify, or is not the beginning of the present one. Verify the log on the Audit page, then back up now and drill again.',
  'backup.drill.problem.sealed-fields':
    'A protected field does not open in the restored store. Older backups are kept. Back up now and drill again; if it fails again, report it.',
  'backup.drill.problem.not-whole':
    'The restored store is damaged. Older backups are kept. Back up now and drill again; if it fails again, look at the disk.',
  'backup.drill.problem.too-old': 'The newest backup is more than 24 hours old. Back up now.',
  'backup.drill.problem.too-slow':
    'Restoring takes more than 4 hours on this computer. Use a faster one, or a faster disk.',
  'backup.drill.problem.disk-full':
    'There was no room for the restored copy. The backups are kept. Free space, then drill again.',
  'backup.drill.problem.folder-not-writable':
    'Rollkeep may not write to its own folder. The backups are kept. Check the folder, then drill again.',
  'backup.drill.problem.failed':
    'The drill stopped for a reason that is in this computer’s log. The backups are kept. Drill again.',

  'backup.alarm.failed.title': 'The backup of {time} failed.',
  'backup.alarm.failed.disk-full': 'The backup of {time} failed: disk full.',
  'backup.alarm.overdue.title': 'No backup for more than a day.',
  'backup.alarm.overdue.text':
    'The records are safe on this computer, and nowhere else. Back up now, and leave Rollkeep signed in for some minutes each day.',
  'backup.alarm.drillFailed.title': 'The restore drill of {time} failed.',
  'backup.alarm.drillOverdue.title': 'No restore drill for too long.',
  'backup.alarm.drillOverdue.text':
    'Nobody knows whether the backups can be restored. Drill now, and leave Rollkeep signed in until it has ended.',
  'backup.alarm.copyOverdue.title': 'Nothing copied to the second folder for a week.',
  'backup.alarm.copyOverdue.text':
    'The backups on this computer are kept. Plug the disk in, or connect the share, or choose another folder.',
  'backup.alarm.thinningFailed.title': 'Old backups could not be removed.',
  'backup.alarm.thinningFailed.text':
    'Nothing is lost; they take up room. Check who may write to the backup folder.',
  'backup.alarm.tell': 'Tell an administrator: no backup since {time}. Keep working: all is saved here.',
  'backup.alarm.tell.never': 'Tell an administrator: no backup yet. Keep working: all is saved here.',

  'backup.settings.title': 'When and where',
  'backup.settings.when': 'Backups',
  'backup.settings.when.any': 'A day after the last one, when the desk is quiet',
  'backup.settings.when.time': 'Daily at a time, or at the next sign-in if it was missed',
  'backup.settings.time': 'Time',
  'backup.settings.second': 'Second folder',
  'backup.settings.second.text':
    'A folder on another disk or a share, such as /media/backup or E:\\Backup. Each backup is copied there and compared. Empty for none.',
  'backup.settings.drill': 'Restore drill',
  'backup.settings.drill.days': { one: 'every day', other: 'every {count} days' },
  'backup.settings.drill.week': 'every week',
  'backup.settings.save': 'Save when and where',
  'backup.settings.saved': 'Saved.',

  'backup.kept': 'Kept as',
  'backup.kept.newest': 'newest',
  'backup.kept.recent': 'last 7 days',
  'backup.kept.day': 'day',
  'backup.kept.week': 'week {week}',
  'backup.kept.month': '{month}',
  'backup.kept.proven': 'proven by a drill',
  'backup.kept.ahead': 'dated ahead of the clock',
  'backup.kept.none': 'goes with the next backup',
  'backup.kept.clock': 'the clock is in doubt',
  'backup.kept.text':
    'Every backup of the last 7 days is kept, then the newest of each day for 35 days, of each week for a year, and of each month for 7 years.',
  'backup.column.proven': 'Drill',
  'backup.proven': 'restored',

  'backup.list': 'Backups on this computer',
  'backup.none.title': 'No backup yet',
  'backup.none.text': 'Make one now. It takes seconds and needs no password.',
  'backup.column.when': 'Made',
  'backup.column.size': 'Size',
  'backup.column.students': 'Students',
  'backup.column.marks': 'Marks',
  'backup.column.audit': 'Audit entries',
  'backup.column.action': 'Restore',
  'backup.restore': 'Restore',
  'backup.restore.of': 'Restore the backup of {time}',

  'backup.inspect.title': 'Restore the backup of {time}',
  'backup.inspect.text':
    'First Rollkeep opens the backup and shows what is in it. Nothing is changed by that.',
  'backup.inspect.key': 'Recovery key',
  'backup.inspect.key.text': 'From the recovery sheet that was valid when the backup was made.',
  'backup.inspect.action': 'See what is in it',
  'backup.inspect.running': 'Opening the backup',
  'backup.compare.label': 'The backup beside the present store',
  'backup.compare.what': 'What',
  'backup.compare.backup': 'In the backup',
  'backup.compare.present': 'Here now',
  'backup.compare.made': 'Made',
  'backup.compare.now': 'now',
  'backup.compare.unreadable': 'does not open',
  'backup.confirm.text':
    'The present store is kept aside as a file; what was entered after the backup is not in the restored one. Everybody is signed out and signs in with the password they had then. The desk starts a new audit log, which says that it was restored.',
  'backup.confirm.word': 'RESTORE',
  'backup.confirm.type': 'Type {word} to go on',
  'backup.confirm.wrong': 'Type the word as shown: {word}',
  'backup.confirm.action': { one: 'Restore {count} student', other: 'Restore {count} students' },
  'backup.confirm.running': 'Restoring',
  'backup.confirm.back': 'Back',

  'export.title': 'Export the school',
  'export.text':
    'Everything the school owns in one encrypted file: CSV, NDJSON and the audit log. For a transfer, a request, or the day you leave Rollkeep.',
  'export.receiver': 'Who can open it',
  'export.receiver.key': 'The receiver, with their age key',
  'export.receiver.passphrase': 'Whoever has the passphrase',
  'export.recipient': "Receiver's public key",
  'export.recipient.hint': "Begins with 'age1'. Ask the receiver for it; it is not a secret.",
  'export.recipient.wrong': "A public key of age begins with 'age1'.",
  'export.passphrase': 'Passphrase',
  'export.passphrase.hint': 'At least 12 characters. Tell it to the receiver on another way than the file.',
  'export.passphrase.again': 'The same again',
  'export.passphrase.differ': 'The two are not the same.',
  'export.reason': 'Reason',
  'export.reason.hint': 'Stands on the audit log.',
  'export.reason.choose': 'Choose a reason',
  'export.reason.parent-request': "A parent's or student's request",
  'export.reason.transfer': 'Transfer to another system or school',
  'export.reason.closing': 'The school closes',
  'export.reason.authority': 'An authority asks for it',
  'export.reason.other': 'Another reason',
  'export.password': 'Your password',
  'export.password.hint': 'Asked again, since the file holds every record.',
  'export.action': 'Export the school',
  'export.running': 'Writing the export',
  'export.done.title': { one: 'Exported: {count} row', other: 'Exported: {count} rows' },
  'export.done.path': 'File',
  'export.done.size': 'Size',
  'export.done.sha256': 'SHA-256',
  'export.done.open': 'To open it',
  'export.done.open.text':
    'The receiver needs the free program age. The result is a tar archive, which every system unpacks.',
  'export.done.command.key': 'age -d -i key.txt -o school.tar "{path}"',
  'export.done.command.passphrase': 'age -d -o school.tar "{path}"',
  'export.done.hash':
    'Tell the receiver the SHA-256 on another way than the file, so that they know it is this one.',
  'export.another': 'Export again',
} as const satisfies Messages;
