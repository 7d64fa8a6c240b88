import type { AreaName, Contract, InputOf, OwnErrorOf } from '../../domain/contract/contract.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import type { ClassId, GuardianId, Id, SchoolId, StaffId, StudentId, UserId } from '../../domain/ids.ts';
import { testId } from '../support/school-store.ts';
import { schoolDay, tracesOf, type Corner, type TwoSchools } from '../support/two-schools.ts';

/**
 * Whose ids a call carries. `own` and `other`: a student, class and guardian of the caller's own class and of another
 * class of the school; `far`: of the other school on the computer; `nobody`: of no school. `mixed`: the caller's own class or
 * student with somebody else's student or guardian in it.
 */
export const targets = ['own', 'other', 'far', 'nobody', 'mixed-other', 'mixed-far'] as const;
export type Target = (typeof targets)[number];

/** What a target's ids are. */
export interface TargetIds {
  readonly student: StudentId;
  readonly class: ClassId;
  readonly guardian: GuardianId;
  readonly staff: StaffId;
  readonly user: UserId;
  readonly plan: Id<'planned-absence'>;
  readonly school: SchoolId;
}

export interface Case<P extends Procedure> {
  /** The targets to be tried; a procedure that takes no id is tried once. */
  readonly targets: readonly Target[];
  readonly input: (ids: TargetIds) => InputOf<P>;
  /** The answer to somebody who may, about a record within reach. */
  readonly within: 'ok' | OwnErrorOf<P>['type'];
  /** The answer about a record that is not there or out of reach; `ok` is then an answer that holds nothing of it. */
  readonly beyond?: 'ok' | 'out-of-scope' | OwnErrorOf<P>['type'];
  /** Audit rows of the good end, where they are not one: an export writes one before its file is opened, one after. */
  readonly rows?: number;
  /** The row of a call that failed after its unit had committed says `ok`: it says what was read. */
  readonly failsAfterCommit?: true;
}

export type Cases = {
  readonly [A in AreaName]: {
    readonly [P in keyof Contract[A]]: Contract[A][P] extends Procedure ? Case<Contract[A][P]> : never;
  };
};

const once = ['own'] as const;
const records = ['own', 'other', 'far', 'nobody'] as const;
const mixed = [...records, 'mixed-other', 'mixed-far'] as const;
const nothing = { targets: once, input: () => ({}), within: 'ok' } as const;
const upload = '0'.repeat(32);
const noUpload = { targets: once, input: () => ({ upload }), within: 'upload-gone' } as const;
const words = ['one', 'two', 'three'];
const noList = testId<'saved-list'>('nobody');
const noBackup = 'rollkeep-20260303T100000Z-00000000';
const someContact = { channel: 'call-in', outcome: 'reason-given' } as const;
const person = {
  displayName: 'Invented Colleague',
  email: 'colleague@example.invalid',
  jobTitle: '',
} as const;
const newAccount = { ...person, role: 'attendance-clerk' } as const;

