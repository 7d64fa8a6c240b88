import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asc, inArray } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import { countersignedCheckpoints, latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { auditEntriesBelow } from '../../db/audit/export.ts';
import { readAuditEntry, readAuditPage, type AuditFilter } from '../../db/audit/read.ts';
import { unwitnessedSinceMs, witnessedTo } from '../../db/audit/witness.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { student as studentTable } from '../../db/people/schema.ts';
import { desk as deskTable } from '../../db/school/schema.ts';
import { reachOf, roles, type Role } from '../../domain/access/policy.ts';
import { bundleHeaderText, checkpointLineText, redactedLineText } from '../../domain/audit/bundle.ts';
import { toBase64, utf8 } from '../../domain/audit/bytes.ts';
import { witnessKeyToText } from '../../domain/audit/checkpoint.ts';
import { isWitnessLate } from '../../domain/audit/checkpoint-policy.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { createAuditVerifier, type AuditReport } from '../../domain/audit/verify.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { studentId, userId, type StudentId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { stampOf } from '../backup/backup-file.ts';
import { breathe, writeErrorOf } from '../backup/outcome.ts';
import type { Desk } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { Actor } from '../gate/unit.ts';
import { auditBundle, writeAuditBundle } from './bundle.ts';
import { sha256, verifyEd25519 } from './node-crypto.ts';
import { knownWitness } from './witness.ts';

/** Reading, verifying and handing out the audit log; all of it is itself on the log (B6). */
export const auditHandlers: AreaHandlers<'audit'> = {
  list: {
    runs: 'in-unit',
    run(unit, input) {
      const page = readAuditPage(unit.db, toFilter(input), {
        limit: input.limit,
        ...(input.before === null ? {} : { beforeSeq: input.before }),
      });
      const names = namesOf(unit.db, page.entries, reachOf(unit.actor.role, 'students.card') === 'school');
      const entries = page.entries.map((entry) => describeEntry(entry, names));
      // Whoever reads about a student by name, or asks who did, is on that student's own record of accesses (B8).
      const subjects = new Set(
        entries.flatMap((entry) => (entry.studentName === null ? [] : [entry.student])),
      );
      subjects.add(input.student);
      return answer(
        { entries, more: page.nextBeforeSeq !== null },
        { subjects: [...subjects].filter((id) => id !== null), count: entries.length },
      );
    },
  },

  entry: {
    runs: 'in-unit',
    run(unit, { seq }) {
      const found = readAuditEntry(unit.db, seq);
      if (found === undefined) return refuse({ type: 'out-of-scope' });
      const leafHash = Buffer.from(found.leaf).toString('hex');
      return answer({ json: found.text, leafHash }, { recordId: leafHash, count: 1 });
    },
  },

  people: {
    runs: 'in-unit',
    run(unit) {
      const users = unit.db
        .select({ id: account.id, displayName: account.displayName })
        .from(account)
        .orderBy(asc(account.displayName))
        .all();
      return answer({ users }, { count: users.length });
    },
  },

  head: inPhases<Contract['audit']['head'], { open: OpenSchool; signedInAtMs: number }, null>({
    async prepare(desk) {
      const { session } = desk;
      assert(session !== null, 'a signed-in user');
      return ok({ open: openOf(desk), signedInAtMs: session.startedAtMs });
    },
    run: () => answer(null),
    async finish(desk, _value, _input, { open, signedInAtMs }) {
      const { db } = open.unitParts;
      const { size, root } = open.auditLog.head(db);
      const checkpoint = latestCheckpoint(db);
      const witness = knownWitness(db);
      return ok({
        size,
        root: Buffer.from(root).toString('hex'),
        checkpointSize: checkpoint?.size ?? null,
        checkpointAtMs: checkpoint?.at ?? null,
        publicKey: toBase64(open.auditSigner.publicKey),
        witnessKey: witness === undefined ? null : witnessKeyToText(sha256, witness),
        witnessedTo: witnessedTo(db),
        isWitnessLate:
          witness !== undefined && isWitnessLate(unwitnessedSinceMs(db), signedInAtMs, desk.now()),
      });
    },
  }),

  verify: inPhases<Contract['audit']['verify'], OpenSchool, null>({
    prepare: async (desk) => ok(openOf(desk)),
    run: () => answer(null),
    finish: (desk, _value, _input, open) => verifyLog(desk, open),
  }),

  exportBundle: inPhases<Contract['audit']['exportBundle'], Exporting, null>({
    async prepare(desk) {
      const { session } = desk;
      assert(session !== null, 'a signed-in user');
      return ok({ open: openOf(desk), actor: session.actor });
    },
    run: () => answer(null),
    async finish(desk, _value, _input, { open, actor }) {
      const written = writeBundle(desk, open);
      const facts = written.ok
        ? { recordId: written.value.sha256, count: written.value.entries }
        : { outcome: `error:${written.error.type}` };
      desk.appendAudit(open, desk.draft(actor, 'export', 'audit', 'audit.exportBundle', facts));
      return written;
    },
  }),
};

interface Exporting {
  readonly open: OpenSchool;
  readonly actor: Actor;
}

function openOf(desk: Desk): OpenSchool {
  assert(desk.open !== null, 'the log is that of the open school');
  return desk.open;
}

type ListInput = Parameters<Extract<(typeof auditHandlers)['list'], { runs: 'in-unit' }>['run']>[1];

function toFilter(input: ListInput): AuditFilter {
  const { fromMs, toMs, user, student: subject, action, record, outcome } = input;
  return {
    ...(fromMs === null ? {} : { fromMs }),
    ...(toMs === null ? {} : { toMs }),
    ...(user === null ? {} : { user }),
    ...(subject === null ? {} : { subject }),
    ...(action === null ? {} : { action }),
    ...(record === null ? {} : { recordType: record }),
    ...(outcome === null ? {} : { outcome }),
  };
}

interface Names {
  readonly users: ReadonlyMap<string, string>;
  readonly students: ReadonlyMap<string, string>;
  readonly desks: ReadonlyMap<string, string>;
  readonly showStudents: boolean;
}

/** The names behind the ids of a page: entries hold ids only. Students' names are read for whoever may see them. */
function namesOf(db: ReadableDb, entries: readonly AuditEntry[], showStudents: boolean): Names {
  const ids = [...new Set(entries.flatMap(({ subjects }) => (subjects.length === 1 ? subjects : [])))];
  const students = db
    .select({
      id: studentTable.id,
      given: studentTable.givenName,
      family: studentTable.familyName,
      preferredGiven: studentTable.preferredGivenName,
      preferredFamily: studentTable.preferredFamilyName,
    })
    .from(studentTable)
    .where(
      inArray(
        studentTable.id,
        ids.map((id) => studentId.parse(id)),
      ),
    )
    .all();
  const users = db.select({ id: account.id, name: account.displayName }).from(account).all();
  const desks = db.select({ id: deskTable.id, label: deskTable.label }).from(deskTable).all();
  return {
    users: new Map(users.map(({ id, name }) => [id, name])),
    students: new Map(
      students.map((one) => [
        one.id,
        `${one.preferredGiven || one.given} ${one.preferredFamily || one.family}`.trim(),
      ]),
    ),
    desks: new Map(desks.map(({ id, label }) => [id, label])),
    showStudents,
  };
}

function describeEntry(
  entry: AuditEntry,
  names: Names,
): OutputOf<Contract['audit']['list']>['entries'][number] {
  const [subject, ...others] = entry.subjects;
  const student: StudentId | null =
    subject !== undefined && others.length === 0 && names.students.has(subject)
      ? studentId.parse(subject)
      : null;
  const { user } = entry.actor;
  return {
    seq: entry.seq,
    atMs: entry.at,
    user: user === null ? null : userId.parse(user),
    userName: names.users.get(user ?? '') ?? '',
    role: roleOf(entry.actor.role),
    action: entry.action,
    record: entry.record.type,
    student,
    studentName: student !== null && names.showStudents ? (names.students.get(student) ?? null) : null,
    count: entry.count,
    procedure: entry.procedure,
    desk: names.desks.get(entry.desk) ?? entry.desk,
    outcome: entry.outcome,
  };
}

/** A role that a later or earlier version knew and this one does not is shown as none. */
function roleOf(text: string | null): Role | null {
  return roles.find((role) => role === text) ?? null;
}

/** How many entries are verified before others get their turn: some 15 ms. */
const entriesATime = 1000;

/**
 * Verifies the whole log as an auditor would its bundle, with the desk's own key and its server's witness as those
 * expected, and compares each entry with the leaf that the store keeps of it. In slices: other calls go on meanwhile.
 */
async function verifyLog(
  desk: Desk,
  open: OpenSchool,
): Promise<Result<OutputOf<Contract['audit']['verify']>, ErrorOf<'locked'>>> {
  open.signHeadIfDue(desk.now(), 'export');
  const { db } = open.unitParts;
  const { publicKey } = open.auditSigner;
  const checkpoints = countersignedCheckpoints(db);
  const size = checkpoints.at(-1)?.size ?? 0;
  // RFC 6962 puts a zero byte before what it hashes to a leaf: the last such hash is that of the entry just read.
  let leafOfEntry: Uint8Array | undefined;
  const rememberLeaf = (bytes: Uint8Array): Uint8Array => {
    const digest = sha256(bytes);
    if (bytes[0] === 0) leafOfEntry = digest;
    return digest;
  };
  const key = knownWitness(db);
  const verifier = createAuditVerifier(
    { sha256: rememberLeaf, verify: verifyEd25519 },
    {
      publicKey,
      // However much the witness has not seen: a desk that has been offline for a week has not been tampered with.
      ...(key && { witness: { ...key, maxUnwitnessed: size } }),
    },
  );
  verifier.line(utf8(bundleHeaderText(open.auditLog.name, toBase64(publicKey), checkpoints.length, size)));
  for (const { note } of checkpoints) verifier.line(utf8(checkpointLineText(note)));

  let seq = 0;
  let differingLeaf: number | null = null;
  for (const { leaf, body } of auditEntriesBelow(db, size)) {
    const bytes = Buffer.from(body ?? redactedLineText(leaf), 'utf8');
    if (!verifier.line(bytes)) break;
    if (body !== null && (leafOfEntry === undefined || Buffer.compare(leafOfEntry, leaf) !== 0)) {
      differingLeaf = seq;
      break;
    }
    seq += 1;
    if (seq % entriesATime !== 0) continue;
    desk.options.emit({ type: 'progress', task: 'audit-verify', done: seq, total: size });
    await breathe();
    if (desk.open !== open) return err({ type: 'locked' });
  }
  desk.options.emit({ type: 'progress', task: 'audit-verify', done: seq, total: size });
  const report = verifier.end(new Uint8Array());
  return ok(reportOf(report, size, differingLeaf));
}

function reportOf(
  report: AuditReport,
  size: number,
  differingLeaf: number | null,
): OutputOf<Contract['audit']['verify']> {
  const { verdict, finding, firstBadSeq, root, witnessedTo: witnessed } = report;
  const told = { verdict, finding, size, firstBadSeq, root, witnessedTo: witnessed };
  if (differingLeaf !== null && (firstBadSeq === null || firstBadSeq >= differingLeaf)) {
    return { ...told, verdict: 'rewritten', finding: 'chain-broken', firstBadSeq: differingLeaf };
  }
  return told;
}

/** Writes the bundle under a temporary name and renames it when it is whole and on the disk. */
function writeBundle(
  desk: Desk,
  open: OpenSchool,
): Result<OutputOf<Contract['audit']['exportBundle']>, ErrorOf<'folder-not-writable' | 'disk-full'>> {
  const nowMs = desk.now();
  const random = Buffer.from(desk.random(4)).toString('hex');
  const path = join(desk.options.exportDir, `rollkeep-audit-${stampOf(nowMs)}-${random}.ndjson`);
  const temporary = `${path}.part`;
  open.signHeadIfDue(nowMs, 'export');
  const { db } = open.unitParts;
  try {
    mkdirSync(desk.options.exportDir, { recursive: true, mode: 0o700 });
    const bundle = auditBundle(db, open.auditLog, open.auditSigner.publicKey);
    const { sha256: digest } = writeAuditBundle(temporary, bundle);
    renameSync(temporary, path);
    const entries = latestCheckpoint(db)?.size ?? 0;
    const hex = Buffer.from(digest).toString('hex');
    return ok({ path, entries, sha256: hex, witnessedTo: witnessedTo(db) });
  } catch (cause) {
    const error = writeErrorOf(cause);
    if (error === undefined) throw cause;
    if (error.type === 'disk-full') rmSync(temporary, { force: true });
    return err(error);
  }
}
