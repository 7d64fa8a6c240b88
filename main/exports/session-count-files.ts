import {
  absenceBand,
  absenceRate,
  attendanceRate,
  createTally,
  percentText,
  type AttendanceTally,
} from '../../domain/attendance/rates.ts';
import {
  countChecks,
  halfDaysByCode,
  sessionCounts,
  type SessionCounts,
} from '../../domain/attendance/session-counts.ts';
import { isAbsence, type AbsenceMeasure, type CodePack } from '../../domain/attendance/code-pack.ts';
import type { StudentId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { ExportedStudent } from '../../db/people/students.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import {
  addNote,
  type ExportColumn,
  type ExportContent,
  type ExportNote,
  type ExportSource,
} from './content.ts';
import { openSchoolDays, type SessionChoice } from './school-sessions.ts';
import { addRows, spooledCsv, zipContent, type Spooled } from './zip-content.ts';

/**
 * Sums by student and for the school: England's session counts, the US's days. The sums are those of the student card:
 * both come from `createTally`. Percentages are exact and rounded last (docs/export.md).
 */
export function sessionCountFiles(source: ExportSource, choice: SessionChoice): ExportContent {
  const pack = codePackOf(source);
  const [measure] = pack.measures;
  assert(measure !== undefined, 'a code pack has a measure');
  const about = {
    format: 'rollkeep-attendance-counts',
    v: 1,
    from: choice.from,
    to: choice.to,
    unit: measure.unit,
    codePack: { id: pack.id, version: pack.version, sources: pack.sources.map(({ title }) => title) },
  };
  return zipContent(source, about, () => spool(source, choice, pack, measure));
}

async function spool(
  source: ExportSource,
  choice: SessionChoice,
  pack: CodePack,
  measure: AbsenceMeasure,
): Promise<Spooled> {
  const school = createTally(pack);
  const tallies = new Map<StudentId, { student: ExportedStudent; tally: AttendanceTally }>();
  const days = openSchoolDays(source, choice);
  let read = 0;
  const notes = new Map<ExportNote, number>();
  for (const [done, day] of days.days.entries()) {
    await source.goOn(done, days.days.length);
    for (const { student, halfDays, mark } of days.sessionsOf(day)) {
      let own = tallies.get(student.id);
      if (own === undefined) tallies.set(student.id, (own = { student, tally: createTally(pack) }));
      const session = { day, halfDays, code: mark?.code ?? null };
      own.tally.add(session);
      school.add(session);
      if (mark === null) addNote(notes, 'no-mark');
      read += 1;
    }
  }
  addNote(notes, 'code-unknown', school.totals.unknownCode);

  const layout = layoutOf(pack, measure);
  const studentFile = spooledCsv('students.csv', layout.studentColumns);
  const all = [...tallies.values()];
  addRows(
    studentFile,
    all.map(({ student, tally }) => layout.studentRow(student, tally)),
  );

  const bands = Map.groupBy(all, ({ tally }) => absenceBand(tally.totals, measure)?.title ?? 'none');
  const schoolFile = spooledCsv('school.csv', summaryColumns);
  addRows(schoolFile, [
    ['students', all.length],
    ...layout.schoolRows(school),
    ...measure.bands.map(({ title }) => [`students in band: ${title}`, bands.get(title)?.length ?? 0]),
    ['students without a band', bands.get('none')?.length ?? 0],
  ]);

  const codeFile = spooledCsv('codes.csv', codeColumns);
  addRows(
    codeFile,
    [...school.byCode]
      .toSorted(([one], [other]) => pack.codes.indexOf(one) - pack.codes.indexOf(other))
      .map(([code, { marks, halfDays }]) => [
        code.code,
        code.meaning,
        code.category,
        halfDays / layout.perUnit,
        marks,
      ]),
  );

  const checks = [
    ...countChecks(sessionCounts(school), school.byCode).map(({ check, left, right }) => [
      check,
      left,
      right,
    ]),
    ...(['possible', 'attended', 'authorised', 'unauthorised'] as const).map((sum) => [
      `${sum} = sum of the students`,
      school.totals[sum],
      all.reduce((total, { tally }) => total + tally.totals[sum], 0),
    ]),
  ];
  const failed = checks.filter(([, left, right]) => left !== right).length;
  const checkFile = spooledCsv('checks.csv', checkColumns);
  addRows(
    checkFile,
    checks.map(([check, left, right]) => [check, left, right, left === right ? 'yes' : 'NO']),
  );
  return {
    files: [studentFile, schoolFile, codeFile, checkFile],
    students: new Set(tallies.keys()),
    notes,
    read,
    checks: { made: checks.length, failed },
  };
}

