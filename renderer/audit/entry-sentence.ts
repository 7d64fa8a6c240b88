import { permissions, type Permission } from '../../domain/access/policy.ts';
import type { AuditAction } from '../../domain/audit/entry.ts';
import { findProcedure, type AreaName, type Contract } from '../../domain/contract/contract.ts';
import type { AuditRecordType } from '../../domain/contract/procedure.ts';
import type { Output } from '../app/api.ts';
import { text, type PlainTextKey, type TextKey } from '../app/catalogue.ts';
import { ruleText } from '../app/rule-texts.ts';
import { isolate } from '../app/isolate.ts';
import { roleText } from '../users/role-text.ts';

export type Entry = Output<'audit', 'list'>['entries'][number];

/** `area.procedure` of every procedure whose calls stand on the log. */
type AuditedProcedure = {
  [A in AreaName]: {
    [P in keyof Contract[A]]: Contract[A][P] extends { readonly audits: null } ? never : `${A}.${P & string}`;
  }[keyof Contract[A]];
}[AreaName];

type DidKey = Extract<TextKey, `audit.did.${AuditedProcedure}`>;
type DidTexts = { readonly [P in AuditedProcedure]: `audit.did.${P}` & DidKey };

/** A sentence for each procedure: one that is added to the contract does not compile until it has its own. */
const didTexts: DidTexts = {
  'desk.createSchool': 'audit.did.desk.createSchool',
  'desk.createSample': 'audit.did.desk.createSample',
  'desk.signIn': 'audit.did.desk.signIn',
  'desk.chooseNewPassword': 'audit.did.desk.chooseNewPassword',
  'desk.lock': 'audit.did.desk.lock',
  'desk.recover': 'audit.did.desk.recover',
  'desk.recoverAdministrator': 'audit.did.desk.recoverAdministrator',
  'students.find': 'audit.did.students.find',
  'students.list': 'audit.did.students.list',
  'students.card': 'audit.did.students.card',
  'students.attendance': 'audit.did.students.attendance',
  'students.contacts': 'audit.did.students.contacts',
  'students.identity': 'audit.did.students.identity',
  'students.change': 'audit.did.students.change',
  'students.changeGuardian': 'audit.did.students.changeGuardian',
  'students.accessRecord': 'audit.did.students.accessRecord',
  'students.family': 'audit.did.students.family',
  'students.saveList': 'audit.did.students.saveList',
  'students.renameList': 'audit.did.students.renameList',
  'students.removeList': 'audit.did.students.removeList',
  'students.duplicates': 'audit.did.students.duplicates',
  'students.compareRecords': 'audit.did.students.compareRecords',
  'students.merge': 'audit.did.students.merge',
  'students.unmerge': 'audit.did.students.unmerge',
  'students.keepApart': 'audit.did.students.keepApart',
  'attendance.registers': 'audit.did.attendance.registers',
  'attendance.register': 'audit.did.attendance.register',
  'attendance.mark': 'audit.did.attendance.mark',
  'attendance.take': 'audit.did.attendance.take',
  'attendance.repeat': 'audit.did.attendance.repeat',
  'attendance.withdrawRepeat': 'audit.did.attendance.withdrawRepeat',
  'attendance.week': 'audit.did.attendance.week',
  'attendance.markHistory': 'audit.did.attendance.markHistory',
  'attendance.standingMarks': 'audit.did.attendance.standingMarks',
  'attendance.correct': 'audit.did.attendance.correct',
  'attendance.printRegister': 'audit.did.attendance.printRegister',
  'attendance.printWeek': 'audit.did.attendance.printWeek',
  'attendance.today': 'audit.did.attendance.today',
  'attendance.changeCode': 'audit.did.attendance.changeCode',
  'attendance.withdrawCodeChange': 'audit.did.attendance.withdrawCodeChange',
  'attendance.changeTimes': 'audit.did.attendance.changeTimes',
  'attendance.withdrawTimes': 'audit.did.attendance.withdrawTimes',
  'attendance.changeSchool': 'audit.did.attendance.changeSchool',
  'attendance.setClosure': 'audit.did.attendance.setClosure',
  'counter.find': 'audit.did.counter.find',
  'counter.siblings': 'audit.did.counter.siblings',
  'counter.day': 'audit.did.counter.day',
  'counter.arrive': 'audit.did.counter.arrive',
  'counter.signOut': 'audit.did.counter.signOut',
  'counter.comeBack': 'audit.did.counter.comeBack',
  'counter.takeBack': 'audit.did.counter.takeBack',
  'counter.slip': 'audit.did.counter.slip',
  'counter.choosePrinting': 'audit.did.counter.choosePrinting',
  'absence.plan': 'audit.did.absence.plan',
  'absence.plans': 'audit.did.absence.plans',
  'absence.changePlan': 'audit.did.absence.changePlan',
  'absence.withdrawPlan': 'audit.did.absence.withdrawPlan',
  'absence.student': 'audit.did.absence.student',
  'absence.logContact': 'audit.did.absence.logContact',
  'absence.record': 'audit.did.absence.record',
  'absence.explain': 'audit.did.absence.explain',
  'absence.takeBack': 'audit.did.absence.takeBack',
  'absence.day': 'audit.did.absence.day',
  'absence.callbacks': 'audit.did.absence.callbacks',
  'absence.unexplained': 'audit.did.absence.unexplained',
  'users.list': 'audit.did.users.list',
  'users.staff': 'audit.did.users.staff',
  'users.create': 'audit.did.users.create',
  'users.change': 'audit.did.users.change',
  'users.reset': 'audit.did.users.reset',
  'users.remove': 'audit.did.users.remove',
  'users.unlock': 'audit.did.users.unlock',
  'users.changeOwnPassword': 'audit.did.users.changeOwnPassword',
  'users.changeOwnDisplay': 'audit.did.users.changeOwnDisplay',
  'roster.check': 'audit.did.roster.check',
  'roster.review': 'audit.did.roster.review',
  'roster.rows': 'audit.did.roster.rows',
  'roster.apply': 'audit.did.roster.apply',
  'roster.map': 'audit.did.roster.map',
  'roster.reviewMarks': 'audit.did.roster.reviewMarks',
  'roster.applyMarks': 'audit.did.roster.applyMarks',
  'roster.watch': 'audit.did.roster.watch',
  'roster.lookNow': 'audit.did.roster.lookNow',
  'roster.template': 'audit.did.roster.template',
  'roster.openDrop': 'audit.did.roster.openDrop',
  'roster.putDropAside': 'audit.did.roster.putDropAside',
  'roster.history': 'audit.did.roster.history',
  'audit.list': 'audit.did.audit.list',
  'audit.entry': 'audit.did.audit.entry',
  'audit.people': 'audit.did.audit.people',
  'audit.verify': 'audit.did.audit.verify',
  'audit.exportBundle': 'audit.did.audit.exportBundle',
  'backup.status': 'audit.did.backup.status',
  'backup.make': 'audit.did.backup.make',
  'backup.configure': 'audit.did.backup.configure',
  'backup.trustClock': 'audit.did.backup.trustClock',
  'backup.drill': 'audit.did.backup.drill',
  'backup.inspectElsewhere': 'audit.did.backup.inspectElsewhere',
  'backup.restoreElsewhere': 'audit.did.backup.restoreElsewhere',
  'backup.inspect': 'audit.did.backup.inspect',
  'backup.restore': 'audit.did.backup.restore',
  'backup.exportSchool': 'audit.did.backup.exportSchool',
  'exports.prepareRoster': 'audit.did.exports.prepareRoster',
  'exports.prepareAttendance': 'audit.did.exports.prepareAttendance',
  'exports.writeEncrypted': 'audit.did.exports.writeEncrypted',
  'exports.writePlain': 'audit.did.exports.writePlain',
  'exports.history': 'audit.did.exports.history',
  'security.status': 'audit.did.security.status',
  'sync.dismissAlarm': 'audit.did.sync.dismissAlarm',
  'sync.connect': 'audit.did.sync.connect',
  'sync.openEnrolment': 'audit.did.sync.openEnrolment',
  'sync.confirmEnrolment': 'audit.did.sync.confirmEnrolment',
  'sync.endDesk': 'audit.did.sync.endDesk',
  'sync.conflicts': 'audit.did.sync.conflicts',
  'sync.decide': 'audit.did.sync.decide',
};