/** One small valid call of every procedure: a procedure without one does not compile. */
export const cases: Cases = {
  desk: {
    status: nothing,
    prepareSchool: {
      targets: once,
      input: () => ({
        name: 'Third School',
        timeZone: 'Europe/London',
        country: 'england',
        attendance: 'daily',
        administrator: { ...person, username: 'third', password: 'a long enough password' },
        acceptFileKeychain: true,
      }),
      within: 'ok',
    },
    createSchool: { targets: once, input: () => ({ recoveryKeyGroups: [] }), within: 'ok' },
    createSample: { targets: once, input: () => ({ country: 'us', acceptFileKeychain: true }), within: 'ok' },
    chooseLanguage: { targets: once, input: () => ({ language: 'ur' }), within: 'ok' },
    chooseSchool: { targets: once, input: ({ school }) => ({ school }), within: 'ok' },
    signIn: { targets: once, input: () => ({ username: 'ada', password: 'not the password' }), within: 'ok' },
    chooseNewPassword: { targets: once, input: () => ({ password: 'another long password' }), within: 'ok' },
    lock: nothing,
    stayActive: nothing,
    recover: { targets: once, input: () => ({ recoveryKey: '', acceptFileKeychain: true }), within: 'ok' },
    recoverAdministrator: { targets: records, input: ({ user }) => ({ administrator: user }), within: 'ok' },
  },
  students: {
    find: { targets: once, input: () => ({ text: 'a' }), within: 'ok' },
    list: { targets: records, input: (ids) => ({ homeroom: ids.class }), within: 'ok', beyond: 'ok' },
    filters: nothing,
    card: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    attendance: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    contacts: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    identity: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    change: {
      targets: records,
      input: ({ student }) => ({
        student,
        fields: { pronouns: { value: 'they', version: 'a version that nobody has read' } },
      }),
      within: 'record-changed',
    },
    changeGuardian: {
      targets: mixed,
      input: ({ student, guardian }) => ({
        student,
        guardian,
        fields: { phone: { value: '+1 555 0199', version: 'a version that nobody has read' } },
      }),
      within: 'record-changed',
    },
    accessRecord: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    family: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    lists: nothing,
    saveList: { targets: once, input: () => ({ title: 'Invented list', filter: {} }), within: 'ok' },
    renameList: { targets: once, input: () => ({ list: noList, title: 'Other list' }), within: 'list-gone' },
    removeList: { targets: once, input: () => ({ list: noList }), within: 'list-gone' },
    duplicates: nothing,
    compareRecords: {
      targets: records,
      input: ({ student }) => ({ one: student, other: student }),
      within: 'ok',
    },
    merge: {
      targets: records,
      input: ({ student }) => ({ kept: student, merged: student }),
      within: 'record-merged-already',
    },
    unmerge: {
      targets: records,
      input: ({ student }) => ({ merged: student }),
      within: 'record-not-merged',
    },
    keepApart: {
      targets: records,
      input: ({ student }) => ({ one: student, other: student, apart: true }),
      within: 'record-merged-already',
    },
  },
  attendance: {
    registers: { targets: once, input: () => ({ day: schoolDay }), within: 'ok' },
    register: {
      targets: records,
      input: (ids) => ({ day: schoolDay, class: ids.class, session: 'am' }),
      within: 'ok',
    },
    mark: {
      targets: mixed,
      input: (ids) => ({
        day: schoolDay,
        class: ids.class,
        session: 'am',
        marks: [{ student: ids.student, code: '/' }],
      }),
      within: 'ok',
    },
    take: {
      targets: records,
      input: (ids) => ({ day: schoolDay, class: ids.class, session: 'am', taken: true }),
      within: 'ok',
    },
    repeat: {
      targets: mixed,
      input: (ids) => ({
        day: schoolDay,
        class: ids.class,
        session: 'am',
        students: [ids.student],
        code: 'I',
        days: 3,
      }),
      within: 'ok',
    },
    withdrawRepeat: { targets: once, input: () => ({ plans: [testId('no plan')] }), within: 'ok' },
    week: { targets: records, input: (ids) => ({ class: ids.class, day: schoolDay }), within: 'ok' },
    markHistory: {
      targets: mixed,
      input: (ids) => ({ day: schoolDay, class: ids.class, session: 'am', student: ids.student }),
      within: 'ok',
    },
    standingMarks: {
      targets: records,
      input: (ids) => ({ day: schoolDay, code: '/', class: ids.class }),
      within: 'ok',
      beyond: 'ok',
    },
    correct: {
      targets: mixed,
      input: (ids) => ({
        marks: [{ day: schoolDay, class: ids.class, session: 'am', student: ids.student, code: 'I' }],
        reason: 'Invented reason',
        onlyWithMarks: false,
      }),
      within: 'ok',
    },
    printRegister: {
      targets: records,
      input: (ids) => ({ day: schoolDay, class: ids.class, session: 'am' }),
      within: 'ok',
    },
    printWeek: { targets: records, input: (ids) => ({ class: ids.class, day: schoolDay }), within: 'ok' },
    today: { targets: once, input: () => ({ day: schoolDay }), within: 'ok' },
    codes: { targets: once, input: () => ({ day: schoolDay }), within: 'ok' },
    codeEdits: nothing,
    changeCode: {
      targets: once,
      input: () => ({
        code: 'ZY',
        from: schoolDay,
        meaning: 'Invented code',
        key: null,
        category: 'authorised',
        isEnded: false,
      }),
      within: 'ok',
    },
    withdrawCodeChange: {
      targets: once,
      input: () => ({ id: testId('no change') }),
      within: 'ok',
    },
    calendar: nothing,
    times: nothing,
    changeTimes: {
      targets: once,
      input: () => ({
        from: schoolDay,
        sessions: [{ session: 'am', opensAt: 525, closesAt: 555, endsAt: 720 }],
      }),
      within: 'ok',
    },
    withdrawTimes: { targets: once, input: () => ({ id: testId('no times') }), within: 'ok' },
    changeSchool: {
      targets: once,
      input: () => ({ name: 'Nearby School', timeZone: 'Europe/London' }),
      within: 'ok',
    },
    setClosure: {
      targets: once,
      input: () => ({ from: '2026-04-01', to: '2026-04-01', reason: 'Invented closure' }),
      within: 'ok',
    },
  },
  counter: {
    find: { targets: once, input: () => ({ text: 'a' }), within: 'ok' },
    siblings: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    day: { targets: once, input: () => ({ day: schoolDay }), within: 'ok' },
    // A time that has not come yet: whoever called before, the answer is the same.
    arrive: {
      targets: records,
      input: ({ student }) => ({ students: [student], day: schoolDay, minute: 1439, reason: 'medical' }),
      within: 'movement-out-of-order',
    },
    signOut: {
      targets: records,
      input: ({ student }) => ({
        students: [student],
        day: schoolDay,
        minute: 1439,
        reason: 'medical',
        expectedMinute: null,
      }),
      within: 'movement-out-of-order',
    },
    comeBack: {
      targets: records,
      input: ({ student }) => ({ students: [student], day: schoolDay, minute: 1439 }),
      within: 'movement-out-of-order',
    },
    takeBack: {
      targets: ['nobody'],
      input: () => ({ movement: testId<'movement'>('nothing') }),
      within: 'ok',
    },
    slip: {
      targets: ['nobody'],
      input: () => ({ movement: testId<'movement'>('nothing'), sheet: { paper: 'a6' } }),
      within: 'ok',
    },
    printers: nothing,
    choosePrinting: {
      targets: once,
      input: () => ({ paper: 'a6', printer: null, automatic: false }),
      within: 'ok',
    },
  },
  absence: {
    plan: {
      targets: records,
      input: ({ student }) => ({ students: [student], from: schoolDay, to: schoolDay, code: 'I' }),
      within: 'ok',
    },
    plans: {
      targets: records,
      input: ({ student }) => ({ student, from: schoolDay, to: schoolDay }),
      within: 'ok',
      beyond: 'ok',
    },
    changePlan: {
      targets: records,
      input: ({ plan }) => ({ plans: [plan], fields: { note: 'An invented note' } }),
      within: 'ok',
    },
    withdrawPlan: { targets: records, input: ({ plan }) => ({ plans: [plan] }), within: 'plan-has-begun' },
    student: { targets: records, input: ({ student }) => ({ student }), within: 'ok' },
    logContact: {
      targets: mixed,
      input: ({ student, guardian }) => ({ students: [student], contact: { ...someContact, guardian } }),
      within: 'ok',
    },
    record: {
      targets: mixed,
      input: ({ student, guardian }) => ({
        students: [student],
        contact: { ...someContact, guardian },
        code: 'I',
        from: schoolDay,
        to: schoolDay,
      }),
      within: 'ok',
    },
    explain: {
      targets: records,
      input: ({ student }) => ({ student, code: 'I' }),
      within: 'nothing-to-explain',
    },
    takeBack: {
      targets: records,
      input: (ids) => ({
        marks: [{ student: ids.student, day: schoolDay, class: ids.class, session: 'am', hlc: 1 }],
      }),
      within: 'ok',
    },
    day: { targets: once, input: () => ({ day: schoolDay }), within: 'ok' },
    callbacks: { targets: once, input: () => ({ until: schoolDay }), within: 'ok' },
    unexplained: nothing,
  },
  users: {
    list: nothing,
    staff: nothing,
    create: {
      targets: once,
      input: () => ({ ...newAccount, staff: null, username: 'ada' }),
      within: 'username-taken',
    },
    change: {
      targets: records,
      input: ({ user }) => ({ ...newAccount, id: user, staff: null }),
      within: 'ok',
      beyond: 'account-gone',
    },
    reset: {
      targets: records,
      input: ({ user }) => ({ id: user }),
      within: 'ok',
      beyond: 'account-gone',
    },
    unlock: { targets: records, input: ({ user }) => ({ id: user }), within: 'ok', beyond: 'account-gone' },
    remove: { targets: records, input: ({ user }) => ({ id: user }), within: 'ok', beyond: 'account-gone' },
    changeOwnPassword: {
      targets: once,
      input: () => ({ present: 'not the password', next: 'another long password' }),
      within: 'wrong-credentials',
    },
    changeOwnDisplay: {
      targets: once,
      input: () => ({ density: 'comfortable', colorScheme: 'dark', language: 'es' }),
      within: 'ok',
    },
  },
  roster: {
    begin: { targets: once, input: () => ({ files: [{ name: 'roster.zip', bytes: 1 }] }), within: 'ok' },
    append: {
      targets: once,
      input: () => ({ upload, file: 0, chunk: 'AAAA' }),
      within: 'upload-gone',
      failsAfterCommit: true,
    },
    check: noUpload,
    review: { targets: once, input: () => ({ upload, school: 'sch-1' }), within: 'upload-gone' },
    rows: {
      targets: once,
      input: () => ({ upload, kind: 'student', change: 'added' }),
      within: 'upload-gone',
    },
    apply: { targets: once, input: () => ({ upload, confirmRemoved: null }), within: 'upload-gone' },
    map: {
      targets: once,
      input: () => ({
        upload,
        files: [
          {
            file: 'students.csv',
            mapping: {
              kind: 'students',
              columns: { studentNumber: 'No' },
              dateFormat: null,
              codes: {},
              year: null,
            },
          },
        ],
      }),
      within: 'upload-gone',
    },
    reviewMarks: noUpload,
    applyMarks: noUpload,
    template: { targets: once, input: () => ({ kind: 'attendance' }), within: 'ok' },
    watched: nothing,
    watch: { targets: once, input: () => ({ folder: null }), within: 'ok' },
    lookNow: nothing,
    openDrop: {
      targets: once,
      input: () => ({ file: 'roster.zip' }),
      within: 'drop-gone',
      failsAfterCommit: true,
    },
    putDropAside: { targets: once, input: () => ({ file: 'roster.zip' }), within: 'ok' },
    discard: { targets: once, input: () => ({ upload }), within: 'ok' },
    history: nothing,
  },
  audit: {
    list: { targets: records, input: ({ student, user }) => ({ student, user }), within: 'ok', beyond: 'ok' },
    entry: { targets: once, input: () => ({ seq: 0 }), within: 'ok' },
    people: nothing,
    head: nothing,
    verify: nothing,
    exportBundle: { ...nothing, rows: 2 },
  },
  backup: {
    status: nothing,
    make: { ...nothing, rows: 2 },
    configure: {
      targets: once,
      input: () => ({ minutes: null, secondFolder: null, drillEveryDays: 7 }),
      within: 'ok',
    },
    trustClock: nothing,
    drill: { targets: once, input: () => ({ recoveryKey: 'x' }), within: 'recovery-key-wrong' },
    inspect: { targets: once, input: () => ({ name: noBackup, recoveryKey: 'x' }), within: 'backup-missing' },
    listForRestore: nothing,
    restore: { targets: once, input: () => ({ name: noBackup, recoveryKey: 'x' }), within: 'backup-missing' },
    findElsewhere: { targets: once, input: () => ({ folder: null }), within: 'ok' },
    inspectElsewhere: {
      targets: once,
      input: ({ school }) => ({ folder: '/nowhere', school, name: noBackup, recoveryKey: 'x' }),
      within: 'backup-missing',
    },
    restoreElsewhere: {
      targets: once,
      input: ({ school }) => ({
        folder: '/nowhere',
        school,
        name: noBackup,
        recoveryKey: 'x',
        acceptFileKeychain: false,
      }),
      within: 'school-here',
    },
    exportSchool: {
      targets: once,
      input: () => ({
        receiver: { kind: 'passphrase', passphrase: 'an invented passphrase' },
        reason: 'other',
        password: 'not the password',
      }),
      within: 'wrong-credentials',
    },
  },
  exports: {
    choices: nothing,
    prepareRoster: { targets: once, input: () => ({ version: '1.2' }), within: 'ok' },
    prepareAttendance: {
      targets: records,
      input: ({ class: id }) => ({ format: 'marks', from: schoolDay, to: schoolDay, class: id }),
      within: 'ok',
      beyond: 'nothing-to-export',
      failsAfterCommit: true,
    },
    writeEncrypted: {
      targets: once,
      input: () => ({
        export: '0'.repeat(32),
        receiver: { kind: 'passphrase', passphrase: 'an invented passphrase' },
        reason: 'other',
        password: 'not the password',
      }),
      within: 'wrong-credentials',
    },
    writePlain: {
      targets: once,
      input: () => ({ export: '0'.repeat(32), reason: 'other', password: 'not the password' }),
      within: 'wrong-credentials',
    },
    discard: nothing,
    history: nothing,
  },
  security: { status: nothing },
  sync: {
    state: nothing,
    now: { ...nothing, within: 'no-server' },
    overview: nothing,
    dismissAlarm: { targets: once, input: () => ({ id: 1 }), within: 'ok' },
    connect: {
      targets: once,
      input: () => ({ invitation: 'none', deskLabel: 'Office' }),
      within: 'invitation-wrong',
    },
    openEnrolment: { ...nothing, within: 'no-server' },
    enrolment: nothing,
    confirmEnrolment: { targets: once, input: () => ({ words }), within: 'enrolment-over' },
    cancelEnrolment: nothing,
    endDesk: {
      targets: once,
      input: () => ({ desk: testId<'desk'>('nobody'), how: 'retired' }),
      within: 'no-server',
    },
    join: {
      targets: once,
      input: () => ({ code: 'none', deskLabel: 'Office', acceptFileKeychain: true }),
      within: 'ok',
    },
    joining: nothing,
    confirmJoin: { targets: once, input: () => ({ words }), within: 'ok' },
    cancelJoin: nothing,
    conflicts: nothing,
    decide: {
      targets: records,
      input: ({ student }) => ({
        id: `student ${student} pronouns`,
        versions: ['a version that nobody has read'],
        choice: { keep: 'both' },
      }),
      within: 'record-changed',
      beyond: 'record-changed',
    },
  },
};

