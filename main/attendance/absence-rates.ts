import { marksState } from '../../db/attendance/marked-days.ts';
import { readHomeroomFacts, type HomeroomFact } from '../../db/attendance/marks.ts';
import { readPlansBetween } from '../../db/attendance/planned-absences.ts';
import { rosterState, type RosterState } from '../../db/attendance/roster-state.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { listHomeroomSpells, type HomeroomSpell } from '../../db/people/classes.ts';
import { readMerges, type Merges } from '../../db/people/merges.ts';
import { awaitsReason, codeOn, isAbsence, type CodePack } from '../../domain/attendance/code-pack.ts';
import { plansFor, type PlannedAbsence } from '../../domain/attendance/planned-absence.ts';
import type { Fraction } from '../../domain/attendance/rates.ts';
import { standingMark } from '../../domain/attendance/register.ts';
import type { RegisterSession } from '../../domain/attendance/session.ts';
import { addDays } from '../../domain/calendar/day.ts';
import { schoolDaysBetween, sessionsOn, type SchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import type { ClassId, Day, StudentId } from '../../domain/ids.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { newestCalendar, readSchoolYears, type SchoolYears } from './calendar.ts';
import { codePackOf } from './code-packs.ts';
import { sessionsOfClass } from './expected-registers.ts';
import { cellAt, type Cell } from './standing-marks.ts';

type Parts = Pick<QueryUnit, 'db' | 'school' | 'today'>;

/** Of each person the share of the possible half days that was missed; who had none has none. */
export type AbsenceRates = ReadonlyMap<StudentId, Fraction>;

/**
 * The absence of every student in the school year to today, by the rules of the student card (`student-attendance.ts`): the same
 * registers, the mark that stands in each, the same fraction. Of merged records under the one that is shown. It is of the whole
 * school: whoever looks a student up has read that student within the caller's scope.
 *
 * A year of a large school is a million marks, so the sums of each day are kept for as long as what they are made of is the same:
 * another mark makes its day be read anew, an enrolment or a plan the days that it covers.
 */
export function absenceRates(parts: Parts): AbsenceRates {
  const sums = upToDate(parts);
  for (const day of staleDays(parts.db, sums)) sumDay(parts.db, sums, day);
  return (sums.rates ??= ratesOf(sums));
}

/** Reads some of the days that `absenceRates` will need. False: there is none left. */
export function prepareAbsenceRates(parts: Parts, most: number): boolean {
  const sums = upToDate(parts);
  const stale = staleDays(parts.db, sums);
  for (const day of stale.slice(0, most)) sumDay(parts.db, sums, day);
  return stale.length > most;
}

/** What the sums are made of, but for the marks. */
interface Basis {
  readonly years: SchoolYears;
  readonly calendar: SchoolCalendar | undefined;
  /** The school days of the year to today. */
  readonly days: readonly Day[];
  readonly pack: CodePack;
  readonly merges: Merges;
  readonly spellsByClass: ReadonlyMap<ClassId, readonly HomeroomSpell[]>;
  /** How many people have been in a homeroom. */
  readonly people: number;
  /** Those of them who are several records. */
  readonly mergedPeople: ReadonlySet<StudentId>;
  readonly plans: readonly PlannedAbsence[];
}

/** Days on which something of the basis holds; `until` is exclusive, and empty for open. */
interface Span {
  readonly from: string;
  readonly until: string;
}

/** The half days of one day by the student's place. A student has few of them. */
interface DaySums {
  readonly marksState: number;
  readonly possible: Uint8Array;
  readonly absent: Uint8Array;
}

interface Sums {
  readonly state: RosterState;
  readonly today: Day;
  readonly basis: Basis;
  /** By a text that says all of what holds. */
  readonly spans: ReadonlyMap<string, Span>;
  readonly places: Map<StudentId, number>;
  readonly byDay: Map<Day, DaySums>;
  /** Undefined while a day is missing. */
  rates: AbsenceRates | undefined;
}

const sumsByDb = new WeakMap<ReadableDb, Sums>();

/** The sums of the basis as it is now: without the days on which it was another one. */
function upToDate(parts: Parts): Sums {
  const { db, today } = parts;
  const state = rosterState(db);
  const known = sumsByDb.get(db);
  if (known?.state === state && known.today === today) return known;
  const basis = readBasis(parts);
  const spans = spansOf(basis);
  const byDay = new Map(known?.byDay);
  for (const [text, span] of known?.spans ?? []) if (!spans.has(text)) forget(byDay, span);
  for (const [text, span] of spans) if (known?.spans.has(text) !== true) forget(byDay, span);
  const sums = { state, today, basis, spans, byDay, places: new Map(known?.places), rates: undefined };
  sumsByDb.set(db, sums);
  return sums;
}

function forget(byDay: Map<Day, DaySums>, { from, until }: Span): void {
  for (const day of byDay.keys()) if (from <= day && (until === '' || day < until)) byDay.delete(day);
}

function readBasis(parts: Parts): Basis {
  const { db, school, today } = parts;
  const years = readSchoolYears(db, school);
  const calendar = newestCalendar(years, today);
  const days = calendar === undefined ? [] : schoolDaysBetween(calendar, calendar.schoolYear.beginDay, today);
  const [first, last] = [days[0], days.at(-1)];
  const spells = listHomeroomSpells(db);
  return {
    years,
    calendar,
    days,
    pack: codePackOf(parts),
    merges: readMerges(db),
    spellsByClass: Map.groupBy(spells, (spell) => spell.class.id),
    people: new Set(spells.map(({ person }) => person)).size,
    mergedPeople: new Set(spells.filter(({ isMerged }) => isMerged).map(({ person }) => person)),
    plans: first === undefined || last === undefined ? [] : readPlansBetween(db, first, last),
  };
}

function spansOf({ years, calendar, pack, spellsByClass, plans }: Basis): ReadonlyMap<string, Span> {
  const rules = [pack.codes, [...(calendar?.sessionsByDay ?? [])], [...years.termsBySourceId]];
  const spans = new Map<string, Span>([[JSON.stringify(rules), { from: '', until: '' }]]);
  for (const spell of [...spellsByClass.values()].flat())
    spans.set(JSON.stringify(spell), { from: spell.beginDay, until: spell.endDay });
  for (const plan of plans)
    spans.set(JSON.stringify(plan), { from: plan.fromDay, until: addDays(plan.toDay, 1) });
  return spans;
}

/** The days whose sums are missing, or whose marks were written to since. */
function staleDays(db: ReadableDb, { basis, byDay }: Sums): readonly Day[] {
  return basis.days.filter((day) => byDay.get(day)?.marksState !== marksState(db, day));
}

interface SaidMark {
  readonly code: string;
  /** Its logical time. */
  readonly hlc: number;
}

/** What stands in one session of a person. */
interface StandingSession {
  readonly session: RegisterSession;
  readonly halfDays: number;
  readonly code: string;
  /** Its logical time; a plan's is before every entry's. */
  readonly hlc: number;
}

function sumDay(db: ReadableDb, sums: Sums, day: Day): void {
  const { basis, places, byDay } = sums;
  const possible = new Uint8Array(places.size + basis.people);
  const absent = new Uint8Array(places.size + basis.people);
  forEachStanding(db, basis, day, (person, { code: text, halfDays }) => {
    const code = codeOn(basis.pack, text, day);
    if (code === undefined || code.category === 'not-possible') return;
    let place = places.get(person);
    if (place === undefined) places.set(person, (place = places.size));
    possible[place] = (possible[place] ?? 0) + halfDays;
    if (isAbsence(code)) absent[place] = (absent[place] ?? 0) + halfDays;
  });
  byDay.set(day, {
    marksState: marksState(db, day),
    possible: possible.slice(0, places.size),
    absent: absent.slice(0, places.size),
  });
  sums.rates = undefined;
}

/**
 * What stands on the day for each person who was in a homeroom, session by session; sessions in which nothing stands are left out.
 * Register by register, and nothing of it is kept: what a year of a large school leaves behind is collected as it comes.
 */
function forEachStanding(
  db: ReadableDb,
  { years, calendar, pack, merges, spellsByClass, mergedPeople, plans }: Basis,
  day: Day,
  add: (person: StudentId, standing: StandingSession) => void,
): void {
  if (calendar === undefined) return;
  const ofMerged = new Map<StudentId, StandingSession[]>();
  const registers = new Map(
    readHomeroomFacts(db, day).map((each) => [`${each.class} ${each.session}`, each.readFacts]),
  );
  const plansBySession = new Map(
    sessionsOn(calendar, day).map(({ session }) => [session, plansFor(plans, day, session)]),
  );
  for (const spells of spellsByClass.values()) {
    const [first] = spells;
    const members = new Set(
      spells
        .filter(({ beginDay, endDay }) => beginDay <= day && (endDay === '' || day < endDay))
        .map(({ person }) => person),
    );
    if (first === undefined || members.size === 0) continue;
    for (const { session, halfDays } of sessionsOfClass(first.class, years, calendar, day)) {
      const cells = cellsOf(registers.get(`${first.class.id} ${session}`)?.() ?? [], merges);
      for (const person of members) {
        const plan = plansBySession.get(session)?.get(person);
        const planned = plan === undefined ? null : { code: plan.code, hlc: 0 };
        const mark = standingMark(cells.get(person) ?? nothingSaid, planned, ({ code }) =>
          awaitsReason(pack, code, day),
        );
        if (mark === null) continue;
        const standing = { session, halfDays, code: mark.code, hlc: mark.hlc };
        if (!mergedPeople.has(person)) add(person, standing);
        else ofMerged.set(person, [...(ofMerged.get(person) ?? []), standing]);
      }
    }
  }
  for (const [person, sessions] of ofMerged)
    for (const standing of eachSessionOnce(sessions)) add(person, standing);
}

/** One person is in one place, also where two records stand in two homerooms: the newest entry counts. */
function eachSessionOnce(sessions: readonly StandingSession[]): StandingSession[] {
  const inOrder = sessions.toSorted((one, other) => one.hlc - other.hlc);
  return [...new Map(inOrder.map((each) => [each.session, each])).values()];
}

const nothingSaid: Cell<SaidMark> = { teacher: null, office: null };

/** The newest fact of each column; a withdrawn mark leaves none. */
function cellsOf(facts: readonly HomeroomFact[], merges: Merges): ReadonlyMap<StudentId, Cell<SaidMark>> {
  const newest = new Map<StudentId, Cell<HomeroomFact>>();
  for (const fact of facts) {
    const cell = cellAt(newest, merges.keptOf(fact.student));
    const known = cell[fact.column];
    if (known === null || known.hlc < fact.hlc || (known.hlc === fact.hlc && known.desk < fact.desk))
      cell[fact.column] = fact;
  }
  const said = (fact: HomeroomFact | null): SaidMark | null =>
    fact?.code == null ? null : { code: fact.code, hlc: fact.hlc };
  return new Map(
    [...newest].map(([person, { teacher, office }]) => [
      person,
      { teacher: said(teacher), office: said(office) },
    ]),
  );
}

function ratesOf({ basis, places, byDay }: Sums): AbsenceRates {
  const possible = new Uint16Array(places.size);
  const absent = new Uint16Array(places.size);
  for (const day of basis.days) {
    const sums = byDay.get(day);
    if (sums === undefined) continue;
    // A student who came later has no place in the sums of earlier days.
    for (let place = 0; place < sums.possible.length; place += 1) {
      possible[place] = (possible[place] ?? 0) + (sums.possible[place] ?? 0);
      absent[place] = (absent[place] ?? 0) + (sums.absent[place] ?? 0);
    }
  }
  const rates = new Map<StudentId, Fraction>();
  for (const [person, place] of places) {
    const denominator = possible[place] ?? 0;
    if (denominator > 0) rates.set(person, { numerator: absent[place] ?? 0, denominator });
  }
  return rates;
}
