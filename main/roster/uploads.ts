import { readImportMappings } from '../../db/roster/import-mappings.ts';
import { readCurrentRoster, rosterRevision } from '../../db/roster/current-roster.ts';
import { codeOn } from '../../domain/attendance/code-pack.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { assert, err, type Result } from '../../domain/result.ts';
import type { FileMapping } from '../../domain/roster/file-mapping.ts';
import type { CurrentRoster } from '../../domain/roster/school-roster.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import type { Desk, OpenSchool } from '../desk/desk.ts';
import type { QueryUnit } from '../gate/unit.ts';
import type { DryRun, MappingInput } from './dry-run.ts';
import type { PackageInput } from './read-package.ts';
import { startDryRun } from './start-dry-run.ts';

export interface UploadedFile {
  readonly name: string;
  readonly expectedBytes: number;
  readonly chunks: Uint8Array[];
  receivedBytes: number;
}

/** A package between its first byte and its being applied or discarded: in memory only. */
export interface Upload {
  readonly id: string;
  readonly files: readonly UploadedFile[];
  run: DryRun | null;
  /** What the run was compared with. */
  compared: Compared | null;
  /** What the person said of how suppliers' files are read. */
  given: readonly { readonly file: string; readonly mapping: FileMapping }[];
  /** The hash of the drop in the watched folder that this is; null for what the person chose. */
  readonly drop: string | null;
}

/** One upload at a time, for as long as the store it is meant for is open. */
const uploads = new WeakMap<OpenSchool, Upload>();

/** The state of the store that a package is compared with. */
export interface Compared {
  readonly current: CurrentRoster;
  readonly revision: number;
  readonly today: string;
  readonly schoolName: string;
  readonly ownCodes: readonly { readonly code: string; readonly meaning: string }[];
  readonly remembered: MappingInput['remembered'];
}

export function openOf(desk: Desk): OpenSchool {
  assert(desk.open !== null, 'a roster is imported into an open school');
  return desk.open;
}

export function keepUpload(desk: Desk, upload: Upload): void {
  uploads.set(openOf(desk), upload);
}

export function findUpload(desk: Desk, id: string): Upload | undefined {
  const upload = uploads.get(openOf(desk));
  return upload?.id === id ? upload : undefined;
}

export function forgetUpload(desk: Desk): void {
  uploads.delete(openOf(desk));
}

/** Reads from the store all that a dry run needs of it. */
export function comparedWith(unit: Pick<QueryUnit, 'db' | 'fields' | 'school' | 'today'>): Compared {
  const pack = codePackOf(unit.school.country);
  const inUse = pack.codes.filter((each) => codeOn(pack, each.code, unit.today) === each);
  return {
    current: readCurrentRoster(unit.db, unit.fields),
    revision: rosterRevision(unit.db),
    today: unit.today,
    schoolName: unit.school.name,
    ownCodes: inUse.map(({ code, meaning }) => ({ code, meaning })),
    remembered: readImportMappings(unit.db),
  };
}

/** Starts reading, checking and comparing a package in a worker of its own. */
export function startCheck(
  input: PackageInput,
  { current, today, schoolName, ownCodes, remembered }: Compared,
  options: {
    readonly school: string | null;
    readonly given: Upload['given'];
    readonly onRows: (rows: number) => void;
  },
): ReturnType<typeof startDryRun> {
  // In the bundle every worker is a flat file beside the code that starts it.
  const file = import.meta.url.endsWith('.ts') ? './parse-worker.ts' : './parse-worker.js';
  const mappings = {
    schoolName,
    ownCodes: ownCodes.map(({ code }) => code),
    remembered,
    given: options.given,
  };
  return startDryRun(
    new URL(file, import.meta.url),
    { package: input, current, school: options.school, today, mappings },
    (_step, rows) => {
      options.onRows(rows);
    },
  );
}

/** Checks an upload; the person may cancel. */
export async function runDry(
  desk: Desk,
  upload: Upload,
  compared: Compared,
  school: string | null,
): Promise<Result<DryRun, ErrorOf<'cancelled'>>> {
  desk.options.clearCancel();
  const running = startCheck(packageOf(upload), compared, {
    school,
    given: upload.given,
    onRows: (rows) => {
      desk.options.emit({ type: 'progress', task: 'roster-check', done: rows, total: null });
    },
  });
  const watch = setInterval(() => {
    if (desk.options.isCancelled()) running.cancel();
  }, 100);
  try {
    const result = await running.result;
    if (!result.ok) return err({ type: 'cancelled' });
    upload.run = result.value;
    upload.compared = compared;
    return result;
  } finally {
    clearInterval(watch);
  }
}

function packageOf(upload: Upload): PackageInput {
  return inputOf(
    upload.files.map(({ name, chunks }) => ({ name, bytes: Uint8Array.from(Buffer.concat(chunks)) })),
  );
}

/** One zip, or files. */
export function inputOf(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): PackageInput {
  const [only] = files;
  const isZip = files.length === 1 && only !== undefined && only.name.toLowerCase().endsWith('.zip');
  return isZip ? { kind: 'zip', bytes: only.bytes } : { kind: 'files', files };
}
