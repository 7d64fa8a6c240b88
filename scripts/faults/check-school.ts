import { assert } from '../../domain/result.ts';
import { auditBundle } from '../../main/audit/bundle.ts';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { createScriptDesk, openSchoolDirectly, type ScriptDesk } from '../harness/script-desk.ts';
import { checkBackups } from './backup-flow.ts';
import { numberOf, tokenOf, type Ack } from './plan.ts';
import { firstMs, type SmallSchool } from './small-school.ts';

/** What was found in a store after something happened to it. All lists empty and `isOpen`: nothing is wrong. */
export interface Findings {
  readonly isOpen: boolean;
  /** Acknowledged writes that are not there. */
  readonly lost: readonly string[];
  /** Writes of which only a part is there, an audit log that does not verify, a damaged file. */
  readonly broken: readonly string[];
}

/** Whether a store came through. */
export function isSound({ isOpen, lost, broken }: Findings): boolean {
  return isOpen && lost.length === 0 && broken.length === 0;
}

/**
 * Opens a school as the application does after a crash and looks for every acknowledged write, through the gate; then
 * whether a command is there in part, whether each write has its audit row, and whether the audit chain verifies.
 *
 * Closes it again. `acks` may be all that the school has ever acknowledged, or those since it was last checked.
 */
export async function checkSchool(
  school: Pick<SmallSchool, 'dataDir' | 'recoveryKeyGroups' | 'classes'>,
  acks: readonly Ack[],
): Promise<Findings> {
  const last = acks.reduce((most, ack) => ('number' in ack ? Math.max(most, ack.number) : most), 0);
  const backups = acks.filter((ack) => ack.kind === 'backup');
  // No clock goes back, whatever was written before.
  const nowMs = Math.max(firstMs + (last + 10) * 1000, ...backups.map(({ atMs }) => atMs + 1000));
  const script = createScriptDesk(school.dataDir, { nowMs });
  const opening = await openSchoolDirectly(script, school.recoveryKeyGroups).catch((cause: unknown) => ({
    type: `threw ${cause instanceof Error ? cause.message : 'something else'}`,
  }));
  if (opening.type !== 'open') return { isOpen: false, lost: [], broken: [opening.type] };
  const lost: string[] = [];
  const broken: string[] = [];
  try {
    await checkMarks(script, school, acks, lost, broken);
    await checkNames(script, acks, lost, broken);
    checkVault(script, acks, lost);
    checkStore(script, broken);
    if (backups.length > 0) await checkBackups(script, school, backups, lost, broken);
  } finally {
    script.desk.lock('user');
  }
  // A class that is lost is one write lost, not one a student.
  return { isOpen: true, lost: [...new Set(lost)], broken };
}

async function checkMarks(
  script: ScriptDesk,
  school: Pick<SmallSchool, 'classes'>,
  acks: readonly Ack[],
  lost: string[],
  broken: string[],
): Promise<void> {
  const marks = acks.filter((ack) => ack.kind === 'mark');
  const registers = Map.groupBy(marks, (ack) => `${ack.class} ${ack.day}`);
  for (const acked of registers.values()) {
    const [first] = acked;
    assert(first !== undefined, 'a group has a member');
    const key = { class: first.class, day: first.day, session: 'day' } as const;
    const { students } = await script.must('attendance', 'register', key);
    const notes = new Map(students.map(({ id, history }) => [id, new Set(history.map(({ note }) => note))]));
    for (const { students: marked, number } of acked) {
      const whole = tokenOf('all', number);
      const one = tokenOf('one', number);
      for (const student of marked) {
        const known = notes.get(student);
        if (!(known?.has(whole) ?? false) && !(known?.has(one) ?? false)) lost.push(`mark ${number}`);
      }
    }
    const size = school.classes.find(({ id }) => id === first.class)?.students.length;
    for (const note of new Set([...notes.values()].flatMap((each) => [...each]))) {
      if (numberOf('all', note) === undefined) continue;
      const having = [...notes.values()].filter((each) => each.has(note)).length;
      if (having !== size) broken.push(`${note} is on ${having} of ${size} students`);
    }
  }
}

async function checkNames(
  script: ScriptDesk,
  acks: readonly Ack[],
  lost: string[],
  broken: string[],
): Promise<void> {
  const renamed = new Map(acks.flatMap((ack) => (ack.kind === 'student' ? [[ack.student, ack.number]] : [])));
  for (const [student, number] of renamed) {
    const { name } = await script.must('students', 'card', { student });
    const given = name.split(/[ ,]+/).flatMap((part) => numberOf('name', part) ?? []);
    if (!given.some((found) => found >= number)) lost.push(`name ${number}`);
  }
  const imported = acks.findLast((ack) => ack.kind === 'import')?.number;
  if (imported === undefined) return;
  const { students } = await script.must('students', 'list', { page: { limit: 500 } });
  const found = new Set(
    students.flatMap(({ name }) => name.split(/[ ,]+/).flatMap((part) => numberOf('name', part) ?? [])),
  );
  if (![...found].every((number) => number >= imported) || found.size === 0) lost.push(`import ${imported}`);
  if (found.size > 1) broken.push(`names of ${found.size} imports`);
}

function checkVault({ open }: ScriptDesk, acks: readonly Ack[], lost: string[]): void {
  const label = acks.findLast((ack) => ack.kind === 'vault')?.number;
  if (label !== undefined && !((numberOf('name', open.vault.label) ?? -1) >= label))
    lost.push(`vault ${label}`);
  const generation = acks.findLast((ack) => ack.kind === 'rotation')?.generation;
  if (generation !== undefined && open.vault.generation < generation) lost.push(`generation ${generation}`);
}

function checkStore(script: ScriptDesk, broken: string[]): void {
  const { connection, unitParts, auditLog, auditSigner } = script.open;
  if (connection.pragma('integrity_check', { simple: true }) !== 'ok') broken.push('integrity check');
  const marks = connection.prepare(`SELECT count(DISTINCT seq) FROM mark`).pluck().get();
  const rows = connection
    .prepare(
      `SELECT count(*) FROM audit_body
        WHERE json_extract(body, '$.procedure') = 'attendance.mark' AND json_extract(body, '$.outcome') = 'ok'`,
    )
    .pluck()
    .get();
  // One command, one change, one audit row (R4).
  if (marks !== rows) broken.push(`${String(marks)} commands with marks, ${String(rows)} audit rows`);
  script.open.signHeadIfDue(script.nowMs, 'export');
  const { verdict } = verifyAuditBundle(auditBundle(unitParts.db, auditLog, auditSigner.publicKey));
  if (verdict !== 'intact') broken.push(`audit log ${verdict}`);
}
