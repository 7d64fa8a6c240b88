import { isEnrolledOn } from '../../domain/attendance/rates.ts';
import type { AuthorKind } from '../../domain/attendance/register.ts';
import type { RegisterSession } from '../../domain/attendance/session.ts';
import { weekdayOf } from '../../domain/calendar/day.ts';
import { dayAt, instantOf } from '../../domain/calendar/local-time.ts';
import {
  createSchoolCalendar,
  schoolDaysBetween,
  sessionsOn,
  type CalendarSession,
  type SchoolCalendar,
} from '../../domain/calendar/school-calendar.ts';
import type { CountryPack } from '../../domain/contract/shared.ts';
import type { Day } from '../../domain/ids.ts';
import type { HomeroomSpell, SampleClass, SampleDistrict, SampleSchool, SampleStudent } from './district.ts';
import { itemAt, randomFor, type Random } from './random.ts';

/** One statement of the sample, in the shape of a mark fact but with the roster's ids. */
export interface SampleMark {
  readonly studentSourcedId: string;
  readonly kind: AuthorKind;
  readonly code: string;
  readonly authorSourcedId: string;
  readonly atMs: number;
  readonly minutesLate: number | null;
  readonly note: string;
}

export interface SampleRegister {
  readonly classSourcedId: string;
  readonly session: RegisterSession;
  readonly taken: { readonly authorSourcedId: string; readonly atMs: number } | null;
  /** Oldest first for each student. A register that nobody touched has none. */
  readonly marks: readonly SampleMark[];
}

export interface SampleDay {
  readonly day: Day;
  readonly registers: readonly SampleRegister[];
}

export interface SampleDaysOptions {
  /** Nothing is written after this instant; its day's registers are partly blank. Epoch milliseconds. */
  readonly untilMs: number;
  /** For how many of the last school days the period registers are written too. */
  readonly periodDays: number;
}

/** What happened to a student in a session. */
const outcomes = [
  'present',
  'late',
  'very-late',
  'left-early',
  'ill',
  'appointment',
  'unexplained',
  'holiday',
  'religious',
  'suspended',
  'trip',
] as const;
type Outcome = (typeof outcomes)[number];

/** The code that the office ends up with; the teacher, who sees an empty chair, writes the code of `unknown`. */
const codes: Readonly<
  Record<CountryPack, Readonly<Record<Exclude<Outcome, 'present'> | 'unknown', string>>>
> = {
  us: {
    unknown: 'A',
    late: 'T',
    'very-late': 'TU',
    'left-early': 'ED',
    ill: 'I',
    appointment: 'M',
    unexplained: 'U',
    holiday: 'U',
    religious: 'E',
    suspended: 'SUS',
    trip: 'FT',
  },
  england: {
    unknown: 'N',
    late: 'L',
    'very-late': 'U',
    'left-early': 'L',
    ill: 'I',
    appointment: 'M',
    unexplained: 'O',
    holiday: 'G',
    religious: 'R',
    suspended: 'E',
    trip: 'V',
  },
};

const notes = [
  'Guardian phoned.',
  'Message on the absence line.',
  'Doctor’s note seen.',
  'E-mail from the guardian.',
];

/** How a student attends. `starts` is the chance that a spell of absence begins on a day, `length` its mean in days. */
interface Profile {
  readonly starts: number;
  readonly length: number;
  readonly late: number;
  readonly unexplained: number;
}

const profiles: readonly (readonly [Profile, number])[] = [
  [{ starts: 0.014, length: 1.7, late: 0.012, unexplained: 0.08 }, 66],
  [{ starts: 0.015, length: 1.6, late: 0.14, unexplained: 0.12 }, 7],
  [{ starts: 0.04, length: 1.8, late: 0.05, unexplained: 0.25 }, 17],
  [{ starts: 0.085, length: 2, late: 0.08, unexplained: 0.45 }, 8],
  [{ starts: 0.3, length: 3.6, late: 0.1, unexplained: 0.5 }, 2],
];

interface Member {
  readonly student: SampleStudent;
  readonly spell: HomeroomSpell;
  /** Outcomes by school day and half: two entries a day. */
  readonly year: Uint8Array;
}

/**
 * Writes a school's registers day by day, oldest first, up to `untilMs`. One day is held at a time: a school of 2,000
 * with 180 days has 360,000 marks, of which only a byte each is kept.
 *
 * The same district and options give the same marks on every machine.
 */
