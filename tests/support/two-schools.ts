import { eq, gte } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import { auditBody } from '../../db/audit/schema.ts';
import { guardian, schoolClass, staff, student } from '../../db/people/schema.ts';
import type { Role } from '../../domain/access/policy.ts';
import { parseEntryText, type AuditEntry } from '../../domain/audit/entry.ts';
import type { ClassId, GuardianId, Id, SchoolId, StaffId, StudentId, UserId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { addMembershipEntry } from '../../main/desk/membership.ts';
import { argon2Floor } from '../../main/vault/argon2.ts';
import { PackageDraft, zipOf } from '../roster/fixtures.ts';
import { testId } from './school-store.ts';
import { createTestDesk, createTestSchool, testPassword, type TestDesk } from './test-desk.ts';

/** The names and numbers of one invented person, each found nowhere else: where one turns up, it has leaked. */
interface Plants {
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly phone: string;
  readonly nationalId: string;
  readonly address: string;
  readonly medicalAlert: string;
  readonly guardianFamily: string;
  /** The title of the homeroom. */
  readonly room: string;
}

/** A student with a homeroom, its teacher and a guardian. */
export interface Corner {
  readonly student: StudentId;
  readonly class: ClassId;
  readonly guardian: GuardianId;
  readonly staff: StaffId;
  readonly user: UserId;
  /** A planned absence of the student that has begun and covers no register. */
  readonly plan: Id<'planned-absence'>;
  readonly plants: Plants;
}

export interface SchoolOfTwo {
  readonly school: SchoolId;
  readonly recoveryKeyGroups: readonly string[];
  /** The student, class and guardian of the teacher `tea-1`, and those of `tea-2`. */
  readonly own: Corner;
  readonly other: Corner;
}

/**
 * One computer with two schools whose rosters use the same ids throughout. The near one is open, `ada` signed in, and
 * has an account for every role; teachers' and assistants' own class is the near school's first.
 */
export interface TwoSchools {
  readonly test: TestDesk;
  readonly near: SchoolOfTwo;
  readonly far: SchoolOfTwo;
}

export const nearPlants: readonly [Plants, Plants] = [plantsOf('Nearina', 1), plantsOf('Neareth', 2)];
const farPlants: readonly [Plants, Plants] = [plantsOf('Farouka', 3), plantsOf('Farwell', 4)];

function plantsOf(given: string, number: number): Plants {
  return {
    given,
    family: `${given}son`,
    birthDate: `201${number}-0${number}-1${number}`,
    phone: `+1 555 010${number}`,
    nationalId: `NID-${given}-${number}`,
    address: `${number} ${given} Lane`,
    medicalAlert: `${given} is allergic to invented nuts`,
    guardianFamily: `${given}parent`,
    room: `Homeroom 7${number}0`,
  };
}

/** Everything of a person that must not turn up where it does not belong: ids, names, numbers. */
export function tracesOf(corner: Corner): string[] {
  const { plants, student: id, class: classId, guardian: guardianId, staff: staffId } = corner;
  return [id, classId, guardianId, staffId, ...Object.values(plants)];
}

/** A package of one school with two homerooms, each with a teacher, a student and a guardian. */
export function rosterOf(plants: readonly [Plants, Plants]): PackageDraft {
  const draft = new PackageDraft('1.2', 'bulk');
  const [first, second] = plants;
  const rename = (id: string, givenName: string, familyName: string): void => {
    Object.assign(draft.row('users', id), { givenName, familyName });
  };
  rename('stu-1', first.given, first.family);
  rename('stu-2', second.given, second.family);
  rename('gua-1', `Guardia${first.given}`, first.guardianFamily);
  rename('gua-2', `Guardia${second.given}`, second.guardianFamily);
  rename('tea-1', 'Tutor', `${first.given}tutor`);
  Object.assign(draft.row('users', 'gua-1'), { phone: first.phone, sms: '' });
  Object.assign(draft.row('users', 'gua-2'), { phone: second.phone, sms: '' });
  draft.row('demographics', 'stu-1')['birthDate'] = first.birthDate;
  draft.row('demographics', 'stu-2')['birthDate'] = second.birthDate;
  draft.table('users').rows.push({
    ...draft.row('users', 'tea-1'),
    sourcedId: 'tea-2',
    username: 'tea-2@invented.example',
    identifier: 'no-tea-2',
    familyName: `${second.given}tutor`,
  });
  draft
    .table('roles')
    .rows.push({ ...draft.row('roles', 'rol-tea-1'), sourcedId: 'rol-tea-2', userSourcedId: 'tea-2' });
  const room = { classType: 'homeroom', periods: '', classCode: '', termSourcedIds: 'year' };
  Object.assign(draft.row('classes', 'cla-1'), { ...room, title: first.room });
  draft.table('classes').rows.push({
    ...draft.row('classes', 'cla-1'),
    sourcedId: 'cla-3',
    title: second.room,
  });
  draft.row('enrollments', 'enr-2')['classSourcedId'] = 'cla-3';
  draft.table('enrollments').rows.push({
    ...draft.row('enrollments', 'enr-4'),
    sourcedId: 'enr-5',
    classSourcedId: 'cla-3',
    userSourcedId: 'tea-2',
  });
  return draft;
}

/** Uploads, checks, reviews and applies a package as the signed-in administrator. */
export async function importRoster(test: TestDesk, draft: PackageDraft): Promise<void> {
  const { bytes } = zipOf(draft.texts());
  const { upload } = await test.must('roster', 'begin', {
    files: [{ name: 'roster.zip', bytes: bytes.length }],
  });
  await test.must('roster', 'append', { upload, file: 0, chunk: Buffer.from(bytes).toString('base64') });
  const check = await test.must('roster', 'check', { upload });
  assert(check.accepted, `the package is taken: ${JSON.stringify(check.findings)}`);
  const { confirmRemoved } = await test.must('roster', 'review', { upload, school: 'sch-1' });
  await test.must('roster', 'apply', { upload, confirmRemoved });
}

/** Makes the two schools. The caller disposes of `test`. */
export async function createTwoSchools(test: TestDesk = createTestDesk()): Promise<TwoSchools> {
  const far = await fillSchool(test, 'Faraway School', farPlants);
  await test.must('desk', 'lock', {});
  const near = await fillSchool(test, 'Nearby School', nearPlants);
  return { test, near, far };
}

/** Makes one school with its roster, a change and a mark of each student, and leaves `ada` signed in. */
export async function fillSchool(
  test: TestDesk,
  name: string,
  plants: readonly [Plants, Plants],
): Promise<SchoolOfTwo> {
  const { recoveryKeyGroups } = await createTestSchool(test, { name });
  await importRoster(test, rosterOf(plants));
  const { db, school } = test.open().unitParts;
  db.insert(account)
    .values(
      (['one', 'two'] as const).map((each) => ({
        ...plainAccount,
        id: testId<'user'>(`${name} ${each}`),
        school: school.id,
        username: `${each}@${name}`,
        displayName: `Person ${each} of ${name}`,
        role: 'senior-leader' as const,
      })),
    )
    .run();
  const corner = (index: 0 | 1): Corner => {
    const ids = (['stu', 'gua', 'tea'] as const).map((kind) => `${kind}-${index + 1}`);
    const [studentSource, guardianSource, staffSource] = ids;
    const classSource = index === 0 ? 'cla-1' : 'cla-3';
    const idOf = <K extends string>(
      rows: readonly { id: K; sourceId: string | null }[],
      source?: string,
    ): K => {
      const row = rows.find((one) => one.sourceId === source);
      assert(row !== undefined, `the import made ${source}`);
      return row.id;
    };
    return {
      student: idOf(db.select().from(student).all(), studentSource),
      guardian: idOf(db.select().from(guardian).all(), guardianSource),
      staff: idOf(db.select().from(staff).all(), staffSource),
      class: idOf(db.select().from(schoolClass).all(), classSource),
      user: testId<'user'>(`${name} ${index === 0 ? 'one' : 'two'}`),
      plan: testId<'planned-absence'>(`${name} plan ${index}`),
      plants: plants[index],
    };
  };
  const filled = { school: school.id, recoveryKeyGroups, own: corner(0), other: corner(1) };
  for (const { student: id, class: classId, plan, plants: planted } of [filled.own, filled.other]) {
    addBegunPlan(test, id, plan);
    const { nationalId, address, medicalAlert } = planted;
    await changeStudent(test, id, { nationalId, address, medicalAlert });
    await test.must('attendance', 'mark', {
      day: schoolDay,
      class: classId,
      session: 'am',
      marks: [{ student: id, code: '/' }],
    });
  }
  return filled;
}

/** Writes a planned absence that began before today, as no command can any more. */
function addBegunPlan(test: TestDesk, of: StudentId, id: Id<'planned-absence'>): void {
  const { unitParts, transaction } = test.open();
  transaction.begin();
  unitParts.changes.write({ type: 'absence', id }, (change) =>
    change.put('planned_absence', {
      id,
      school: unitParts.school.id,
      student: of,
      fromDay: '2026-03-02',
      toDay: schoolDay,
      // A session that the school does not hold.
      sessions: ['p9'],
      code: 'I',
      occasion: '',
      occasionId: null,
      note: '',
      madeBy: testId<'user'>('whoever planned'),
      madeAtMs: test.nowMs,
      status: 'active',
    }),
  );
  transaction.commit();
}

/** Changes fields of a student as the card does: each against the version it was read at. */
export async function changeStudent(
  test: TestDesk,
  id: StudentId,
  values: Partial<
    Record<'nationalId' | 'birthDate' | 'address' | 'medicalAlert' | 'preferredGivenName', string>
  >,
): Promise<void> {
  const versions: Record<string, string> = {
    ...(await test.must('students', 'card', { student: id })).versions,
    ...(await test.must('students', 'contacts', { student: id })).versions,
    ...(await test.must('students', 'identity', { student: id })).versions,
  };
  const fields = Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, { value, version: versions[field] ?? '' }]),
  );
  await test.must('students', 'change', { student: id, fields });
}

