import { readCurrentRoster, rosterRevision } from '../../db/roster/current-roster.ts';
import { rosterImport } from '../../db/roster/schema.ts';
import { account } from '../../db/accounts/schema.ts';
import { readLocalState } from '../../db/school/local-state.ts';
import { desc } from 'drizzle-orm';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { maxUploadBytes, maxUploadChunkBytes } from '../../domain/contract/roster.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import type { FieldValue, RosterDiff } from '../../domain/roster/diff-roster.ts';
import { countBySeverity, describeFinding } from '../../domain/roster/findings.ts';
import {
  rosterKinds,
  type CurrentRoster,
  type KindRecords,
  type RosterKind,
} from '../../domain/roster/school-roster.ts';
import { newId, type Desk, type OpenSchool } from '../desk/desk.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { applyRosterDiff, ApplyCancelled } from './apply-diff.ts';
import type { DryRun } from './dry-run.ts';
import type { PackageInput } from './read-package.ts';
import { rosterId } from './roster-ids.ts';
import { startDryRun } from './start-dry-run.ts';

interface UploadedFile {
  readonly name: string;
  readonly expectedBytes: number;
  readonly chunks: Uint8Array[];
  receivedBytes: number;
}

/** A package between its first byte and its being applied or discarded: in memory only. */
interface Upload {
  readonly id: string;
  readonly files: readonly UploadedFile[];
  run: DryRun | null;
  /** The store's state that the plan was compared with. */
  revision: number;
}

/** One upload at a time, for as long as the store it is meant for is open. */
const uploads = new WeakMap<OpenSchool, Upload>();

interface Compared {
  readonly current: CurrentRoster;
  readonly revision: number;
  readonly today: string;
}