const summaryColumns: readonly ExportColumn[] = [
  { name: 'measure', sensitivity: 'internal' },
  { name: 'value', sensitivity: 'internal' },
];
const codeColumns: readonly ExportColumn[] = ['code', 'meaning', 'category', 'count', 'marks'].map(
  (name) => ({
    name,
    sensitivity: 'internal',
  }),
);
const checkColumns: readonly ExportColumn[] = ['check', 'left', 'right', 'holds'].map((name) => ({
  name,
  sensitivity: 'internal',
}));

interface Layout {
  /** Half days in a unit: a day is two, a session one. */
  readonly perUnit: number;
  readonly studentColumns: readonly ExportColumn[];
  readonly studentRow: (student: ExportedStudent, tally: AttendanceTally) => readonly unknown[];
  readonly schoolRows: (school: AttendanceTally) => readonly (readonly unknown[])[];
}

/** Names and order of the sums: England's return speaks of sessions, the US of days. */
function layoutOf(pack: CodePack, measure: AbsenceMeasure): Layout {
  const isDays = measure.unit === 'day';
  const perUnit = isDays ? 2 : 1;
  const absenceCodes = [...new Set(pack.codes.filter(isAbsence).map(({ code }) => code))];
  const thresholds = measure.bands.map(({ fromPercent }) => fromPercent);
  const sums = (isDays ? daySums : sessionSums).map(([name, valueOf]) => ({
    name,
    valueOf: (counts: SessionCounts) => valueOf(counts, perUnit),
  }));
  const flags = [...new Set(measure.bands.flatMap(({ flag }) => (flag === null ? [] : [flag])))];
  return {
    perUnit,
    studentColumns: [
      { name: 'studentNumber', sensitivity: 'personal' },
      { name: 'sourcedId', sensitivity: 'internal' },
      { name: 'studentId', sensitivity: 'internal' },
      { name: 'yearGroup', sensitivity: 'personal' },
      ...[
        ...sums.map(({ name }) => name),
        'absencePercent',
        'band',
        ...flags,
        ...absenceCodes.map((code) => `code ${code}`),
      ].map((name) => ({ name, sensitivity: 'personal' as const })),
    ],
    studentRow({ studentNumber, sourceId, id, grade }, tally) {
      const counts = sessionCounts(tally);
      const codes = halfDaysByCode(tally.byCode);
      const band = absenceBand(tally.totals, measure);
      return [
        studentNumber,
        sourceId,
        id,
        grade,
        ...sums.map(({ valueOf }) => valueOf(counts)),
        percentText(absenceRate(tally.totals), thresholds),
        band?.title,
        // A severe absence is a persistent one too: bands ascend, and a flag holds from its band on.
        ...flags.map((flag) => {
          if (band === undefined) return '';
          const from = measure.bands.findIndex((each) => each.flag === flag);
          return measure.bands.indexOf(band) >= from ? 'yes' : 'no';
        }),
        ...absenceCodes.map((code) => (codes.get(code) ?? 0) / perUnit),
      ];
    },
    schoolRows(school) {
      const counts = sessionCounts(school);
      return [
        ...sums.map(({ name, valueOf }) => [name, valueOf(counts)]),
        ['attendancePercent', percentText(attendanceRate(school.totals))],
        ['absencePercent', percentText(absenceRate(school.totals))],
      ];
    },
  };
}

type Sum = readonly [name: string, valueOf: (counts: SessionCounts, perUnit: number) => number];

const sessionSums: readonly Sum[] = [
  ['possibleSessions', ({ possible }) => possible],
  ['attendedSessions', ({ attended }) => attended],
  ['inSchool', ({ inSchool }) => inSchool],
  ['approvedActivity', ({ approvedActivity }) => approvedActivity],
  ['authorisedAbsence', ({ authorised }) => authorised],
  ['unauthorisedAbsence', ({ unauthorised }) => unauthorised],
  ['lateBeforeRegisterClosed', ({ lateBefore }) => lateBefore],
  ['lateAfterRegisterClosed', ({ lateAfter }) => lateAfter],
  ['notPossible', ({ notPossible }) => notPossible],
  ['noMark', ({ unrecorded }) => unrecorded],
  ['unknownCode', ({ unknownCode }) => unknownCode],
];

const daySums: readonly Sum[] = [
  ['daysEnrolled', ({ possible }, perUnit) => possible / perUnit],
  ['daysAttended', ({ attended }, perUnit) => attended / perUnit],
  ['daysAbsent', ({ authorised, unauthorised }, perUnit) => (authorised + unauthorised) / perUnit],
  ['daysExcused', ({ authorised }, perUnit) => authorised / perUnit],
  ['daysUnexcused', ({ unauthorised }, perUnit) => unauthorised / perUnit],
  ['tardies', ({ late }) => late],
  ['daysNotPossible', ({ notPossible }, perUnit) => notPossible / perUnit],
  ['daysWithoutMark', ({ unrecorded }, perUnit) => unrecorded / perUnit],
  ['daysWithUnknownCode', ({ unknownCode }, perUnit) => unknownCode / perUnit],
];
