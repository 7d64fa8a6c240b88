import type { ErrorOf, ErrorType } from '../../domain/contract/errors.ts';
import { text } from './catalogue.ts';
import type { Format } from './format.ts';

/** Any expected error of the contract. */
export type ContractError = { [T in ErrorType]: ErrorOf<T> }[ErrorType];

type Sentences = { readonly [T in ErrorType]: (error: ErrorOf<T>, format: Format) => string };

/**
 * Every error as people read it: what happened, what is kept, what to do. A new error of the contract does not compile
 * until it stands here.
 */
const sentences: Sentences = {
  'sender-refused': () => text('error.sender-refused'),
  'unknown-procedure': () => text('error.unknown-procedure'),
  'wrong-state': () => text('error.wrong-state'),
  'permission-refused': () => text('error.permission-refused'),
  'out-of-scope': () => text('error.out-of-scope'),
  'limit-tripped': ({ retryAtMs }, { formatTime }) =>
    text('error.limit-tripped', { time: formatTime(retryAtMs) }),
  'bad-input': ({ fields }) =>
    fields.length === 0
      ? text('error.bad-input')
      : text('error.bad-input.fields', { fields: fields.map(({ path }) => path).join(', ') }),
  'audit-unavailable': ({ reason }) =>
    reason === 'disk-full'
      ? text('error.audit-unavailable.disk-full')
      : text('error.audit-unavailable.not-writable'),
  'store-busy': () => text('error.store-busy'),
  locked: () => text('error.locked'),
  internal: ({ reference }) => text('error.internal', { reference }),

  'wrong-credentials': ({ triesLeft }) =>
    triesLeft === 0
      ? text('error.wrong-credentials.last')
      : text('error.wrong-credentials', { count: triesLeft }),
  'locked-out': ({ untilMs }, { formatTime }) => text('error.locked-out', { time: formatTime(untilMs) }),
  'attempts-damaged': () => text('error.attempts-damaged'),
  'password-refused': ({ reason }) => passwordSentences[reason](),
  'keychain-unavailable': () => text('error.keychain-unavailable'),
  'school-secret-missing': () => text('error.school-secret-missing'),
  'store-damaged': ({ what }) => storeSentences[what](),
  'store-rolled-back': ({ anchor }) =>
    anchor === 'older' ? text('error.store-rolled-back.older') : text('error.store-rolled-back.missing'),
  'recovery-key-wrong': ({ group }) =>
    group === null ? text('error.recovery-key-wrong') : text('error.recovery-key-wrong.group', { group }),
  'username-taken': () => text('error.username-taken'),
  'last-administrator': () => text('error.last-administrator'),
  'own-account': () => text('error.own-account'),
  'account-gone': () => text('error.account-gone'),

  'record-changed': () => text('error.record-changed'),
  'record-merged-already': () => text('error.record-merged-already'),
  'record-not-merged': () => text('error.record-not-merged'),
  'list-gone': () => text('error.list-gone'),
  'list-title-taken': () => text('error.list-title-taken'),
  'register-not-expected': () => text('error.register-not-expected'),
  'code-unknown': ({ codes }) => text('error.code-unknown', { codes: codes.join(', ') }),
  'code-not-repeatable': ({ code }) => text('error.code-not-repeatable', { code }),
  'beyond-school-year': () => text('error.beyond-school-year'),
  'code-has-marks': ({ marks }) => text('error.code-has-marks', { count: marks }),
  'code-key-taken': ({ key, code }) => text('error.code-key-taken', { key, code }),
  'present-code-needed': () => text('error.present-code-needed'),
  'day-in-future': () => text('error.day-in-future'),
  'movement-out-of-order': ({ why }) => text(`error.movement-out-of-order.${why}`),
  'no-school-day': () => text('error.no-school-day'),
  'correction-reason-needed': () => text('error.correction-reason-needed'),
  'code-gives-no-reason': ({ code }) => text('error.code-gives-no-reason', { code }),
  'day-has-passed': () => text('error.day-has-passed'),
  'no-school-days': () => text('error.no-school-days'),
  'plan-has-begun': () => text('error.plan-has-begun'),
  'nothing-to-explain': () => text('error.nothing-to-explain'),
  'closure-has-marks': ({ marks }) => text('error.closure-has-marks', { count: marks }),

  'upload-gone': () => text('error.upload-gone'),
  'upload-too-large': ({ maxBytes }, { formatBytes }) =>
    text('error.upload-too-large', { size: formatBytes(maxBytes) }),
  'roster-refused': () => text('error.roster-refused'),
  'school-not-in-package': () => text('error.school-not-in-package'),
  'confirmation-needed': ({ removed }) => text('error.confirmation-needed', { count: removed }),
  cancelled: () => text('error.cancelled'),
  'folder-unreadable': () => text('error.folder-unreadable'),
  'drop-gone': () => text('error.drop-gone'),
  'review-outdated': () => text('error.review-outdated'),

  'no-server': () => text('error.no-server'),
  'server-known': () => text('error.server-known'),
  'server-unreachable': () => text('error.server-unreachable'),
  'server-not-genuine': () => text('error.server-not-genuine'),
  'server-refused': ({ why }) => refusedSentences[why](),
  'invitation-wrong': ({ problem }) => invitationSentences[problem](),
  'words-wrong': ({ triesLeft }) =>
    triesLeft === 0 ? text('error.words-wrong.last') : text('error.words-wrong', { count: triesLeft }),
  'enrolment-over': () => text('error.enrolment-over'),
  'desk-gone': () => text('error.desk-gone'),
  'own-desk': () => text('error.own-desk'),

  'disk-full': () => text('error.disk-full'),
  'folder-not-writable': () => text('error.folder-not-writable'),
  'backup-missing': () => text('error.backup-missing'),
  'backup-damaged': () => text('error.backup-damaged'),
  'backup-foreign': () => text('error.backup-foreign'),
  'backup-folder-refused': ({ why }) => folderSentences[why](),
  'school-here': () => text('error.school-here'),
  'recipient-invalid': () => text('error.recipient-invalid'),
  'nothing-to-export': () => text('error.nothing-to-export'),
  'export-outdated': () => text('error.export-outdated'),
};

