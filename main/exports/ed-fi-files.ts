import { eq } from 'drizzle-orm';
import { school as schoolTable } from '../../db/school/schema.ts';
import type { AcademicSessionRow } from '../../db/attendance/calendar-days.ts';
import { codeOn } from '../../domain/attendance/code-pack.ts';
import { attendanceEventCategory } from '../../domain/attendance/ed-fi.ts';
import { dayNumber } from '../../domain/calendar/day.ts';
import type { Day, StudentId } from '../../domain/ids.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import type { SchoolYears } from '../attendance/calendar.ts';
import {
  addNote,
  type ExportColumn,
  type ExportContent,
  type ExportNote,
  type ExportSource,
} from './content.ts';
import { openSchoolDays, type SchoolSession, type SessionChoice } from './school-sessions.ts';
import { addLines, addRows, spooledCsv, zipContent, type Spooled } from './zip-content.ts';
import { SpooledText } from '../backup/spooled-text.ts';

/**
 * Attendance as Ed-Fi events of negative attendance: what departs from presence, as CSV and as JSON lines in the shape of
 * the resources `studentSchoolAttendanceEvents` and, for periods, `studentSectionAttendanceEvents`.
 *
 * The category is part of an event's key, so that several registers of one day with the same category are one event.
 * Source: Ed-Fi Data Standard 5.2 (DOMAIN §1.2); which fields are ours: docs/export.md.
 */
export function edFiFiles(
  source: ExportSource,
  choice: SessionChoice,
  edFiSchoolId: number | null,
): ExportContent {
  const about = {
    format: 'rollkeep-ed-fi-attendance',
    v: 1,
    dataStandard: '5.2',
    polarity: 'negative: no event means present, or no mark',
    from: choice.from,
    to: choice.to,
  };
  return zipContent(source, about, () => spool(source, choice, edFiSchoolId));
}

/** One event to be, gathered from the registers of a day that share its key. */
interface Gathered {
  readonly first: SchoolSession;
  readonly category: string;
  halfDays: number;
  readonly reasons: Set<string>;
  readonly codes: Set<string>;
  readonly sessions: string[];
}

async function spool(
  source: ExportSource,
  choice: SessionChoice,
  edFiSchoolId: number | null,
): Promise<Spooled> {
  const { school, db } = source;
  const pack = codePackOf(source);
  const rosterSchool = db
    .select({ id: schoolTable.rosterSchool })
    .from(schoolTable)
    .where(eq(schoolTable.id, school.id))
    .get()?.id;
  const schoolId = edFiSchoolId ?? rosterSchool ?? '';
  const days = openSchoolDays(source, choice);
  const notes = new Map<ExportNote, number>();
  if (edFiSchoolId === null) addNote(notes, 'school-id-of-roster');
  const students = new Set<StudentId>();
  const ofSchool = eventFiles('studentSchoolAttendanceEvents', schoolColumns);
  const ofSection = eventFiles('studentSectionAttendanceEvents', sectionColumns);
  let read = 0;

  for (const [done, day] of days.days.entries()) {
    await source.goOn(done, days.days.length);
    const events = new Map<string, Gathered>();
    for (const each of days.sessionsOf(day)) {
      read += 1;
      const { mark, student } = each;
      if (mark === null) {
        addNote(notes, 'no-mark');
        continue;
      }
      const code = codeOn(pack, mark.code, day);
      const category = code === undefined ? undefined : attendanceEventCategory(code);
      if (code === undefined) addNote(notes, 'code-unknown');
      else if (category === undefined) addNote(notes, 'code-without-descriptor');
      if (code === undefined || category === undefined || category === null) continue;
      students.add(student.id);
      const section = isSection(each) ? each.class.id : '';
      const key = `${student.id} ${section} ${category}`;
      let event = events.get(key);
      if (event === undefined) {
        event = { first: each, category, halfDays: 0, reasons: new Set(), codes: new Set(), sessions: [] };
        events.set(key, event);
      }
      event.halfDays += code.isLate ? 0 : each.halfDays;
      event.reasons.add(code.meaning);
      event.codes.add(code.code);
      event.sessions.push(each.session);
    }
    const rows = [...events.values()].map((event) => eventOf(event, day, schoolId, days.years));
    for (const [files, isOne] of [
      [ofSchool, false],
      [ofSection, true],
    ] as const) {
      const own = rows.filter(({ isSectionEvent }) => isSectionEvent === isOne);
      addRows(
        files.csv,
        own.map(({ row }) => row),
      );
      addLines(
        files.lines,
        own.map(({ json }) => json),
      );
    }
  }
  const files = [ofSchool.csv, ofSchool.lines];
  if (school.attendance === 'period') files.push(ofSection.csv, ofSection.lines);
  return { files, students, notes, read, checks: null };
}

