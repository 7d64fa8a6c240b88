import { isEnrolledOn } from '../../domain/attendance/rates.ts';
import { instantOf } from '../../domain/calendar/local-time.ts';
import { createSchoolCalendar } from '../../domain/calendar/school-calendar.ts';
import type { CountryPack } from '../../domain/contract/shared.ts';
import type { Day } from '../../domain/ids.ts';
import type { SampleDistrict, SampleSchool, SampleStudent } from './district.ts';
import type { SampleDay } from './marks.ts';
import { randomFor } from './random.ts';

/** A planned absence of the sample, of one student or of a group that goes together. Days are inclusive. */
export interface SamplePlan {
  readonly studentSourcedIds: readonly string[];
  readonly fromDay: Day;
  readonly toDay: Day;
  readonly code: string;
  /** Empty for one student's own. */
  readonly occasion: string;
  readonly note: string;
  readonly atMs: number;
}

export interface SampleContact {
  readonly studentSourcedId: string;
  readonly guardianSourcedId: string | null;
  readonly day: Day;
  readonly atMs: number;
  readonly channel: 'voicemail' | 'call-in' | 'call-out' | 'message';
  readonly outcome: 'reason-given' | 'left-message' | 'no-answer' | 'promised-note' | 'reached';
  readonly note: string;
  readonly nextStep: 'none' | 'call-back' | 'note-due';
  readonly dueAtMs: number | null;
}

const codes: Readonly<Record<CountryPack, Readonly<Record<'trip' | 'ill' | 'leave' | 'unknown', string>>>> = {
  us: { trip: 'FT', ill: 'I', leave: 'E', unknown: 'A' },
  england: { trip: 'V', ill: 'I', leave: 'C', unknown: 'N' },
};

/** Thirty of one year go on the trip. */
const tripSize = 30;

/**
 * Planned absences and contacts around the sample's day: a trip next week, an illness of several days, a leave, and a
 * morning on the telephone. `lastDay` is the sample's day with its registers so far: who is missing there is who was asked about.
 */
export function sampleAbsences(
  { seed, country, today }: SampleDistrict,
  school: SampleSchool,
  lastDay: SampleDay,
): { readonly plans: readonly SamplePlan[]; readonly contacts: readonly SampleContact[] } {
  const made = createSchoolCalendar(school.calendar);
  if (!made.ok) throw new Error(`Bug: the sample's calendar is refused: ${made.error.problems.join('; ')}`);
  const { schoolDays, timeZone } = made.value;
  const at = (day: Day, hour: number, minute = 0): number => instantOf(day, hour * 60 + minute, timeZone);
  const place = schoolDays.indexOf(today);
  const dayAfter = (count: number): Day => schoolDays[place + count] ?? today;
  const own = codes[country];
  const random = randomFor(seed, school.sourcedId, 'absences');

  const official = lastDay.registers.filter(({ session }) => session === 'am' || session === 'day');
  const marks = official.flatMap((register) => register.marks);
  const corrected = new Set(
    marks.filter(({ kind }) => kind === 'office').map((mark) => mark.studentSourcedId),
  );
  const said = (isMissing: boolean): SampleStudent[] => {
    const ids = new Set(
      marks
        .filter((mark) => mark.kind === 'teacher' && (mark.code === own.unknown) === isMissing)
        .map((mark) => mark.studentSourcedId),
    );
    return school.students.filter(({ sourcedId }) => ids.has(sourcedId) && !corrected.has(sourcedId));
  };
  const missing = random.shuffle(said(true));
  const present = random.shuffle(said(false));

  const homeroom = school.classes.find(({ classType }) => classType === 'homeroom');
  const travellers = school.students
    .filter(
      ({ grade, homerooms }) =>
        grade === homeroom?.grade && homerooms.some((spell) => isEnrolledOn(spell, today)),
    )
    .slice(0, tripSize);
  const idOf = ({ sourcedId }: SampleStudent): string => sourcedId;
  const plan = (who: readonly SampleStudent[], rest: Omit<SamplePlan, 'studentSourcedIds'>): SamplePlan[] =>
    who.length === 0 ? [] : [{ studentSourcedIds: who.map(idOf), ...rest }];
  const yesterday = schoolDays[place - 1] ?? today;

  const plans = [
    ...plan(travellers, {
      fromDay: dayAfter(5),
      toDay: dayAfter(5),
      code: own.trip,
      occasion: 'Museum of Invented Things',
      note: '',
      atMs: at(yesterday, 15, 10),
    }),
    ...plan(missing.slice(0, 1), {
      fromDay: yesterday,
      toDay: dayAfter(2),
      code: own.ill,
      occasion: '',
      note: 'Fever, back when well for a day.',
      atMs: at(yesterday, 8, 5),
    }),
    // Planned to be away, and seen in the room: the plan or the mark is wrong.
    ...plan(present.slice(0, 1), {
      fromDay: today,
      toDay: dayAfter(1),
      code: own.ill,
      occasion: '',
      note: 'Expected to be better by the day after.',
      atMs: at(yesterday, 15, 40),
    }),
    ...plan(present.slice(1, 2), {
      fromDay: dayAfter(3),
      toDay: dayAfter(7),
      code: own.leave,
      occasion: '',
      note: 'A wedding in the family.',
      atMs: at(yesterday, 9, 20),
    }),
  ];

  const contact = (
    who: SampleStudent | undefined,
    rest: Omit<SampleContact, 'studentSourcedId' | 'guardianSourcedId'>,
  ): SampleContact[] =>
    who === undefined
      ? []
      : [
          {
            studentSourcedId: who.sourcedId,
            guardianSourcedId: who.guardians[0]?.guardianSourcedId ?? null,
            ...rest,
          },
        ];
  const nothingFollows = { nextStep: 'none', dueAtMs: null } as const;
  const contacts = [
    ...contact(missing[0], {
      day: yesterday,
      atMs: at(yesterday, 8, 5),
      channel: 'voicemail',
      outcome: 'reason-given',
      note: 'Fever since the night.',
      ...nothingFollows,
    }),
    ...contact(missing[1], {
      day: yesterday,
      atMs: at(yesterday, 10, 15),
      channel: 'call-out',
      outcome: 'no-answer',
      note: '',
      nextStep: 'call-back',
      dueAtMs: at(yesterday, 14),
    }),
    ...contact(missing[2], {
      day: today,
      atMs: at(today, 8, 41),
      channel: 'call-out',
      outcome: 'left-message',
      note: 'Asked to ring the office.',
      nextStep: 'call-back',
      dueAtMs: at(today, 11),
    }),
    ...contact(present[1], {
      day: yesterday,
      atMs: at(yesterday, 9, 20),
      channel: 'call-in',
      outcome: 'promised-note',
      note: 'Asks for leave, sends a letter.',
      nextStep: 'note-due',
      dueAtMs: at(dayAfter(2), 15),
    }),
    ...contact(present[2], {
      day: today,
      atMs: at(today, 7, 52),
      channel: 'call-in',
      outcome: 'reached',
      note: 'Will come by bus from now on.',
      ...nothingFollows,
    }),
  ];
  return { plans, contacts };
}
