import { createHash } from 'node:crypto';
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readImportMappings } from '../../db/roster/import-mappings.ts';
import { rosterRevision } from '../../db/roster/current-roster.ts';
import { readLocalState, removeLocalState, writeLocalState } from '../../db/school/local-state.ts';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import { maxUploadBytes } from '../../domain/contract/roster.ts';
import { findingRules } from '../../domain/roster/findings.ts';
import { groupFileOf } from '../../domain/roster/take-groups.ts';
import { newId, type Desk, type OpenSchool } from '../desk/desk.ts';
import { answer } from '../gate/handlers.ts';
import { AuditFailure, runUnit } from '../gate/run-unit.ts';
import { applicationItself, applyImport } from './apply-import.ts';
import type { DryRun } from './dry-run.ts';
import { headerOf } from './read-table.ts';
import { comparedWith, inputOf, startCheck, type Compared, type Upload } from './uploads.ts';

/** How often the folder is looked into while the desk is open. */
export const lookEveryMs = 60 * 60_000;
/** A file is taken when it is the same after this time: until then something may still be writing it. */
const settleMs = 1000;
/** And when it was last written longer ago than this: a writer may well pause for more than a second. */
const youngMs = 60_000;

const waiting = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  /** Which of the files of the folder this is the newest of. */
  source: z.string(),
  atMs: z.number(),
  reason: z.enum(['refused', 'warnings', 'removals', 'question']),
  count: z.int(),
});

const watched = z.object({
  folder: z.string(),
  state: z.enum(['not-looked', 'ok', 'gone', 'unreadable']),
  lookedAtMs: z.number().nullable(),
  /** The newest of each source that a person must look at. */
  waiting: z.array(waiting),
  /** How many files the last look left alone as too fresh. */
  fresh: z.int().default(0),
  /**
   * Of each source what was last applied or put on the list: only what is later and other is taken after it. A state from before
   * this was kept has none: there nothing counts as dealt with.
   */
  dealt: z.record(z.string(), z.strictObject({ sha256: z.string(), modifiedMs: z.number() })).default({}),
});
type Watched = z.output<typeof watched>;

const systemActor = { user: null, role: null, method: 'system' } as const;

function readWatched(db: ReadableDb): Watched | null {
  const stored = readLocalState(db, 'watched-folder');
  return stored === undefined ? null : watched.parse(JSON.parse(Buffer.from(stored).toString('utf8')));
}

function writeWatched(db: WritableDb, state: Watched): void {
  writeLocalState(db, 'watched-folder', Buffer.from(JSON.stringify(state), 'utf8'));
}

/** What the window shows of the watched folder. */
export function watchedState(db: ReadableDb): OutputOf<Contract['roster']['watched']> {
  const state = readWatched(db);
  if (state === null) return { folder: null, state: 'off', lookedAtMs: null, waiting: [], fresh: 0 };
  const { folder, lookedAtMs, fresh } = state;
  const drops = state.waiting.map(({ file, atMs, reason, count }) => ({ file, atMs, reason, count }));
  return { folder, state: state.state, lookedAtMs, waiting: drops, fresh };
}

/** Begins to watch a folder, or with null stops. What was dealt with is remembered only for the same folder. */
export function chooseWatchedFolder(db: WritableDb, folder: string | null): void {
  if (folder === null) removeLocalState(db, 'watched-folder');
  else if (readWatched(db)?.folder !== folder) {
    writeWatched(db, { folder, state: 'not-looked', lookedAtMs: null, waiting: [], fresh: 0, dealt: {} });
  }
}

/** Whether the path is that of a folder whose files this computer may list. */
export async function isReadableFolder(folder: string): Promise<boolean> {
  if (!isAbsolute(folder)) return false;
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}

/** A drop that was reviewed and applied by a person waits no longer. */
export function settleDrop(db: WritableDb, sha256: string): void {
  const state = readWatched(db);
  if (state === null) return;
  writeWatched(db, {
    ...state,
    waiting: state.waiting.filter((drop) => drop.sha256 !== sha256),
  });
}

