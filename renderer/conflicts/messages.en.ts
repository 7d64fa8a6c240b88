import type { Messages } from '../app/catalogue.ts';

/** Fields that two computers have changed without knowing of each other. */
export const conflictMessages = {
  'conflicts.title': 'Conflicts',
  'conflicts.state': {
    one: 'Computers disagree about {count} field. All values are kept; decide when you have time.',
    other: 'Computers disagree about {count} fields. All values are kept; decide when you have time.',
  },
  'conflicts.state.decided': 'All decided.',
  'conflicts.none.title': 'Nothing to decide.',
  'conflicts.none.text':
    'When two computers change the same field without a connection, both values are kept and wait here.',
  'conflicts.list': 'Fields to decide',
  'conflicts.keys':
    'Keys, with a field chosen: arrows up and down move; 1, 2, … keep that value; B keeps both; E enters another; U takes the last decision back.',
  'conflicts.changed.title': 'Another value has come meanwhile',
  'conflicts.changed.text': 'Nothing was decided. The list was read again: look at the values and decide.',

  'conflicts.field': '{table}: {field}',
  'conflicts.value.shown': 'shown now',
  'conflicts.value.empty': 'empty',
  'conflicts.value.yes': 'yes',
  'conflicts.value.no': 'no',
  'conflicts.value.separator': ', ',
  'conflicts.by.unknown': 'not known who',
  'conflicts.meta': '{who}, {desk}',
  'conflicts.keep': 'Keep this',
  'conflicts.keep.of': 'Keep this: {value}, key {number}',
  'conflicts.both': 'Keep both',
  'conflicts.other': 'Enter another',

  'conflicts.edit.label': 'What holds instead',
  'conflicts.edit.list': 'One on each line.',
  'conflicts.edit.number': 'A number.',
  'conflicts.edit.save': 'Let this hold',

  'conflicts.decided.one': 'Keeps: {value}',
  'conflicts.decided.both': 'Keeps both',
  'conflicts.decided.other': 'Now: {value}',
  'conflicts.decided.say': '{title}. {decision}. U takes it back.',
  'conflicts.decided.sent': 'Decided.',
  'conflicts.decided.sending': 'Saving',
  'conflicts.decided.soon': 'Saved in a few seconds.',
  'conflicts.undo': 'Undo',
  'conflicts.undo.of': 'Undo: {title}',
  'conflicts.undone': '{title} is open again.',
} as const satisfies Messages;
