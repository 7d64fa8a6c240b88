import { addDays } from '../calendar/day.ts';
import type { FileMapping, MappedField } from './file-mapping.ts';
import type { FindingsCollector } from './findings.ts';
import { languageAfter, readLanguage } from './language.ts';
import {
  createDateReader,
  idPart,
  readGrade,
  readPeriods,
  readRelation,
  readSex,
  splitName,
} from './mapped-values.ts';
import { rowsPerPulse, type Pulse } from './pulse.ts';
import type { RosterRow, RosterTable } from './roster.ts';
import {
  activeRecords,
  groupMemberId,
  guardianshipId,
  type ClassKept,
  type CurrentRoster,
  type EnrolmentKept,
  type GroupMemberKept,
  type GuardianKept,
  type GuardianshipKept,
  type KindRecords,
  type SchoolRoster,
  type StaffKept,
  type StudentKept,
} from './school-roster.ts';

/** A supplier's file with the way it is read. */
export interface MappedTable {
  readonly table: RosterTable;
  readonly mapping: FileMapping;
}

/**
 * The roster of the school as it is once suppliers' files are imported.
 *
 * A file is complete for what it holds: who is missing from a list of students leaves, and a schedule replaces the
 * scheduled classes. Columns that a file does not have leave what is held as it is. Students are known by their number, so
 * that those who came with a OneRoster package stay the same people. A student who is new in a class that is held
 * already begins there `today` (`YYYY-MM-DD`). What cannot be read is a finding; null: cancelled. Linear in the rows.
 */
export function schoolAfterMapped(
  current: CurrentRoster,
  tables: readonly MappedTable[],
  today: string,
  findings: FindingsCollector,
  pulse: Pulse,
): SchoolRoster | null {
  const after = createWork(current);
  const context: Context = { current, after, today, findings, pulse, rows: { count: 0 } };
  const students = tables.filter(({ mapping }) => mapping.kind === 'students');
  const schedules = tables.filter(({ mapping }) => mapping.kind === 'schedule');
  if (students.length > 0 && !takeStudents(students, context)) return null;
  if (schedules.length > 0 && !takeSchedules(schedules, context)) return null;
  dropLoose(context);
  return { schoolSourcedId: current.schoolSourcedId ?? ownSchoolId, ...after };
}

/** What a school is called in a plan before a package of OneRoster has given it an id. It is not kept. */
export const ownSchoolId = 'this-school';

type Work = { -readonly [Kind in keyof KindRecords]: Map<string, KindRecords[Kind]> };

interface Context {
  readonly current: CurrentRoster;
  readonly after: Work;
  readonly today: string;
  readonly findings: FindingsCollector;
  readonly pulse: Pulse;
  readonly rows: { count: number };
}

function createWork(current: CurrentRoster): Work {
  return {
    session: activeRecords(current.session),
    course: activeRecords(current.course),
    class: activeRecords(current.class),
    student: activeRecords(current.student),
    staff: activeRecords(current.staff),
    guardian: activeRecords(current.guardian),
    guardianship: activeRecords(current.guardianship),
    enrolment: activeRecords(current.enrolment),
    group: activeRecords(current.group),
    groupMember: activeRecords(current.groupMember),
  };
}

/** Counts a row; true when the person has cancelled. */
function isCancelledAt({ rows, pulse }: Context): boolean {
  rows.count += 1;
  if (rows.count % rowsPerPulse !== 0) return false;
  pulse.onRows('checking', rows.count);
  return pulse.isCancelled();
}

/** Cells of a mapped table by field. */
export interface MappedCells {
  has(field: MappedField): boolean;
  /** Without spaces around it; '' where the file has no such column. */
  text(row: RosterRow, field: MappedField): string;
  /** The column's own name, for findings. */
  columnOf(field: MappedField): string;
}

export function createMappedCells({ table, mapping }: MappedTable): MappedCells {
  const places = new Map(table.header.map((name, index) => [name, index]));
  const indexes = new Map<MappedField, number>();
  for (const [field, column] of entriesOf(mapping.columns)) {
    const index = places.get(column);
    if (index !== undefined) indexes.set(field, index);
  }
  return {
    has: (field) => indexes.has(field),
    text: (row, field) => {
      const index = indexes.get(field);
      return index === undefined ? '' : (row.cells[index] ?? '').trim();
    },
    columnOf: (field) => mapping.columns[field] ?? field,
  };
}

