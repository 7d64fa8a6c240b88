import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account } from '../../db/accounts/schema.ts';
import { createAuditLog, type AuditLog } from '../../db/audit/append.ts';
import { createChangeWriter } from '../../db/changes/write-change.ts';
import { writableDb, type WritableDb } from '../../db/handles.ts';
import { migrateStore } from '../../db/migrate.ts';
import { openStore, type Connection } from '../../db/open-store.ts';
import { desk as deskTable } from '../../db/school/schema.ts';
import { createTransaction } from '../../db/transaction.ts';
import { reachOf, type Permission, type Reach, type Role } from '../../domain/access/policy.ts';
import { resolveScope } from '../../domain/access/scope.ts';
import { dayAt } from '../../domain/calendar/local-time.ts';
import {
  contract,
  type AreaName,
  type Contract,
  type InputOf,
  type OutputOf,
  type OwnErrorOf,
} from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import type { AttendanceMode, CountryPack } from '../../domain/contract/shared.ts';
import type {
  ClassId,
  Day,
  DeskId,
  GuardianId,
  Id,
  SchoolId,
  StaffId,
  StudentId,
  UserId,
} from '../../domain/ids.ts';
import type { Result } from '../../domain/result.ts';
import { deskOrdinal, nextHlc, type Hlc } from '../../domain/sync/version.ts';
import { absenceHandlers } from '../../main/absence/handlers.ts';
import { attendanceHandlers } from '../../main/attendance/handlers.ts';
import { sha256 } from '../../main/audit/node-crypto.ts';
import { counterHandlers } from '../../main/counter/handlers.ts';
import type { OpenSchool } from '../../main/desk/open-school.ts';
import { createFieldKeyring, ensureFieldKey, quarterOf } from '../../main/desk/field-keyring.ts';
import type { Outcome } from '../../main/gate/handlers.ts';
import { runUnit } from '../../main/gate/run-unit.ts';
import type { CommandUnit } from '../../main/gate/unit.ts';
import { studentHandlers } from '../../main/students/handlers.ts';

/** An invented id: the same name gives the same one. */
export function testId<Kind extends string>(name: string): Id<Kind> {
  return createHash('sha256').update(name).digest('hex').slice(0, 32) as Id<Kind>;
}

/** Who calls. Accounts are made as they are used, one for each role and member of staff. */
export interface Caller {
  readonly role: Role;
  readonly staff?: StaffId | null;
}

export interface StoreOptions {
  readonly attendance?: AttendanceMode;
  readonly country?: CountryPack;
  readonly timeZone?: string;
  readonly school?: SchoolId;
  /** The instant at which everything happens until `setNow`. UTC milliseconds. */
  readonly nowMs?: number;
}

export type CallReply<P extends Procedure> = Result<
  OutputOf<P>,
  OwnErrorOf<P> | ErrorOf<'out-of-scope' | 'permission-refused'>
>;

const handlers = {
  students: studentHandlers,
  attendance: attendanceHandlers,
  counter: counterHandlers,
  absence: absenceHandlers,
};
type TestedArea = keyof typeof handlers & AreaName;

/** Wednesday 2030-01-16, 09:30 in New York: an invented school day. */
export const someNowMs = Date.UTC(2030, 0, 16, 14, 30);

/**
 * A real encrypted store in a folder of its own, with an invented school, a desk, a field key and an audit log, and the
 * areas' handlers around it. The caller closes it.
 */
export class SchoolStore {
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly school: SchoolId;
  readonly auditLog: AuditLog;
  readonly #folder: string;
  readonly #open: OpenSchool;
  #nowMs: number;
  readonly #accounts = new Set<UserId>();
  #counter = 0;

