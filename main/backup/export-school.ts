import { join } from 'node:path';
import type { Encrypter } from 'age-encryption';
import { createAuditLog } from '../../db/audit/append.ts';
import { latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { exportTables, leftOutTables, readClearRows, type ExportTable } from '../../db/backup/clear-rows.ts';
import { openSnapshot } from '../../db/backup/snapshot.ts';
import { writableDb } from '../../db/handles.ts';
import { storeVersionOf } from '../../db/migrate.ts';
import { toBase64 } from '../../domain/audit/bytes.ts';
import { assert, ok, type Result } from '../../domain/result.ts';
import { csvText } from '../../domain/roster/csv-text.ts';
import { auditBundle } from '../audit/bundle.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { Desk } from '../desk/desk.ts';
import { createFieldKeyring } from '../desk/field-keyring.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { deriveKey, wipe } from '../vault/keys.ts';
import { pairPaths } from '../vault/profile.ts';
import { encryptToFile } from './age-file.ts';
import { archivedBundle, archivedIncarnations } from './audit-archive.ts';
import { stampOf } from './backup-file.ts';
import { toCsvCell } from './csv-cell.ts';
import { breathe, DeskLocked, type WriteError } from './outcome.ts';
import { SpooledText } from './spooled-text.ts';
import { tarOf, type TarEntry } from './tar.ts';

/** The file of an export: where it is, its length and SHA-256, and how many rows of tables it holds. */
export interface ExportedSchool {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
}

/**
 * Writes everything the school owns as one age file: a tar of CSV and NDJSON, the audit bundles, and a manifest
 * (docs/export.md). Sealed fields are opened; nothing lies on the disk in clear. The audit row has been written.
 *
 * Errors: `disk-full`, `folder-not-writable`: then there is no file. Throws `DeskLocked`.
 */
export async function exportSchool(
  desk: Desk,
  open: OpenSchool,
  encrypter: Encrypter,
): Promise<Result<ExportedSchool, WriteError>> {
  const atMs = desk.now();
  open.signHeadIfDue(atMs, 'export');
  const storeKey = deriveKey(open.masterKey, 'store');
  const snapshot = openSnapshot(pairPaths(open.profile, open.vault.generation).store, storeKey);
  wipe(storeKey);
  assert(snapshot.ok, 'the store that is open opens a second time');
  const { connection } = snapshot.value;
  const db = writableDb(connection);
  const fields = createFieldKeyring(db, open.unitParts.school.id, desk.random);
  const parts: Part[] = [];
  const tables: { table: ExportTable; rows: number }[] = [];
  let rowCount = 0;

  async function goOn(): Promise<void> {
    desk.options.emit({ type: 'progress', task: 'export', done: rowCount, total: null });
    await breathe();
    if (desk.open !== open) throw new DeskLocked();
  }

  async function addTable(table: ExportTable): Promise<void> {
    const csv = new SpooledText();
    const ndjson = new SpooledText();
    let rows = 0;
    csv.add(csvText([table.columns]));
    for (const batch of readClearRows(connection, table, fields)) {
      csv.add(csvText(batch.map((row) => table.columns.map((column) => toCsvCell(row[column])))));
      ndjson.add(batch.map((row) => `${JSON.stringify(row)}\n`).join(''));
      rows += batch.length;
      rowCount += batch.length;
      await goOn();
    }
    parts.push(toPart(`csv/${table.name}.csv`, csv), toPart(`ndjson/${table.name}.ndjson`, ndjson));
    tables.push({ table, rows });
  }

  async function addBundle(incarnation: number, bundle: Iterable<Uint8Array>): Promise<void> {
    const text = new SpooledText();
    for (const piece of bundle) {
      text.add(Buffer.from(piece).toString('utf8'));
      await goOn();
    }
    parts.push(toPart(`audit/log-${incarnation}.ndjson`, text));
  }

  async function* entries(): AsyncGenerator<TarEntry> {
    for (const table of exportTables()) await addTable(table);
    for (const incarnation of archivedIncarnations(db)) {
      await addBundle(incarnation, archivedBundle(db, incarnation));
    }
    const { name } = open.auditLog;
    const log = createAuditLog({ name, sha256, randomBytes: desk.random });
    await addBundle(name.incarnation, auditBundle(db, log, open.auditSigner.publicKey));

    const { school } = open.unitParts;
    const manifest = {
      format: 'rollkeep-school-export',
      v: 1,
      school: { id: school.id, name: school.name },
      madeAt: new Date(atMs).toISOString(),
      storeVersion: storeVersionOf(connection),
      rows: rowCount,
      audit: {
        key: toBase64(open.auditSigner.publicKey),
        checkpoint: latestCheckpoint(db)?.note ?? null,
      },
      tables: tables.map(({ table, rows }) => describeTable(table, rows)),
      leftOut: Object.entries(leftOutTables).map(([table, why]) => ({ table, why })),
      parts: parts.map(({ name: part, text, sha256: digest }) => ({
        name: part,
        bytes: text.size,
        sha256: digest,
      })),
    };
    const text = new SpooledText();
    text.add(`${JSON.stringify(manifest, null, 2)}\n`);
    yield toEntry(toPart('manifest.json', text));
    for (const part of parts) {
      yield toEntry(part);
      await goOn();
    }
  }

  const archive = tarOf(entries(), atMs);
  try {
    const random = Buffer.from(desk.random(4)).toString('hex');
    const path = join(desk.options.exportDir, `rollkeep-export-${stampOf(atMs)}-${random}.age`);
    const written = await encryptToFile(path, encrypter, archive);
    return written.ok ? ok({ path, ...written.value, rows: rowCount }) : written;
  } finally {
    // Who writes may have failed while rows were still being read: they end before what they use is put away.
    await archive.return(undefined);
    fields.reset();
    snapshot.value.close();
  }
}

interface Part {
  readonly name: string;
  readonly text: SpooledText;
  readonly sha256: string;
}

function toPart(name: string, text: SpooledText): Part {
  return { name, text, sha256: text.sha256() };
}

function toEntry({ name, text }: Part): TarEntry {
  return { name, size: text.size, content: text.content() };
}

function describeTable({ name, described, columns }: ExportTable, rows: number) {
  return {
    table: name,
    rows,
    purpose: described.purpose,
    columns: columns.map((column) => ({ name: column, ...described.notes[column] })),
  };
}