/** Takes a file that waits off the list. It is not offered again before another has come. */
export function putAside(db: WritableDb, file: string): void {
  const state = readWatched(db);
  if (state === null) return;
  writeWatched(db, { ...state, waiting: state.waiting.filter((drop) => drop.file !== file) });
}

/** A waiting file as an upload of its own; null when it waits no longer, is gone from the folder, or is another now. */
export async function openWaitingDrop(desk: Desk, name: string): Promise<Upload | null> {
  if (desk.open === null) return null;
  const state = readWatched(desk.open.unitParts.db);
  const drop = state?.waiting.find((each) => each.file === name);
  if (state === null || drop === undefined) return null;
  const { file, sha256 } = drop;
  const path = join(state.folder, file);
  // It may be another by now, of any size.
  if (((await sizeAndTime(path))?.size ?? Number.POSITIVE_INFINITY) > maxUploadBytes) return null;
  const bytes = await readDrop(path);
  if (bytes === null || hashOf(bytes) !== sha256) return null;
  return {
    id: newId<'upload'>(desk.random),
    files: [{ name: file, expectedBytes: bytes.length, chunks: [bytes], receivedBytes: bytes.length }],
    run: null,
    compared: null,
    given: [],
    drop: sha256,
  };
}

/** When the folder was looked into last since the store was opened: at every sign-in it is due. */
const lastLooks = new WeakMap<OpenSchool, number>();
const running = new WeakMap<Desk, Promise<void>>();

/** Looks into the folder at sign-in and every hour; safe to call at any time and any number of times. Never rejects. */
export async function lookIfDue(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null || desk.state !== 'signed-in' || running.has(desk)) return;
  const last = lastLooks.get(open);
  if (last !== undefined && desk.now() < last + lookEveryMs) return;
  await lookIntoFolder(desk);
}

/**
 * Looks into the watched folder now. Of each kind of file the newest is taken, once; older ones are never applied after it.
 * One that is clean and removes few is applied by the application itself; any other waits for a person. Files are
 * only read. A second call waits for the first. Never rejects.
 */
export async function lookIntoFolder(desk: Desk): Promise<void> {
  const before = running.get(desk);
  if (before !== undefined) return before;
  const work = lookNow(desk).finally(() => running.delete(desk));
  running.set(desk, work);
  return work;
}

async function lookNow(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null) return;
  lastLooks.set(open, desk.now());
  try {
    const state = readWatched(open.unitParts.db);
    if (state === null) return;
    const remembered = readImportMappings(open.unitParts.db);
    const found = await findDrops(state.folder, remembered, desk.now() - youngMs);
    if (desk.open !== open) return;
    const hasRead = typeof found !== 'string';
    keep(desk, open, 'view', (now) => ({
      ...now,
      state: hasRead ? 'ok' : found,
      lookedAtMs: desk.now(),
      fresh: hasRead ? found.fresh : 0,
      dealt: hasRead ? comeAgain(now.dealt, found.drops) : now.dealt,
    }));
    if (!hasRead) return;
    for (const drop of found.drops) {
      if (desk.open !== open) return;
      if (isNew(readWatched(open.unitParts.db), drop)) await take(desk, open, drop);
    }
  } catch (cause) {
    if (cause instanceof AuditFailure) desk.noteAuditFailure(cause.reason);
    else desk.reportBug(cause);
  }
}

/** What was dealt with, with the time of its newest copy: nothing from before that copy is taken once it is moved away. */
function comeAgain(dealt: Watched['dealt'], found: readonly Drop[]): Watched['dealt'] {
  const again = found.filter(({ source, sha256, modifiedMs }) => {
    const last = dealt[source];
    return last !== undefined && last.sha256 === sha256 && last.modifiedMs < modifiedMs;
  });
  const times = again.map(({ source, sha256, modifiedMs }) => [source, { sha256, modifiedMs }] as const);
  return { ...dealt, ...Object.fromEntries(times) };
}

/**
 * Whether a drop is later and other than what was last dealt with of its source. An older one that is left over is not new; what was
 * there before the last one is, when it comes again later.
 */
function isNew(state: Watched | null, { source, sha256, modifiedMs }: Drop): boolean {
  const last = state?.dealt[source];
  return last === undefined || (last.sha256 !== sha256 && last.modifiedMs < modifiedMs);
}

