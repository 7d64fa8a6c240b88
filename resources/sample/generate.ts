import { addDays, dayFromNumber, dayNumber } from '../../domain/calendar/day.ts';
import type { CountryPack } from '../../domain/contract/shared.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import type {
  HomeroomSpell,
  SampleActivity,
  SampleClass,
  SampleCourse,
  SampleDistrict,
  SampleEnrolment,
  SampleGuardian,
  SampleSchool,
  SampleStaff,
  SampleStudent,
} from './district.ts';
import { generateBuses } from './buses.ts';
import { namePools, shortNames, type NamePool } from './names.ts';
import {
  activityNames,
  medicalAlerts,
  samplePlaces,
  streets,
  type SampleGrade,
  type SamplePlace,
  type SampleSchoolPlace,
} from './places.ts';
import { itemAt, randomFor, type Random } from './random.ts';
import { academicSessionsOf, periodCount, sampleCalendar } from './school-year.ts';

export interface SampleOptions {
  readonly seed: number;
  /** Of both schools together: three quarters go to the first. At least 40. */
  readonly studentCount: number;
  readonly country: CountryPack;
  /** A school-local day; the sample's school year is laid around it. */
  readonly today: Day;
}

/** The sample as documents and tests use it: a school of 1,200 and one of 400, on Tuesday, 3 March 2026. */
export const standardSample: SampleOptions = {
  seed: 1,
  studentCount: 1600,
  country: 'us',
  today: daySchema.parse('2026-03-03'),
};

const homeroomSize = 28;
const weightedPools = namePools.map((pool) => [pool, pool.share] as const);

/**
 * Invents a district with two schools: people, classes, buses, activities and calendar. The same options give the
 * same district on every machine. Marks come from `sampleDays`, day by day.
 */
export function generateDistrict(options: SampleOptions): SampleDistrict {
  const { seed, studentCount, country, today } = options;
  const place = samplePlaces[country];
  const firstCount = Math.round(studentCount * 0.75);
  const [first, second] = place.schools;
  const schools = [
    generateSchool(options, place, first, 'org-school-1', firstCount),
    generateSchool(options, place, second, 'org-school-2', studentCount - firstCount),
  ] as const;
  return {
    seed,
    country,
    sourcedId: 'org-district',
    name: place.districtName,
    today,
    schools,
    buses: generateBuses(seed, schools, place.busShare),
  };
}

function generateSchool(
  { seed, country, today }: SampleOptions,
  place: SamplePlace,
  school: SampleSchoolPlace,
  sourcedId: string,
  studentCount: number,
): SampleSchool {
  const calendar = sampleCalendar(country, place, school, today);
  const academicSessions = academicSessionsOf(calendar);
  const termSourcedIds = academicSessions.filter(({ type }) => type === 'term').map((term) => term.sourcedId);
  const random = (purpose: string) => randomFor(seed, sourcedId, purpose);

  const staff = new StaffRoom(random('staff'), place, school);
  const { newcomers, guardians } = generateFamilies(random('families'), place, school, studentCount, today);
  const timetable = generateTimetable(random('timetable'), school, staff, newcomers, termSourcedIds);
  const yearBegin = itemAt(academicSessions, 0).beginDay;
  const spells = generateSpells(
    random('moves'),
    timetable.homeroomByStudent,
    timetable.homerooms,
    yearBegin,
    today,
  );
  const students = newcomers.map((student) => ({
    ...student,
    homerooms: spells.get(student.sourcedId) ?? [],
  }));
  return {
    sourcedId,
    name: school.name,
    identifier: school.identifier,
    attendanceMode: school.mode,
    calendar,
    academicSessions,
    students,
    guardians,
    courses: timetable.courses,
    classes: timetable.classes,
    enrolments: generateEnrolments(students, timetable),
    activities: generateActivities(random('activities'), students, staff.teachers()),
    staff: staff.all(),
  };
}

type Newcomer = Omit<SampleStudent, 'homerooms'>;

