import type { Messages } from '../app/catalogue.ts';

/** The screen for rosters and attendance as files. */
export const exportsMessages = {
  'exports.title': 'Export',
  'exports.state.choose': 'Choose what leaves. You see what the file holds before it is written.',
  'exports.state.prepared':
    'Nothing has been written yet. Look at what the file holds, then say who gets it.',
  'exports.state.working': 'Nothing is written before you say so.',
  'exports.state.done': 'The file is written. What left is on the audit log.',

  'exports.what': 'What',
  'exports.what.roster': 'Roster',
  'exports.what.roster.text': 'Students, staff, guardians, classes and enrolments, as OneRoster',
  'exports.what.marks': 'Attendance, mark by mark',
  'exports.what.marks.text': 'One row for each student and register, with code, meaning and who entered it',
  'exports.what.counts.england': 'Session counts',
  'exports.what.counts.england.text':
    'Possible, attended and absent sessions by pupil and for the school, with each code',
  'exports.what.counts.us': 'Days and chronic absence',
  'exports.what.counts.us.text':
    'Days enrolled and absent by student and for the school, with the absence band',
  'exports.what.ed-fi': 'Ed-Fi events',
  'exports.what.ed-fi.text':
    'Absences and tardies as StudentSchoolAttendanceEvent, for the state or district',
  'exports.version': 'Version',
  'exports.version.1.2': 'OneRoster 1.2.1 (carries preferred names)',
  'exports.version.1.1': 'OneRoster 1.1 (for older systems)',
  'exports.range': 'Days',
  'exports.range.thisMonth': 'This month',
  'exports.range.lastMonth': 'Last month',
  'exports.range.own': 'Other days',
  'exports.range.title': '{title}: {from} to {to}',
  'exports.from': 'From',
  'exports.to': 'To, included',
  'exports.limit': 'Of whom',
  'exports.limit.all': 'The whole school',
  'exports.limit.grades': 'Year group',
  'exports.limit.homerooms': 'Registers of a homeroom',
  'exports.limit.classes': 'Registers of a class',
  'exports.notes': 'With the notes of the marks',
  'exports.notes.hint':
    'Notes may say things of health and family. Leave them out unless the receiver needs them.',
  'exports.schoolId': "The state's number of the school",
  'exports.schoolId.wrong': 'A whole number, or nothing.',
  'exports.schoolId.hint': "schoolId in Ed-Fi. Left blank, the roster's id stands in its place.",
  'exports.prepare': 'Show what the file would hold',
  'exports.preparing': 'Reading, day by day',
  'exports.preparing.roster': 'Making the package and reading it back',
  'exports.cancelled': 'Cancelled. No file was written.',

  'exports.holds': 'What the file holds',
  'exports.holds.text': { one: '{rows} rows of {count} student', other: '{rows} rows of {count} students' },
  'exports.holds.size': '{size} in clear',
  'exports.column.file': 'File',
  'exports.column.rows': 'Rows',
  'exports.column.high': 'Contact, identity, notes',
  'exports.column.personal': 'Says something of a person',
  'exports.column.internal': 'Other columns',
  'exports.column.none': 'none',
  'exports.readBack':
    'Read back by the importer of Rollkeep: nothing refused, nothing to warn of, and importing it here would change nothing.',
  'exports.readBack.changes': {
    one: 'Read back by the importer of Rollkeep: importing it here would change {count} record.',
    other: 'Read back by the importer of Rollkeep: importing it here would change {count} records.',
  },
  'exports.readBack.problems':
    'Read back by the importer of Rollkeep: {refusals} refused, {warnings} warnings.',
  'exports.checks': {
    one: '{count} sum was checked and holds.',
    other: '{count} sums were checked and all hold: possible is attended and absent, and the codes add up.',
  },
  'exports.checks.failed': {
    one: '{count} sum does not hold. Do not send the file; see checks.csv.',
    other: '{count} sums do not hold. Do not send the file; see checks.csv.',
  },
  'exports.note.students-made-here': {
    one: '{count} student was made here and has no roster id: not in the package.',
    other: '{count} students were made here and have no roster id: not in the package.',
  },
  'exports.note.preferred-names-not-carried': {
    one: '1.1 has no column for the preferred name of {count} person. It stays here, also when the package is imported again.',
    other:
      '1.1 has no column for the preferred names of {count} people. They stay here, also when the package is imported again.',
  },
  'exports.note.sex-not-carried': {
    one: '1.1 has no word for the sex of {count} student; the cell is blank. It stays here.',
    other: '1.1 has no word for the sex of {count} students; the cells are blank. It stays here.',
  },
  'exports.note.second-roles-in-extension': {
    one: '{count} person is two things here. 1.1 has one role for a person; the other stands in an extension column.',
    other:
      '{count} people are two things here. 1.1 has one role for a person; the other stands in an extension column.',
  },
  'exports.note.no-mark': {
    one: '{count} mark is missing: nobody has said anything in that register. It counts as nothing, never as present.',
    other:
      '{count} marks are missing: nobody has said anything in those registers. They count as nothing, never as present.',
  },
  'exports.note.code-unknown': {
    one: '{count} mark has a code that was not in use on its day. It is in no sum.',
    other: '{count} marks have a code that was not in use on their day. They are in no sum.',
  },
  'exports.note.code-without-descriptor': {
    one: '{count} mark has a code for which the state decides what it counts as. It is no event.',
    other: '{count} marks have codes for which the state decides what they count as. They are no events.',
  },
  'exports.note.school-id-of-roster': {
    one: "schoolId is the roster's id of the school. Put the state's number in its place before it is loaded.",
    other:
      "schoolId is the roster's id of the school. Put the state's number in its place before it is loaded.",
  },

  'exports.leave': 'How it leaves',
  'exports.leave.key': 'Encrypted: only the receiver opens it, with their age key',
  'exports.leave.passphrase': 'Encrypted: whoever has the passphrase opens it',
  'exports.leave.plain': 'In clear: whoever has the file can read it',
  'exports.plain.title': 'Nothing protects this file',
  'exports.plain.text': {
    one: '{rows} rows of {count} student would lie readable on this computer, and on each stick and in each mail box it is copied to. That it left in clear, why, and by whom, stands on the audit log.',
    other:
      '{rows} rows of {count} students would lie readable on this computer, and on each stick and in each mail box it is copied to. That it left in clear, why, and by whom, stands on the audit log.',
  },
  'exports.reason': 'Reason',
  'exports.reason.hint': 'Stands on the audit log.',
  'exports.reason.choose': 'Choose a reason',
  'exports.reason.authority': 'A return that an authority asks for',
  'exports.reason.transfer': 'Transfer to another school',
  'exports.reason.other-system': 'Another system of the school',
  'exports.reason.own-evaluation': "The school's own evaluation",
  'exports.reason.parent-request': "A parent's or student's request",
  'exports.reason.closing': 'The school closes',
  'exports.reason.other': 'Another reason',
  'exports.password': 'Your password',
  'exports.password.hint': 'Asked again, since the file takes records out of the school.',
  'exports.write.encrypted': { one: 'Write {count} row, encrypted', other: 'Write {count} rows, encrypted' },
  'exports.write.plain': { one: 'Write {count} row in clear', other: 'Write {count} rows in clear' },
  'exports.back': 'Choose something else',
  'exports.writing': 'Writing the file',

  'exports.done.encrypted': {
    one: 'Written, encrypted: {count} row',
    other: 'Written, encrypted: {count} rows',
  },
  'exports.done.plain': { one: 'Written in clear: {count} row', other: 'Written in clear: {count} rows' },
  'exports.done.path': 'File',
  'exports.done.size': 'Size',
  'exports.done.sha256': 'SHA-256',
  'exports.done.open': 'To open it, the receiver needs the free program age:',
  'exports.done.command.key': 'age -d -i key.txt -o "{name}" "{path}"',
  'exports.done.command.passphrase': 'age -d -o "{name}" "{path}"',
  'exports.done.hash':
    'Tell the receiver the SHA-256 on another way than the file, so that they know it is this one.',
  'exports.done.delete':
    'Delete the file here as soon as the receiver has it. Rollkeep cannot delete copies, and no longer protects this one.',
  'exports.another': 'Export something else',

  'exports.history': 'Exports of the last year',
  'exports.history.none': 'No file was exported in the last year.',
  'exports.history.when': 'When',
  'exports.history.by': 'By',
  'exports.history.what': 'What',
  'exports.history.rows': 'Rows',
  'exports.history.how': 'How',
  'exports.history.reason': 'Reason',
  'exports.history.sha256': 'SHA-256 begins',
  'exports.history.roster': 'Roster',
  'exports.history.register': 'Attendance',
  'exports.history.school': 'The whole school',
  'exports.history.plain': 'In clear',
  'exports.history.encrypted': 'Encrypted',
} as const satisfies Messages;
