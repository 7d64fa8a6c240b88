import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createAuditLog } from '../../db/audit/append.ts';
import { splitChange, type StudentOf } from '../../db/backup/change-parts.ts';
import { readRows, readRowTexts, type BackupRow } from '../../db/backup/rows.ts';
import { countInSteps, openSnapshot, type Snapshot, type StoreCounts } from '../../db/backup/snapshot.ts';
import { createStudentOf } from '../../db/backup/student-of.ts';
import { backupTables, columnsOf, storeTables, studentIds } from '../../db/backup/tables.ts';
import { writableDb, type WritableDb } from '../../db/handles.ts';
import { storeVersionOf } from '../../db/migrate.ts';
import { assert, ok, type Result } from '../../domain/result.ts';
import { auditBundle } from '../audit/bundle.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { Desk } from '../desk/desk.ts';
import { createFieldKeyring, type FieldKeyring } from '../desk/field-keyring.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { deriveKey, wipe } from '../vault/keys.ts';
import { pairPaths } from '../vault/profile.ts';
import { vaultText } from '../vault/vault-file.ts';
import { encrypterFor, encryptToFile, publicKeyToRecipient, type WrittenFile } from './age-file.ts';
import {
  backupFolder,
  backupName,
  backupPath,
  manifestBytes,
  removeUnfinished,
  spoolPath,
  summaryNote,
  type BackupManifest,
} from './backup-file.ts';
import { drillRecipient, ensureDrillKey } from './drill-keys.ts';
import { ensureRecipient, ensureRingKey, ringKeyOf, writeKeyRing } from './key-ring.ts';
import { breathe, DeskLocked, TimeSlice, type WriteError } from './outcome.ts';
import { PartText, sealPart, type PartSection } from './parts.ts';
import { StudentSpool } from './student-spool.ts';
import { tarOf, type TarEntry } from './tar.ts';

/** A backup that is on the disk. */
export interface MadeBackup extends WrittenFile {
  readonly name: string;
  readonly rows: number;
}

/** Text after which what concerns nobody in particular begins another part. */
const longestRest = 1024 * 1024;

/**
 * Makes sure that the store has every key that a backup needs: the ring key, and one for each student. In the caller's
 * transaction, before `makeBackup`.
 */
export function ensureBackupKeys(open: OpenSchool, desk: Desk): void {
  const { db, fields } = open.unitParts;
  ensureRingKey(db, desk.random);
  ensureRecipient(db, open.vault.recovery.x25519);
  ensureDrillKey(db, desk.random);
  for (const student of studentIds(open.connection, 'without-key')) fields.keyOf(student);
}

/**
 * Writes a backup of the open store and the key ring beside it. The audit row of the export has been written.
 *
 * The store is read from a snapshot that is taken before anything is awaited; other calls go on meanwhile. Errors:
 * `disk-full`, `folder-not-writable`; then the backups that were there before are unchanged. Throws `DeskLocked`.
 */
export async function makeBackup(desk: Desk, open: OpenSchool): Promise<Result<MadeBackup, WriteError>> {
  open.signHeadIfDue(desk.now(), 'export');
  const storeKey = deriveKey(open.masterKey, 'store');
  const snapshot = openSnapshot(pairPaths(open.profile, open.vault.generation).store, storeKey);
  wipe(storeKey);
  assert(snapshot.ok, 'the store that is open opens a second time');
  let fields: FieldKeyring | undefined;
  let spool: StudentSpool | undefined;
  let archive: ReturnType<typeof tarOf> | undefined;
  try {
    const work = await describeWork(desk, open, snapshot.value);
    ({ fields } = work);
    const folder = backupFolder(desk, work.school);
    removeUnfinished(folder);
    const drill = drillRecipient(work.db);
    const ring = await writeKeyRing(folder, work, work.atMs, drill);
    if (!ring.ok) return ring;
    const { recovery } = open.vault;
    const encrypter = await encrypterFor([
      { kind: 'key', recipient: publicKeyToRecipient(Buffer.from(recovery.x25519, 'hex')) },
      drill,
    ]);
    assert(encrypter.ok, "a school's recovery key is a recipient");
    const { atMs, incarnation, counts } = work;
    encrypter.value.addRecipient(summaryNote({ atMs, incarnation, ...counts, recovery: recovery.x25519 }));
    spool = new StudentSpool(spoolPath(folder, work.name), desk.random);
    archive = tarOf(backupEntries(work, spool), work.atMs);
    const written = await encryptToFile(backupPath(folder, work.name), encrypter.value, archive);
    return written.ok ? ok({ ...written.value, name: work.name, rows: work.rowCount }) : written;
  } finally {
    // Who writes may have failed while rows were still being read: they end before what they use is put away.
    await archive?.return(undefined);
    spool?.close();
    fields?.reset();
    snapshot.value.close();
  }
}