export const actionTexts: { readonly [A in AuditAction]: PlainTextKey } = {
  view: 'audit.action.view',
  list: 'audit.action.list',
  create: 'audit.action.create',
  update: 'audit.action.update',
  delete: 'audit.action.delete',
  purge: 'audit.action.purge',
  export: 'audit.action.export',
  print: 'audit.action.print',
  'sign-in': 'audit.action.sign-in',
  'sign-out': 'audit.action.sign-out',
  refuse: 'audit.action.refuse',
  'lookup-failed': 'audit.action.lookup-failed',
  'limit-tripped': 'audit.action.limit-tripped',
  provision: 'audit.action.provision',
  rotate: 'audit.action.rotate',
  restore: 'audit.action.restore',
  recover: 'audit.action.recover',
  support: 'audit.action.support',
  redact: 'audit.action.redact',
  alarm: 'audit.action.alarm',
};

export const recordTexts: { readonly [R in AuditRecordType]: PlainTextKey } = {
  session: 'audit.record.session',
  account: 'audit.record.account',
  student: 'audit.record.student',
  guardian: 'audit.record.guardian',
  'saved-list': 'audit.record.saved-list',
  register: 'audit.record.register',
  absence: 'audit.record.absence',
  calendar: 'audit.record.calendar',
  roster: 'audit.record.roster',
  audit: 'audit.record.audit',
  backup: 'audit.record.backup',
  drill: 'audit.record.drill',
  school: 'audit.record.school',
  security: 'audit.record.security',
  sync: 'audit.record.sync',
  conflict: 'audit.record.conflict',
};

