import { desc } from 'drizzle-orm';
import { account } from '../../db/accounts/schema.ts';
import { rosterRevision } from '../../db/roster/current-roster.ts';
import { rosterImport } from '../../db/roster/schema.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { maxUploadBytes, maxUploadChunkBytes } from '../../domain/contract/roster.ts';
import { assert, err, ok } from '../../domain/result.ts';
import type { FieldValue, RosterDiff } from '../../domain/roster/diff-roster.ts';
import { countBySeverity, findingRules } from '../../domain/roster/findings.ts';
import type { KindRecords, RosterKind } from '../../domain/roster/school-roster.ts';
import { newId } from '../desk/desk.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import { ApplyCancelled } from './apply-diff.ts';
import {
  addToHistory,
  applicationItself,
  applyImport,
  countChanges,
  differencesOf,
  importKeyOf,
  modeOf,
} from './apply-import.ts';
import type { DryRun, MappedFile } from './dry-run.ts';
import { planMarks } from './plan-marks.ts';
import { rosterId } from './roster-ids.ts';
import { writeTemplate } from './templates.ts';
import {
  comparedWith,
  findUpload,
  forgetUpload,
  keepUpload,
  runDry,
  type Compared,
  type Upload,
} from './uploads.ts';
import {
  chooseWatchedFolder,
  lookIntoFolder,
  openWaitingDrop,
  putAside,
  settleDrop,
  watchedState,
  isReadableFolder,
} from './watched-folder.ts';

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
        compared: null,
        given: [],
        drop: null,
      };
      keepUpload(desk, upload);
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
    run: (unit) => answer(comparedWith(unit)),
    async finish(desk, value, { upload: id }) {
      const upload = findUpload(desk, id);
      if (upload === undefined) return err({ type: 'upload-gone' });
      const run = await runDry(desk, upload, value, null);
      return run.ok ? ok(checkOf(run.value, value)) : run;
    },
  }),

  map: inPhases<Contract['roster']['map'], { readonly upload: Upload; readonly run: DryRun }, null>({
    async prepare(desk, { upload: id, files }) {
      const upload = findUpload(desk, id);
      const compared = upload?.compared;
      if (upload === undefined || compared === null || compared === undefined)
        return err({ type: 'upload-gone' });
      const said = new Map([...upload.given, ...files].map((each) => [each.file, each]));
      upload.given = [...said.values()];
      const run = await runDry(desk, upload, compared, null);
      return run.ok ? ok({ upload, run: run.value }) : run;
    },
    run(unit, { files }, { run }) {
      const importKey = importKeyOf(unit);
      const confirmed = files.flatMap(({ file }) => {
        const found = run.files.find(({ fileName }) => fileName === file);
        // What does not say all that a file needs is used for this upload and asked again.
        return found === undefined || found.missing.length > 0 ? [] : [found];
      });
      unit.changes.write({ type: 'school', id: unit.school.id }, (change) => {
        for (const { fileName, header, mapping } of confirmed) {
          change.put('import_mapping', {
            // Derived from the header, so that two desks that confirm the same file make one mapping.
            id: rosterId(importKey, 'import-mapping', JSON.stringify(header)),
            school: unit.school.id,
            kind: mapping.kind,
            title: fileName,
            headers: header,
            // The school year is asked for once; it is no matter of the file.
            mapping: JSON.stringify({ ...mapping, year: null }),
            status: 'active',
          });
        }
      });
      return answer(null, { count: confirmed.length });
    },
    async finish(_desk, _value, _input, { upload, run }) {
      assert(upload.compared !== null, 'the upload was just checked');
      return ok(checkOf(run, upload.compared));
    },
  }),

  review: inPhases<Contract['roster']['review'], null, Compared>({
    prepare: async (desk, { upload }) =>
      findUpload(desk, upload) === undefined ? err({ type: 'upload-gone' }) : ok(null),
    run: (unit) => answer(comparedWith(unit)),
    async finish(desk, value, { upload: id, school }) {
      const upload = findUpload(desk, id);
      if (upload === undefined) return err({ type: 'upload-gone' });
      if (upload.run?.plan === null) return err({ type: 'roster-refused' });
      if (upload.compared?.revision !== value.revision || !isPlannedFor(upload.run, school)) {
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
      if (upload.compared?.revision !== rosterRevision(unit.db)) return refuse({ type: 'review-outdated' });
      const guard = plan.value.diff.guards[0];
      if (guard !== undefined && guard.removed !== confirmRemoved) {
        return refuse({ type: 'confirmation-needed', removed: guard.removed });
      }
      assert(upload.run !== null, 'what has a plan was checked');
      const total = countChanges(plan.value.diff);
      try {
        const applied = applyImport(unit, upload.run, plan.value, unit.actor.user, {
          isCancelled: unit.isCancelled,
          onRows: (done) => unit.onProgress({ type: 'progress', task: 'roster-apply', done, total }),
        });
        if (upload.drop !== null) settleDrop(unit.db, upload.drop);
        const { subjects, differences } = applied;
        return answer({ applied: total, differences }, { subjects, count: total });
      } catch (cause) {
        if (cause instanceof ApplyCancelled) return refuse({ type: 'cancelled' });
        throw cause;
      }
    },
    async finish(desk, value) {
      forgetUpload(desk);
      return ok(value);
    },
  }),

  reviewMarks: inPhases<
    Contract['roster']['reviewMarks'],
    Upload,
    OutputOf<Contract['roster']['reviewMarks']>
  >({
    async prepare(desk, { upload }) {
      const found = findUpload(desk, upload);
      desk.options.clearCancel();
      return found === undefined ? err({ type: 'upload-gone' }) : ok(found);
    },
    run(unit, _input, { run }) {
      if (run === null || run.history === null) return refuse({ type: 'roster-refused' });
      try {
        const { review, subjects } = planMarks(unit, run.history, 'marks-check');
        return answer(review, { subjects, count: review.marks });
      } catch (cause) {
        if (cause instanceof ApplyCancelled) return refuse({ type: 'cancelled' });
        throw cause;
      }
    },
    finish: async (_desk, value) => ok(value),
  }),

  applyMarks: inPhases<Contract['roster']['applyMarks'], Upload, OutputOf<Contract['roster']['applyMarks']>>({
    async prepare(desk, { upload }) {
      const found = findUpload(desk, upload);
      desk.options.clearCancel();
      return found === undefined ? err({ type: 'upload-gone' }) : ok(found);
    },
    run(unit, _input, { run }) {
      if (run === null || run.history === null) return refuse({ type: 'roster-refused' });
      const { user } = unit.actor;
      try {
        const { review, subjects } = planMarks(unit, run.history, 'marks-apply', ({ key, marks }) => {
          unit.changes.write({ type: 'register', id: key.classId }, (change) =>
            change.add(
              'mark',
              {
                day: key.day,
                class: key.classId,
                session: key.session,
                column: 'office',
                author: user,
                atMs: unit.nowMs,
              },
              marks.map(({ note, ...mark }) => ({ ...mark, note: note === '' ? undefined : note })),
            ),
          );
        });
        const { marks, same } = review;
        const counts = [{ kind: 'mark' as const, added: marks, changed: 0, removed: 0, revived: 0, same }];
        addToHistory(unit, user, { version: 'attendance', mode: 'delta', counts, rosterSchool: null });
        return answer({ applied: marks }, { subjects, count: marks });
      } catch (cause) {
        if (cause instanceof ApplyCancelled) return refuse({ type: 'cancelled' });
        throw cause;
      }
    },
    async finish(desk, value) {
      forgetUpload(desk);
      return ok(value);
    },
  }),

  template: inPhases<Contract['roster']['template'], null, null>({
    prepare: async () => ok(null),
    run: () => answer(null),
    async finish(desk, _value, { kind }) {
      const written = writeTemplate(desk.options.exportDir, kind);
      return written.ok ? ok({ path: written.value }) : written;
    },
  }),

  watched: {
    runs: 'in-unit',
    run: (unit) => answer(watchedState(unit.db)),
  },

  watch: inPhases<Contract['roster']['watch'], null, OutputOf<Contract['roster']['watch']>>({
    async prepare(_desk, { folder }) {
      return folder === null || (await isReadableFolder(folder))
        ? ok(null)
        : err({ type: 'folder-unreadable' });
    },
    run(unit, { folder }) {
      chooseWatchedFolder(unit.db, folder);
      return answer(watchedState(unit.db));
    },
    finish: async (_desk, value) => ok(value),
  }),

  lookNow: inPhases<Contract['roster']['lookNow'], null, OutputOf<Contract['roster']['lookNow']>>({
    async prepare(desk) {
      await lookIntoFolder(desk);
      return ok(null);
    },
    run: (unit) => answer(watchedState(unit.db)),
    finish: async (_desk, value) => ok(value),
  }),

  openDrop: inPhases<Contract['roster']['openDrop'], null, ReturnType<typeof watchedState>>({
    prepare: async () => ok(null),
    run: (unit) => answer(watchedState(unit.db)),
    async finish(desk, _value, { file }) {
      const upload = await openWaitingDrop(desk, file);
      if (upload === null) return err({ type: 'drop-gone' });
      keepUpload(desk, upload);
      return ok({ upload: upload.id });
    },
  }),

  putDropAside: {
    runs: 'in-unit',
    run(unit, { file }) {
      putAside(unit.db, file);
      return answer({});
    },
  },

  discard: inPhases<Contract['roster']['discard'], null, null>({
    prepare: async () => ok(null),
    run: () => answer(null),
    async finish(desk, _value, { upload }) {
      desk.options.clearCancel();
      if (findUpload(desk, upload) !== undefined) forgetUpload(desk);
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
      const imports = unit.db
        .select()
        .from(rosterImport)
        .orderBy(desc(rosterImport.atMs), desc(rosterImport.seq))
        .limit(50)
        .all();
      return answer(
        {
          imports: imports.map(({ atMs, author, version, mode, counts }) => ({
            atMs,
            by: names.get(author) ?? '',
            isAutomatic: author === applicationItself,
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

function isPlannedFor(run: DryRun | null, school: string): boolean {
  return run?.plan?.ok === true && run.plan.value.school === school;
}

function checkOf(
  { check, schools, source, files }: DryRun,
  { current, ownCodes }: Compared,
): OutputOf<Contract['roster']['check']> {
  const counts = countBySeverity(check.report);
  const listed = check.report.findings.map((finding) => {
    const { code, file, line, column, value, expected } = finding;
    return { code, severity: findingRules[code].severity, file, line, column, value, expected };
  });
  const hasStudents = files.some(({ mapping }) => mapping.kind === 'students');
  const hasYear = [...current.session.values()].some(({ isActive }) => isActive);
  return {
    accepted: check.exitCode !== 2,
    source,
    version: check.version,
    mode: modeOf(check),
    findings: listed,
    findingCounts: counts,
    schools: schools.map(({ sourcedId, name, students }) => ({
      sourcedId,
      name,
      students,
      isOurs: sourcedId === current.schoolSourcedId,
    })),
    rows: Object.fromEntries(
      check.files.filter((file) => file.isUsed).map(({ fileName, rows }) => [fileName, rows]),
    ),
    files: files.map(shownFile),
    isMapped: files.every(({ origin, missing }) => origin !== 'guessed' && missing.length === 0),
    needsYear: hasStudents && !hasYear,
    ownCodes: files.length === 0 ? [] : ownCodes.map((code) => ({ ...code })),
  };
}

function shownFile(file: MappedFile): OutputOf<Contract['roster']['check']>['files'][number] {
  const { fileName, header, rows, mapping, origin, missing, samples, dateFormats, codes } = file;
  const copies = <T>(lists: readonly (readonly T[])[]): T[][] => lists.map((list) => [...list]);
  return {
    file: fileName,
    header: [...header],
    rows,
    mapping,
    origin,
    missing: [...missing],
    samples: copies(samples),
    dateFormats: copies(dateFormats),
    codes: copies(codes),
  };
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