interface Drop {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** Of each source the newest file counts: OneRoster zips, or the CSV files with one header row. */
  readonly source: string;
  /** By the folder's clock, epoch milliseconds. */
  readonly modifiedMs: number;
}

/**
 * The newest file of each source last written before that time, rosters before schedules before groups, and how many were written
 * later; or why the folder cannot be read.
 */
async function findDrops(
  folder: string,
  remembered: Compared['remembered'],
  writtenBeforeMs: number,
): Promise<{ readonly drops: readonly Drop[]; readonly fresh: number } | 'gone' | 'unreadable'> {
  let names: string[];
  try {
    names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isFile() && /\.(?:zip|csv)$/i.test(entry.name) && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unreadable';
  }
  const first = await Promise.all(names.map(async (name) => sizeAndTime(join(folder, name))));
  await sleep(settleMs);
  const newest = new Map<string, Drop & { readonly rank: number }>();
  let fresh = 0;
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    const before = first[index];
    const now = await sizeAndTime(path);
    // Gone again meanwhile.
    if (now === null) continue;
    const isSettled =
      before !== null &&
      before !== undefined &&
      before.size === now.size &&
      before.modifiedMs === now.modifiedMs &&
      now.modifiedMs < writtenBeforeMs;
    if (!isSettled) fresh += 1;
    if (!isSettled || now.size === 0 || now.size > maxUploadBytes) continue;
    const bytes = await readDrop(path);
    if (bytes === null || bytes.length !== now.size) continue;
    const source = sourceOf(name, bytes, remembered);
    if (source === null) continue;
    const { modifiedMs } = now;
    const rival = newest.get(source.name);
    const isNewer =
      rival === undefined ||
      rival.modifiedMs < modifiedMs ||
      (rival.modifiedMs === modifiedMs && rival.name < name);
    if (isNewer) {
      newest.set(source.name, {
        name,
        bytes,
        sha256: hashOf(bytes),
        source: source.name,
        modifiedMs,
        rank: source.rank,
      });
    }
  }
  return { drops: [...newest.values()].toSorted((one, other) => one.rank - other.rank), fresh };
}

/** What a file is a new edition of; null for one that nobody has said how to read. */
function sourceOf(
  name: string,
  bytes: Uint8Array,
  remembered: Compared['remembered'],
): { readonly name: string; readonly rank: number } | null {
  if (/\.zip$/i.test(name)) return { name: 'zip', rank: 0 };
  const groupFile = groupFileOf(name);
  if (groupFile !== null) return { name: groupFile, rank: groupFile === 'groups' ? 3 : 4 };
  const header = JSON.stringify(headerOf(bytes));
  const mapping = remembered.find(({ headers }) => JSON.stringify(headers) === header)?.mapping;
  // Marks of days gone by come once, by hand.
  if (mapping === undefined || mapping.kind === 'attendance') return null;
  return { name: header, rank: mapping.kind === 'students' ? 1 : 2 };
}

async function sizeAndTime(path: string): Promise<{ size: number; modifiedMs: number } | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, modifiedMs: mtimeMs };
  } catch {
    return null;
  }
}