/** Families with one to three children in the school; brothers and sisters share name, home and guardians. */
function generateFamilies(
  random: Random,
  place: SamplePlace,
  school: SampleSchoolPlace,
  studentCount: number,
  today: Day,
): { newcomers: Newcomer[]; guardians: SampleGuardian[] } {
  const grades = random.shuffle(
    Array.from({ length: studentCount }, (_, index) => itemAt(school.grades, index % school.grades.length)),
  );
  const newcomers: Newcomer[] = [];
  const guardians: SampleGuardian[] = [];
  while (newcomers.length < studentCount) {
    const pool = random.weighted(weightedPools);
    const family = familyName(random, pool);
    const address = `${random.between(1, 240)} ${random.pick(streets)}, ${place.town}, ${place.postcode}`;
    const language = random.chance(0.6) ? pool.language : 'en';
    const adults = Array.from({ length: random.chance(0.78) ? 2 : 1 }, (_, index): SampleGuardian => {
      const number = 200_001 + guardians.length + index;
      const relation = random.weighted([
        ['parent', 92],
        ['guardian', 5],
        ['relative', 3],
      ] as const);
      return {
        sourcedId: `gua-${number}`,
        givenName: random.pick(index === 0 ? pool.female : pool.male),
        familyName: random.chance(0.9) ? family : familyName(random, pool),
        relation,
        phone: place.phone(random.between(0, 999)),
        email: `guardian.${number}@families.example`,
        language,
      };
    });
    guardians.push(...adults);

    const children = Math.min(
      random.weighted([
        [1, 62],
        [2, 29],
        [3, 9],
      ] as const),
      studentCount - newcomers.length,
    );
    const birthDateByGrade = new Map<string, Day>();
    const takenNames = new Set<string>();
    for (let child = 0; child < children; child += 1) {
      const grade = itemAt(grades, newcomers.length);
      const birthDate = birthDateByGrade.get(grade.code) ?? birthDateIn(random, grade, today);
      // Two of a family in one year group are twins.
      birthDateByGrade.set(grade.code, birthDate);
      const number = 100_001 + newcomers.length;
      newcomers.push({
        sourcedId: `stu-${number}`,
        studentNumber: String(number),
        ...studentName(random, pool, takenNames),
        familyName: family,
        birthDate,
        grade: grade.code,
        address,
        guardians: adults.map((adult) => ({ guardianSourcedId: adult.sourcedId, relation: adult.relation })),
        medicalAlert: random.chance(0.12) ? random.pick(medicalAlerts) : '',
      });
    }
  }
  return { newcomers, guardians };
}

function studentName(random: Random, pool: NamePool, takenNames: Set<string>) {
  const sex = random.weighted([
    ['female', 49],
    ['male', 50],
    ['other', 1],
  ] as const);
  const names = sex === 'male' ? pool.male : pool.female;
  const given = random.pick(names.filter((name) => !takenNames.has(name)));
  takenNames.add(given);
  return {
    sex,
    givenName: given,
    middleName: random.chance(0.2) ? random.pick(sex === 'male' ? pool.male : pool.female) : null,
    preferredGivenName: shortNames.get(given) ?? null,
    pronouns: sex === 'other' ? 'they/them' : random.chance(0.02) ? 'she/they' : null,
  };
}

function familyName(random: Random, pool: NamePool): string {
  const name = random.pick(pool.family);
  return pool.hasTwoFamilyNames === true && random.chance(0.7) ? `${name} ${random.pick(pool.family)}` : name;
}

/** A day in the twelve months up to 31 August in which the grade's children reach their age. */
function birthDateIn(random: Random, { age }: SampleGrade, today: Day): Day {
  const schoolYear = Number(today.slice(0, 4)) - (today.slice(5) < '08' ? 1 : 0);
  const last = dayNumber(daySchema.parse(`${schoolYear - age}-08-31`));
  return dayFromNumber(last - random.between(0, 364));
}

/** Hires teachers as the timetable asks for them, so that nobody teaches two classes at once. */
class StaffRoom {
  readonly #staff: SampleStaff[] = [];
  readonly #busy = new Map<string, Set<string>>();
  readonly #random: Random;
  readonly #place: SamplePlace;
  readonly #school: SampleSchoolPlace;

  constructor(random: Random, place: SamplePlace, school: SampleSchoolPlace) {
    this.#random = random;
    this.#place = place;
    this.#school = school;
    this.#hire('principal', 'Principal');
    this.#hire('siteAdministrator', 'Attendance clerk');
    this.#hire('siteAdministrator', 'School administrator');
    this.#hire('aide', 'School nurse');
    this.#hire('counselor', 'Counselor');
    this.#hire('aide', 'Teaching assistant');
  }