const whyTexts: Readonly<Record<string, PlainTextKey>> = {
  'permission-refused': 'audit.why.permission-refused',
  'out-of-scope': 'audit.why.out-of-scope',
  'limit-tripped': 'audit.why.limit-tripped',
  'wrong-credentials': 'audit.why.wrong-credentials',
  'locked-out': 'audit.why.locked-out',
  'bad-input': 'audit.why.bad-input',
  'wrong-state': 'audit.why.wrong-state',
  'disk-full': 'audit.why.disk-full',
  cancelled: 'audit.why.cancelled',
  'record-changed': 'audit.why.record-changed',
  'record-merged-already': 'audit.why.record-merged-already',
  'record-not-merged': 'audit.why.record-not-merged',
  'list-gone': 'audit.why.list-gone',
  'list-title-taken': 'audit.why.list-title-taken',
  'closure-has-marks': 'audit.why.closure-has-marks',
  'roster-refused': 'audit.why.roster-refused',
  'confirmation-needed': 'audit.why.confirmation-needed',
  'review-outdated': 'audit.why.review-outdated',
  'server-unreachable': 'audit.why.server-unreachable',
  'server-not-genuine': 'audit.why.server-not-genuine',
  'server-refused': 'audit.why.server-refused',
  'invitation-wrong': 'audit.why.invitation-wrong',
  'words-wrong': 'audit.why.words-wrong',
  'enrolment-over': 'audit.why.enrolment-over',
};

/** What an entry says, as a sentence: "Ms Ito (Nurse) opened the card of Abara, Chidi". */
export function entrySentence(entry: Entry): string {
  const who = whoOf(entry);
  const { procedure } = entry;
  if (entry.outcome !== 'ok') {
    const permission = permissionOf(procedure);
    return permission === null
      ? text('audit.tried.other', { who, procedure })
      : text('audit.tried', { who, what: ruleText(permissions[permission]) });
  }
  if (isAuditedProcedure(procedure)) return text(didTexts[procedure], { who, whom: whomOf(entry) });
  return text('audit.did.other', {
    who,
    procedure,
    action: wordOf(actionTexts, entry.action),
    record: wordOf(recordTexts, entry.record),
  });
}

/** `done`, or `refused` and `not done` with the reason. */
export function outcomeText(outcome: string): string {
  const [kind = '', code = ''] = outcome.split(':');
  if (kind === 'ok') return text('audit.outcome.ok');
  const why = code === '' ? '' : wordOf(whyTexts, code);
  if (kind === 'refused') {
    return why === '' ? text('audit.outcome.refused') : text('audit.outcome.refusedFor', { why });
  }
  return why === '' ? text('audit.outcome.error') : text('audit.outcome.errorFor', { why });
}

function whoOf({ user, userName, role }: Entry): string {
  if (user === null) return text('audit.who.nobody');
  const roleName = role === null ? '' : roleText(role);
  return userName === ''
    ? text('audit.who.unknown', { role: roleName })
    : text('audit.who', { name: isolate(userName), role: roleName });
}

function whomOf({ student, studentName, record, count }: Entry): string {
  // An import counts all that it wrote: classes and enrolments too, whoever they concern.
  if (record === 'roster') return text('audit.whom.records', { count });
  if (studentName !== null) return text('audit.whom.one', { name: isolate(studentName) });
  if (student !== null) return text('audit.whom.unnamed');
  if (count === 0) return text('audit.whom.none');
  return record === 'guardian' ? text('audit.whom.people', { count }) : text('audit.whom.many', { count });
}

/** What was tried needs one of the policy's sentences, in which the first permission of a procedure stands for all. */
function permissionOf(name: string): Permission | null {
  const [area = '', procedure = ''] = name.split('.');
  const permission = findProcedure(area, procedure)?.permission ?? null;
  return typeof permission === 'string' || permission === null ? permission : (permission[0] ?? null);
}

/** A word of the log that has no text yet is shown as the log has it. */
function wordOf(texts: Readonly<Record<string, PlainTextKey>>, word: string): string {
  const key = Object.hasOwn(texts, word) ? texts[word] : undefined;
  return key === undefined ? word : text(key);
}

function isAuditedProcedure(name: string): name is AuditedProcedure {
  return Object.hasOwn(didTexts, name);
}