export function* sampleDays(
  { seed, country }: SampleDistrict,
  school: SampleSchool,
  { untilMs, periodDays }: SampleDaysOptions,
): Generator<SampleDay> {
  const made = createSchoolCalendar(school.calendar);
  if (!made.ok) throw new Error(`Bug: the sample's calendar is refused: ${made.error.problems.join('; ')}`);
  const calendar = made.value;
  const lastDay = dayAt(untilMs, calendar.timeZone);
  const days = schoolDaysBetween(calendar, calendar.schoolYear.beginDay, lastDay);
  const planner = new Planner(seed, school, calendar);

  for (const [dayIndex, day] of days.entries()) {
    const random = randomFor(seed, school.sourcedId, 'marks', day);
    const hasPeriods = dayIndex >= days.length - periodDays;
    const registers = sessionsOn(calendar, day).flatMap((session) => {
      const writer = { country, random, day, session, calendar, untilMs, isLastDay: day === lastDay };
      const opensAtMs = instantOf(day, session.opensAt, calendar.timeZone);
      if (opensAtMs > untilMs) return [];
      if (session.session.startsWith('p') && session.session !== 'pm') {
        return hasPeriods
          ? planner
              .periodClasses(session.session)
              .map((each) => periodRegister(each, writer, opensAtMs, dayIndex))
          : [];
      }
      return planner.homerooms.map(({ schoolClass, members }) => {
        const half = session.session === 'pm' ? 1 : 0;
        const here = members.filter(({ spell }) => isEnrolledOn(spell, day));
        return officialRegister(schoolClass, here, writer, opensAtMs, dayIndex * 2 + half);
      });
    });
    yield { day, registers };
  }
}

interface Writer {
  readonly country: CountryPack;
  readonly random: Random;
  readonly day: Day;
  readonly session: CalendarSession;
  readonly calendar: SchoolCalendar;
  readonly untilMs: number;
  readonly isLastDay: boolean;
}

function officialRegister(
  schoolClass: SampleClass,
  members: readonly Member[],
  writer: Writer,
  opensAtMs: number,
  slot: number,
): SampleRegister {
  const { random, isLastDay, untilMs } = writer;
  const register = { classSourcedId: schoolClass.sourcedId, session: writer.session.session };
  const startMs = opensAtMs + random.between(60, 600) * 1000;
  // On the last day a few teachers have not begun and a few have stopped half way.
  const progress = isLastDay
    ? random.weighted([
        ['done', 85],
        ['half', 6],
        ['blank', 9],
      ] as const)
    : 'done';
  if (progress === 'blank' || startMs > untilMs) return { ...register, taken: null, marks: [] };
  const reached = progress === 'half' ? members.slice(0, Math.ceil(members.length / 2)) : members;

  const marks: SampleMark[] = [];
  for (const [index, { student, year }] of reached.entries()) {
    const outcome = outcomes[year[slot] ?? 0] ?? 'present';
    writeMarks(
      marks,
      student.sourcedId,
      outcome,
      startMs + index * 1500,
      schoolClass.teacherSourcedId,
      writer,
    );
  }
  const taken = { authorSourcedId: schoolClass.teacherSourcedId, atMs: startMs + members.length * 1500 };
  return { ...register, taken: progress === 'half' ? null : taken, marks };
}

/** The teacher's mark, then what the office finds out, each at its time. */
function writeMarks(
  marks: SampleMark[],
  studentSourcedId: string,
  outcome: Outcome,
  atMs: number,
  teacher: string,
  writer: Writer,
): void {
  const { country, random, session, untilMs } = writer;
  const pack = codes[country];
  const present = country === 'us' ? 'P' : session.session === 'pm' ? '\\' : '/';
  const say = (
    kind: AuthorKind,
    code: string,
    sayAtMs: number,
    minutesLate: number | null = null,
    note = '',
  ) => {
    if (sayAtMs > untilMs) return;
    const authorSourcedId = kind === 'teacher' ? teacher : attendanceClerk;
    marks.push({ studentSourcedId, kind, code, authorSourcedId, atMs: sayAtMs, minutesLate, note });
  };
  const minutesMs = (count: number) => count * 60_000;
  switch (outcome) {
    case 'present':
      // Now and then a chair looks empty at first: a correction, whose original is kept.
      if (random.chance(0.002)) say('teacher', pack.unknown, atMs - 30_000);
      say('teacher', present, atMs);
      return;
    case 'late': {
      const minutesLate = random.between(2, 28);
      const isSeenByTeacher = random.chance(0.5);
      if (isSeenByTeacher) say('teacher', pack.late, atMs + minutesMs(minutesLate), minutesLate);
      else {
        say('teacher', pack.unknown, atMs);
        say('office', pack.late, atMs + minutesMs(minutesLate), minutesLate);
      }
      return;
    }
    case 'very-late': {
      const minutesLate = random.between(31, 120);
      say('teacher', pack.unknown, atMs);
      say('office', pack[outcome], atMs + minutesMs(minutesLate), minutesLate);
      return;
    }
    case 'left-early':
      say('teacher', present, atMs);
      if (country === 'us') say('office', pack[outcome], atMs + minutesMs(random.between(120, 300)));
      return;
    case 'trip':
      say('office', pack.trip, atMs - minutesMs(20));
      return;
    default: {
      say('teacher', pack.unknown, atMs);
      const delay = random.weighted([
        [random.between(15, 240), 70],
        [24 * 60 * random.between(1, 2), 20],
        [24 * 60 * random.between(3, 6), 10],
      ] as const);
      const days = outcome === 'unexplained' ? random.between(1, 4) * 24 * 60 : 0;
      const note = outcome !== 'unexplained' && random.chance(0.3) ? random.pick(notes) : '';
      say('office', pack[outcome], atMs + minutesMs(delay + days), null, note);
    }
  }
}

