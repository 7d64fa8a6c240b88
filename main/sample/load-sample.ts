import { ne } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import type { MembershipFact } from '../../domain/membership/entry.ts';
import { addMembershipEntry, slotFact } from '../desk/membership.ts';
import { readLocalState } from '../../db/school/local-state.ts';
import type { Role } from '../../domain/access/policy.ts';
import type { ChangeBuilder } from '../../db/changes/write-change.ts';
import { addDays } from '../../domain/calendar/day.ts';
import { dayAt, instantOf } from '../../domain/calendar/local-time.ts';
import { schoolCalendarData } from '../../domain/calendar/school-calendar.ts';
import type { CountryPack } from '../../domain/contract/shared.ts';
import type { Day, StaffId, StudentId, UserId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import type { SampleDistrict, SampleSchool } from '../../resources/sample/district.ts';
import { sampleAbsences } from '../../resources/sample/absences.ts';
import { generateDistrict, standardSample, type SampleOptions } from '../../resources/sample/generate.ts';
import {
  attendanceClerk,
  sampleDays,
  type SampleDay,
  type SampleMark,
} from '../../resources/sample/marks.ts';
import type { SchoolToMake } from '../desk/create-school.ts';
import { newId, type Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { rosterId } from '../roster/roster-ids.ts';
import { sharedId } from '../shared-id.ts';
import { writeDeskEntries } from './write-desk-entries.ts';
import { activationLifetimeMs } from '../../domain/vault/activation-code.ts';
import { argon2Floor } from '../vault/argon2.ts';
import { pairPaths } from '../vault/profile.ts';
import { addUserSlot, changePassword, openWithPassword } from '../vault/vault.ts';
import { parseVault, vaultText, writeVault } from '../vault/vault-file.ts';

/** Everybody may know it: nothing in the sample is real. */
export const samplePassword = 'try the sample school';

interface SampleAccount {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
}

/** The accounts that can be tried in the sample school, the administrator first. */
export const sampleAccounts: readonly SampleAccount[] = [
  { username: 'admin', displayName: 'Alex Admin', role: 'school-administrator' },
  { username: 'clerk', displayName: 'Casey Clerk', role: 'attendance-clerk' },
  { username: 'teacher', displayName: 'Terry Teacher', role: 'teacher' },
  { username: 'assistant', displayName: 'Toni Assistant', role: 'teaching-assistant' },
  { username: 'nurse', displayName: 'Nia Nurse', role: 'nurse' },
  { username: 'senco', displayName: 'Sam Senco', role: 'senco' },
  { username: 'leader', displayName: 'Lou Leader', role: 'senior-leader' },
];

/** The sample school before it is made: the larger of the sample district's two schools. */
export function sampleAdministrator(country: CountryPack): Omit<SchoolToMake, 'isSample'> {
  const [first] = generateDistrict({ ...standardSample, country }).schools;
  return {
    name: first.name,
    // The computer's own zone, so that the sample's day is the day of whoever tries it.
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    country,
    attendance: first.attendanceMode,
    administrator: {
      displayName: 'Alex Admin',
      email: 'admin@sample.invalid',
      username: 'admin',
      jobTitle: 'Office manager',
      password: samplePassword,
    },
  };
}

/**
 * Fills the open sample school: people, classes, calendar, a school year of marks up to now, and accounts.
 *
 * One transaction for the people, one for each month of marks; progress counts school days. `size` is for
 * measurements in a larger or smaller school.
 */
export async function loadSampleSchool(
  desk: Desk,
  open: OpenSchool,
  size: Pick<SampleOptions, 'studentCount'> = standardSample,
): Promise<void> {
  const { country, timeZone } = open.unitParts.school;
  const nowMs = desk.now();
  const today = dayAt(nowMs, timeZone);
  const { studentCount } = size;
  const district = generateDistrict({ ...standardSample, studentCount, country, today });
  const [first] = district.schools;
  const school = { ...first, calendar: { ...first.calendar, timeZone } };
  const importKey = readLocalState(open.unitParts.db, 'import-key');
  assert(importKey !== undefined, 'a school has an import key');

  inTransaction(open, () => {
    writePeople(open, school, importKey);
    writeGroups(open, district, school, importKey);
    writeCalendar(open, school);
  });
  const authors = writeAccounts(desk, open, school, importKey);
  const lastDay = await writeMarks(desk, open, district, school, importKey, authors);
  if (lastDay !== undefined) writeAbsences(desk, open, district, school, importKey, authors, lastDay);
  await giveAccountsKeys(desk, open);
}

function inTransaction(open: OpenSchool, work: () => void): void {
  open.transaction.begin();
  try {
    work();
    open.transaction.commit();
  } catch (cause) {
    open.transaction.rollback();
    open.unitParts.changes.reset();
    throw cause;
  }
}

function writePeople(open: OpenSchool, school: SampleSchool, importKey: Uint8Array): void {
  const { changes, school: facts } = open.unitParts;
  const own = { school: facts.id, status: 'active' } as const;
  changes.write({ type: 'school', id: facts.id }, (change) => {
    change.put('school', { id: facts.id, rosterSchool: school.sourcedId });
    for (const session of school.academicSessions) {
      change.put('academic_session', {
        ...own,
        id: rosterId(importKey, 'academic-session', session.sourcedId),
        sourceId: session.sourcedId,
        title: session.title,
        type: session.type,
        startDay: session.beginDay,
        endDay: session.endDay,
        schoolYear: session.schoolYear,
      });
    }
    for (const course of school.courses) {
      change.put('course', {
        ...own,
        id: rosterId(importKey, 'course', course.sourcedId),
        sourceId: course.sourcedId,
        title: course.title,
        courseCode: course.courseCode,
      });
    }
    for (const one of school.classes) {
      change.put('class', {
        ...own,
        id: rosterId(importKey, 'class', one.sourcedId),
        sourceId: one.sourcedId,
        title: one.title,
        classCode: one.classCode,
        classType: one.classType,
        course: one.courseSourcedId,
        grades: [one.grade],
        periods: one.periods,
        terms: one.termSourcedIds,
      });
    }
    for (const one of school.staff) {
      change.put('staff', {
        ...own,
        id: rosterId(importKey, 'staff', one.sourcedId),
        sourceId: one.sourcedId,
        givenName: one.givenName,
        familyName: one.familyName,
      });
    }
  });
  for (const one of school.guardians) {
    const id = rosterId(importKey, 'guardian', one.sourcedId);
    changes.write({ type: 'guardian', id }, (change) =>
      change.put('guardian', {
        ...own,
        id,
        sourceId: one.sourcedId,
        givenName: one.givenName,
        familyName: one.familyName,
        language: one.language,
        phone: one.phone,
        email: one.email,
      }),
    );
  }
  const enrolments = Map.groupBy(school.enrolments, (one) => one.userSourcedId);
  for (const one of school.students) {
    const id = rosterId(importKey, 'student', one.sourcedId);
    changes.write({ type: 'student', id }, (change) => {
      change.put('student', {
        ...own,
        id,
        sourceId: one.sourcedId,
        studentNumber: one.studentNumber,
        givenName: one.givenName,
        middleName: one.middleName ?? '',
        familyName: one.familyName,
        preferredGivenName: one.preferredGivenName ?? '',
        preferredFamilyName: '',
        pronouns: one.pronouns ?? '',
        // As the sample's own OneRoster package says it, so that importing that changes nothing.
        sex: one.sex === 'other' ? '' : one.sex,
        grade: one.grade,
        birthDate: one.birthDate,
        address: one.address,
        medicalAlert: one.medicalAlert,
      });
      for (const { guardianSourcedId, relation } of one.guardians) {
        const guardian = rosterId(importKey, 'guardian', guardianSourcedId);
        change.put('guardian_link', {
          student: id,
          guardian,
          relation,
          statedBy: 'student',
          status: 'active',
        });
      }
      for (const enrolment of enrolments.get(one.sourcedId) ?? []) {
        putEnrolment(change, importKey, enrolment, id);
      }
    });
  }
  for (const one of school.staff) {
    const id = rosterId(importKey, 'staff', one.sourcedId);
    const ownEnrolments = enrolments.get(one.sourcedId) ?? [];
    changes.write({ type: 'staff', id }, (change) => {
      for (const enrolment of ownEnrolments) putEnrolment(change, importKey, enrolment, id);
    });
  }
}

/** Bus runs of the whole district, with this school's riders, and the school's activities. */
function writeGroups(
  open: OpenSchool,
  district: SampleDistrict,
  school: SampleSchool,
  importKey: Uint8Array,
): void {
  const runs = district.buses.flatMap(({ name, runs: ofBus }) =>
    ofBus
      .filter(({ schoolSourcedIds }) => schoolSourcedIds.includes(school.sourcedId))
      .map(({ runId, direction, stops, riders }) => ({
        sourceId: runId,
        kind: 'bus' as const,
        title: `${name} ${direction}`,
        weekdays: [1, 2, 3, 4, 5],
        from: stops[0]?.at,
        until: stops.at(-1)?.at,
        members: riders
          .filter(({ schoolSourcedId }) => schoolSourcedId === school.sourcedId)
          .map(({ studentSourcedId, stopId }) => ({
            student: studentSourcedId,
            stop: stops.find((stop) => stop.stopId === stopId)?.name ?? '',
          })),
      })),
  );
  const activities = school.activities.map((each) => ({
    sourceId: each.activityId,
    kind: 'activity' as const,
    title: each.name,
    weekdays: each.weekdays,
    from: each.opensAt,
    until: each.closesAt,
    members: each.memberSourcedIds.map((student) => ({ student, stop: '' })),
  }));
  const { changes, school: facts } = open.unitParts;
  for (const { sourceId, kind, title, weekdays, from, until, members } of [...runs, ...activities]) {
    const group = rosterId(importKey, 'student-group', sourceId);
    changes.write({ type: 'student-group', id: group }, (change) => {
      change.put('student_group', {
        id: group,
        school: facts.id,
        sourceId,
        kind,
        title,
        weekdays,
        fromMinute: minuteOf(from),
        untilMinute: minuteOf(until),
        status: 'active',
      });
      for (const { student, stop } of members) {
        change.put('group_member', {
          id: rosterId(importKey, 'group-member', `${sourceId} ${student}`),
          group,
          student: rosterId(importKey, 'student', student),
          stop,
          beginDay: '',
          endDay: '',
          status: 'active',
        });
      }
    });
  }
}

/** The minute of the day of a wall clock's `HH:MM`. */
function minuteOf(clock: string | undefined): number | null {
  if (clock === undefined) return null;
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

function putEnrolment(
  change: ChangeBuilder,
  importKey: Uint8Array,
  enrolment: SampleSchool['enrolments'][number],
  person: StudentId | StaffId,
): void {
  change.put('enrolment', {
    id: rosterId(importKey, 'enrolment', enrolment.sourcedId),
    sourceId: enrolment.sourcedId,
    class: rosterId(importKey, 'class', enrolment.classSourcedId),
    person,
    role: enrolment.role,
    isPrimary: enrolment.isPrimary,
    beginDay: enrolment.beginDay ?? '',
    endDay: enrolment.endDay ?? '',
    status: 'active',
  });
}

function writeCalendar(open: OpenSchool, school: SampleSchool): void {
  const { changes, school: facts } = open.unitParts;
  changes.write({ type: 'school', id: facts.id }, (change) => {
    const put = (day: Day, reason: string, status: 'closed' | 'extra'): void =>
      change.put('calendar_day', {
        id: sharedId('calendar-day', facts.id, day),
        school: facts.id,
        day,
        reason,
        status,
      });
    const { closures, extraDays } = schoolCalendarData.parse(school.calendar);
    for (const closure of closures) {
      for (let day = closure.beginDay; day < closure.endDay; day = addDays(day, 1))
        put(day, closure.reason, 'closed');
    }
    for (const { day, reason } of extraDays) put(day, reason, 'extra');
  });
}

/** Accounts of all staff, so that every mark has an author; those of `sampleAccounts` get a password later. */
function writeAccounts(
  desk: Desk,
  open: OpenSchool,
  school: SampleSchool,
  importKey: Uint8Array,
): AuthorsByStaff {
  const { db, school: facts } = open.unitParts;
  const { session } = desk;
  assert(session !== null, "the sample's administrator is signed in");
  const teacher = school.classes.find((one) => one.classType === 'scheduled')?.teacherSourcedId;
  const assistant = school.staff.find((one) => one.role === 'aide')?.sourcedId;
  const clerk = school.staff.find((one) => one.jobTitle.toLowerCase().includes('attendance'))?.sourcedId;
  const staffOf: Readonly<Record<string, string | undefined>> = { teacher, assistant, clerk };
  const common = {
    school: facts.id,
    activationExpiresAtMs: null,
    lastSignInMs: null,
    density: 'compact',
    colorScheme: 'auto',
  } as const;

  const authors = new Map<string, UserId>();
  inTransaction(open, () => {
    for (const one of sampleAccounts) {
      if (one.role === 'school-administrator') continue;
      const sourcedId = staffOf[one.username];
      const id = newId<'user'>(desk.random);
      if (sourcedId !== undefined) authors.set(sourcedId, id);
      db.insert(account)
        .values({
          ...common,
          ...one,
          id,
          email: `${one.username}@sample.invalid`,
          jobTitle: '',
          staff: sourcedId === undefined ? null : rosterId(importKey, 'staff', sourcedId),
          state: 'active',
        })
        .run();
    }
    for (const one of school.staff) {
      if (authors.has(one.sourcedId)) continue;
      const id = newId<'user'>(desk.random);
      authors.set(one.sourcedId, id);
      db.insert(account)
        .values({
          ...common,
          id,
          username: one.identifier,
          displayName: `${one.givenName} ${one.familyName}`,
          email: one.email,
          jobTitle: one.jobTitle,
          role:
            one.role === 'aide'
              ? 'teaching-assistant'
              : one.role === 'principal'
                ? 'senior-leader'
                : 'teacher',
          staff: rosterId(importKey, 'staff', one.sourcedId),
          state: 'awaiting-activation',
          activationExpiresAtMs: desk.now() + activationLifetimeMs,
        })
        .run();
    }
  });
  return authors;
}

/** 08:50: the morning registers are open, and most have been taken. */
const minutesOfSampleNow = 8 * 60 + 50;

type AuthorsByStaff = ReadonlyMap<string, UserId>;

async function writeMarks(
  desk: Desk,
  open: OpenSchool,
  district: SampleDistrict,
  school: SampleSchool,
  importKey: Uint8Array,
  authors: AuthorsByStaff,
): Promise<SampleDay | undefined> {
  const { changes } = open.unitParts;
  const administrator = desk.session?.actor.user;
  assert(administrator !== undefined, "the sample's administrator is signed in");
  const studentIds = new Map(
    school.students.map(({ sourcedId }) => [sourcedId, rosterId(importKey, 'student', sourcedId)]),
  );
  const studentIdOf = (sourcedId: string): StudentId => {
    const id = studentIds.get(sourcedId);
    assert(id !== undefined, "the sample's marks are of its students");
    return id;
  };
  // Until mid-registration of today, whatever the time is: some registers are always left to be taken.
  const untilMs = instantOf(district.today, minutesOfSampleNow, open.unitParts.school.timeZone);
  const days = [...sampleDays(district, school, { untilMs, periodDays: 5 })];
  const daysATime = 20;
  for (let start = 0; start < days.length; start += daysATime) {
    inTransaction(open, () => {
      for (const { day, registers } of days.slice(start, start + daysATime)) {
        for (const register of registers) {
          const id = rosterId(importKey, 'class', register.classSourcedId);
          const key = { day, class: id, session: register.session };
          for (const marks of oneMarkAStudent(register.marks)) {
            changes.write({ type: 'register', id }, (change) =>
              change.add(
                'mark',
                key,
                marks.map((mark) => ({
                  student: studentIdOf(mark.studentSourcedId),
                  column: mark.kind,
                  code: mark.code,
                  minutes: mark.minutesLate,
                  note: mark.note,
                  author: authors.get(mark.authorSourcedId) ?? administrator,
                  atMs: mark.atMs,
                })),
              ),
            );
          }
          const { taken } = register;
          if (taken === null) continue;
          changes.write({ type: 'register', id }, (change) =>
            change.add('register_taken', key, [
              { taken: true, author: authors.get(taken.authorSourcedId) ?? administrator, atMs: taken.atMs },
            ]),
          );
        }
      }
    });
    desk.options.emit({
      type: 'progress',
      task: 'sample',
      done: Math.min(start + daysATime, days.length),
      total: days.length,
    });
    // Between two months of marks other calls get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const morning = days.at(-1);
  if (morning?.day !== district.today) return morning;
  const sessions = schoolCalendarData.parse(school.calendar).sessions;
  const author = authors.get(attendanceClerk) ?? administrator;
  inTransaction(open, () => {
    writeDeskEntries(desk, open, {
      today: district.today,
      nowMs: untilMs,
      author,
      studentIdOf,
      registers: morning.registers.flatMap((register) => {
        const held = sessions.find(({ session }) => session === register.session);
        return held === undefined ? [] : [{ ...register, opensAt: held.opensAt }];
      }),
    });
  });
  return morning;
}

/** The absence line's work around the sample's day, entered by the attendance clerk. */
function writeAbsences(
  desk: Desk,
  open: OpenSchool,
  district: SampleDistrict,
  school: SampleSchool,
  importKey: Uint8Array,
  authors: AuthorsByStaff,
  lastDay: SampleDay,
): void {
  const { changes, school: facts } = open.unitParts;
  const clerk = school.staff.find((one) => one.jobTitle.toLowerCase().includes('attendance'))?.sourcedId;
  const by = authors.get(clerk ?? '') ?? desk.session?.actor.user;
  assert(by !== undefined, "the sample's administrator is signed in");
  const { plans, contacts } = sampleAbsences(district, school, lastDay);
  inTransaction(open, () => {
    for (const plan of plans) {
      const occasionId = plan.occasion === '' ? null : newId<'occasion'>(desk.random);
      changes.write({ type: 'absence', id: occasionId ?? facts.id }, (change) => {
        for (const sourcedId of plan.studentSourcedIds) {
          change.put('planned_absence', {
            id: newId<'planned-absence'>(desk.random),
            school: facts.id,
            student: rosterId(importKey, 'student', sourcedId),
            fromDay: plan.fromDay,
            toDay: plan.toDay,
            sessions: [],
            code: plan.code,
            occasion: plan.occasion,
            occasionId,
            note: plan.note,
            madeBy: by,
            madeAtMs: plan.atMs,
            status: 'active',
          });
        }
      });
    }
    changes.write({ type: 'absence', id: facts.id }, (change) => {
      change.add(
        'contact',
        { author: by, settles: null },
        contacts.map(({ studentSourcedId, guardianSourcedId, ...contact }) => ({
          ...contact,
          id: newId<'contact'>(desk.random),
          student: rosterId(importKey, 'student', studentSourcedId),
          guardian: guardianSourcedId === null ? null : rosterId(importKey, 'guardian', guardianSourcedId),
        })),
      );
    });
  });
}

/** A change holds one mark of a student at most: the marks of one change have the same logical time. */
function oneMarkAStudent(marks: readonly SampleMark[]): SampleMark[][] {
  const rounds: SampleMark[][] = [];
  const roundByStudent = new Map<string, number>();
  for (const mark of marks) {
    const round = roundByStudent.get(mark.studentSourcedId) ?? 0;
    roundByStudent.set(mark.studentSourcedId, round + 1);
    (rounds[round] ??= []).push(mark);
  }
  return rounds;
}

/** Gives the sample accounts their common password, each with keys of its own. */
async function giveAccountsKeys(desk: Desk, open: OpenSchool): Promise<void> {
  const { db } = open.unitParts;
  const schoolSecret = readLocalState(db, 'school-secret');
  assert(schoolSecret !== undefined, 'a store keeps a copy of the school secret');
  // The sample's password is public, so the least cost is enough and the sample is ready sooner.
  const policy = { ...(await desk.passwordPolicy()), cost: argon2Floor };
  const rows = db
    .select({ id: account.id, username: account.username, state: account.state })
    .from(account)
    .all();
  const others = rows.filter((row) => row.state === 'active' && row.id !== desk.session?.actor.user);
  let body = open.vault;
  for (const { id: user, username } of others) {
    const { random } = desk;
    const { masterKey } = open;
    const nowMs = desk.now();
    const added = await addUserSlot({
      body,
      masterKey,
      schoolSecret,
      user,
      username,
      cost: argon2Floor,
      nowMs,
      random,
    });
    assert(added.ok, "the sample's usernames differ");
    const vault = parseVault(vaultText(added.value.body, masterKey));
    assert(vault.ok, 'a vault that was just made reads');
    const opened = await openWithPassword({
      vault: vault.value,
      schoolSecret,
      username,
      password: added.value.activationCode,
      nowMs,
    });
    assert(opened.ok, 'an activation code that was just made opens');
    const changed = await changePassword({
      body: added.value.body,
      masterKey,
      schoolSecret,
      user,
      username,
      userKeys: opened.value.userKeys,
      password: samplePassword,
      policy,
      random,
    });
    assert(changed.ok, "the sample's password is a good one");
    body = changed.value.body;
  }
  const written = writeVault(pairPaths(open.profile, body.generation).vault, body, open.masterKey);
  assert(written.ok, "the sample's vault is written");
  open.vault = body;
  enterAccounts(desk, open);
}

/** The sample's accounts as the administrator's entries of the membership log. Without an administrator's keys, in a measurement, there are none. */
function enterAccounts(desk: Desk, open: OpenSchool): void {
  const { session } = desk;
  if (session?.keys == null) return;
  const { db, school } = open.unitParts;
  const { user } = session.actor;
  const by = { school: school.id, nowMs: desk.now(), signer: user, keys: session.keys.signing };
  const rows = db.select().from(account).where(ne(account.id, user)).all();
  inTransaction(open, () => {
    addMembershipEntry(db, by, [
      ...rows.map((body): MembershipFact => ({ kind: 'account', body })),
      ...open.vault.slots.filter((slot) => slot.user !== user).map(slotFact),
    ]);
  });
}
