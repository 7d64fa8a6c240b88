import { z } from 'zod';
import type { MarkCategory } from '../contract/shared.ts';
import { day, type Day } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import { registerSession, type RegisterSession } from './session.ts';

/**
 * What a mark counts as in statistics. It decides three questions at once, so that a pack cannot contradict itself:
 * everything but `not-possible` is a possible session; `attending` and `approved-activity` are attended; the two
 * kinds of absence are absence.
 */
export type StatisticalCategory =
  'attending' | 'approved-activity' | 'authorised' | 'unauthorised' | 'not-possible';

/** How far an entry was checked: the source itself, part of it, a page about it, or general knowledge only. */
const evidence = z.enum(['read', 'read-in-part', 'secondary', 'not-checked']);

const source = z.strictObject({
  title: z.string().min(1),
  /** Statute, section, page or address. */
  reference: z.string().min(1),
  checkedDay: day,
  evidence,
  /** Who at the school or district last confirmed it against the source; null means nobody has. */
  confirmedBy: z.string().min(1).nullable(),
});

const attendanceCode = z.strictObject({
  code: z.string().regex(/^[A-Z0-9/\\#]{1,3}$/),
  meaning: z.string().min(1).max(120),
  category: z.enum(['attending', 'approved-activity', 'authorised', 'unauthorised', 'not-possible']),
  /** The one key that writes it in the register. A digit repeats the next code, so no digit. Null: from the list only. */
  key: z
    .string()
    .regex(/^[A-Z/\\#]$/)
    .nullable(),
  /** The only sessions it may stand in; null is any. England's `/` is the morning's and `\` the afternoon's. */
  sessions: z.array(registerSession).min(1).nullable(),
  /** The code that "mark the rest present" writes. */
  isPresent: z.boolean(),
  isLate: z.boolean(),
  /** Counts towards truancy where the law speaks of unexcused absence or lateness. */
  isUnexcused: z.boolean(),
  /** Says only that the student is not here: somebody must find out why. */
  awaitsReason: z.boolean(),
  /** CEDS 000076 Attendance Status; null outside the US or where the state decides. */
  ceds: z.enum(['Present', 'ExcusedAbsence', 'UnexcusedAbsence', 'Tardy', 'EarlyDeparture']).nullable(),
  /** First day of use; null: in use before the pack begins. */
  effectiveFrom: day.nullable(),
  /** First day on which it may no longer be used; null while in use. */
  effectiveUntil: day.nullable(),
  replacedBy: z.array(z.string()),
  /** How far the category was checked, as a pack's sources may cover some of its codes only. */
  evidence,
  note: z.string().max(400).nullable(),
});

const band = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]*$/),
  title: z.string().min(1),
  /** The absence rate, in whole percent, at which the band begins. Compared exactly, never after rounding. */
  fromPercent: z.int().min(0).max(100),
  /** What a student in the band is called in law or guidance; null for an ordinary band. */
  flag: z.enum(['chronic', 'persistent', 'severe']).nullable(),
});

const measure = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]*$/),
  title: z.string().min(1),
  /** How people count it aloud: the sums are always in half days. */
  unit: z.enum(['day', 'session']),
  /** With fewer possible half days than this no band is given; states set it. */
  minimumHalfDays: z.int().min(0),
  bands: z.array(band).min(1),
  sources: z.array(source).min(1),
  note: z.string().max(400).nullable(),
});

/** The reasons that the front desk can give. Their words for people are in the window's catalogue. */
export const counterReasonIds = [
  'unknown',
  'overslept',
  'transport',
  'school-transport',
  'medical',
  'illness',
  'family',
  'religious',
  'other',
] as const;
export const counterReasonId = z.enum(counterReasonIds);
export type CounterReasonId = z.output<typeof counterReasonId>;

const codeText = attendanceCode.shape.code;
/** A code for who has a good reason and one for who has none; null leaves it to the reason, or to nobody. */
const byExcuse = z.strictObject({ excused: codeText.nullable(), unexcused: codeText.nullable() });

const counterReason = z.strictObject({
  id: counterReasonId,
  /** Which movements it can be given for. */
  at: z.array(z.enum(['arrival', 'departure'])).min(1),
  excused: z.boolean(),
  /** The code of a session that was missed whole for it. */
  missedCode: codeText,
  evidence,
  note: z.string().max(400).nullable(),
});

const counterRules = z.strictObject({
  effectiveFrom: day,
  sources: z.array(source).min(1),
  /** Came while the register was open; its last minute is the one before it closes. */
  lateBeforeClose: z.strictObject({ excused: codeText, unexcused: codeText }),
  /** Came after it closed, within the session. `excused: null`: the reason's own code. */
  lateAfterClose: z.strictObject({ excused: codeText.nullable(), unexcused: codeText }),
  /** Late by more than so many minutes, before the two above; null where minutes do not matter. */
  longLate: z
    .strictObject({ overMinutes: z.int().min(0), excused: codeText, unexcused: codeText })
    .nullable(),
  /**
   * Was there when the session began and left for the rest of it: the minutes to its end are missed. Null: the session
   * counts as attended.
   */
  left: byExcuse,
  /** Was there when the session began, went, and came back within it after more than so many minutes. */
  away: byExcuse.extend({ overMinutes: z.int().min(0) }).nullable(),
  reasons: z.array(counterReason).min(1),
});