function periodRegister(
  { schoolClass, members, period }: PeriodClass,
  writer: Writer,
  opensAtMs: number,
  dayIndex: number,
): SampleRegister {
  const { country, random, day, isLastDay, untilMs } = writer;
  const startMs = opensAtMs + random.between(60, 300) * 1000;
  const register = { classSourcedId: schoolClass.sourcedId, session: writer.session.session };
  if (startMs > untilMs || (isLastDay && random.chance(0.15))) return { ...register, taken: null, marks: [] };
  const pack = codes[country];
  const here = members.filter(({ spell }) => isEnrolledOn(spell, day));
  const marks = here.map(({ student, year }, index): SampleMark => {
    const outcome = outcomes[year[dayIndex * 2] ?? 0] ?? 'present';
    const isAway = !['present', 'late', 'very-late', 'left-early'].includes(outcome);
    const isLate = (outcome === 'very-late' && period === 1) || random.chance(0.008);
    const code = isAway || random.chance(0.006) ? pack.unknown : isLate ? pack.late : 'P';
    const minutesLate = code === pack.late ? random.between(2, 15) : null;
    const by = { kind: 'teacher' as const, authorSourcedId: schoolClass.teacherSourcedId };
    return {
      studentSourcedId: student.sourcedId,
      ...by,
      code,
      atMs: startMs + index * 1500,
      minutesLate,
      note: '',
    };
  });
  return {
    ...register,
    taken: { authorSourcedId: schoolClass.teacherSourcedId, atMs: startMs + 60_000 },
    marks,
  };
}

/** The second to be hired in every school of the sample. */
export const attendanceClerk = 'sta-300002';

interface PeriodClass {
  readonly schoolClass: SampleClass;
  readonly members: readonly Member[];
  readonly period: number;
}

/** Decides each student's year in advance, for illness does not begin anew every morning. */
class Planner {
  readonly homerooms: readonly { readonly schoolClass: SampleClass; readonly members: readonly Member[] }[];
  readonly #school: SampleSchool;
  readonly #calendar: SchoolCalendar;
  readonly #yearByStudent: ReadonlyMap<string, Uint8Array>;
  #periodClasses: Map<RegisterSession, PeriodClass[]> | undefined;

  constructor(seed: number, school: SampleSchool, calendar: SchoolCalendar) {
    this.#school = school;
    this.#calendar = calendar;
    const trips = tripsOf(randomFor(seed, school.sourcedId, 'trips'), school, calendar);
    this.#yearByStudent = new Map(
      school.students.map(({ sourcedId, homerooms }) => {
        const random = randomFor(seed, school.sourcedId, 'attendance', sourcedId);
        return [sourcedId, planYear(random, calendar, trips.get(itemAt(homerooms, 0).classSourcedId) ?? [])];
      }),
    );
    const membersByClass = new Map<string, Member[]>();
    for (const student of school.students) {
      for (const spell of student.homerooms) {
        const member = { student, spell, year: this.#yearOf(student.sourcedId) };
        const members = membersByClass.get(spell.classSourcedId);
        if (members === undefined) membersByClass.set(spell.classSourcedId, [member]);
        else members.push(member);
      }
    }
    this.homerooms = school.classes
      .filter(({ classType }) => classType === 'homeroom')
      .map((schoolClass) => ({ schoolClass, members: membersByClass.get(schoolClass.sourcedId) ?? [] }));
  }