/** The columns with the fields they are, typed as what they are. */
function entriesOf(columns: FileMapping['columns']): [MappedField, string][] {
  // The keys were checked by the mapping's schema; `Object.entries` gives them as plain text.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.entries(columns) as [MappedField, string][];
}

function takeStudents(tables: readonly MappedTable[], context: Context): boolean {
  const { current, after, findings } = context;
  const idsByNumber = idsOfNumbers(current);
  const listed = new Map<string, { readonly line: number; readonly record: StudentKept }>();
  const homerooms = createClassPlan();
  const guardians = createGuardianPlan(context);
  const buses = createBusPlan(context);
  let hasHomerooms = false;
  let hasTeachers = false;
  for (const mapped of tables) {
    const { table } = mapped;
    const cells = createMappedCells(mapped);
    const readStudent = createStudentReader(mapped, cells, context);
    const hasGuardians = [1, 2].some((n) =>
      guardianFields(n === 1 ? 1 : 2).some((field) => cells.has(field)),
    );
    hasHomerooms ||= cells.has('homeroom');
    hasTeachers ||= cells.has('homeroom') && cells.has('homeroomTeacher');
    for (const row of table.rows) {
      if (isCancelledAt(context)) return false;
      const number = cells.text(row, 'studentNumber');
      const place = { file: table.fileName, line: row.line, column: cells.columnOf('studentNumber') };
      if (number === '') {
        findings.add('value-missing', place);
        continue;
      }
      const sourcedId = idsByNumber.get(number) ?? `csv/student/${idPart(number)}`;
      const record = readStudent(row, sourcedId, number);
      const earlier = listed.get(sourcedId);
      if (earlier !== undefined && !isSameStudent(earlier.record, record)) {
        findings.add('student-row-differs', { ...place, value: number, expected: String(earlier.line) });
        continue;
      }
      if (earlier === undefined) listed.set(sourcedId, { line: row.line, record });
      if (cells.has('homeroom')) {
        homerooms.add(cells.text(row, 'homeroom'), '', sourcedId, cells.text(row, 'homeroomTeacher'));
      }
      if (hasGuardians) guardians.take(row, sourcedId, number, mapped, cells);
      else if (cells.has('homeLanguage')) guardians.takeLanguage(row, sourcedId, mapped, cells);
      if (cells.has('busRun')) buses.take(row, sourcedId, cells);
    }
  }
  after.student.clear();
  for (const [sourcedId, { record }] of listed) after.student.set(sourcedId, record);
  guardians.finish();
  buses.finish();
  if (hasHomerooms) {
    applyClasses(homerooms, 'homeroom', { hasTeachers, hasPeriods: false, hasTitles: false }, context);
  }
  addSchoolYear(tables, context);
  return true;
}

/** The students by number; one who is here before one who has left. */
function idsOfNumbers({ student }: CurrentRoster): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const isActive of [true, false]) {
    for (const [sourcedId, held] of student) {
      const number = held.record.identifier;
      if (held.isActive === isActive && number !== null && !ids.has(number)) ids.set(number, sourcedId);
    }
  }
  return ids;
}