/** Null for a file that is gone or cannot be read now: the next look meets it again. */
async function readDrop(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch {
    return null;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Checks one drop and applies it, or lets it wait. */
async function take(desk: Desk, open: OpenSchool, drop: Drop): Promise<void> {
  const compared = compareNow(desk, open);
  const job = startCheck(inputOf([drop]), compared, { school: null, given: [], onRows: () => {} });
  const watch = setInterval(() => {
    if (desk.open !== open) job.cancel();
  }, 100);
  const result = await job.result.finally(() => {
    clearInterval(watch);
  });
  if (desk.open !== open || !result.ok) return;
  const run = result.value;
  const obstacle = obstacleOf(run, compared);
  const { name: file, sha256, source, modifiedMs } = drop;
  if (obstacle !== null) {
    const atMs = desk.now();
    keep(desk, open, 'update', (now) => ({
      ...now,
      waiting: [
        ...now.waiting.filter((each) => each.source !== source),
        { file, sha256, source, atMs, ...obstacle },
      ],
      dealt: { ...now.dealt, [source]: { sha256, modifiedMs } },
    }));
    desk.options.emit({ type: 'roster-drop' });
    return;
  }
  applyDrop(desk, open, run, compared, drop);
}

function applyDrop(desk: Desk, open: OpenSchool, run: DryRun, compared: Compared, drop: Drop): void {
  const { plan } = run;
  const nowMs = desk.now();
  const { db, school, changes } = open.unitParts;
  let isApplied = false;
  runUnit(open, nowMs, {
    run() {
      // Somebody changed the roster meanwhile: the next look compares anew.
      if (compared.revision !== rosterRevision(db) || plan === null || !plan.ok) return answer(null);
      isApplied = true;
      const state = readWatched(db);
      if (state !== null) {
        const { source, sha256, modifiedMs } = drop;
        // An older one of the same source that waits is overtaken.
        const still = state.waiting.filter((each) => each.source !== source);
        writeWatched(db, {
          ...state,
          waiting: still,
          dealt: { ...state.dealt, [source]: { sha256, modifiedMs } },
        });
      }
      if (plan.value.diff.isEmpty) return answer(null);
      const unit = { db, changes, school, today: desk.dayAt(nowMs), nowMs, random: desk.random };
      const pulse = { isCancelled: () => false, onRows: () => {} };
      const { subjects, total } = applyImport(unit, run, plan.value, applicationItself, pulse);
      return answer(null, { subjects, count: total });
    },
    audit: (outcome) =>
      desk.draft(systemActor, 'update', 'roster', 'roster.apply', {
        subjects: [...(outcome.subjects ?? [])],
        count: outcome.count ?? 0,
      }),
  });
  if (!isApplied) {
    lastLooks.delete(open);
    return;
  }
  desk.sync.noteChange();
  desk.options.emit({ type: 'roster-drop' });
}

type Waiting = Pick<z.output<typeof waiting>, 'reason' | 'count'>;

/** Why a person must look at a drop; null where it is clean and removes few. */
function obstacleOf({ check, files, plan, source }: DryRun, { current }: Compared): Waiting | null {
  const { findings, omitted } = check.report;
  const count = (severity: 'refuse' | 'warning'): number =>
    findings.filter(({ code }) => findingRules[code].severity === severity).length +
    omitted
      .filter(({ code }) => findingRules[code].severity === severity)
      .reduce((sum, { count: more }) => sum + more, 0);
  if (check.exitCode === 2) return { reason: 'refused', count: count('refuse') };
  if (check.exitCode === 1) return { reason: 'warnings', count: count('warning') };
  const isUnmapped = files.some(({ origin, missing }) => origin === 'guessed' || missing.length > 0);
  // Which school of a package this is, a person says once.
  if (
    isUnmapped ||
    plan === null ||
    !plan.ok ||
    (source === 'oneroster' && current.schoolSourcedId === null)
  ) {
    return { reason: 'question', count: 0 };
  }
  const [guard] = plan.value.diff.guards;
  return guard === undefined ? null : { reason: 'removals', count: guard.removed };
}

/** Reads what a dry run needs, with its audit row: the application looks at the roster. */
function compareNow(desk: Desk, open: OpenSchool): Compared {
  const nowMs = desk.now();
  let compared: Compared | undefined;
  runUnit(open, nowMs, {
    run() {
      compared = comparedWith({ ...open.unitParts, today: desk.dayAt(nowMs) });
      return answer(null);
    },
    audit: () => desk.draft(systemActor, 'view', 'roster', 'roster.review'),
  });
  if (compared === undefined) throw new Error('Bug: the roster was read in its unit');
  return compared;
}

/** Keeps what a look has shown; its row on the audit log says whether something was put on the list. */
function keep(
  desk: Desk,
  open: OpenSchool,
  action: 'view' | 'update',
  change: (state: Watched) => Watched,
): void {
  runUnit(open, desk.now(), {
    run() {
      const { db } = open.unitParts;
      const state = readWatched(db);
      if (state !== null) writeWatched(db, change(state));
      return answer(null);
    },
    audit: () => desk.draft(systemActor, action, 'roster', 'roster.lookNow'),
  });
}