const codePackData = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z-]*$/),
    version: z.int().min(1),
    title: z.string().min(1),
    /** ISO 3166 code of the country or part of it. */
    region: z.string().min(2),
    effectiveFrom: day,
    sources: z.array(source).min(1),
    /** The official registers of a day, and whether classes keep period registers besides. */
    sessionModel: z.strictObject({ official: z.array(registerSession).min(1), hasPeriods: z.boolean() }),
    /** How long a register may stay open, in minutes; null where no rule says. */
    registerOpenMinutes: z.int().positive().nullable(),
    /** School days within which a mark that awaits a reason must be given one; null where no rule says. */
    reasonWithinSchoolDays: z.int().positive().nullable(),
    codes: z.array(attendanceCode).min(1).max(200),
    measures: z.array(measure).min(1),
    /** How hours at the front desk become codes. */
    counter: counterRules,
  })
  .superRefine((pack, context) => {
    const problem = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    pack.codes.forEach((code, index) => {
      for (const other of pack.codes.slice(0, index)) {
        if (!periodsOverlap(code, other)) continue;
        if (code.code === other.code)
          problem(['codes', index], `${code.code} is listed twice for the same days`);
        if (code.key !== null && code.key === other.key) {
          problem(['codes', index], `${code.code} and ${other.code} share the key ${code.key}`);
        }
      }
      if (code.isPresent && code.category !== 'attending') {
        problem(['codes', index], `${code.code} stands for present but does not count as attending`);
      }
      if (code.awaitsReason && !isAbsence(code))
        problem(['codes', index], `${code.code} awaits a reason but is no absence`);
    });
    for (const session of pack.sessionModel.official) {
      if (!pack.codes.some((code) => code.isPresent && mayStandIn(code, session))) {
        problem(['codes'], `no code stands for present in ${session}`);
      }
    }
    const { counter } = pack;
    for (const code of codesOfCounter(counter)) {
      if (!pack.codes.some((each) => each.code === code && isInUse(each, counter.effectiveFrom)))
        problem(['counter'], `${code} is not in use when the rule begins`);
    }
    const reasonIds = counter.reasons.map(({ id }) => id);
    if (new Set(reasonIds).size < reasonIds.length)
      problem(['counter', 'reasons'], 'a reason is listed twice');
    if (!reasonIds.includes('unknown'))
      problem(['counter', 'reasons'], 'nothing is said for a reason that is not known');
    pack.measures.forEach(({ bands }, index) => {
      const isAscending = bands.every(
        (each, at) => at === 0 || each.fromPercent > (bands[at - 1]?.fromPercent ?? 0),
      );
      if (!isAscending || bands[0]?.fromPercent !== 0) {
        problem(['measures', index, 'bands'], 'must begin at 0 and ascend');
      }
    });
  });

export type CounterRules = z.output<typeof counterRules>;
export type CounterReason = z.output<typeof counterReason>;
export type AttendanceCode = z.output<typeof attendanceCode>;
export type AbsenceBand = z.output<typeof band>;
export type AbsenceMeasure = z.output<typeof measure>;
export type CodePackData = z.input<typeof codePackData>;

/** A checked code pack: a country's attendance codes and absence measures, with their sources. */
export interface CodePack extends z.output<typeof codePackData> {
  /** Every period of use of a code, by its letters. Retired codes are in it: old marks still count. */
  readonly codesByText: ReadonlyMap<string, readonly AttendanceCode[]>;
}

/** The pack contradicts itself or has another shape; `problems` name the place and what is wrong. */
export interface CodePackInvalid {
  readonly type: 'code-pack-invalid';
  readonly problems: readonly string[];
}

export type CodeRefused =
  | { readonly type: 'code-unknown'; readonly code: string }
  /** The code exists, but not on that day. `replacedBy` may be empty. */
  | { readonly type: 'code-not-in-use'; readonly code: string; readonly replacedBy: readonly string[] }
  /** The code exists, but not in that session: `\` in the morning. */
  | { readonly type: 'code-other-session'; readonly code: string };

/** Checks parsed JSON (`resources/rules/*-codes.json`, or the school's edited copy) as a code pack. */
export function createCodePack(data: unknown): Result<CodePack, CodePackInvalid> {
  const parsed = codePackData.safeParse(data);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return err({ type: 'code-pack-invalid', problems });
  }
  return ok({ ...parsed.data, codesByText: Map.groupBy(parsed.data.codes, ({ code }) => code) });
}

/** The code as it was in use on the day, whatever the session; undefined when it was not. For reading stored marks. */
export function codeOn(pack: CodePack, code: string, on: Day): AttendanceCode | undefined {
  return pack.codesByText.get(code)?.find((each) => isInUse(each, on));
}