/** Roster import: upload, check, review, apply. */
export const rosterHandlers: AreaHandlers<'roster'> = {
  begin: inPhases<Contract['roster']['begin'], null, null>({
    async prepare(_desk, { files }) {
      const total = files.reduce((sum, file) => sum + file.bytes, 0);
      return total > maxUploadBytes ? err({ type: 'upload-too-large', maxBytes: maxUploadBytes }) : ok(null);
    },
    run: () => answer(null),
    async finish(desk, _value, { files }) {
      const upload: Upload = {
        id: newId<'upload'>(desk.random),
        files: files.map(({ name, bytes }) => ({ name, expectedBytes: bytes, chunks: [], receivedBytes: 0 })),
        run: null,
        revision: 0,
      };
      uploads.set(openOf(desk), upload);
      return ok({ upload: upload.id });
    },
  }),

  append: inPhases<Contract['roster']['append'], null, null>({
    prepare: async () => ok(null),
    run: () => answer(null),
    async finish(desk, _value, { upload: id, file, chunk }) {
      const target = findUpload(desk, id)?.files[file];
      if (target === undefined) return err({ type: 'upload-gone' });
      const bytes = Buffer.from(chunk, 'base64');
      if (bytes.length > maxUploadChunkBytes || target.receivedBytes + bytes.length > target.expectedBytes) {
        return err({ type: 'upload-too-large', maxBytes: target.expectedBytes });
      }
      target.chunks.push(bytes);
      target.receivedBytes += bytes.length;
      return ok({ receivedBytes: target.receivedBytes });
    },
  }),

  check: inPhases<Contract['roster']['check'], null, Compared>({
    prepare: async (desk, { upload }) =>
      findUpload(desk, upload) === undefined ? err({ type: 'upload-gone' }) : ok(null),
    run: (unit) => answer(compared(unit)),
    async finish(desk, value, { upload: id }) {
      const upload = findUpload(desk, id);
      if (upload === undefined) return err({ type: 'upload-gone' });
      const run = await runDry(desk, upload, value, null);
      return run.ok ? ok(checkOf(run.value, value.current.schoolSourcedId)) : run;
    },
  }),

  review: inPhases<Contract['roster']['review'], null, Compared>({
    prepare: async (desk, { upload }) =>
      findUpload(desk, upload) === undefined ? err({ type: 'upload-gone' }) : ok(null),
    run: (unit) => answer(compared(unit)),
    async finish(desk, value, { upload: id, school }) {
      const upload = findUpload(desk, id);
      if (upload === undefined) return err({ type: 'upload-gone' });
      if (upload.run?.plan === null) return err({ type: 'roster-refused' });
      if (upload.revision !== value.revision || !isPlannedFor(upload.run, school)) {
        const run = await runDry(desk, upload, value, school);
        if (!run.ok) return run;
      }
      const plan = upload.run?.plan;
      if (plan === undefined || plan === null) return err({ type: 'roster-refused' });
      if (!plan.ok) return err({ type: 'school-not-in-package' });
      const { diff } = plan.value;
      return ok({
        differences: differencesOf(diff),
        changes: countChanges(diff),
        confirmRemoved: diff.guards[0]?.removed ?? null,
      });
    },
  }),

  rows: inPhases<Contract['roster']['rows'], RosterDiff, null>({
    async prepare(desk, { upload }) {
      const plan = findUpload(desk, upload)?.run?.plan;
      return plan === undefined || plan === null || !plan.ok
        ? err({ type: 'upload-gone' })
        : ok(plan.value.diff);
    },
    run: (_unit, { kind, change }, diff) => answer(null, { count: diff.kinds[kind][change].length }),
    finish: async (_desk, _value, { kind, change, page }, diff) => ok(rowsOf(diff, kind, change, page)),
  }),

  apply: inPhases<Contract['roster']['apply'], Upload, OutputOf<Contract['roster']['apply']>>({
    async prepare(desk, { upload }) {
      const found = findUpload(desk, upload);
      desk.options.clearCancel();
      return found === undefined ? err({ type: 'upload-gone' }) : ok(found);
    },
    run(unit, { confirmRemoved }, upload) {
      const plan = upload.run?.plan;
      if (plan === undefined || plan === null || !plan.ok) return refuse({ type: 'roster-refused' });
      if (upload.revision !== rosterRevision(unit.db)) return refuse({ type: 'review-outdated' });
      const { diff, school } = plan.value;
      const guard = diff.guards[0];
      if (guard !== undefined && guard.removed !== confirmRemoved) {
        return refuse({ type: 'confirmation-needed', removed: guard.removed });
      }
      const importKey = readLocalState(unit.db, 'import-key');
      assert(importKey !== undefined, 'a school has an import key');
      const total = countChanges(diff);
      try {
        applyRosterDiff(unit, importKey, diff, {
          isCancelled: unit.isCancelled,
          onRows: (done) => unit.onProgress({ type: 'progress', task: 'roster-apply', done, total }),
        });
      } catch (cause) {
        if (cause instanceof ApplyCancelled) return refuse({ type: 'cancelled' });
        throw cause;
      }
      const differences = differencesOf(diff);
      unit.changes.write({ type: 'school', id: unit.school.id }, (change) => {
        change.put('school', { id: unit.school.id, rosterSchool: school });
        change.add('roster_import', {}, [
          {
            id: newId<'roster-import'>(unit.random),
            atMs: unit.nowMs,
            author: unit.actor.user,
            version: upload.run?.check.version ?? '',
            mode: modeOf(upload.run) ?? '',
            counts: differences,
          },
        ]);
      });
      const { added, changed, revived, removed } = diff.kinds.student;
      const touched = [...added, ...changed, ...revived, ...removed];
      const subjects = touched.map(({ sourcedId }) => rosterId(importKey, 'student', sourcedId));
      return answer({ applied: total, differences }, { subjects, count: total });
    },
    async finish(desk, value) {
      uploads.delete(openOf(desk));
      return ok(value);
    },
  }),

  discard: inPhases<Contract['roster']['discard'], null, null>({
    prepare: async () => ok(null),
    run: () => answer(null),
    async finish(desk, _value, { upload }) {
      desk.options.clearCancel();
      if (findUpload(desk, upload) !== undefined) uploads.delete(openOf(desk));
      return ok({});
    },
  }),

  history: {
    runs: 'in-unit',
    run(unit) {
      const names = new Map(
        unit.db
          .select({ id: account.id, name: account.displayName })
          .from(account)
          .all()
          .map((row) => [row.id, row.name]),
      );
      const imports = unit.db.select().from(rosterImport).orderBy(desc(rosterImport.atMs)).limit(50).all();
      return answer(
        {
          imports: imports.map(({ atMs, author, version, mode, counts }) => ({
            atMs,
            by: names.get(author) ?? '',
            version,
            mode,
            differences: [...counts],
          })),
        },
        { count: imports.length },
      );
    },
  },
};

function openOf(desk: Desk): OpenSchool {
  assert(desk.open !== null, 'a roster is imported into an open school');
  return desk.open;
}

function findUpload(desk: Desk, id: string): Upload | undefined {
  const upload = uploads.get(openOf(desk));
  return upload?.id === id ? upload : undefined;
}

function compared(unit: CommandUnit): Compared {
  return {
    current: readCurrentRoster(unit.db, unit.fields),
    revision: rosterRevision(unit.db),
    today: unit.today,
  };
}

