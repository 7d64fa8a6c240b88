import type { Encrypter } from 'age-encryption';
import { openSnapshot } from '../../db/backup/snapshot.ts';
import { writableDb } from '../../db/handles.ts';
import { listClasses } from '../../db/people/classes.ts';
import { inCountingOrder, listGrades } from '../../db/people/students.ts';
import { addDays } from '../../domain/calendar/day.ts';
import type { Contract, OutputOf, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Id, StudentId, UserId } from '../../domain/ids.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { countBySeverity } from '../../domain/roster/findings.ts';
import { rosterKinds } from '../../domain/roster/school-roster.ts';
import { readSchoolYears } from '../attendance/calendar.ts';
import { encrypterFor } from '../backup/age-file.ts';
import { breathe, DeskLocked } from '../backup/outcome.ts';
import { newId, type Desk, type OpenSchool } from '../desk/desk.ts';
import { createFieldKeyring } from '../desk/field-keyring.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { Actor } from '../gate/unit.ts';
import { dryRun } from '../roster/dry-run.ts';
import { provePassword } from '../users/handlers.ts';
import { deriveKey, wipe } from '../vault/keys.ts';
import { pairPaths } from '../vault/profile.ts';
import { measured, type ExportContent, type ExportSource, type Measure } from './content.ts';
import { edFiFiles } from './ed-fi-files.ts';
import { listExports } from './history.ts';
import { markRows } from './mark-rows.ts';
import { rosterContent, type RosterContent } from './roster-content.ts';
import { sessionCountFiles } from './session-count-files.ts';
import { writeExport } from './write-export.ts';

type RosterRequest = ParsedInputOf<Contract['exports']['prepareRoster']>;
type AttendanceRequest = ParsedInputOf<Contract['exports']['prepareAttendance']>;
type Prepared = OutputOf<Contract['exports']['prepareRoster']>;
type ReadBack = Prepared['readBack'];

type Request =
  | { readonly kind: 'roster'; readonly input: RosterRequest }
  | { readonly kind: 'attendance'; readonly input: AttendanceRequest };

/** An export that was prepared and shown: in memory only, one at a time, for the user to whom it was shown. */
interface Preparation {
  readonly id: Id<'export'>;
  readonly user: UserId;
  readonly atMs: number;
  readonly request: Request;
  readonly extension: ExportContent['extension'];
  readonly sha256: string;
  readonly rows: number;
  readonly students: readonly StudentId[];
}

const preparations = new WeakMap<OpenSchool, Preparation>();
/** What is being prepared or written; a new one stops the one before. */
const runs = new WeakMap<OpenSchool, { isCancelled: boolean }>();
const keptForMs = 30 * 60_000;

/** The person has cancelled; nothing was written. */
class ExportCancelled extends Error {}

interface InSession {
  readonly open: OpenSchool;
  readonly actor: Actor;
}

/** How far the call reaches, from the unit to the phase in which the snapshot is read. */
type Scope = ExportSource['scope'];

interface Writing extends InSession {
  readonly preparation: Preparation;
  readonly encrypter: Encrypter | null;
}

