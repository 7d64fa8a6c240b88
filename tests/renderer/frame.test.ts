import { describe, expect, test } from 'vitest';
import { policy, roles, type Role } from '../../domain/access/policy.ts';
import { errorSchemas, type ErrorType } from '../../domain/contract/errors.ts';
import { areasOf, navigationOf } from '../../renderer/app/areas.ts';
import { text } from '../../renderer/app/catalogue.ts';
import { errorText, type ContractError } from '../../renderer/app/error-text.ts';

const format = {
  formatDay: (day: string) => day,
  formatDayLong: (day: string) => day,
  formatTime: () => '09:31',
  formatDayTime: () => '3 Mar, 09:31',
  formatNumber: String,
  formatBytes: () => '200 MB',
  formatAge: () => '2 h',
};

describe('the areas of a role', () => {
  test.each<[Role, string[]]>([
    [
      'school-administrator',
      [
        'area.today',
        'area.registers',
        'area.counter',
        'area.absences',
        'area.students',
        'area.conflicts',
        'area.import',
        'area.export',
        'area.people',
        'area.audit',
        'area.backup',
        'area.sync',
        'area.security',
        'area.settings',
      ],
    ],
    [
      'attendance-clerk',
      [
        'area.today',
        'area.registers',
        'area.counter',
        'area.absences',
        'area.students',
        'area.conflicts',
        'area.export',
        'area.settings',
      ],
    ],
    ['nurse', ['area.today', 'area.registers', 'area.students']],
    ['teacher', ['area.myClasses']],
    ['teaching-assistant', ['area.myClasses']],
    ['driver', []],
    ['parent', []],
  ])('%s sees exactly what the policy allows, in the order of the navigation', (role, labels) => {
    expect(areasOf(role).map(({ label }) => label)).toEqual(labels);
  });

  test('Conflicts is in the navigation of a clerk while there are some, and always in an administrator’s', () => {
    const shows = (role: Role, path: string, conflicts: number): boolean =>
      navigationOf(role, path, conflicts).some(({ label }) => label === 'area.conflicts');
    expect([
      shows('attendance-clerk', '/today', 0),
      shows('attendance-clerk', '/conflicts', 0),
      shows('attendance-clerk', '/today', 2),
      shows('school-administrator', '/today', 0),
      shows('nurse', '/today', 2),
    ]).toEqual([false, true, true, true, false]);
  });

  test('no role sees an area whose permission the policy does not give it', () => {
    const beyond = roles.flatMap((role) =>
      areasOf(role)
        .filter(({ permission }) => policy[role][permission] === undefined)
        .map(({ label }) => `${role} ${label}`),
    );
    expect(beyond).toEqual([]);
  });
});

describe('a text', () => {
  test('chooses its plural form by count and writes numbers as the locale does', () => {
    expect([
      text('error.wrong-credentials', { count: 1 }),
      text('error.wrong-credentials', { count: 4 }),
      text('component.progress', { done: 1200, total: 200_000 }),
    ]).toEqual([
      'Username or password is wrong. 1 try left before the account locks.',
      'Username or password is wrong. 4 tries left before the account locks.',
      '1,200 of 200,000',
    ]);
  });

  test('keeps a parameter that looks like a place for another as it is', () => {
    expect(text('palette.open', { area: '{area}' })).toBe('Open {area}');
  });
});