function createStudentReader(
  { table, mapping }: MappedTable,
  cells: MappedCells,
  { current, today, findings }: Context,
): (row: RosterRow, sourcedId: string, number: string) => StudentKept {
  const readDate = createDateReader(mapping.dateFormat ?? 'ymd');
  const oldest = `${String(Number(today.slice(0, 4)) - 110)}${today.slice(4)}`;
  const birthDateOf = (row: RosterRow): string | null => {
    const value = cells.text(row, 'birthDate');
    if (value === '') return null;
    const place = { file: table.fileName, line: row.line, column: cells.columnOf('birthDate'), value };
    const birthDate = readDate(value);
    if (birthDate === null) {
      findings.add('mapped-date-invalid', { ...place, expected: formatNames[mapping.dateFormat ?? 'ymd'] });
    } else if (birthDate > today || birthDate < oldest) findings.add('birth-date-unlikely', place);
    return birthDate;
  };
  const sexOf = (row: RosterRow): string | null => {
    const value = cells.text(row, 'sex');
    if (value === '') return null;
    const sex = readSex(value);
    if (sex === undefined) {
      const place = { file: table.fileName, line: row.line, column: cells.columnOf('sex'), value };
      findings.add('mapped-sex-unknown', place);
    }
    return sex ?? null;
  };
  const orNull = (row: RosterRow, field: MappedField): string | null => {
    const value = cells.text(row, field);
    return value === '' ? null : value;
  };
  return (row, sourcedId, number) => {
    const held = current.student.get(sourcedId)?.record;
    const name = namesOf(row, cells, held);
    if (name.givenName === '' || name.familyName === '') {
      const isNameless = name.givenName === name.familyName;
      const field = cells.has('fullName') ? 'fullName' : name.givenName === '' ? 'givenName' : 'familyName';
      findings.add(isNameless ? 'value-missing' : 'one-word-name', {
        file: table.fileName,
        line: row.line,
        column: cells.columnOf(field),
      });
    }
    const kept = <F extends keyof StudentKept & MappedField>(
      field: F,
      read: () => StudentKept[F],
      blank: StudentKept[F],
    ): StudentKept[F] => (cells.has(field) ? read() : (held?.[field] ?? blank));
    const grade = cells.text(row, 'grade');
    return {
      sourcedId,
      identifier: number,
      ...name,
      preferredGivenName: kept('preferredGivenName', () => orNull(row, 'preferredGivenName'), null),
      preferredFamilyName: kept('preferredFamilyName', () => orNull(row, 'preferredFamilyName'), null),
      grades: cells.has('grade') ? (grade === '' ? [] : [readGrade(grade)]) : (held?.grades ?? []),
      sex: kept('sex', () => sexOf(row), null),
      birthDate: kept('birthDate', () => birthDateOf(row), null),
    };
  };
}

/** How the formats are called in findings: in letters and an example, alike in every language. */
export const formatNames = {
  ymd: 'YYYY-MM-DD (2026-04-23)',
  dmy: 'DD/MM/YYYY (23/04/2026)',
  mdy: 'MM/DD/YYYY (04/23/2026)',
} as const;

function namesOf(
  row: RosterRow,
  cells: MappedCells,
  held: StudentKept | undefined,
): Pick<StudentKept, 'givenName' | 'middleName' | 'familyName'> {
  const whole = cells.has('fullName') ? splitName(cells.text(row, 'fullName')) : undefined;
  const middle = cells.text(row, 'middleName');
  return {
    givenName: cells.has('givenName') ? cells.text(row, 'givenName') : (whole?.givenName ?? ''),
    middleName: cells.has('middleName')
      ? middle === ''
        ? null
        : middle
      : whole === undefined
        ? (held?.middleName ?? null)
        : whole.middleName,
    familyName: cells.has('familyName') ? cells.text(row, 'familyName') : (whole?.familyName ?? ''),
  };
}

function isSameStudent(one: StudentKept, other: StudentKept): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A school without any year gets the one that the person gave: without it no day is a school day. */
function addSchoolYear(tables: readonly MappedTable[], { after }: Context): void {
  const year = tables.find(({ mapping }) => mapping.year !== null)?.mapping.year;
  if (year === null || year === undefined || after.session.size > 0) return;
  const sourcedId = `csv/year/${year.firstDay}`;
  after.session.set(sourcedId, {
    sourcedId,
    title: `${year.firstDay.slice(0, 4)}–${year.lastDay.slice(2, 4)}`,
    type: 'schoolYear',
    startDate: year.firstDay,
    endDate: addDays(year.lastDay, 1),
    schoolYear: year.lastDay.slice(0, 4),
  });
}

type GuardianField = Extract<MappedField, `guardian${1 | 2}${string}`>;

function guardianFields(n: 1 | 2): readonly GuardianField[] {
  return [
    `guardian${n}Name`,
    `guardian${n}GivenName`,
    `guardian${n}FamilyName`,
    `guardian${n}Relation`,
    `guardian${n}Phone`,
    `guardian${n}Email`,
    `guardian${n}Language`,
  ];
}

interface GuardianPlan {
  take(row: RosterRow, student: string, number: string, mapped: MappedTable, cells: MappedCells): void;
  /** Of a file without guardians: what is spoken at home, for those whom the student has. */
  takeLanguage(row: RosterRow, student: string, mapped: MappedTable, cells: MappedCells): void;
  /** Puts the links and guardians into the roster. */
  finish(): void;
}