  constructor(options: StoreOptions = {}) {
    const { attendance = 'daily', country = 'us', timeZone = 'America/New_York' } = options;
    this.#nowMs = options.nowMs ?? someNowMs;
    this.#folder = mkdtempSync(join(tmpdir(), 'rollkeep-school-'));
    const opened = openStore(join(this.#folder, 'store.db'), Buffer.alloc(32, 9), 'create');
    if (!opened.ok) throw new Error(opened.error.type);
    this.connection = opened.value;
    migrateStore(this.connection);
    const db = writableDb(this.connection);
    this.db = db;
    this.school = options.school ?? testId<'school'>('school');
    const desk = testId<'desk'>(`desk of ${this.school}`) as DeskId;
    db.insert(deskTable)
      .values({ ordinal: deskOrdinal(desk, 0), id: desk, incarnation: 0, label: 'Office', isLocal: true })
      .run();
    ensureFieldKey(db, quarterOf(dayAt(this.#nowMs, timeZone)), this.#nowMs, randomBytes);
    const fields = createFieldKeyring(db, this.school, randomBytes);
    let lastHlc: Hlc = 0;
    const writer = createChangeWriter(
      db,
      { school: this.school, desk, incarnation: 0, deskOrdinal: deskOrdinal(desk, 0), seen: () => 0 },
      fields,
      () => (lastHlc = nextHlc(lastHlc, this.#nowMs)),
    );
    this.auditLog = createAuditLog({
      name: { school: this.school, desk, incarnation: 0 },
      sha256,
      randomBytes,
    });
    const changes = {
      write: (...of: Parameters<typeof writer.write>) => writer.write(...of),
      reset() {
        writer.reset();
        fields.reset();
      },
    };
    const facts = {
      id: this.school,
      name: 'Invented School',
      timeZone,
      country,
      attendance,
      isSample: false,
      desk,
    };
    this.#open = {
      transaction: createTransaction(this.connection),
      auditLog: this.auditLog,
      unitParts: { db, school: facts, fields, changes },
      afterCommit: () => {},
    } as unknown as OpenSchool;
    this.write((unit) =>
      unit.changes.write({ type: 'school', id: this.school }, (change) =>
        change.put('school', {
          id: this.school,
          district: testId<'district'>('district'),
          name: facts.name,
          timeZone,
          country,
          attendance,
          rosterSchool: null,
          isSample: false,
        }),
      ),
    );
  }

  /** Moves the clock. UTC milliseconds. */
  setNow(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  get today(): Day {
    return dayAt(this.#nowMs, this.#open.unitParts.school.timeZone);
  }

  /** What a handler gets: as the gate makes it for this caller, permission and reach. */
  unitFor(caller: Caller, granted: Permission | null, reach: Reach | 'none'): CommandUnit {
    const staff = caller.staff ?? null;
    return {
      ...this.#open.unitParts,
      scope: resolveScope(reach, staff, this.today),
      actor: { user: userOf(caller), role: caller.role, method: 'password', staff },
      granted,
      nowMs: this.#nowMs,
      today: this.today,
      random: randomBytes,
      signingKeys: () => {
        throw new Error('Bug: no keys in this test');
      },
      isCancelled: () => false,
      onProgress: () => {},
    };
  }

  /** Calls a procedure as the gate does: permission, reach, unit with audit row, and the contract's input and output. */
  call<A extends TestedArea, P extends keyof Contract[A] & string>(
    caller: Caller,
    area: A,
    name: P,
    input: InputOf<Contract[A][P] & Procedure>,
  ): CallReply<Contract[A][P] & Procedure> {
    const procedure = contract[area][name] as Procedure;
    const permitted = permissionOf(procedure, caller.role);
    if (permitted === undefined) {
      return { ok: false, error: { type: 'permission-refused', permission: String(procedure.permission) } };
    }
    this.#ensureAccount(caller);
    const unit = this.unitFor(caller, permitted.granted, permitted.reach);
    const handler = (handlers[area] as Record<string, unknown>)[name] as {
      run(unit: CommandUnit, input: unknown): Outcome<unknown, { readonly type: string }>;
    };
    const parsed = procedure.input.parse(input);
    return runUnit(this.#open, this.#nowMs, {
      run: () => {
        const outcome = handler.run(unit, parsed);
        return outcome.ok ? { ...outcome, value: procedure.output.parse(outcome.value) } : outcome;
      },
      audit: (outcome) =>
        procedure.audits === null && outcome.ok
          ? null
          : {
              actor: { user: unit.actor.user, role: caller.role, method: 'password' },
              action: outcome.ok ? (procedure.audits?.action ?? 'view') : 'refuse',
              record: { type: procedure.audits?.record ?? 'procedure', id: outcome.recordId ?? null },
              subjects: [...(outcome.subjects ?? [])],
              count: outcome.ok ? (outcome.count ?? outcome.subjects?.length ?? 0) : 0,
              scope: permitted.reach,
              procedure: `${area}.${name}`,
              outcome: outcome.ok ? 'ok' : `refused:${outcome.error.type}`,
              request: randomBytes(16).toString('hex'),
            },
    }) as CallReply<Contract[A][P] & Procedure>;
  }

  /** The same where an answer is expected. */
  get<A extends TestedArea, P extends keyof Contract[A] & string>(
    caller: Caller,
    area: A,
    name: P,
    input: InputOf<Contract[A][P] & Procedure>,
  ): OutputOf<Contract[A][P] & Procedure> {
    const reply = this.call(caller, area, name, input);
    if (!reply.ok) throw new Error(`${area}.${name} answered ${reply.error.type}`);
    return reply.value;
  }

  /** Writes records through the change writer, in one transaction. */
  write(build: (unit: CommandUnit) => void): void {
    const unit = this.unitFor({ role: 'school-administrator' }, null, 'school');
    runUnit(this.#open, this.#nowMs, {
      run: () => {
        build(unit);
        return { ok: true, value: null };
      },
      audit: () => null,
    });
  }

  addStaff(name: string): StaffId {
    const id = testId<'staff'>(`staff ${name}`);
    const { givenName, familyName } = splitName(name);
    this.write(({ changes }) =>
      changes.write({ type: 'staff', id }, (change) =>
        change.put('staff', {
          id,
          school: this.school,
          sourceId: null,
          givenName,
          familyName,
          status: 'active',
        }),
      ),
    );
    return id;
  }

  addStudent(name: string, fields: StudentFields = {}): StudentId {
    const id = fields.id ?? testId<'student'>(`student ${name}`);
    this.write(({ changes }) =>
      changes.write({ type: 'student', id }, (change) =>
        change.put('student', {
          ...noStudentFields,
          ...splitName(name),
          studentNumber: `N${(this.#counter += 1)}`,
          ...fields,
          id,
          school: this.school,
        }),
      ),
    );
    return id;
  }

  addGuardian(student: StudentId, name: string, fields: { phone?: string; email?: string } = {}): GuardianId {
    const id = testId<'guardian'>(`guardian ${name}`);
    this.write(({ changes }) =>
      changes.write({ type: 'guardian', id }, (change) => {
        change.put('guardian', {
          phone: '',
          email: '',
          ...fields,
          id,
          school: this.school,
          sourceId: null,
          ...splitName(name),
          language: 'en',
          status: 'active',
        });
        change.put('guardian_link', {
          student,
          guardian: id,
          relation: 'parent',
          statedBy: 'student',
          status: 'active',
        });
      }),
    );
    return id;
  }

  /** A homeroom, or with `periods` a scheduled class, with its people enrolled for good. */
  addClass(
    title: string,
    people: { teacher?: StaffId; aide?: StaffId; students?: readonly StudentId[] },
    fields: { periods?: readonly string[]; terms?: readonly string[] } = {},
  ): ClassId {
    const id = testId<'class'>(`class ${title}`);
    const { periods = [], terms = [] } = fields;
    this.write(({ changes }) =>
      changes.write({ type: 'class', id }, (change) =>
        change.put('class', {
          id,
          school: this.school,
          sourceId: null,
          title,
          classCode: title,
          classType: periods.length === 0 ? 'homeroom' : 'scheduled',
          course: '',
          grades: [],
          periods,
          terms,
          status: 'active',
        }),
      ),
    );
    if (people.teacher !== undefined) this.enrol(id, people.teacher, { role: 'teacher' });
    if (people.aide !== undefined) this.enrol(id, people.aide, { role: 'aide' });
    for (const student of people.students ?? []) this.enrol(id, student);
    return id;
  }

  /** Enrols a person; days as OneRoster has them, `endDay` exclusive, empty for open. Again with the same key: changes it. */
  enrol(
    schoolClass: ClassId,
    person: StudentId | StaffId,
    fields: {
      role?: 'student' | 'teacher' | 'aide';
      beginDay?: string;
      endDay?: string;
      status?: 'active' | 'left';
      key?: string;
    } = {},
  ): void {
    const { role = 'student', beginDay = '', endDay = '', status = 'active', key = '' } = fields;
    const id = testId<'enrolment'>(`${schoolClass} ${person} ${role} ${key}`);
    this.write(({ changes }) =>
      changes.write({ type: 'enrolment', id }, (change) =>
        change.put('enrolment', {
          id,
          sourceId: null,
          class: schoolClass,
          person,
          role,
          isPrimary: role === 'teacher',
          beginDay,
          endDay,
          status,
        }),
      ),
    );
  }

  /** A school year or a term; `endDay` is exclusive. */
  addSession(
    title: string,
    type: 'schoolYear' | 'term' | 'semester' | 'gradingPeriod',
    startDay: string,
    endDay: string,
  ): void {
    const id = testId<'academic-session'>(`session ${title}`);
    this.write(({ changes }) =>
      changes.write({ type: 'academic-session', id }, (change) =>
        change.put('academic_session', {
          id,
          school: this.school,
          sourceId: title,
          title,
          type,
          startDay,
          endDay,
          schoolYear: '2030',
          status: 'active',
        }),
      ),
    );
  }

  close(): void {
    this.connection.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ensureAccount(caller: Caller): void {
    const id = userOf(caller);
    if (this.#accounts.has(id)) return;
    this.#accounts.add(id);
    this.db
      .insert(account)
      .values({
        id,
        school: this.school,
        username: id,
        displayName: `Account of ${caller.role}`,
        email: '',
        jobTitle: '',
        role: caller.role,
        staff: caller.staff ?? null,
        state: 'active',
        activationExpiresAtMs: null,
        lastSignInMs: null,
        density: 'compact',
        colorScheme: 'auto',
      })
      .run();
  }
}

function userOf({ role, staff }: Caller): UserId {
  return testId<'user'>(`user ${role} ${staff ?? ''}`);
}

export type StudentFields = Partial<{
  id: StudentId;
  grade: string;
  status: 'active' | 'left';
  middleName: string;
  preferredGivenName: string;
  preferredFamilyName: string;
  birthDate: string;
  nationalId: string;
  address: string;
  medicalAlert: string;
  studentNumber: string;
}>;

const noStudentFields = {
  sourceId: null,
  middleName: '',
  preferredGivenName: '',
  preferredFamilyName: '',
  pronouns: '',
  sex: '',
  grade: '',
  status: 'active',
} as const;

function splitName(name: string): { givenName: string; familyName: string } {
  const [givenName = '', ...rest] = name.split(' ');
  return { givenName, familyName: rest.join(' ') };
}

/** The gate's rule: the first of the permissions that the role has, with a reach over the whole school where asked. */
function permissionOf(procedure: Procedure, role: Role): { granted: Permission; reach: Reach } | undefined {
  const asked = typeof procedure.permission === 'string' ? [procedure.permission] : procedure.permission;
  for (const granted of asked ?? []) {
    const reach = reachOf(role, granted);
    if (reach !== undefined && (procedure.scope !== 'school' || reach === 'school'))
      return { granted, reach };
  }
  return undefined;
}