  /** A teacher of the subject who is free at the time and has fewer than `limit` classes. */
  teacherFor(subject: string, time: string, limit: number): string {
    const jobTitle = `Teacher of ${subject}`;
    const free = this.#staff.find(({ sourcedId, jobTitle: own }) => {
      const times = this.#busy.get(sourcedId);
      return own === jobTitle && (times === undefined || (times.size < limit && !times.has(time)));
    });
    const { sourcedId } = free ?? this.#hire('teacher', jobTitle);
    this.#busy.set(sourcedId, (this.#busy.get(sourcedId) ?? new Set()).add(time));
    return sourcedId;
  }

  teachers(): readonly SampleStaff[] {
    return this.#staff.filter(({ role }) => role === 'teacher');
  }

  all(): readonly SampleStaff[] {
    return this.#staff;
  }

  #hire(role: SampleStaff['role'], jobTitle: string): SampleStaff {
    const pool = this.#random.weighted(weightedPools);
    const number = 300_001 + this.#staff.length;
    const member = {
      sourcedId: `sta-${number}`,
      identifier: String(number),
      givenName: this.#random.pick(this.#random.chance(0.65) ? pool.female : pool.male),
      familyName: familyName(this.#random, pool),
      email: `staff.${number}@${this.#school.mailDomain}`,
      phone: this.#place.phone(this.#random.between(0, 999)),
      role,
      jobTitle,
    };
    this.#staff.push(member);
    return member;
  }
}

interface Timetable {
  readonly courses: SampleCourse[];
  readonly classes: SampleClass[];
  readonly homerooms: readonly SampleClass[];
  readonly homeroomByStudent: ReadonlyMap<string, SampleClass>;
  readonly scheduledByStudent: ReadonlyMap<string, readonly SampleClass[]>;
}

/**
 * Puts every student into a homeroom and one class per subject. In each period a seventh of a grade has each
 * subject, and the classes are mixed anew, so that students meet different people through the day.
 */
function generateTimetable(
  random: Random,
  school: SampleSchoolPlace,
  staff: StaffRoom,
  students: readonly Newcomer[],
  termSourcedIds: readonly string[],
): Timetable {
  const courses: SampleCourse[] = [];
  const classes: SampleClass[] = [];
  const homeroomByStudent = new Map<string, SampleClass>();
  const scheduledByStudent = new Map<string, SampleClass[]>();
  const addClass = (
    details: Omit<SampleClass, 'sourcedId' | 'classCode' | 'location' | 'termSourcedIds'>,
  ) => {
    const number = 400_001 + classes.length;
    const location = `Room ${(classes.length % 90) + 101}`;
    const added = {
      ...details,
      sourcedId: `cls-${number}`,
      classCode: `C${number}`,
      location,
      termSourcedIds,
    };
    classes.push(added);
    return added;
  };
  const courseFor = (title: string) => {
    const known = courses.find((course) => course.title === title);
    if (known !== undefined) return known.sourcedId;
    const number = courses.length + 1;
    courses.push({ sourcedId: `crs-${number}`, title, courseCode: `CRS${String(number).padStart(3, '0')}` });
    return `crs-${number}`;
  };
  const schedule = (group: readonly Newcomer[], schoolClass: SampleClass) => {
    for (const { sourcedId } of group) {
      const own = scheduledByStudent.get(sourcedId);
      if (own === undefined) scheduledByStudent.set(sourcedId, [schoolClass]);
      else own.push(schoolClass);
    }
  };
  const isSecondary = school.subjects.length > 2;

  for (const grade of school.grades) {
    const inGrade = random.shuffle(students.filter((student) => student.grade === grade.code));
    for (const [index, group] of divide(inGrade, homeroomSize).entries()) {
      const homeroom = addClass({
        title: `${grade.label}${lettersOf(index)}`,
        classType: 'homeroom',
        courseSourcedId: courseFor('Homeroom'),
        grade: grade.code,
        periods: [],
        teacherSourcedId: staff.teacherFor(
          isSecondary ? itemAt(school.subjects, index % 3) : 'the class',
          'homeroom',
          7,
        ),
      });
      for (const { sourcedId } of group) homeroomByStudent.set(sourcedId, homeroom);
      if (isSecondary) continue;
      for (const [subjectIndex, subject] of school.subjects.entries()) {
        const period = String(((classes.length + subjectIndex) % periodCount) + 1);
        const teacherSourcedId = staff.teacherFor(subject, period, periodCount);
        const title = `${subject} ${homeroom.title}`;
        const courseSourcedId = courseFor(subject);
        const details = { title, courseSourcedId, grade: grade.code, periods: [period], teacherSourcedId };
        schedule(group, addClass({ ...details, classType: 'scheduled' }));
      }
    }
    if (!isSecondary) continue;
    const subjectCount = school.subjects.length;
    const groups = Array.from({ length: subjectCount }, (_, group) =>
      inGrade.filter((_student, index) => index % subjectCount === group),
    );
    for (let period = 1; period <= subjectCount; period += 1) {
      for (const [groupIndex, group] of groups.entries()) {
        const subject = itemAt(school.subjects, (groupIndex + period) % subjectCount);
        for (const [section, members] of divide(random.shuffle(group), homeroomSize).entries()) {
          const schoolClass = addClass({
            title: `${subject} ${grade.label}-${period}${lettersOf(section)}`,
            classType: 'scheduled',
            courseSourcedId: courseFor(`${subject} ${grade.label}`),
            grade: grade.code,
            periods: [String(period)],
            teacherSourcedId: staff.teacherFor(subject, String(period), 6),
          });
          schedule(members, schoolClass);
        }
      }
    }
  }
  const homerooms = classes.filter(({ classType }) => classType === 'homeroom');
  return { courses, classes, homerooms, homeroomByStudent, scheduledByStudent };
}