/**
 * Who is whose guardian. Files name guardians in the student's row and give them no id: one that the student has already
 * is known by the name; brothers and sisters share one whose name and telephone number or e-mail are the same.
 */
function createGuardianPlan({ current, after, findings }: Context): GuardianPlan {
  const heldByStudent = new Map<string, GuardianKept[]>();
  for (const { studentSourcedId, guardianSourcedId } of after.guardianship.values()) {
    const guardian = after.guardian.get(guardianSourcedId);
    if (guardian !== undefined) pushTo(heldByStudent, studentSourcedId, guardian);
  }
  const replaced = new Set<string>();
  const links = new Map<string, GuardianshipKept>();
  const listed = new Map<string, GuardianKept>();
  const listedByContact = new Map<string, string>();

  const findId = (student: string, number: string, guardian: Omit<GuardianKept, 'sourcedId'>): string => {
    const name = nameKey(guardian);
    const held = heldByStudent.get(student)?.find((each) => nameKey(each) === name);
    if (held !== undefined) return held.sourcedId;
    for (const contact of contactKeys(name, guardian)) {
      const shared = listedByContact.get(contact);
      if (shared !== undefined) return shared;
    }
    // Never the id of somebody else who was this student's guardian before.
    for (let n = 1; ; n += 1) {
      const sourcedId = `csv/guardian/${idPart(number)}/${n}`;
      const other = listed.get(sourcedId) ?? current.guardian.get(sourcedId)?.record;
      if (other === undefined || nameKey(other) === name) return sourcedId;
    }
  };

  /** As the file has it in the first of the columns that says one; undefined where that is not known as a language. */
  const languageOf = (
    row: RosterRow,
    fields: readonly MappedField[],
    { table: { fileName: file } }: MappedTable,
    cells: MappedCells,
  ): string | null | undefined => {
    const field = fields.find((each) => cells.text(row, each) !== '');
    if (field === undefined) return fields.some((each) => cells.has(each)) ? null : undefined;
    const value = cells.text(row, field);
    const language = readLanguage(value);
    if (language === undefined)
      findings.add('mapped-language-unknown', { file, line: row.line, column: cells.columnOf(field), value });
    return language;
  };
  const noteNobodySpeaks = (
    row: RosterRow,
    { table: { fileName: file } }: MappedTable,
    cells: MappedCells,
  ) => {
    const value = cells.text(row, 'homeLanguage');
    if (readLanguage(value) == null) return;
    const column = cells.columnOf('homeLanguage');
    findings.add('language-without-guardian', { file, line: row.line, column, value });
  };

  return {
    takeLanguage(row, student, mapped, cells) {
      const told = languageOf(row, ['homeLanguage'], mapped, cells);
      const own = heldByStudent.get(student) ?? [];
      if (own.length === 0) noteNobodySpeaks(row, mapped, cells);
      for (const guardian of own) {
        // Brothers and sisters share a guardian: the first row that says something counts.
        if (listed.has(guardian.sourcedId)) continue;
        if (told != null)
          listed.set(guardian.sourcedId, { ...guardian, language: languageAfter(told, guardian.language) });
      }
    },
    take(row, student, number, mapped, cells) {
      const { table, mapping } = mapped;
      replaced.add(student);
      let isAnybody = false;
      for (const n of [1, 2] as const) {
        const whole = splitName(cells.text(row, `guardian${n}Name`));
        const given = cells.text(row, `guardian${n}GivenName`);
        const family = cells.text(row, `guardian${n}FamilyName`);
        const isInParts = given !== '' || family !== '';
        const name = isInParts
          ? { givenName: given, familyName: family }
          : {
              givenName: [whole.givenName, whole.middleName ?? ''].filter((part) => part !== '').join(' '),
              familyName: whole.familyName,
            };
        if (name.givenName === '' && name.familyName === '') continue;
        isAnybody = true;
        const phone = cells.text(row, `guardian${n}Phone`);
        const email = cells.text(row, `guardian${n}Email`);
        const language = languageOf(row, [`guardian${n}Language`, 'homeLanguage'], mapped, cells);
        const told = {
          ...name,
          email: email === '' ? null : email,
          phones: phone === '' ? [] : [phone],
          language: null,
        };
        const sourcedId = findId(student, number, told);
        const held = current.guardian.get(sourcedId)?.record;
        const heldPhones = held?.phones ?? [];
        const record: GuardianKept = {
          sourcedId,
          ...name,
          email: cells.has(`guardian${n}Email`) ? told.email : (held?.email ?? null),
          // The file has room for one number; the others of somebody who has this one stay.
          phones:
            !cells.has(`guardian${n}Phone`) || (phone !== '' && heldPhones.includes(phone))
              ? heldPhones
              : told.phones,
          language: languageAfter(language, held?.language ?? null),
        };
        const earlier = listed.get(sourcedId);
        if (earlier === undefined) {
          listed.set(sourcedId, record);
          for (const contact of contactKeys(nameKey(record), told)) listedByContact.set(contact, sourcedId);
        } else if (JSON.stringify(earlier) !== JSON.stringify(record)) {
          const column = cells.columnOf(
            (['Phone', 'Email', 'Language'] as const)
              .map((part) => `guardian${n}${part}` as const)
              .find((field) => cells.has(field)) ?? 'homeLanguage',
          );
          findings.add('guardian-differs', { file: table.fileName, line: row.line, column });
        }
        const relation = relationOf(row, n, cells, (value) => {
          const column = cells.columnOf(`guardian${n}Relation`);
          findings.add('mapped-relation-unknown', { file: table.fileName, line: row.line, column, value });
        });
        const id = guardianshipId(student, sourcedId);
        const heldLink = after.guardianship.get(id);
        links.set(id, {
          sourcedId: id,
          studentSourcedId: student,
          guardianSourcedId: sourcedId,
          relation: relation ?? heldLink?.relation ?? relationOfColumn(mapping, n),
          statedBy: heldLink?.statedBy ?? 'student',
        });
      }
      if (!isAnybody) noteNobodySpeaks(row, mapped, cells);
    },
    finish() {
      for (const [id, { studentSourcedId }] of after.guardianship) {
        if (replaced.has(studentSourcedId)) after.guardianship.delete(id);
      }
      for (const [id, link] of links) after.guardianship.set(id, link);
      for (const [id, guardian] of listed) after.guardian.set(id, guardian);
    },
  };
}

