import type { Messages } from '../app/catalogue.ts';

/** Syncing: the header's state, the Sync page, and joining as both computers show it. */
export const syncMessages = {
  'sync.state.synced': 'Saved here, synced {time}',
  'sync.state.never': 'Saved here, not synced yet',
  'sync.state.waiting': { one: 'Saved here, {count} waiting', other: 'Saved here, {count} waiting' },
  'sync.state.offline': 'Saved here, offline since {time}',
  'sync.state.offline.unknown': 'Saved here, offline',
  'sync.state.running': 'Saved here, syncing',
  'sync.state.progress': 'Saved here, syncing {done} of {total}',
  'sync.state.stopped': 'Not syncing: see Sync',
  'sync.state.stopped.tell': 'Not syncing: tell an administrator',
  'sync.state.conflicts': { one: '{count} conflict', other: '{count} conflicts' },
  'sync.state.alarms': { one: '{count} warning', other: '{count} warnings' },
  'sync.state.news': 'New from other computers',
  'sync.state.news.text': 'Records have come. Press to read this screen again; reading is recorded.',
  'sync.state.open': '{state}. Open the Sync page',
  'sync.state.explain': '{state}. What this means',

  'sync.explain.synced':
    'Everything saved here has gone to the server, and the other computers get it there.',
  'sync.explain.running': 'Changes are on their way. You can go on working.',
  'sync.explain.waiting': {
    one: '{count} change is saved here and goes to the server shortly. You can go on working.',
    other: '{count} changes are saved here and go to the server shortly. You can go on working.',
  },
  'sync.explain.offline': {
    one: 'No connection since {time}. Keep working: all is saved here; {count} change goes out when the network returns.',
    other:
      'No connection since {time}. Keep working: all is saved here; {count} changes go out when the network returns.',
  },
  'sync.explain.stopped':
    'Everything is saved here, and nothing goes to the other computers until this is mended. Tell an administrator: their Sync page says why.',
  'sync.now': 'Sync now',
  'sync.now.started': 'Started. The state at the top says how far it is.',

  'sync.title': 'Sync',
  'sync.page.none': 'This school is on this computer only.',
  'sync.page.stopped': 'This computer does not sync. The warnings say why, and what to do.',
  'sync.page.synced': 'Synced. Last {time}.',
  'sync.page.offline': 'The server has not been reached since {time}. All work goes on here.',
  'sync.page.going': 'Changes go out as they are made.',

  'sync.connect.title': 'Connect with a server',
  'sync.connect.text':
    "With a server, several computers hold the same school, each whole and each usable without a network; the server keeps and passes on sealed batches, which it cannot open. Ask your district's operator for an invitation.",
  'sync.connect.invitation': "The operator's invitation",
  'sync.connect.invitation.text':
    'One line of letters and digits. Treat it like a password until it is used.',
  'sync.connect.label': 'Name of this computer',
  'sync.connect.label.text': 'As the other computers show it, such as “Front office”. Not a person’s name.',
  'sync.connect.action': 'Connect this school',
  'sync.connect.running': 'Looking for the server and checking that it is the right one',

  'sync.server.title': 'Server',
  'sync.server.host': 'Address',
  'sync.server.region': 'Where it keeps data',
  'sync.server.fingerprint': 'Fingerprint',
  'sync.self.title': 'This computer',
  'sync.self.waiting': 'Waiting to be sent',
  'sync.self.waiting.count': { one: '{count} change', other: '{count} changes' },
  'sync.self.waiting.none': 'nothing',
  'sync.self.last': 'Last synced',
  'sync.self.never': 'not yet',
  'sync.self.clock': 'Clock',
  'sync.self.clock.right': 'Within a minute of the server’s.',
  'sync.self.clock.behind': {
    one: '{count} minute behind the server. Set this computer’s clock.',
    other: '{count} minutes behind the server. Set this computer’s clock.',
  },
  'sync.self.clock.ahead': {
    one: '{count} minute ahead of the server. Set this computer’s clock.',
    other: '{count} minutes ahead of the server. Set this computer’s clock.',
  },
  'sync.self.clock.unknown': 'Not compared yet.',
  'sync.self.audit': 'Audit log',
  'sync.self.audit.all': 'Witnessed to entry {witnessed}, which is all of it.',
  'sync.self.audit.rest': {
    one: 'Witnessed to entry {witnessed}, {count} not yet.',
    other: 'Witnessed to entry {witnessed}, {count} not yet.',
  },

  'sync.rest.title': 'What has come and is not shown yet',
  'sync.rest.held': {
    one: '{count} change waits for a record that has not come yet, or for a newer Rollkeep. It is kept, and shows by itself.',
    other:
      '{count} changes wait for records that have not come yet, or for a newer Rollkeep. They are kept, and show by themselves.',
  },
  'sync.rest.quarantined': {
    one: '{count} part could not be opened and is kept aside. The warnings say which.',
    other: '{count} parts could not be opened and are kept aside. The warnings say which.',
  },
  'sync.rest.stalled': {
    one: '{count} batch waits for an earlier one, or for a signature or key of its computer. It is kept.',
    other:
      '{count} batches wait for earlier ones, or for a signature or key of their computers. They are kept.',
  },
  'sync.rest.conflicts': {
    one: 'Two computers disagree about {count} field. Both values are kept.',
    other: 'Computers disagree about {count} fields. All values are kept.',
  },
  'sync.rest.conflicts.open': 'Decide them',

  'sync.alarms.title': 'Warnings',
  'sync.alarms.table': 'Warnings of syncing',
  'sync.alarms.seen': 'Seen',
  'sync.alarms.seen.of': 'Seen: {warning}',
  'sync.alarms.number': 'Number {number}',
  'sync.alarms.desk': 'another computer',

  'sync.desks.title': 'Computers of this school',
  'sync.desks.column.label': 'Computer',
  'sync.desks.column.heard': 'Last heard',
  'sync.desks.column.batch': 'Batches',
  'sync.desks.column.state': 'State',
  'sync.desks.column.action': 'End',
  'sync.desks.self': '{label} (this computer)',
  'sync.desks.never': 'not yet',
  'sync.desks.active': 'in use',
  'sync.desks.retired': 'retired',
  'sync.desks.stolen': 'reported stolen',
  'sync.desks.end': 'End…',
  'sync.desks.end.of': 'End {label}…',

  'sync.end.title': 'End {label}?',
  'sync.end.how': 'Why does it end?',
  'sync.end.retired': 'It is retired',
  'sync.end.retired.text': 'It sends what it still has, then takes part no more.',
  'sync.end.stolen': 'It is lost or stolen',
  'sync.end.stolen.text': 'The server refuses it at once. What it had not sent yet is lost.',
  'sync.end.cannot':
    'This does not erase anything on that computer: what it holds stays there, encrypted. If somebody knows a password of it, they can still read what it had by then; change those passwords. New work of the school is sealed with a new key that it does not get.',
  'sync.end.final': 'It cannot be taken back; the computer can join again as a new one.',
  'sync.end.action.retired': 'Retire this computer',
  'sync.end.action.stolen': 'Report it stolen',
  'sync.end.running': 'Making the new key',

  'sync.enrol.open': 'Let another computer join',
  'sync.enrol.opening': 'Making the code',
  'sync.enrol.title': 'Let another computer join',
  'sync.enrol.code.text':
    'On the other computer, open Rollkeep, choose “Join a school that other computers use”, and give it this code.',
  'sync.enrol.code': 'Code for joining',
  'sync.enrol.copy': 'Copy the code',
  'sync.enrol.copied': 'Copied. Do not send it by e-mail: whoever has it can ask to join.',
  'sync.enrol.notCopied': 'Not copied. The code is selected: press Ctrl+C.',
  'sync.enrol.left': 'Valid for {time}',
  'sync.enrol.waiting': 'Waiting for the other computer to use the code',
  'sync.enrol.words': '{label} is there. Compare the words, so that nobody is between you.',
  'sync.enrol.confirm': 'Let it join',
  'sync.enrol.confirming': 'Signing the computer in',
  'sync.enrol.done': '{label} has joined. It takes over the school now; that can take some minutes there.',
  'sync.enrol.close': 'Done',
  'sync.enrol.again': 'Make a new code',
  'sync.enrol.gone': 'This code is no longer open. No computer has joined by it. Make a new one.',
  'sync.enrol.failed.expired': 'The code has expired. No computer has joined by it. Make a new one.',
  'sync.enrol.failed.unreachable':
    'The server could not be reached any more. No computer has joined. Check the network, then make a new code.',
  'sync.enrol.failed.not-genuine':
    'What answered was not the server, or the other computer was not genuine. No computer has joined. Do not try again on this network; ask the operator of the server.',

  'sync.words.shown': 'Words of this screen, by their places',
  'sync.words.shown.text': 'Read these to the other computer.',
  'sync.words.place': '{place} · {word}',
  'sync.words.ask': 'Type the {places} word you see on the other computer',
  'sync.words.field': '{place} word',
  'sync.words.1': '1st',
  'sync.words.2': '2nd',
  'sync.words.3': '3rd',
  'sync.words.4': '4th',
  'sync.words.5': '5th',
  'sync.words.6': '6th',
} as const satisfies Messages;