function isSection({ session }: SchoolSession): boolean {
  return session.startsWith('p') && session !== 'pm';
}

const schoolColumns: readonly ExportColumn[] = [
  { name: 'studentUniqueId', sensitivity: 'personal' },
  { name: 'schoolId', sensitivity: 'internal' },
  { name: 'schoolYear', sensitivity: 'internal' },
  { name: 'sessionName', sensitivity: 'internal' },
  { name: 'eventDate', sensitivity: 'internal' },
  { name: 'attendanceEventCategoryDescriptor', sensitivity: 'personal' },
  { name: 'attendanceEventReason', sensitivity: 'personal' },
  { name: 'eventDuration', sensitivity: 'personal' },
  { name: 'rollkeep_codes', sensitivity: 'personal' },
  { name: 'rollkeep_sessions', sensitivity: 'internal' },
  { name: 'rollkeep_sourcedId', sensitivity: 'internal' },
];
const sectionColumns: readonly ExportColumn[] = [
  ...schoolColumns.slice(0, 4),
  { name: 'sectionIdentifier', sensitivity: 'internal' },
  { name: 'localCourseCode', sensitivity: 'internal' },
  ...schoolColumns.slice(4),
];

function eventFiles(resource: string, columns: readonly ExportColumn[]) {
  return {
    csv: spooledCsv(`${resource}.csv`, columns),
    lines: { name: `${resource}.ndjson`, columns, text: new SpooledText(), rows: 0 },
  };
}

function eventOf(
  { first, category, halfDays, reasons, codes, sessions }: Gathered,
  day: Day,
  schoolId: number | string,
  years: SchoolYears,
): { readonly isSectionEvent: boolean; readonly row: readonly unknown[]; readonly json: object } {
  const { student, class: schoolClass } = first;
  const studentUniqueId =
    student.studentNumber === '' ? (student.sourceId ?? student.id) : student.studentNumber;
  const term = termAt(years, day);
  const schoolYear = term === undefined ? '' : Number(term.schoolYear);
  const sessionName = term?.title ?? '';
  const isSectionEvent = isSection(first);
  const reason = [...reasons].join('; ');
  // A tardy has no duration; an absence the share of the day that was missed.
  const duration = isSectionEvent || halfDays === 0 ? null : halfDays / 2;
  const sectionIdentifier = schoolClass.sourceId ?? schoolClass.id;
  const ours = { codes: [...codes], sessions, sourcedId: student.sourceId };
  const session = { schoolId, schoolYear, sessionName };
  return {
    isSectionEvent,
    row: [
      studentUniqueId,
      schoolId,
      schoolYear,
      sessionName,
      ...(isSectionEvent ? [sectionIdentifier, schoolClass.course] : []),
      day,
      category,
      reason,
      duration,
      ours.codes.join(' '),
      sessions.join(' '),
      student.sourceId,
    ],
    json: {
      attendanceEventCategoryDescriptor: category,
      eventDate: day,
      ...(isSectionEvent
        ? { sectionReference: { localCourseCode: schoolClass.course, ...session, sectionIdentifier } }
        : { schoolReference: { schoolId }, sessionReference: session }),
      studentReference: { studentUniqueId },
      attendanceEventReason: reason,
      ...(duration === null ? {} : { eventDuration: duration }),
      _rollkeep: ours,
    },
  };
}

/** The shortest term or semester that holds the day, or else the school year. */
function termAt({ termsBySourceId }: SchoolYears, day: Day): AcademicSessionRow | undefined {
  const length = ({ startDay, endDay }: AcademicSessionRow): number =>
    dayNumber(endDay) - dayNumber(startDay);
  return [...termsBySourceId.values()]
    .filter(({ type, startDay, endDay }) => type !== 'gradingPeriod' && startDay <= day && day < endDay)
    .toSorted((one, other) => length(one) - length(other))[0];
}