const folderSentences: Readonly<Record<ErrorOf<'backup-folder-refused'>['why'], () => string>> = {
  relative: () => text('error.backup-folder-refused.relative'),
  away: () => text('error.backup-folder-refused.away'),
  own: () => text('error.backup-folder-refused.own'),
  'not-writable': () => text('error.backup-folder-refused.not-writable'),
};

const passwordSentences: Readonly<Record<ErrorOf<'password-refused'>['reason'], () => string>> = {
  'too-short': () => text('error.password-refused.too-short'),
  'too-common': () => text('error.password-refused.too-common'),
  'contains-username': () => text('error.password-refused.contains-username'),
  'same-as-before': () => text('error.password-refused.same-as-before'),
};

const storeSentences: Readonly<Record<ErrorOf<'store-damaged'>['what'], () => string>> = {
  'store-missing': () => text('error.store-damaged.store-missing'),
  'store-plaintext': () => text('error.store-damaged.store-plaintext'),
  'store-unreadable': () => text('error.store-damaged.store-unreadable'),
  'vault-missing': () => text('error.store-damaged.vault-missing'),
  'vault-damaged': () => text('error.store-damaged.vault-damaged'),
  'vault-tampered': () => text('error.store-damaged.vault-tampered'),
  'store-newer': () => text('error.store-damaged.store-newer'),
};

const refusedSentences: Readonly<Record<ErrorOf<'server-refused'>['why'], () => string>> = {
  'code-expired': () => text('error.server-refused.code-expired'),
  'code-used': () => text('error.server-refused.code-used'),
  'not-found': () => text('error.server-refused.not-found'),
  'channel-taken': () => text('error.server-refused.channel-taken'),
  'clock-skew': () => text('error.server-refused.clock-skew'),
  other: () => text('error.server-refused.other'),
};

const invitationSentences: Readonly<Record<ErrorOf<'invitation-wrong'>['problem'], () => string>> = {
  characters: () => text('error.invitation-wrong.characters'),
  damaged: () => text('error.invitation-wrong.damaged'),
  newer: () => text('error.invitation-wrong.newer'),
};

/** The sentences of an error, in the window's language, its times by `format`. */
export function errorText(error: ContractError, format: Format): string {
  return sentenceOf(error, format);
}

function sentenceOf<T extends ErrorType>(error: ErrorOf<T> & { readonly type: T }, format: Format): string {
  const sentence: (error: ErrorOf<T>, format: Format) => string = sentences[error.type];
  return sentence(error, format);
}