interface BusPlan {
  take(row: RosterRow, student: string, cells: MappedCells): void;
  /** Puts the bus runs and who rides them into the roster. */
  finish(): void;
}

/**
 * Who rides which bus run. Files name it in the student's row: a run of that title that is held is the same one. A listed
 * student leaves the runs that only such files have made, and those that this one names, where it does not say so any more;
 * other runs of `groups.csv` stay.
 */
function createBusPlan({ current, after, today }: Context): BusPlan {
  const idsByTitle = new Map<string, string>();
  for (const { sourcedId, groupKind, title } of after.group.values())
    if (groupKind === 'bus') idsByTitle.set(titleKey(title), sourcedId);
  const heldRuns = new Set(after.group.keys());
  const listed = new Set<string>();
  const named = new Set<string>();
  const riders = new Map<string, GroupMemberKept>();
  return {
    take(row, student, cells) {
      listed.add(student);
      const title = cells.text(row, 'busRun');
      if (title === '') return;
      let run = idsByTitle.get(titleKey(title));
      if (run === undefined) {
        run = `${ownBus}${idPart(titleKey(title))}`;
        idsByTitle.set(titleKey(title), run);
        after.group.set(run, {
          sourcedId: run,
          groupKind: 'bus',
          title,
          weekdays: current.group.get(run)?.record.weekdays ?? ['1', '2', '3', '4', '5'],
          startTime: current.group.get(run)?.record.startTime ?? null,
          endTime: current.group.get(run)?.record.endTime ?? null,
        });
      }
      named.add(run);
      const sourcedId = groupMemberId(run, student);
      const held = after.groupMember.get(sourcedId);
      const rides = held !== undefined && !hasEnded(held, today) ? held : undefined;
      const stop = cells.text(row, 'busStop');
      riders.set(sourcedId, {
        sourcedId,
        groupSourcedId: run,
        studentSourcedId: student,
        stop: cells.has('busStop') ? (stop === '' ? null : stop) : (rides?.stop ?? null),
        // Who is new on a run that was there already begins today.
        beginDate: rides === undefined ? (heldRuns.has(run) ? today : null) : rides.beginDate,
        endDate: rides?.endDate ?? null,
      });
    },
    finish() {
      for (const [id, { groupSourcedId: run, studentSourcedId: student }] of after.groupMember) {
        if (listed.has(student) && (run.startsWith(ownBus) || named.has(run))) after.groupMember.delete(id);
      }
      for (const [id, rider] of riders) after.groupMember.set(id, rider);
    },
  };
}