/** Enters an account into the membership log, with the keys of whoever is signed in as its own. */
function enterAccount(test: TestDesk, row: Pick<typeof account.$inferInsert, 'id'>): void {
  const { db, school } = test.open().unitParts;
  const keys = test.desk.session?.keys;
  const ada = db.select().from(account).where(eq(account.username, 'ada')).get();
  const entered = db.select().from(account).where(eq(account.id, row.id)).get();
  assert(keys != null && ada !== undefined && entered !== undefined, 'ada is signed in');
  const slot = {
    login: `${row.id}${row.id}`,
    user: row.id,
    method: 'password',
    kdf: { ...argon2Floor, salt: '0'.repeat(32) },
    keys: '0'.repeat(184),
    x25519: Buffer.from(keys.agreement.public).toString('hex'),
    ed25519: Buffer.from(keys.signing.public).toString('hex'),
  } as const;
  addMembershipEntry(db, { school: school.id, nowMs: test.nowMs, signer: ada.id, keys: keys.signing }, [
    { kind: 'account', body: entered },
    { kind: 'slot', body: slot },
  ]);
}

/** The day of the tests' clock. */
export const schoolDay = '2026-03-03';

export const plainAccount = {
  email: 'someone@example.invalid',
  jobTitle: '',
  staff: null,
  state: 'active',
  activationExpiresAtMs: null,
  lastSignInMs: null,
  density: 'compact',
  colorScheme: 'auto',
} as const;