/** What one backup is made from, and what is learnt while it is made. */
interface BackupWork {
  readonly desk: Desk;
  readonly open: OpenSchool;
  readonly name: string;
  readonly atMs: number;
  readonly school: OpenSchool['unitParts']['school']['id'];
  readonly incarnation: number;
  readonly connection: Snapshot['connection'];
  readonly db: WritableDb;
  readonly fields: FieldKeyring;
  readonly counts: StoreCounts;
  /** `vault.json` as it was at the moment of the snapshot. */
  readonly vaultText: string;
  readonly generation: number;
  readonly rows: Record<string, number>;
  readonly parts: BackupManifest['parts'];
  rowCount: number;
}

async function describeWork(desk: Desk, open: OpenSchool, { connection }: Snapshot): Promise<BackupWork> {
  const atMs = desk.now();
  const vault = vaultText(open.vault, open.masterKey);
  const { generation } = open.vault;
  const counting = countInSteps(connection);
  const slice = new TimeSlice();
  let counted = counting.next();
  for (; counted.done !== true; counted = counting.next()) {
    if (slice.isOver()) await giveWay(desk, open);
  }
  const db = writableDb(connection);
  const { id: school } = open.unitParts.school;
  return {
    desk,
    open,
    name: backupName(atMs, desk.random),
    atMs,
    school,
    incarnation: open.auditLog.name.incarnation,
    connection,
    db,
    fields: createFieldKeyring(db, school, desk.random),
    counts: counted.value,
    vaultText: vault,
    generation,
    rows: {},
    parts: [],
    rowCount: 0,
  };
}

/** The entries of a backup in order: head, vault, what concerns nobody, the audit log, the students, manifest. */
async function* backupEntries(work: BackupWork, spool: StudentSpool): AsyncGenerator<TarEntry> {
  const { desk, open, db, name, school } = work;
  const head = {
    v: 1,
    name,
    school,
    desk: open.unitParts.school.desk,
    incarnation: work.incarnation,
    storeVersion: storeVersionOf(work.connection),
  } as const;
  const ringKey = ringKeyOf(db);
  const restEntry = (part: string, content: Uint8Array): TarEntry =>
    sealedEntry(work, ringKey, part, content);

  yield entry(work, 'head.json', Buffer.from(JSON.stringify(head), 'utf8'));
  yield restEntry('vault', Buffer.from(work.vaultText, 'utf8'));

  let rest = new PartText();
  let restParts = 0;
  const take: TakeRow = (student, section, row) => {
    if (student === null) rest.add(section, row);
    else spool.add(student, section, row);
  };
  for (const _ of sortRows(work, take)) {
    if (rest.length >= longestRest) {
      yield restEntry(`rest/${(restParts += 1)}`, rest.packed());
      rest = new PartText();
    }
    await goOn(work);
  }
  yield restEntry(`rest/${restParts + 1}`, rest.packed());

  const log = createAuditLog({ name: open.auditLog.name, sha256, randomBytes: desk.random });
  let logParts = 0;
  for (const piece of auditBundle(db, log, open.auditSigner.publicKey)) {
    yield restEntry(`audit/${(logParts += 1)}`, gzipSync(piece));
    await goOn(work);
  }

  for (const [student, text] of spool.students()) {
    const { key } = work.fields.keyOf(student);
    yield sealedEntry(work, key.export(), `students/${student}`, text.packed());
    await goOn(work);
  }

  const { size, root } = log.head(db);
  const manifest: BackupManifest = {
    ...head,
    generation: work.generation,
    atMs: work.atMs,
    rows: work.rows,
    students: work.counts.students,
    marks: work.counts.marks,
    audit: {
      size,
      root: Buffer.from(root).toString('hex'),
      key: Buffer.from(open.auditSigner.publicKey).toString('hex'),
    },
    parts: [...work.parts],
  };
  const sig = Buffer.from(open.auditSigner.sign(manifestBytes(manifest))).toString('hex');
  yield entry(work, 'manifest.json', Buffer.from(JSON.stringify({ manifest, sig }), 'utf8'));
}