function titleKey(title: string): string {
  return title.normalize('NFC').toLowerCase();
}

/** Null where the file says nothing. */
function relationOf(
  row: RosterRow,
  n: 1 | 2,
  cells: MappedCells,
  onUnknown: (value: string) => void,
): GuardianshipKept['relation'] | null {
  const value = cells.text(row, `guardian${n}Relation`);
  if (value === '') return null;
  const relation = readRelation(value);
  if (relation === undefined) onUnknown(value);
  return relation ?? 'guardian';
}

/** A column that is called Mother or Father says it for all of its rows. */
function relationOfColumn({ columns }: FileMapping, n: 1 | 2): GuardianshipKept['relation'] {
  const column = columns[`guardian${n}Name`] ?? columns[`guardian${n}GivenName`] ?? '';
  return /mother|father|parent/i.test(column) ? 'parent' : 'guardian';
}

function contactKeys(name: string, { phones, email }: Pick<GuardianKept, 'phones' | 'email'>): string[] {
  return [...phones.map((phone) => phone.replace(/[^\d+]/g, '')), email?.toLowerCase() ?? '']
    .filter((contact) => contact !== '')
    .map((contact) => `${name}\n${contact}`);
}

function nameKey({ givenName, familyName }: Pick<GuardianKept, 'givenName' | 'familyName'>): string {
  return `${givenName}\n${familyName}`.normalize('NFC').toLowerCase();
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

interface PlannedClass {
  readonly code: string;
  title: string;
  readonly periods: Set<string>;
  readonly students: Set<string>;
  /** Names as the file gives them, the first is the responsible teacher. */
  readonly teachers: Set<string>;
}

interface ClassPlan {
  readonly classes: ReadonlyMap<string, PlannedClass>;
  add(code: string, title: string, student: string | null, teacher: string): PlannedClass | null;
}

/** The classes of a file by their code; a homeroom's code is its title. */
function createClassPlan(): ClassPlan {
  const classes = new Map<string, PlannedClass>();
  return {
    classes,
    add(code, title, student, teacher) {
      if (code === '') return null;
      let planned = classes.get(code);
      if (planned === undefined) {
        planned = { code, title, periods: new Set(), students: new Set(), teachers: new Set() };
        classes.set(code, planned);
      }
      if (planned.title === '') planned.title = title;
      if (student !== null) planned.students.add(student);
      if (teacher !== '') planned.teachers.add(teacher);
      return planned;
    },
  };
}

function takeSchedules(tables: readonly MappedTable[], context: Context): boolean {
  const { after, findings } = context;
  const idsByNumber = new Map<string, string>();
  for (const [id, { identifier }] of after.student) if (identifier !== null) idsByNumber.set(identifier, id);
  const plan = createClassPlan();
  let hasTeachers = false;
  let hasPeriods = false;
  let hasTitles = false;
  for (const mapped of tables) {
    const { table } = mapped;
    const cells = createMappedCells(mapped);
    hasTeachers ||= cells.has('teacher');
    hasPeriods ||= cells.has('period');
    hasTitles ||= cells.has('classTitle');
    for (const row of table.rows) {
      if (isCancelledAt(context)) return false;
      const place = { file: table.fileName, line: row.line };
      const number = cells.text(row, 'studentNumber');
      const code = cells.text(row, 'classCode');
      if (number === '' || code === '') {
        const column = cells.columnOf(number === '' ? 'studentNumber' : 'classCode');
        findings.add('value-missing', { ...place, column });
        continue;
      }
      const student = idsByNumber.get(number) ?? null;
      if (student === null) {
        findings.add('student-number-unknown', {
          ...place,
          column: cells.columnOf('studentNumber'),
          value: number,
        });
      }
      const title = cells.text(row, 'classTitle');
      const planned = plan.add(code, title, student, cells.text(row, 'teacher'));
      if (planned === null) continue;
      if (title !== '' && title !== planned.title) {
        const column = cells.columnOf('classTitle');
        findings.add('class-title-differs', { ...place, column, value: title, expected: planned.title });
      }
      for (const period of readPeriods(cells.text(row, 'period'))) planned.periods.add(period);
    }
  }
  applyClasses(plan, 'scheduled', { hasTeachers, hasPeriods, hasTitles }, context);
  return true;
}

interface PlanParts {
  readonly hasTeachers: boolean;
  readonly hasPeriods: boolean;
  readonly hasTitles: boolean;
}

/** Makes the classes of one type those of the plan, with their students and teachers. */
function applyClasses(
  plan: ClassPlan,
  classType: ClassKept['classType'],
  parts: PlanParts,
  context: Context,
): void {
  const { current, after } = context;
  const heldByCode = new Map<string, ClassKept>();
  for (const held of after.class.values()) {
    if (held.classType !== classType) continue;
    const code = classType === 'homeroom' ? held.title : (held.classCode ?? held.title);
    if (!heldByCode.has(code)) heldByCode.set(code, held);
  }
  for (const held of heldByCode.values()) after.class.delete(held.sourcedId);
  for (const [id, held] of after.class) if (held.classType === classType) after.class.delete(id);

  const staff = createStaffPlan(context);
  const wanted = new Map<string, WantedEnrolment>();
  for (const planned of plan.classes.values()) {
    const held = heldByCode.get(planned.code);
    const sourcedId =
      held?.sourcedId ?? `csv/${classType === 'homeroom' ? 'homeroom' : 'class'}/${idPart(planned.code)}`;
    after.class.set(sourcedId, classOf(planned, sourcedId, held, classType, parts, after));
    for (const student of planned.students) want(wanted, sourcedId, student, 'student', false);
    [...planned.teachers].forEach((name, position) => {
      want(wanted, sourcedId, staff.idOf(name), 'teacher', position === 0);
    });
  }

  for (const [id, enrolment] of after.enrolment) {
    const schoolClass = after.class.get(enrolment.classSourcedId);
    if (schoolClass === undefined) {
      after.enrolment.delete(id);
      continue;
    }
    if (schoolClass.classType !== classType || hasEnded(enrolment, context.today)) continue;
    // Aides stand in no such file, teachers not in every one.
    if (enrolment.role === 'aide' || (enrolment.role === 'teacher' && !parts.hasTeachers)) continue;
    const key = enrolmentKey(enrolment.classSourcedId, enrolment.userSourcedId, enrolment.role);
    const kept = wanted.get(key);
    if (kept === undefined) after.enrolment.delete(id);
    else {
      wanted.delete(key);
      if (enrolment.role === 'teacher') after.enrolment.set(id, { ...enrolment, isPrimary: kept.isPrimary });
    }
  }
  for (const each of wanted.values()) {
    const isNewClass = current.class.get(each.classSourcedId)?.isActive !== true;
    const record = newEnrolment(each, isNewClass, context);
    after.enrolment.set(record.sourcedId, record);
  }
}

interface WantedEnrolment {
  readonly classSourcedId: string;
  readonly userSourcedId: string;
  readonly role: 'student' | 'teacher';
  readonly isPrimary: boolean;
}

function want(
  wanted: Map<string, WantedEnrolment>,
  classSourcedId: string,
  userSourcedId: string,
  role: WantedEnrolment['role'],
  isPrimary: boolean,
): void {
  const key = enrolmentKey(classSourcedId, userSourcedId, role);
  if (!wanted.has(key)) wanted.set(key, { classSourcedId, userSourcedId, role, isPrimary });
}

function enrolmentKey(classSourcedId: string, userSourcedId: string, role: string): string {
  return `${classSourcedId} ${userSourcedId} ${role}`;
}

/**
 * Somebody new in a class that is there already begins today: the registers of the days before stay as they were. A second
 * time in a class is an enrolment of its own.
 */
function newEnrolment(
  { classSourcedId, userSourcedId, role, isPrimary }: WantedEnrolment,
  isNewClass: boolean,
  { current, today }: Context,
): EnrolmentKept {
  const base = `csv/enrolment/${classSourcedId}/${userSourcedId}/${role}`;
  const isFromBeginning = isNewClass && !current.enrolment.has(base);
  return {
    sourcedId: isFromBeginning ? base : `${base}/${today}`,
    classSourcedId,
    userSourcedId,
    role,
    isPrimary,
    beginDate: isFromBeginning ? null : today,
    endDate: null,
  };
}

function hasEnded({ endDate }: Pick<EnrolmentKept, 'endDate'>, today: string): boolean {
  return endDate !== null && endDate <= today;
}

function classOf(
  planned: PlannedClass,
  sourcedId: string,
  held: ClassKept | undefined,
  classType: ClassKept['classType'],
  { hasPeriods, hasTitles }: PlanParts,
  after: Work,
): ClassKept {
  const told = planned.title === '' ? planned.code : planned.title;
  const title = held !== undefined && !hasTitles ? held.title : told;
  const courseTitle = classType === 'homeroom' ? 'Homeroom' : title;
  const courseSourcedId = held?.courseSourcedId ?? `csv/course/${idPart(courseTitle)}`;
  if (held === undefined && !after.course.has(courseSourcedId)) {
    after.course.set(courseSourcedId, { sourcedId: courseSourcedId, title: courseTitle, courseCode: null });
  }
  const periods = [...planned.periods].toSorted((one, other) => Number(one) - Number(other));
  return {
    sourcedId,
    title,
    classCode: classType === 'homeroom' ? (held?.classCode ?? null) : planned.code,
    classType,
    courseSourcedId,
    grades: held?.grades ?? [],
    periods: hasPeriods ? periods : (held?.periods ?? []),
    termSourcedIds: held?.termSourcedIds ?? [],
  };
}

/** Staff by the names that files give: somebody of that name who is held, else somebody new. */
function createStaffPlan({ after }: Context): { idOf(name: string): string } {
  const byName = new Map<string, string>();
  for (const [id, person] of after.staff) if (!byName.has(nameKey(person))) byName.set(nameKey(person), id);
  return {
    idOf(text) {
      const { givenName: first, middleName, familyName } = splitName(text);
      const givenName = middleName === null ? first : `${first} ${middleName}`;
      const key = nameKey({ givenName, familyName });
      const known = byName.get(key);
      if (known !== undefined) return known;
      const sourcedId = `${ownStaff}${idPart(key)}`;
      const record: StaffKept = { sourcedId, givenName, familyName };
      after.staff.set(sourcedId, record);
      byName.set(key, sourcedId);
      return sourcedId;
    },
  };
}

const ownStaff = 'csv/staff/';
const ownCourse = 'csv/course/';
const ownBus = 'csv/bus/';

/** Takes out what hangs on somebody or something that is gone. */
function dropLoose({ after }: Context): void {
  const working = new Set<string>();
  for (const [id, { classSourcedId, userSourcedId, role }] of after.enrolment) {
    const people = role === 'student' ? after.student : after.staff;
    if (!after.class.has(classSourcedId) || !people.has(userSourcedId)) after.enrolment.delete(id);
    else if (role !== 'student') working.add(userSourcedId);
  }
  // Staff and courses that only such files had named go with the last class; those of a OneRoster package stay.
  for (const id of after.staff.keys())
    if (id.startsWith(ownStaff) && !working.has(id)) after.staff.delete(id);
  const used = new Set([...after.class.values()].map(({ courseSourcedId }) => courseSourcedId));
  for (const id of after.course.keys())
    if (id.startsWith(ownCourse) && !used.has(id)) after.course.delete(id);
  const linked = new Set<string>();
  for (const [id, { studentSourcedId, guardianSourcedId }] of after.guardianship) {
    if (after.student.has(studentSourcedId) && after.guardian.has(guardianSourcedId))
      linked.add(guardianSourcedId);
    else after.guardianship.delete(id);
  }
  for (const id of after.guardian.keys()) if (!linked.has(id)) after.guardian.delete(id);
  for (const [id, { studentSourcedId, groupSourcedId }] of after.groupMember) {
    if (!after.student.has(studentSourcedId) || !after.group.has(groupSourcedId))
      after.groupMember.delete(id);
  }
  const ridden = new Set([...after.groupMember.values()].map(({ groupSourcedId }) => groupSourcedId));
  for (const id of after.group.keys()) if (id.startsWith(ownBus) && !ridden.has(id)) after.group.delete(id);
}

/** A roster as it stands, when nothing is taken from a package: what groups are compared with. */
export function schoolAsHeld(current: CurrentRoster): SchoolRoster {
  return { schoolSourcedId: current.schoolSourcedId ?? ownSchoolId, ...createWork(current) };
}