/** Reads, checks and compares the package in a worker of its own; the person may cancel. */
async function runDry(
  desk: Desk,
  upload: Upload,
  { current, revision, today }: Compared,
  school: string | null,
): Promise<Result<DryRun, ErrorOf<'cancelled'>>> {
  desk.options.clearCancel();
  // In the bundle every worker is a flat file beside the code that starts it.
  const file = import.meta.url.endsWith('.ts') ? './parse-worker.ts' : './parse-worker.js';
  const running = startDryRun(
    new URL(file, import.meta.url),
    { package: packageOf(upload), current, school, today },
    (_step, rows) => {
      desk.options.emit({ type: 'progress', task: 'roster-check', done: rows, total: null });
    },
  );
  const watch = setInterval(() => {
    if (desk.options.isCancelled()) running.cancel();
  }, 100);
  try {
    const result = await running.result;
    if (!result.ok) return err({ type: 'cancelled' });
    upload.run = result.value;
    upload.revision = revision;
    return result;
  } finally {
    clearInterval(watch);
  }
}

function packageOf(upload: Upload): PackageInput {
  const files = upload.files.map(({ name, chunks }) => ({
    name,
    bytes: Uint8Array.from(Buffer.concat(chunks)),
  }));
  const [only] = files;
  const isZip = files.length === 1 && only !== undefined && only.name.toLowerCase().endsWith('.zip');
  return isZip ? { kind: 'zip', bytes: only.bytes } : { kind: 'files', files };
}

function isPlannedFor(run: DryRun | null, school: string): boolean {
  return run?.plan?.ok === true && run.plan.value.school === school;
}

function modeOf(run: DryRun | null): 'bulk' | 'delta' | null {
  const modes = new Set(run?.check.files.filter((file) => file.isUsed).map((file) => file.mode));
  return modes.has('delta') ? 'delta' : modes.has('bulk') ? 'bulk' : null;
}

function checkOf({ check, schools }: DryRun, ours: string | null): OutputOf<Contract['roster']['check']> {
  const counts = countBySeverity(check.report);
  const listed = check.report.findings.map((finding) => {
    const { severity, message, whatToDo } = describeFinding(finding);
    const { code, file, line, column, value } = finding;
    return { code, severity, file, line, column, value, message, whatToDo };
  });
  return {
    accepted: check.exitCode !== 2,
    version: check.version,
    mode: modeOf({ check, schools, plan: null }),
    findings: listed,
    findingCounts: counts,
    schools: schools.map(({ sourcedId, name, students }) => ({
      sourcedId,
      name,
      students,
      isOurs: sourcedId === ours,
    })),
    rows: Object.fromEntries(
      check.files.filter((file) => file.isUsed).map(({ fileName, rows }) => [fileName, rows]),
    ),
  };
}

function differencesOf(diff: RosterDiff) {
  return rosterKinds.map((kind) => {
    const { added, changed, removed, revived, same } = diff.kinds[kind];
    return {
      kind,
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      revived: revived.length,
      same: same.length,
    };
  });
}

function countChanges(diff: RosterDiff): number {
  return differencesOf(diff).reduce(
    (sum, one) => sum + one.added + one.changed + one.removed + one.revived,
    0,
  );
}

function rowsOf(
  diff: RosterDiff,
  kind: RosterKind,
  change: 'added' | 'changed' | 'removed' | 'revived',
  { offset, limit }: { readonly offset: number; readonly limit: number },
): OutputOf<Contract['roster']['rows']> {
  const kinds = diff.kinds[kind];
  if (change === 'changed' || change === 'revived') {
    const all = kinds[change];
    return {
      total: all.length,
      rows: all.slice(offset, offset + limit).map((one) => ({
        sourcedId: one.sourcedId,
        title: titleOf(one.after),
        fields: one.fields.map(({ field, before, after }) => ({
          field,
          before: textOf(before),
          after: textOf(after),
        })),
      })),
    };
  }
  const all = kinds[change];
  return {
    total: all.length,
    rows: all.slice(offset, offset + limit).map((record) => ({
      sourcedId: record.sourcedId,
      title: titleOf(record),
      fields: fieldsOf(record).map(([field, value]) => ({
        field,
        before: change === 'removed' ? value : null,
        after: change === 'added' ? value : null,
      })),
    })),
  };
}

/** A row's name in the review: a person's, a title, or the id where there is neither. */
function titleOf(record: KindRecords[RosterKind]): string {
  if ('title' in record) return record.title;
  if ('familyName' in record) return `${record.familyName}, ${record.givenName}`;
  return record.sourcedId;
}

function fieldsOf(record: KindRecords[RosterKind]): [string, string | null][] {
  return Object.entries(record).flatMap(([field, value]: [string, FieldValue]): [string, string | null][] =>
    field === 'sourcedId' || value === null || value === '' ? [] : [[field, textOf(value)]],
  );
}

function textOf(value: FieldValue): string | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value.join(', ');
}
