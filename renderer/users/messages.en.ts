import type { Messages } from '../app/catalogue.ts';

/** Accounts: who can do what. */
export const peopleMessages = {
  'people.title': 'People',
  'people.state': { one: '{count} account', other: '{count} accounts' },
  'people.state.waiting': {
    one: '{accounts}; {count} not yet activated',
    other: '{accounts}; {count} not yet activated',
  },
  'people.add': 'Add an account',
  'people.table': 'Accounts of the school',
  'people.search': 'Find by name, username or role',
  'people.noMatch.title': 'No account matches',
  'people.noMatch.text': 'Type less of the name, or clear the field.',
  'people.showRemoved': 'Show removed accounts',
  'people.none.title': 'Only you have an account so far',
  'people.none.text': 'Add one for each person in the office and each teacher. Nobody shares one.',

  'people.column.name': 'Name',
  'people.column.username': 'Username',
  'people.column.role': 'Role',
  'people.column.scope': 'Whose records',
  'people.column.lastSignIn': 'Last sign-in',
  'people.column.state': 'State',
  'people.name.self': '{name} (you)',
  'people.neverSignedIn': 'never',

  'people.scope.school': 'all students',
  'people.scope.classes': 'students of the classes of {staff}',
  'people.scope.ownClasses': 'students of own classes',
  'people.scope.noClasses': 'no student: not linked to staff',
  'people.scope.none': 'no student',

  'people.accountState.active': 'active',
  'people.accountState.awaiting-activation': 'waits for first sign-in',
  'people.accountState.activation-expired': 'activation code expired',
  'people.accountState.removed': 'removed',
  'people.locked': 'locked until {time}',
  'people.unlock': 'Unlock',
  'people.unlock.of': 'Unlock {name}',
  'people.edit.of': 'Change the account of {name}',

  'people.form.add': 'Add an account',
  'people.form.change': 'Account of {name}',
  'people.form.name': 'Name',
  'people.form.email': 'E-mail',
  'people.form.email.hint': "Kept in the school's records. Nothing is sent.",
  'people.form.email.wrong': 'An e-mail address looks like name@school.example.',
  'people.form.jobTitle': 'Job title',
  'people.form.username': 'Username',
  'people.form.username.hint': 'What they type to sign in. It cannot be changed later.',
  'people.form.role': 'Role',
  'people.form.role.last':
    'This is the last school administrator, so the role stays. Make another administrator first.',
  'people.form.staff': 'Whose classes',
  'people.form.staff.hint': 'From the roster. They see the students of these classes and no others.',
  'people.form.staff.none': 'No member of staff matches.',
  'people.form.staff.empty': 'There is no staff yet: import a roster first.',
  'people.form.staff.option': { one: '{name}, {count} class', other: '{name}, {count} classes' },
  'people.form.staff.unlinked': 'Without it this account sees no student.',
  'people.form.create': 'Add the account',
  'people.form.save': 'Save the changes',
  'people.form.code':
    'They get an activation code to sign in with once, within 24 hours, and then choose a password.',

  'people.rights': 'What this role can do',
  'people.rights.can': 'Can, for the whole school',
  'people.rights.ownClasses': 'Can, for own classes only',
  'people.rights.self': 'Can, for themselves',
  'people.rights.cannot': 'Cannot',
  'people.rights.nothing': 'Cannot open any record yet: the area of this role is not built.',

  'people.reset.title': 'Reset the password',
  'people.reset.text':
    'For a forgotten password, or when somebody else may know it. The password stops working at once, and you get an activation code to hand over. The key of the store is changed, so a copy of it taken before does not open with the old password.',
  'people.reset.action': 'Reset the password',
  'people.reset.confirm.title': 'Reset the password of {name}?',
  'people.reset.running': 'Changing the key of the store',
  'people.remove.title': 'Remove the account',
  'people.remove.text':
    'They can no longer sign in. What they entered stays, and the audit log keeps saying that it was them. The key of the store is changed, so a copy of it taken before does not open with their password. This cannot be undone; a new account would be another one.',
  'people.remove.action': 'Remove the account',
  'people.remove.confirm.title': 'Remove the account of {name}?',
  'people.remove.last':
    'This is the last school administrator and cannot be removed. Make another administrator first.',
  'people.own.title': 'Your own account',
  'people.own.text':
    'Another administrator resets or removes it. You change your password in the menu with your name.',
  'people.removed.text':
    'This account was removed. It cannot sign in and cannot be used again; what it did stays on the audit log.',

  'people.code.title': 'Activation code for {name}',
  'people.code.once': 'Shown this once. Print it or write it down, and hand it over yourself.',
  'people.code.username': 'Username',
  'people.code.code': 'Activation code',
  'people.code.until': 'Valid until',
  'people.code.how':
    'Sign in with the username and, in place of the password, this code. Then choose a password of at least 12 characters.',
  'people.code.lost': 'Lost or expired? Reset the password to get another.',
  'people.code.print': 'Print the code',
  'people.code.done': 'I have handed it over or printed it',
  'people.code.paper.title': 'Rollkeep: first sign-in',
  'people.code.paper.school': 'School',
  'people.code.paper.destroy': 'Destroy this sheet once you have signed in.',
} as const satisfies Messages;