/** The code that may be written in a register of that day and session. For every new mark. */
export function codeForMark(
  pack: CodePack,
  code: string,
  on: Day,
  session: RegisterSession,
): Result<AttendanceCode, CodeRefused> {
  const periods = pack.codesByText.get(code);
  if (periods === undefined) return err({ type: 'code-unknown', code });
  const inUse = periods.find((each) => isInUse(each, on));
  if (inUse === undefined) {
    return err({
      type: 'code-not-in-use',
      code,
      replacedBy: periods.flatMap(({ replacedBy }) => replacedBy),
    });
  }
  return mayStandIn(inUse, session) ? ok(inUse) : err({ type: 'code-other-session', code });
}

/**
 * The code to write for another one in a register of that day and session: itself, or, where a code that means present
 * may not stand there, the one that means it there (England's `/` in the afternoon is `\\`).
 */
export function codeMeant(
  pack: CodePack,
  code: string,
  on: Day,
  session: RegisterSession,
): Result<AttendanceCode, CodeRefused> {
  const found = codeForMark(pack, code, on, session);
  if (found.ok || found.error.type !== 'code-other-session' || codeOn(pack, code, on)?.isPresent !== true)
    return found;
  const present = presentCode(pack, on, session);
  return present === undefined ? found : ok(present);
}

/** The codes that may be written in a register of that day and session, in the pack's order. */
export function codesFor(pack: CodePack, on: Day, session: RegisterSession): readonly AttendanceCode[] {
  return pack.codes.filter((code) => isInUse(code, on) && mayStandIn(code, session));
}

/** The code that "present" writes in a register of that day and session; undefined only for a day before the pack. */
export function presentCode(pack: CodePack, on: Day, session: RegisterSession): AttendanceCode | undefined {
  return codesFor(pack, on, session).find(({ isPresent }) => isPresent);
}

/**
 * The code that a key writes in a register of that day and session; undefined for a key that writes none.
 *
 * A key of the present code of another session writes this session's: `/` in the afternoon register is `\\`, so
 * that a hand need not change keys at noon.
 */
export function codeForKey(
  pack: CodePack,
  key: string,
  on: Day,
  session: RegisterSession,
): AttendanceCode | undefined {
  const upper = key.toUpperCase();
  const here = codesFor(pack, on, session).find((code) => code.key === upper);
  if (here !== undefined) return here;
  const elsewhere = pack.codes.find((code) => code.key === upper && isInUse(code, on));
  return elsewhere?.isPresent === true ? presentCode(pack, on, session) : undefined;
}

/**
 * How the window shows the mark. A late arrival shows as late even where it counts as absence (England's U): the
 * student is in the building, which matters more on a screen than the statistic.
 */
export function markCategoryOf({ category, isLate }: AttendanceCode): MarkCategory {
  if (isLate) return 'late';
  if (category === 'not-possible') return 'not-possible';
  if (category === 'authorised') return 'absent-explained';
  return category === 'unauthorised' ? 'absent-unexplained' : 'present';
}

/** Whether the code, as it was in use on the day, says only that the student is not here. */
export function awaitsReason(pack: CodePack, code: string, on: Day): boolean {
  return codeOn(pack, code, on)?.awaitsReason === true;
}

/** Whether the code can be said beforehand: it gives a reason for not being in the room. */
export function mayBePlanned(code: AttendanceCode): boolean {
  return code.category !== 'attending' && !code.isLate && !code.awaitsReason;
}

/** Whether the mark leaves the student counted as not there. */
export function isAbsence({ category }: Pick<AttendanceCode, 'category'>): boolean {
  return category === 'authorised' || category === 'unauthorised';
}

/** Whether the mark counts as attended: in school, or at an approved activity elsewhere. */
export function isAttended({ category }: Pick<AttendanceCode, 'category'>): boolean {
  return category === 'attending' || category === 'approved-activity';
}

function codesOfCounter(rules: CounterRules): readonly string[] {
  const { lateBeforeClose, lateAfterClose, longLate, left, away, reasons } = rules;
  const pairs = [lateBeforeClose, lateAfterClose, longLate, left, away].flatMap((pair) =>
    pair === null ? [] : [pair.excused, pair.unexcused],
  );
  return [...pairs, ...reasons.map(({ missedCode }) => missedCode)].filter((code) => code !== null);
}

function mayStandIn(code: AttendanceCode, session: RegisterSession): boolean {
  return code.sessions === null || code.sessions.includes(session);
}

/** Whether a period of a code's use holds the day. */
export function isInUse({ effectiveFrom, effectiveUntil }: AttendanceCode, on: Day): boolean {
  return (effectiveFrom === null || effectiveFrom <= on) && (effectiveUntil === null || on < effectiveUntil);
}

function periodsOverlap(one: AttendanceCode, other: AttendanceCode): boolean {
  const beginsBeforeEnd = (from: Day | null, until: Day | null) =>
    from === null || until === null || from < until;
  return (
    beginsBeforeEnd(one.effectiveFrom, other.effectiveUntil) &&
    beginsBeforeEnd(other.effectiveFrom, one.effectiveUntil)
  );
}