  periodClasses(session: RegisterSession): readonly PeriodClass[] {
    this.#periodClasses ??= this.#collectPeriodClasses();
    return this.#periodClasses.get(session) ?? [];
  }

  #collectPeriodClasses(): Map<RegisterSession, PeriodClass[]> {
    const studentsById = new Map(this.#school.students.map((student) => [student.sourcedId, student]));
    const enrolmentsByClass = Map.groupBy(this.#school.enrolments, ({ classSourcedId }) => classSourcedId);
    const classes = this.#school.classes.flatMap((schoolClass) =>
      schoolClass.periods.map((text): PeriodClass => {
        const members = (enrolmentsByClass.get(schoolClass.sourcedId) ?? []).flatMap(
          (enrolment): Member[] => {
            const student = studentsById.get(enrolment.userSourcedId);
            return student === undefined
              ? []
              : [{ student, spell: enrolment, year: this.#yearOf(student.sourcedId) }];
          },
        );
        return { schoolClass, members, period: Number(text) };
      }),
    );
    return Map.groupBy(classes, ({ period }): RegisterSession => `p${period}`);
  }

  #yearOf(studentSourcedId: string): Uint8Array {
    return this.#yearByStudent.get(studentSourcedId) ?? new Uint8Array(this.#calendar.schoolDays.length * 2);
  }
}

/** A student's outcomes for the whole school year, two entries a day. */
function planYear(random: Random, calendar: SchoolCalendar, trips: readonly number[]): Uint8Array {
  const { schoolDays, sessionsByDay } = calendar;
  const profile = random.weighted(profiles);
  const year = new Uint8Array(schoolDays.length * 2);
  const put = (slot: number, outcome: Outcome) => {
    year[slot] = outcomes.indexOf(outcome);
  };
  for (const trip of trips) {
    put(trip * 2, 'trip');
    put(trip * 2 + 1, 'trip');
  }
  for (let index = 0; index < schoolDays.length; index += 1) {
    const day = itemAt(schoolDays, index);
    const isFlu = isFluWeek(day);
    const isEdgeOfWeek = weekdayOf(day) === 1 || weekdayOf(day) === 5;
    const chance = profile.starts * (isEdgeOfWeek ? 1.25 : 0.85) + (isFlu ? 0.025 : 0);
    if (random.chance(chance)) {
      const outcome = isFlu
        ? 'ill'
        : random.weighted([
            ['ill', 0.66],
            ['appointment', 0.12],
            ['unexplained', profile.unexplained],
            ['holiday', 0.04],
            ['religious', 0.02],
            ['suspended', profile.unexplained * 0.04],
          ] as const);
      if (outcome === 'appointment') {
        const isHalfPossible = sessionsByDay.get(day)?.some(({ session }) => session === 'am') === true;
        const half = random.between(0, 1);
        if (isHalfPossible) put(index * 2 + half, 'appointment');
        else put(index * 2, half === 0 ? 'left-early' : 'appointment');
        continue;
      }
      const mean = outcome === 'holiday' ? 4 : profile.length;
      const last = Math.min(index + spellLength(random, mean), schoolDays.length) - 1;
      for (; index <= last; index += 1) {
        put(index * 2, outcome);
        put(index * 2 + 1, outcome);
      }
      index -= 1;
    } else if (random.chance(profile.late)) {
      put(index * 2, random.chance(0.12) ? 'very-late' : 'late');
    }
  }
  return year;
}

/** At least one day; the rest falls off geometrically, up to ten. */
function spellLength(random: Random, mean: number): number {
  let length = 1;
  while (length < 10 && random.chance(1 - 1 / mean)) length += 1;
  return length;
}

/** The two weeks in the year in which influenza is about. */
function isFluWeek(day: Day): boolean {
  const monthAndDay = day.slice(5);
  return monthAndDay >= '01-24' && monthAndDay <= '02-06';
}

/** Each homeroom goes on a trip twice a year. */
function tripsOf(
  random: Random,
  school: SampleSchool,
  calendar: SchoolCalendar,
): ReadonlyMap<string, readonly number[]> {
  const lastIndex = calendar.schoolDays.length - 1;
  return new Map(
    school.classes
      .filter(({ classType }) => classType === 'homeroom')
      .map(({ sourcedId }) => [sourcedId, [random.between(0, lastIndex), random.between(0, lastIndex)]]),
  );
}

/** The instant at which the district's sample is opened by default: 10 in the morning of its `today`. */
export function sampleNowMs(district: SampleDistrict): number {
  return instantOf(district.today, 600, itemAt(district.schools, 0).calendar.timeZone);
}