/** One error of each type and, where the sentence differs by detail, of each detail. */
const errors: { readonly [T in ErrorType]: readonly Extract<ContractError, { type: T }>[] } = {
  'sender-refused': [{ type: 'sender-refused' }],
  'unknown-procedure': [{ type: 'unknown-procedure' }],
  'wrong-state': [{ type: 'wrong-state', state: 'locked' }],
  'permission-refused': [{ type: 'permission-refused', permission: 'users.manage' }],
  'out-of-scope': [{ type: 'out-of-scope' }],
  'limit-tripped': [{ type: 'limit-tripped', retryAtMs: 0 }],
  'bad-input': [
    { type: 'bad-input', fields: [] },
    { type: 'bad-input', fields: [{ path: 'name', problem: 'too_small' }] },
  ],
  'record-merged-already': [{ type: 'record-merged-already' }],
  'record-not-merged': [{ type: 'record-not-merged' }],
  'list-gone': [{ type: 'list-gone' }],
  'list-title-taken': [{ type: 'list-title-taken' }],
  'audit-unavailable': [
    { type: 'audit-unavailable', reason: 'disk-full' },
    { type: 'audit-unavailable', reason: 'not-writable' },
  ],
  'store-busy': [{ type: 'store-busy' }],
  locked: [{ type: 'locked' }],
  internal: [{ type: 'internal', reference: 'R-1' }],
  'wrong-credentials': [
    { type: 'wrong-credentials', triesLeft: 0 },
    { type: 'wrong-credentials', triesLeft: 2 },
  ],
  'locked-out': [{ type: 'locked-out', untilMs: 0 }],
  'attempts-damaged': [{ type: 'attempts-damaged' }],
  'password-refused': (['too-short', 'too-common', 'contains-username', 'same-as-before'] as const).map(
    (reason) => ({ type: 'password-refused', reason }),
  ),
  'keychain-unavailable': [{ type: 'keychain-unavailable' }],
  'school-secret-missing': [{ type: 'school-secret-missing' }],
  'store-damaged': (
    [
      'store-missing',
      'store-plaintext',
      'store-unreadable',
      'vault-missing',
      'vault-damaged',
      'vault-tampered',
      'store-newer',
    ] as const
  ).map((what) => ({ type: 'store-damaged', what })),
  'store-rolled-back': [
    { type: 'store-rolled-back', anchor: 'older' },
    { type: 'store-rolled-back', anchor: 'missing' },
  ],
  'recovery-key-wrong': [
    { type: 'recovery-key-wrong', group: null },
    { type: 'recovery-key-wrong', group: 4 },
  ],
  'username-taken': [{ type: 'username-taken' }],
  'last-administrator': [{ type: 'last-administrator' }],
  'own-account': [{ type: 'own-account' }],
  'account-gone': [{ type: 'account-gone' }],
  'record-changed': [{ type: 'record-changed' }],
  'register-not-expected': [{ type: 'register-not-expected' }],
  'code-unknown': [{ type: 'code-unknown', codes: ['Q', 'W'] }],
  'code-not-repeatable': [{ type: 'code-not-repeatable', code: 'L' }],
  'beyond-school-year': [{ type: 'beyond-school-year' }],
  'code-has-marks': [
    { type: 'code-has-marks', marks: 1 },
    { type: 'code-has-marks', marks: 412 },
  ],
  'code-key-taken': [{ type: 'code-key-taken', key: 'I', code: 'I' }],
  'present-code-needed': [{ type: 'present-code-needed' }],
  'day-in-future': [{ type: 'day-in-future' }],
  'code-gives-no-reason': [{ type: 'code-gives-no-reason', code: 'N' }],
  'day-has-passed': [{ type: 'day-has-passed' }],
  'no-school-days': [{ type: 'no-school-days' }],
  'plan-has-begun': [{ type: 'plan-has-begun' }],
  'nothing-to-explain': [{ type: 'nothing-to-explain' }],
  'closure-has-marks': [{ type: 'closure-has-marks', marks: 28 }],
  'movement-out-of-order': (
    ['here-already', 'out-already', 'not-out', 'before-last', 'in-future', 'taken-back'] as const
  ).map((why) => ({ type: 'movement-out-of-order', why })),
  'no-school-day': [{ type: 'no-school-day' }],
  'correction-reason-needed': [{ type: 'correction-reason-needed' }],
  'upload-gone': [{ type: 'upload-gone' }],
  'upload-too-large': [{ type: 'upload-too-large', maxBytes: 200_000_000 }],
  'roster-refused': [{ type: 'roster-refused' }],
  'school-not-in-package': [{ type: 'school-not-in-package' }],
  'confirmation-needed': [{ type: 'confirmation-needed', removed: 32 }],
  cancelled: [{ type: 'cancelled' }],
  'folder-unreadable': [{ type: 'folder-unreadable' }],
  'drop-gone': [{ type: 'drop-gone' }],
  'review-outdated': [{ type: 'review-outdated' }],
  'no-server': [{ type: 'no-server' }],
  'server-known': [{ type: 'server-known' }],
  'server-unreachable': [{ type: 'server-unreachable' }],
  'server-not-genuine': [{ type: 'server-not-genuine' }],
  'server-refused': (
    ['code-expired', 'code-used', 'not-found', 'channel-taken', 'clock-skew', 'other'] as const
  ).map((why) => ({ type: 'server-refused', why })),
  'invitation-wrong': (['characters', 'damaged', 'newer'] as const).map((problem) => ({
    type: 'invitation-wrong',
    problem,
  })),
  'words-wrong': [
    { type: 'words-wrong', triesLeft: 0 },
    { type: 'words-wrong', triesLeft: 2 },
  ],
  'enrolment-over': [{ type: 'enrolment-over' }],
  'desk-gone': [{ type: 'desk-gone' }],
  'own-desk': [{ type: 'own-desk' }],
  'disk-full': [{ type: 'disk-full' }],
  'folder-not-writable': [{ type: 'folder-not-writable' }],
  'backup-missing': [{ type: 'backup-missing' }],
  'backup-damaged': [{ type: 'backup-damaged' }],
  'backup-foreign': [{ type: 'backup-foreign' }],
  'backup-folder-refused': [
    { type: 'backup-folder-refused', why: 'relative' },
    { type: 'backup-folder-refused', why: 'away' },
    { type: 'backup-folder-refused', why: 'own' },
    { type: 'backup-folder-refused', why: 'not-writable' },
  ],
  'school-here': [{ type: 'school-here' }],
  'recipient-invalid': [{ type: 'recipient-invalid' }],
  'nothing-to-export': [{ type: 'nothing-to-export' }],
  'export-outdated': [{ type: 'export-outdated' }],
};

describe('the sentences of an error', () => {
  test('every error of the contract has some, whole ones, with every detail filled in', () => {
    const sentences = Object.values(errors).flatMap((each) =>
      each.map((error) => [error.type, errorText(error, format)] as const),
    );
    expect(Object.keys(errors).sort()).toEqual(Object.keys(errorSchemas).sort());
    const unfinished = sentences.filter(
      ([, said]) => !/^[A-Z\d].*\.$/.test(said) || /[{}]|undefined/.test(said),
    );
    expect(unfinished).toEqual([]);
  });

  test('says when to try again, what was refused, and where', () => {
    const said = (error: ContractError): string => errorText(error, format);
    expect([
      said({ type: 'locked-out', untilMs: 0 }),
      said({ type: 'code-unknown', codes: ['Q', 'W'] }),
      said({ type: 'recovery-key-wrong', group: 4 }),
      said({ type: 'words-wrong', triesLeft: 1 }),
    ]).toEqual([
      'Locked after five wrong passwords. Try again at 09:31, or ask an administrator to unlock.',
      'Not a code of this day: Q, W. The other marks are kept on screen and not saved. Use a code from the list.',
      'Group 4 of the recovery key is not right. Nothing was changed. Compare it with the sheet and type it again.',
      'These are not the words of the other screen. Nothing was changed. Look at the place numbers; 1 try left.',
    ]);
  });
});