/** Rosters and attendance as files for others. */
export const exportHandlers: AreaHandlers<'exports'> = {
  choices: {
    runs: 'in-unit',
    run(unit) {
      const { db, scope, school, today } = unit;
      const { years, termsBySourceId } = readSchoolYears(db, school);
      const spans = [
        ...years.map(({ schoolYear }) => schoolYear),
        ...[...termsBySourceId.values()]
          .filter(({ type }) => type !== 'schoolYear')
          .map(({ title, startDay, endDay }) => ({ title, beginDay: startDay, endDay })),
      ].filter(({ beginDay }) => beginDay <= today);
      return answer({
        country: school.country,
        mode: school.attendance,
        today,
        ranges: spans
          .toSorted((one, other) => (one.beginDay > other.beginDay ? -1 : 1))
          .map(({ title, beginDay, endDay }) => ({
            title,
            from: beginDay,
            to: endDay > today ? today : addDays(endDay, -1),
          })),
        grades: [...listGrades(db, scope)],
        classes: listClasses(db, scope, today)
          .toSorted((one, other) => inCountingOrder(one.title, other.title))
          .map(({ id, title, classType }) => ({ id, title, isHomeroom: classType === 'homeroom' })),
      });
    },
  },

  prepareRoster: inPhases<Contract['exports']['prepareRoster'], InSession, Scope>({
    prepare: async (desk) => ok(sessionOf(desk)),
    run: (unit) => answer(unit.scope),
    finish: (desk, scope, input, session) => prepareExport(desk, session, scope, { kind: 'roster', input }),
  }),

  prepareAttendance: inPhases<Contract['exports']['prepareAttendance'], InSession, Scope>({
    prepare: async (desk) => ok(sessionOf(desk)),
    run: (unit, { to }) => (to > unit.today ? refuse({ type: 'day-in-future' }) : answer(unit.scope)),
    finish: (desk, scope, input, session) =>
      prepareExport(desk, session, scope, { kind: 'attendance', input }),
  }),

  writeEncrypted: inPhases<Contract['exports']['writeEncrypted'], Writing, Scope>({
    async prepare(desk, { export: id, receiver, password }) {
      const found = await findForWriting(desk, id, password);
      if (!found.ok) return found;
      const encrypter = await encrypterFor([receiver]);
      return encrypter.ok ? ok({ ...found.value, encrypter: encrypter.value }) : encrypter;
    },
    run: (unit, { reason }, { preparation }) => answer(unit.scope, factsOf(preparation, reason)),
    finish: (desk, scope, { reason }, writing) =>
      finishWriting(desk, writing, scope, 'exports.writeEncrypted', reason),
  }),

  writePlain: inPhases<Contract['exports']['writePlain'], Writing, Scope>({
    prepare: (desk, { export: id, password }) => findForWriting(desk, id, password),
    run: (unit, { reason }, { preparation }) => answer(unit.scope, factsOf(preparation, reason)),
    finish: (desk, scope, { reason }, writing) =>
      finishWriting(desk, writing, scope, 'exports.writePlain', reason),
  }),

  discard: inPhases<Contract['exports']['discard'], InSession, null>({
    prepare: async (desk) => ok(sessionOf(desk)),
    run: () => answer(null),
    async finish(_desk, _value, _input, { open, actor }) {
      const run = runs.get(open);
      if (run !== undefined) run.isCancelled = true;
      if (preparations.get(open)?.user === actor.user) preparations.delete(open);
      return ok({});
    },
  }),

  history: {
    runs: 'in-unit',
    run(unit) {
      const exports = listExports(unit, unit.granted !== 'roster.export');
      return answer({ exports }, { count: exports.length });
    },
  },
};

function sessionOf(desk: Desk): InSession {
  const { open, session } = desk;
  assert(open !== null && session !== null, 'a signed-in user');
  return { open, actor: session.actor };
}

/** What the row before the file says: the content's hash, its rows, whom it concerns, and why it leaves. */
function factsOf({ sha256, rows, students }: Preparation, reason: string) {
  return { recordId: sha256, count: rows, subjects: students, reason };
}

/** Errors: `nothing-to-export`, `cancelled`, `locked`. */
async function prepareExport(
  desk: Desk,
  session: InSession,
  scope: Scope,
  request: Request,
): Promise<Result<Prepared, ErrorOf<'nothing-to-export' | 'cancelled' | 'locked'>>> {
  const { open, actor } = session;
  const atMs = desk.now();
  return withSource(desk, open, scope, atMs, async (source) => {
    const roster = request.kind === 'roster' ? rosterContent(source, request.input.version) : null;
    const content = request.kind === 'roster' ? roster : attendanceContent(source, request.input);
    if (content === null) return err({ type: 'nothing-to-export' });
    const measure: Measure = { bytes: 0, sha256: '' };
    // Only measured: what leaves is made anew when it is written.
    const passing = measured(content.chunks, measure);
    while ((await passing.next()).done !== true);
    const summary = content.summary();
    if (summary.read === 0) return err({ type: 'nothing-to-export' });
    const readBack = roster === null ? null : await readBackOf(roster, source.today);
    const rows = summary.files.reduce((sum, file) => sum + file.rows, 0);
    const preparation: Preparation = {
      id: newId<'export'>(desk.random),
      user: actor.user,
      atMs,
      request,
      extension: content.extension,
      sha256: measure.sha256,
      rows,
      students: [...summary.students],
    };
    preparations.set(open, preparation);
    return ok({
      export: preparation.id,
      files: summary.files.map(({ name, rows: fileRows, columns }) => ({
        name,
        rows: fileRows,
        columns: [...columns],
      })),
      rows,
      students: summary.students.size,
      bytes: measure.bytes,
      sha256: measure.sha256,
      notes: [...summary.notes].map(([note, count]) => ({ note, count })),
      readBack,
      checks: summary.checks,
    });
  });
}