/** The ids of a target, seen from the near school. */
export function idsOf({ near, far }: TwoSchools, target: Target): TargetIds {
  const inNear = (corner: Corner): TargetIds => ({ ...corner, school: near.school });
  switch (target) {
    case 'own':
      return inNear(near.own);
    case 'other':
      return inNear(near.other);
    case 'far':
      return { ...far.own, school: far.school };
    case 'nobody':
      return nobody;
    case 'mixed-other':
      return { ...inNear(near.own), student: near.other.student, guardian: near.own.guardian };
    case 'mixed-far':
      return { ...inNear(near.own), student: far.own.student, guardian: near.own.guardian };
  }
}

const nobody: TargetIds = {
  student: testId('nobody as a student'),
  class: testId('no class'),
  guardian: testId('nobody as a guardian'),
  staff: testId('nobody on the staff'),
  user: testId('no account'),
  plan: testId('no plan'),
  school: testId('no school'),
};

/** What must not stand in an answer: everything of the far school, and for own classes everything of the other class. */
export function forbiddenTraces({ near, far }: TwoSchools, reach: string): string[] {
  const ofFar = [far.own, far.other].flatMap((corner) => [...tracesOf(corner), corner.user]);
  return reach === 'own-classes' ? [...ofFar, ...tracesOf(near.other)] : ofFar;
}