/** Signs `ada` in at the chosen school. */
export async function signInAda(test: TestDesk): Promise<void> {
  await test.must('desk', 'signIn', { username: 'ada', password: testPassword });
}

/**
 * Lets another role act in the open session, without the Argon2 run that a sign-in costs. The account is made when it
 * is first needed.
 */
export function actAs(test: TestDesk, role: Role, ownStaff: StaffId | null = null): UserId {
  const { session } = test.desk;
  assert(session !== null, 'somebody is signed in');
  const { db, school } = test.open().unitParts;
  const user = testId<'user'>(`the ${role} of ${school.id}`);
  const { username } = session;
  const row = {
    ...plainAccount,
    id: user,
    school: school.id,
    username: `the-${role}`,
    displayName: `The ${role}`,
    role,
  };
  const isNew = db.insert(account).values(row).onConflictDoNothing().returning().all().length > 0;
  if (isNew) enterAccount(test, row);
  test.desk.session = { ...session, username, actor: { user, role, method: 'password', staff: ownStaff } };
  return user;
}

/** How many entries the audit log of the open school has. */
export function auditSize(test: TestDesk): number {
  const { auditLog, unitParts } = test.open();
  return auditLog.head(unitParts.db).size;
}

/** The entries from number `from` on, as they were written. */
export function auditEntries(test: TestDesk, from = 0): AuditEntry[] {
  const rows = test.open().unitParts.db.select().from(auditBody).where(gte(auditBody.seq, from)).all();
  return rows.map(({ body }) => {
    const entry = parseEntryText(body);
    assert(entry.ok, 'a stored entry parses');
    return entry.value;
  });
}