/** Some join during the year, some leave, a few change homeroom, and one in four hundred leaves and comes back. */
function generateSpells(
  random: Random,
  homeroomByStudent: ReadonlyMap<string, SampleClass>,
  homerooms: readonly SampleClass[],
  yearBegin: Day,
  today: Day,
): ReadonlyMap<string, readonly HomeroomSpell[]> {
  const passed = dayNumber(today) - dayNumber(yearBegin);
  const someDay = () => addDays(yearBegin, random.between(20, passed - 25));
  return new Map(
    [...homeroomByStudent].map(([student, homeroom]): [string, readonly HomeroomSpell[]] => {
      const whole = { classSourcedId: homeroom.sourcedId, beginDay: null, endDay: null };
      const move = random.weighted([
        ['none', 9450],
        ['joined', 250],
        ['left', 150],
        ['other-homeroom', 125],
        ['came-back', 25],
      ] as const);
      const on = someDay();
      if (move === 'none') return [student, [whole]];
      if (move === 'joined') return [student, [{ ...whole, beginDay: on }]];
      if (move === 'left') return [student, [{ ...whole, endDay: on }]];
      if (move === 'came-back')
        return [
          student,
          [
            { ...whole, endDay: on },
            { ...whole, beginDay: addDays(on, 21) },
          ],
        ];
      const others = homerooms.filter(
        ({ grade, sourcedId }) => grade === homeroom.grade && sourcedId !== homeroom.sourcedId,
      );
      if (others.length === 0) return [student, [whole]];
      const before = { ...whole, classSourcedId: random.pick(others).sourcedId, endDay: on };
      return [student, [before, { ...whole, beginDay: on }]];
    }),
  );
}

function generateEnrolments(
  students: readonly SampleStudent[],
  { classes, scheduledByStudent }: Timetable,
): SampleEnrolment[] {
  const enrolments: SampleEnrolment[] = [];
  const add = (details: Omit<SampleEnrolment, 'sourcedId'>) => {
    enrolments.push({ ...details, sourcedId: `enr-${500_001 + enrolments.length}` });
  };
  for (const { sourcedId, teacherSourcedId } of classes) {
    const teacher = { classSourcedId: sourcedId, userSourcedId: teacherSourcedId, role: 'teacher' as const };
    add({ ...teacher, isPrimary: true, beginDay: null, endDay: null });
  }
  for (const student of students) {
    const own = { userSourcedId: student.sourcedId, role: 'student' as const, isPrimary: false };
    for (const spell of student.homerooms) add({ ...own, ...spell });
    const beginDay = student.homerooms[0]?.beginDay ?? null;
    const endDay = student.homerooms.at(-1)?.endDay ?? null;
    for (const { sourcedId } of scheduledByStudent.get(student.sourcedId) ?? []) {
      add({ ...own, classSourcedId: sourcedId, beginDay, endDay });
    }
  }
  return enrolments;
}

function generateActivities(
  random: Random,
  students: readonly SampleStudent[],
  teachers: readonly SampleStaff[],
): SampleActivity[] {
  return activityNames.map((name, index) => ({
    activityId: `act-${index + 1}`,
    name,
    place: random.pick(['Hall', 'Field', 'Library', 'Studio', 'Gym']),
    weekdays: [(index % 5) + 1],
    opensAt: '15:30',
    closesAt: '16:45',
    leaderSourcedId: random.pick(teachers).sourcedId,
    memberSourcedIds: random
      .shuffle(students)
      .slice(0, Math.min(random.between(10, 32), students.length))
      .map(({ sourcedId }) => sourcedId),
  }));
}

/** Cuts a list into parts of nearly the same length, none longer than `most`. */
function divide<T>(list: readonly T[], most: number): T[][] {
  const parts = Math.ceil(list.length / most);
  return Array.from({ length: parts }, (_, part) => list.filter((_item, index) => index % parts === part));
}

/** A to Z, then AA, AB and so on: a very large school has more classes in a year than there are letters. */
function lettersOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : lettersOf(Math.floor(index / 26) - 1) + last;
}