/** Takes a row, as JSON, of a section; `student` is whom it concerns, null for nobody in particular. */
type TakeRow = (student: string | null, section: PartSection, row: string) => void;

const pieces: PartSection = { pieces: true };

/** Hands over every row of the store but keys and audit log, changes in their pieces. Yields whenever a slice of time is used up. */
function* sortRows(work: BackupWork, take: TakeRow): Generator<void> {
  const { connection } = work;
  // What is about somebody who is no student of this store has no key to go under: it stays among the rest.
  const students = new Set(studentIds(connection, 'all'));
  const known = (student: string | null | undefined): string | null =>
    student !== null && student !== undefined && students.has(student) ? student : null;
  const studentOf = createStudentOf(connection);
  const slice = new TimeSlice();
  const knownStudentOf: StudentOf = (table, fields) => known(studentOf(table, fields)) ?? undefined;

  for (const table of storeTables(connection)) {
    const place = backupTables[table];
    assert(place !== undefined, `a backup knows where the rows of ${table} go`);
    if (place.kind === 'ring' || place.kind === 'log') continue;
    const section = { table, columns: [...columnsOf(connection, table)] };
    const count = (batch: readonly unknown[]): void => {
      work.rows[table] = (work.rows[table] ?? 0) + batch.length;
      work.rowCount += batch.length;
    };
    if (place.kind === 'changes') {
      for (const batch of readRows(connection, table)) {
        count(batch);
        for (const row of batch) {
          splitChangeRow(section, row, knownStudentOf, take);
          if (slice.isOver()) yield;
        }
      }
    } else {
      const about = place.kind === 'student' ? place.student : undefined;
      for (const batch of readRowTexts(connection, table, about)) {
        count(batch);
        for (const [student, row] of batch) {
          take(known(student), section, row);
          if (slice.isOver()) yield;
        }
      }
    }
  }
}

function splitChangeRow(
  section: { readonly table: string; readonly columns: string[] },
  row: BackupRow,
  studentOf: StudentOf,
  take: TakeRow,
): void {
  const bodyAt = section.columns.indexOf('body');
  const [seq, body] = [row[section.columns.indexOf('seq')], row[bodyAt]];
  assert(typeof seq === 'number' && typeof body === 'string', 'a change has a number and a body');
  const split = splitChange(body, studentOf);
  take(null, section, JSON.stringify(row.with(bodyAt, split.rest)));
  for (const { student, operation, row: rowIndex, value } of split.pieces) {
    take(student, pieces, `[${seq},${operation},${rowIndex},${value}]`);
  }
}

/** Lets others have their turn, and stops when the desk has been locked meanwhile. */
async function goOn({ desk, open, rowCount }: BackupWork): Promise<void> {
  desk.options.emit({ type: 'progress', task: 'backup', done: rowCount, total: null });
  await giveWay(desk, open);
}

async function giveWay(desk: Desk, open: OpenSchool): Promise<void> {
  await breathe();
  if (desk.open !== open) throw new DeskLocked();
}

function sealedEntry(work: BackupWork, key: Uint8Array, part: string, content: Uint8Array): TarEntry {
  const place = { school: work.school, backup: work.name, part };
  return entry(work, part, sealPart(key, place, content, work.desk.random));
}

function entry(work: BackupWork, name: string, bytes: Uint8Array): TarEntry {
  work.parts.push({ name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  return { name, size: bytes.length, content: [bytes] };
}
