import { dayTimes } from '../../domain/calendar/day-times.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import type { Format } from '../app/format.ts';
import { timesText } from '../attendance/times-text.ts';
import type { ConflictValue } from './conflict-model.ts';

const tables: Readonly<Record<string, PlainTextKey>> = {
  school: 'field.table.school',
  student: 'field.table.student',
  guardian: 'field.table.guardian',
  guardian_link: 'field.table.guardian_link',
  staff: 'field.table.staff',
  academic_session: 'field.table.academic_session',
  course: 'field.table.course',
  class: 'field.table.class',
  enrolment: 'field.table.enrolment',
  calendar_day: 'field.table.calendar_day',
  mark: 'field.table.mark',
  planned_absence: 'field.table.planned_absence',
  person_merge: 'field.table.person_merge',
  student_group: 'field.table.student_group',
  group_member: 'field.table.group_member',
  saved_list: 'field.table.saved_list',
  import_mapping: 'field.table.import_mapping',
  code_edit: 'field.table.code_edit',
  day_times: 'field.table.day_times',
};

/** By field where it means the same in every table; by `table.field` where it does not. Labels of the screens come first. */
const fields: Readonly<Record<string, PlainTextKey>> = {
  teacher: 'register.column.teacher',
  office: 'register.column.office',
  'student.status': 'students.column.status',
  studentNumber: 'card.number',
  pronouns: 'card.pronouns',
  sex: 'identity.sex',
  grade: 'students.column.grade',
  birthDate: 'identity.birthDate',
  nationalId: 'identity.nationalId',
  address: 'contacts.address',
  medicalAlert: 'card.medical.title',
  phone: 'contacts.phone',
  email: 'contacts.email',
  language: 'contacts.language',
  givenName: 'field.givenName',
  middleName: 'field.middleName',
  familyName: 'field.familyName',
  preferredGivenName: 'field.preferredGivenName',
  preferredFamilyName: 'field.preferredFamilyName',
  status: 'field.status',
  relation: 'field.relation',
  statedBy: 'field.statedBy',
  name: 'field.name',
  timeZone: 'field.timeZone',
  title: 'field.title',
  classCode: 'field.classCode',
  classType: 'field.classType',
  grades: 'field.grades',
  periods: 'field.periods',
  terms: 'field.terms',
  course: 'field.course',
  day: 'field.day',
  reason: 'field.reason',
  beginDay: 'field.beginDay',
  endDay: 'field.endDay',
  isPrimary: 'field.isPrimary',
  fromDay: 'field.fromDay',
  toDay: 'field.toDay',
  sessions: 'field.sessions',
  code: 'field.code',
  occasion: 'field.occasion',
  note: 'field.note',
  stop: 'field.stop',
  weekdays: 'field.weekdays',
  fromMinute: 'field.fromMinute',
  untilMinute: 'field.untilMinute',
  filter: 'field.filter',
  mapping: 'field.mapping',
  times: 'field.times',
  meaning: 'codes.meaning',
  key: 'codes.key',
  category: 'codes.statistics',
  isEnded: 'codes.dialog.ended',
};

const categories: Readonly<Record<string, PlainTextKey>> = {
  attending: 'codes.statistical.attending',
  'approved-activity': 'codes.statistical.approved-activity',
  authorised: 'codes.statistical.authorised',
  unauthorised: 'codes.statistical.unauthorised',
  'not-possible': 'codes.statistical.not-possible',
};

/** Fields that hold a whole arrangement, as JSON: who made it, where and when says more than its text. */
const arrangements: ReadonlySet<string> = new Set(['saved_list.filter', 'import_mapping.mapping']);

const statuses: Readonly<Record<string, PlainTextKey>> = {
  'student.active': 'students.status.active',
  'student.left': 'students.status.left',
  'person_merge.active': 'field.status.one-person',
  'person_merge.apart': 'field.status.two-people',
  active: 'field.status.active',
  left: 'field.status.left',
  closed: 'field.status.closed',
  extra: 'field.status.extra',
  withdrawn: 'field.status.withdrawn',
};

/** The field in words: `Guardian: Telephone`. A field that has no name yet is read as words. */
export function fieldText(table: string, field: string): string {
  return text('conflicts.field', {
    table: wordOf(tables, table) ?? inWords(table),
    field: wordOf(fields, `${table}.${field}`) ?? wordOf(fields, field) ?? inWords(field),
  });
}

/** A value as people read it. */
export function valueText(
  { table, field }: { readonly table: string; readonly field: string },
  value: ConflictValue,
  { formatDayLong, formatNumber }: Pick<Format, 'formatDayLong' | 'formatNumber'>,
): string {
  if (value === null || value === '') return text('conflicts.value.empty');
  if (typeof value === 'boolean') return value ? text('conflicts.value.yes') : text('conflicts.value.no');
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') {
    if (arrangements.has(`${table}.${field}`)) return text('field.arrangement');
    if (table === 'day_times' && field === 'times') return timesOf(value);
    if (table === 'code_edit' && field === 'category') return wordOf(categories, value) ?? value;
    if (field === 'status') return wordOf(statuses, `${table}.${value}`) ?? wordOf(statuses, value) ?? value;
    return /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value) ? formatDayLong(value) : value;
  }
  return value.length === 0 ? text('conflicts.value.empty') : value.join(text('conflicts.value.separator'));
}

/** The times of the sessions, which stand as JSON. */
function timesOf(value: string): string {
  const sessions: unknown = JSON.parse(value);
  return timesText(dayTimes.shape.sessions.parse(sessions));
}

function isDay(value: string): boolean {
  return !Number.isNaN(Date.parse(`${value}T00:00:00Z`));
}

function wordOf(words: Readonly<Record<string, PlainTextKey>>, name: string): string | undefined {
  const key = Object.hasOwn(words, name) ? words[name] : undefined;
  return key === undefined ? undefined : text(key);
}

/** `preferredGivenName` and `preferred_given_name` are both "Preferred given name". */
function inWords(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLocaleLowerCase();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