/** Errors: `export-outdated` where it was prepared by somebody else, too long ago or not at all; the password's. */
async function findForWriting(desk: Desk, id: string, password: string) {
  const session = sessionOf(desk);
  const proven = await provePassword(desk, password);
  if (!proven.ok) return proven;
  const preparation = preparations.get(session.open);
  const isFound =
    preparation?.id === id &&
    preparation.user === session.actor.user &&
    desk.now() < preparation.atMs + keptForMs;
  if (!isFound) return err({ type: 'export-outdated' as const });
  return ok({ ...session, preparation, encrypter: null });
}

async function finishWriting(
  desk: Desk,
  { open, actor, preparation, encrypter }: Writing,
  scope: Scope,
  procedure: string,
  reason: string,
) {
  const { request, extension, sha256, rows, atMs } = preparation;
  const written = await withSource(desk, open, scope, atMs, async (source) => {
    const content =
      request.kind === 'roster'
        ? rosterContent(source, request.input.version)
        : attendanceContent(source, request.input);
    if (content === null) return err({ type: 'export-outdated' as const });
    return writeExport(desk, { kind: request.kind, extension, chunks: content.chunks, sha256 }, encrypter);
  });
  if (desk.open !== open) return err({ type: 'locked' as const });
  const facts = written.ok
    ? { recordId: written.value.sha256, count: rows }
    : { outcome: `error:${written.error.type}` };
  const record = request.kind === 'roster' ? 'roster' : 'register';
  desk.appendAudit(open, desk.draft(actor, 'export', record, procedure, { reason, ...facts }));
  // A file that was shown once leaves once; after an error the person may try again.
  if (written.ok) preparations.delete(open);
  return written.ok ? ok({ ...written.value, rows }) : written;
}

function attendanceContent(source: ExportSource, input: AttendanceRequest): ExportContent {
  const { format, from, to, grade, class: classId, notes, edFiSchoolId } = input;
  const choice = { from, to, grade, class: classId };
  switch (format) {
    case 'marks':
      return markRows(source, choice, notes);
    case 'ed-fi':
      return edFiFiles(source, choice, edFiSchoolId);
    case 'counts':
      return sessionCountFiles(source, choice);
  }
}

/** Our own importer's word on a package: what it refuses or warns of, and what it would change here. */
async function readBackOf({ package: bytes, current }: RosterContent, today: string): Promise<ReadBack> {
  const run = await dryRun({
    package: { kind: 'zip', bytes },
    current,
    school: current.schoolSourcedId,
    today,
  });
  assert(run.ok, 'nobody cancels');
  const { check, plan } = run.value;
  const kinds = plan?.ok === true ? plan.value.diff.kinds : null;
  const changes =
    kinds === null
      ? 0
      : rosterKinds
          .map((kind) => kinds[kind])
          .reduce(
            (sum, { added, changed, revived, removed }) =>
              sum + added.length + changed.length + revived.length + removed.length,
            0,
          );
  const { refuse: refusals, warning: warnings } = countBySeverity(check.report);
  return { refusals, warnings, changes };
}

/** Reads a snapshot of the store, so that nobody waits and what is written meanwhile does not show. */
async function withSource<T, E>(
  desk: Desk,
  open: OpenSchool,
  scope: Scope,
  atMs: number,
  work: (source: ExportSource) => Promise<Result<T, E>>,
): Promise<Result<T, E | ErrorOf<'cancelled' | 'locked'>>> {
  const earlier = runs.get(open);
  if (earlier !== undefined) earlier.isCancelled = true;
  const run = { isCancelled: false };
  runs.set(open, run);
  const storeKey = deriveKey(open.masterKey, 'store');
  const snapshot = openSnapshot(pairPaths(open.profile, open.vault.generation).store, storeKey);
  wipe(storeKey);
  assert(snapshot.ok, 'the store that is open opens a second time');
  const { school } = open.unitParts;
  const db = writableDb(snapshot.value.connection);
  const fields = createFieldKeyring(db, school.id, desk.random);
  try {
    return await work({
      db,
      scope,
      school,
      fields,
      today: desk.dayAt(atMs),
      atMs,
      async goOn(done, total) {
        desk.options.emit({ type: 'progress', task: 'export', done, total });
        await breathe();
        if (desk.open !== open) throw new DeskLocked();
        if (run.isCancelled) throw new ExportCancelled('The export was cancelled');
      },
    });
  } catch (cause) {
    if (cause instanceof DeskLocked) return err({ type: 'locked' });
    if (cause instanceof ExportCancelled) return err({ type: 'cancelled' });
    throw cause;
  } finally {
    fields.reset();
    snapshot.value.close();
  }
}
