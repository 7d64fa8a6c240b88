import type { Messages } from '../app/catalogue.ts';

/** Set-up, sign-in, recovery and restore. */
export const deskMessages = {
  'desk.back': 'Back',
  'desk.next': 'Next',

  'signIn.title': 'Sign in',
  'signIn.title.school': 'Sign in to {school}',
  'signIn.locked.idle':
    'Rollkeep locked after an hour without a key or click. What you typed and did not save waits for you.',
  'signIn.locked.time': 'Rollkeep locked after 12 hours. What you typed and did not save waits for you.',
  'signIn.locked.suspend':
    'Rollkeep locked because this computer slept or was locked. What you typed and did not save waits for you.',
  'signIn.locked.account-ended':
    'Your account was ended on another computer. What was saved stays saved. Ask a school administrator.',
  'signIn.users': 'Who is here',
  'signIn.otherUser': 'Somebody else',
  'signIn.username': 'Username',
  'signIn.password': 'Password',
  'signIn.password.hint': 'The first time, the activation code you were given.',
  'signIn.submit': 'Sign in',
  'signIn.unlocking': 'Unlocking',
  'signIn.recover': 'I have the recovery key',
  'signIn.restore': 'Restore a backup',
  'signIn.setUp': 'Set up another school',
  'signIn.school': 'School on this computer',
  'signIn.sample.title': 'Accounts of the sample school',
  'signIn.sample.text': 'Choose one to fill it in. They all have the password “{password}”.',
  'signIn.notOpen.title': 'This school does not open',
  'signIn.notOpen.again': 'Back to sign-in',

  'newPassword.title': 'Choose your password',
  'newPassword.state':
    'Your activation code has done its work. From now on you sign in as {username} with this password.',
  'newPassword.password': 'New password',
  'newPassword.again': 'The same again',
  'newPassword.differ': 'The two are not the same.',
  'newPassword.submit': 'Use this password',
  'newPassword.lock': 'Not now: lock',

  'setUp.steps': 'Steps',
  'setUp.step.start': 'Start',
  'setUp.step.join': 'Join',
  'setUp.step.school': 'School',
  'setUp.step.administrator': 'Administrator',
  'setUp.step.sheet': 'Recovery sheet',
  'setUp.step.done': 'Done',

  'setUp.start.title': 'Welcome to Rollkeep',
  'setUp.start.state': 'Everything stays on this computer, encrypted. No network is needed.',
  'setUp.start.choices': 'How do you want to start?',
  'setUp.start.new': 'Set up a new school',
  'setUp.start.new.text': 'Three minutes: its name, its first administrator, and a recovery sheet to print.',
  'setUp.start.sample': 'Try the sample school',
  'setUp.start.sample.text':
    'An invented school with a year of marks and an account for each role. Nothing in it is real.',
  'setUp.start.sample.there': 'It is on this computer already: choose it on the sign-in page.',
  'setUp.start.join': 'Join a school that other computers use',
  'setUp.start.join.text':
    'With a code that an administrator makes on one of them, on its Sync page. It needs a network.',
  'setUp.start.join.notHere':
    'Not on this computer: it holds a school already. A computer joins before it has one.',
  'setUp.start.restore': 'Restore a school from its backups',
  'setUp.start.restore.text': 'For a new computer: the folder of backups and the recovery sheet.',
  'setUp.start.samplePack': 'Attendance codes of the sample',
  'setUp.start.sample.submit': 'Make the sample school',
  'setUp.sample.making': 'Making the sample school',
  'setUp.leave': 'Back to sign-in',

  'setUp.keychain.none.title': 'This computer has no keychain that Rollkeep can use',
  'setUp.keychain.none.text':
    "Part of the school's key belongs in the keychain of the operating system. Unlock or install one (on Linux: GNOME Keyring or KWallet) and start Rollkeep again, or keep it in a file.",
  'setUp.keychain.needed': 'Agree to the file, or unlock the keychain and begin again.',
  'setUp.keychain.accept': 'Keep it in a file that only my account on this computer can read',
  'setUp.keychain.accept.text':
    "Whoever copies this account's files can then try passwords. The security page goes on saying so.",
  'setUp.keychain.file': 'There is no keychain here: part of the key is kept in a file of your account.',

  'setUp.join.title': 'Join a school',
  'setUp.join.state':
    'An administrator sits at a computer of the school, you at this one. Nothing is kept here until all of it has come.',
  'setUp.join.code': 'Code for joining',
  'setUp.join.code.text': 'The other computer shows it on its Sync page, for 15 minutes.',
  'setUp.join.action': 'Join',
  'setUp.join.beginning': 'Looking for the server and checking that it is the right one',
  'setUp.join.waiting': 'Waiting for the other computer to see this one',
  'setUp.join.words': 'This is {school}. Compare the words, so that nobody is between you.',
  'setUp.join.confirm': 'Go on',
  'setUp.join.checking': 'Checking the words',
  'setUp.join.confirming':
    'The words are right. Waiting for the other computer of {school} to let this one join',
  'setUp.join.receiving': 'Taking over {school}',
  'setUp.join.failed.title': 'This computer has not joined',
  'setUp.join.failed.kept': 'Nothing was kept on this computer.',
  'setUp.join.failed.expired': 'The code has expired, or the other computer has given up.',
  'setUp.join.failed.unreachable': 'The server could not be reached any more. Check the network.',
  'setUp.join.failed.not-genuine':
    'What answered was not the server, or not a computer of the school. Do not try again on this network; ask the administrator.',
  'setUp.join.failed.refused': 'The server refused. Ask the administrator for a new code.',
  'setUp.join.failed.disk-full': 'The disk is full. Free space.',
  'setUp.join.failed.newer':
    'The school is kept with a newer Rollkeep. Install that version, or a later one, here.',
  'setUp.join.done.title': '{school} is on this computer',
  'setUp.join.done.state':
    'From now on it works without a network too. Sign in as on the other computers of the school.',
  'setUp.join.done.signIn': 'Sign in',

  'setUp.country.us': 'United States',
  'setUp.country.england': 'England',

  'setUp.school.title': 'Your school',
  'setUp.school.state':
    'The name stands on the sign-in page and on paper. The codes and the time zone decide what a school day is.',
  'setUp.school.name': 'Name of the school',
  'setUp.school.timeZone': 'Time zone',
  'setUp.school.timeZone.none': 'No time zone matches.',
  'setUp.school.country': 'Attendance codes and rules',
  'setUp.school.mode': 'When is attendance taken?',
  'setUp.school.mode.daily': 'Once a day',
  'setUp.school.mode.daily.text': 'One register a day in each homeroom.',
  'setUp.school.mode.am-pm': 'Morning and afternoon',
  'setUp.school.mode.am-pm.text': 'Two registers a day in each homeroom, as in England.',
  'setUp.school.mode.period': 'Every period',
  'setUp.school.mode.period.text': 'One a day in each homeroom, and one in each period of each class.',

  'setUp.administrator.title': 'First administrator',
  'setUp.administrator.state': "This account makes the others. It is yours, not the school's.",
  'setUp.administrator.name': 'Your name',
  'setUp.administrator.email': 'E-mail',
  'setUp.administrator.email.text': "Kept in the school's records. Nothing is sent.",
  'setUp.administrator.email.wrong': 'An e-mail address looks like name@school.example.',
  'setUp.administrator.jobTitle': 'Job title',
  'setUp.administrator.username': 'Username',
  'setUp.administrator.password': 'Password',
  'setUp.administrator.again': 'The same again',
  'setUp.administrator.differ': 'The two are not the same.',
  'setUp.administrator.submit': 'Make the keys',
  'setUp.administrator.making': 'Making the keys',

  'setUp.sheet.title': 'Recovery sheet',
  'setUp.sheet.state':
    "The one way in if every password or this computer's keychain is lost. Nobody can make another without it: keep it on paper, in a safe.",
  'setUp.sheet.create': 'Create the school',
  'setUp.sheet.creating': 'Creating the school',

  'setUp.done.title': '{school} is ready',
  'setUp.done.state': 'Its store on this computer is encrypted, and empty.',
  'setUp.done.next':
    'Next: import the roster from your student information system, then make accounts for the office and the teachers.',
  'setUp.done.sheet': 'Put the recovery sheet in the safe now.',
  'setUp.done.open': 'Open the school',
  'setUp.done.sample.title': 'The sample school is ready',
  'setUp.done.sample.state': 'You are signed in as its administrator, {username}.',
  'setUp.done.sample.text':
    'Other accounts, one for each role, stand on the sign-in page. They all have the password “{password}”.',
  'setUp.done.sample.open': 'Open the sample school',

  'sheet.title': 'Rollkeep recovery sheet',
  'sheet.key': 'Recovery key',
  'sheet.group': 'Group {number}',
  'sheet.print': 'Print the sheet',
  'sheet.toTyping': 'It is on paper: type it back',
  'sheet.needed': 'Print or write down the key, then type it back from the paper.',
  'sheet.typing': 'Type the key from the paper, group by group. Small letters will do.',
  'sheet.show': 'Show the key again',
  'sheet.count': '{right} of {total} groups right',
  'sheet.wrong': 'Group {number} is not as on the sheet.',
  'sheet.paper.school': 'School',
  'sheet.paper.made': 'Made',
  'sheet.paper.root': 'Root of the school',
  'sheet.paper.use':
    'When to use it: nobody can sign in any more, or Rollkeep says that the keychain has lost the secret. Choose "I have the recovery key" on the sign-in page and type the key. A backup is restored with it too.',
  'sheet.paper.keep':
    'Whoever has this sheet and this computer, or a backup, can read every record of the school. Keep it in a safe, not beside the computer, and never as a photograph.',

  'recover.title': 'Use the recovery key',
  'recover.state':
    'It opens the school without any password. Its use is recorded, and a new key takes its place.',
  'recover.key': 'Recovery key',
  'recover.key.text':
    '13 groups of five characters, as on the sheet. Small letters, spaces and dashes do not matter.',
  'recover.submit': 'Open with the recovery key',
  'recover.opening': 'Opening',
  'recover.choose.title': 'Who takes over?',
  'recover.choose.state':
    'The school is open to name an administrator, and to nothing else. Their old password ends.',
  'recover.choose.label': 'Administrator',
  'recover.choose.submit': 'Give {name} an activation code',
  'recover.choose.none':
    'No administrator account is left. Lock, and restore a backup in which there is one.',
  'recover.new.title': 'New recovery sheet and activation code',
  'recover.new.state': 'The old recovery key and the old password open nothing any more.',
  'recover.new.username': 'Username',
  'recover.new.code': 'Activation code',
  'recover.new.until': 'Valid until',
  'recover.new.finish': 'Lock and sign in',
  'recover.new.code.text': 'Sign in with it once in place of the password, and choose a new password.',
  'recover.lost.title': 'The school is open for recovery',
  'recover.lost.state': 'This window was opened anew. Lock, and type the recovery key again.',
  'recover.lock': 'Lock',

  'elsewhere.title': 'Restore a school on this computer',
  'elsewhere.state':
    'From the folder of backups and the recovery sheet. First see what is in a backup; nothing is changed until you say so.',
  'elsewhere.folder': 'Folder with the backups',
  'elsewhere.folder.text':
    "The folder named by 32 letters and digits, or the one it lies in, such as /media/backup or E:\\Backup. Empty: this computer's own.",
  'elsewhere.look': 'Look there',
  'elsewhere.none.title': 'No backup there',
  'elsewhere.none.text':
    'A folder of backups holds files named rollkeep-….age and the file keyring.age. Bring it along whole, type its path, and look again.',
  'elsewhere.here.title': 'This school is on this computer already',
  'elsewhere.here.text': 'Go back to sign-in, choose the school, then Restore a backup.',
  'elsewhere.choose': { one: '{count} backup, choose it', other: '{count} backups, the newest first' },
  'elsewhere.school': 'School {school}…',
  'elsewhere.schoolAndDesk': 'School {school}…, computer {desk}…',
  'elsewhere.confirm.state':
    'The school is put on this computer as it was then. Everybody signs in with the password they had; the desk starts a new audit log, which says that it was restored.',
  'restore.title': 'Restore a backup',
  'restore.state': 'First see what is in it. Nothing is changed until you say so.',
  'restore.choose': 'Backups on this computer',
  'restore.none.title': 'No backup on this computer',
  'restore.none.text': 'Put the backup file into the backup folder of Rollkeep, and look again.',
  'restore.again': 'Look again',
  'restore.key': 'Recovery key',
  'restore.key.text': 'The one that was valid when the backup was made.',
  'restore.inspect': 'See what is in it',
  'restore.inspecting': 'Opening the backup',
  'restore.confirm.title': 'Restore this backup?',
  'restore.confirm.state':
    'The present store is kept aside in its folder. Users sign in with the passwords they had when the backup was made.',
  'restore.column.what': 'What',
  'restore.column.backup': 'Backup',
  'restore.column.present': 'Present store',
  'restore.row.at': 'Made',
  'restore.row.students': 'Students',
  'restore.row.marks': 'Attendance marks',
  'restore.row.audit': 'Audit entries',
  'restore.present.none': 'does not open',
  'restore.present.now': 'now',
  'restore.submit': { one: 'Restore {count} student', other: 'Restore {count} students' },
  'restore.restoring': 'Restoring',
  'restore.done.title': 'The backup is restored',
  'restore.done.state':
    '{students} students and {marks} marks are back. The store that was here before is kept aside.',
  'restore.done.signIn': 'Sign in',
} as const satisfies Messages;
