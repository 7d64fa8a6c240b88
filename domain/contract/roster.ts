import { z } from 'zod';
import { dateFormats, fileMapping, mappedFields } from '../roster/file-mapping.ts';
import { findingCodes } from '../roster/findings.ts';
import { rosterKinds } from '../roster/school-roster.ts';
import { procedure } from './procedure.ts';
import { page } from './shared.ts';

const signedIn = ['signed-in'] as const;
const shared = { states: signedIn, permission: 'roster.import', scope: 'school' } as const;

/** The upload that a review is about: random, lives in memory until applied, discarded or locked. */
const upload = z.string().regex(/^[0-9a-f]{32}$/);

/** The largest package that is taken, over all its files. */
export const maxUploadBytes = 512 * 1024 * 1024;
/** The largest piece of a file in one call. */
export const maxUploadChunkBytes = 1024 * 1024;

/** The files whose columns are ours, or for which ours are read at once. */
export const templateKinds = ['students', 'schedule', 'attendance', 'groups', 'groupMembers'] as const;

export const rosterKind = z.enum(rosterKinds);

const finding = z.strictObject({
  code: z.enum(findingCodes),
  severity: z.enum(['refuse', 'warning', 'information']),
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  expected: z.string().nullable(),
});

const difference = z.strictObject({
  kind: rosterKind,
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  revived: z.int(),
  same: z.int(),
});

/** What the import history counts: records of a roster, and marks of days gone by. */
const counted = difference.extend({ kind: z.enum([...rosterKinds, 'mark']) });

const missingPart = z.enum([...mappedFields, 'name', 'dateFormat', 'codes']);

/** A supplier's file: how its columns are read, with values to see whether that is right. */
const mappedFile = z.strictObject({
  file: z.string(),
  header: z.array(z.string()),
  rows: z.int(),
  mapping: fileMapping,
  /** Guessed: a person must confirm it. Remembered: this header has been confirmed before. */
  origin: z.enum(['guessed', 'remembered', 'confirmed']),
  /** What must be said before the file can be read. */
  missing: z.array(missingPart),
  /** In the order of the header: up to three values of each column. */
  samples: z.array(z.array(z.string())),
  /** In the order of the header: how every value of the column can be read as a date. */
  dateFormats: z.array(z.array(z.enum(dateFormats))),
  /** In the order of the header: the different values, where these are few. */
  codes: z.array(z.array(z.string())),
});

const check = z.strictObject({
  accepted: z.boolean(),
  /** What was uploaded, by its content. */
  source: z.enum(['oneroster', 'mapped', 'groups', 'attendance']),
  version: z.string().nullable(),
  mode: z.enum(['bulk', 'delta']).nullable(),
  findings: z.array(finding),
  /** How many findings there are when not all are listed. */
  findingCounts: z.strictObject({ refuse: z.int(), warning: z.int(), information: z.int() }),
  schools: z.array(
    z.strictObject({
      sourcedId: z.string(),
      name: z.string(),
      students: z.int(),
      /** True for the school that earlier imports took. */
      isOurs: z.boolean(),
    }),
  ),
  rows: z.record(z.string(), z.int()),
  /** Suppliers' files with how they are read; none for OneRoster. */
  files: z.array(mappedFile),
  /** False while a person must say how a file is read. */
  isMapped: z.boolean(),
  /** The school has no year yet, so that a list of students should bring its first and last day. */
  needsYear: z.boolean(),
  /** The school's attendance codes, for marks in other letters; only where the files hold marks. */
  ownCodes: z.array(z.strictObject({ code: z.string(), meaning: z.string() })),
});

/** Rows of a file of marks that are alike in why they are not taken, with the first of them. */
const heldBack = z.strictObject({
  rows: z.int(),
  examples: z.array(
    z.strictObject({
      file: z.string(),
      line: z.int(),
      day: z.string(),
      studentNumber: z.string(),
      session: z.string(),
      /** The code of the file, in the school's letters. */
      code: z.string(),
      /** The mark that stands; only where that is why. */
      standing: z.string().nullable(),
    }),
  ),
});

const watchedFolder = z.strictObject({
  folder: z.string().nullable(),
  /** `gone`: there is no such folder now. `unreadable`: it is there and cannot be read. */
  state: z.enum(['off', 'not-looked', 'ok', 'gone', 'unreadable']),
  lookedAtMs: z.number().nullable(),
  /** Drops that a person must look at, the newest of each kind of file. Their names are the files' own. */
  waiting: z.array(
    z.strictObject({
      file: z.string(),
      atMs: z.number(),
      reason: z.enum(['refused', 'warnings', 'removals', 'question']),
      /** Refusals or warnings, or how many would be removed. */
      count: z.int(),
    }),
  ),
  /** Files that the last look left alone, because they were written within the minute before it or still are. */
  fresh: z.int(),
});

/** Roster import: upload, check, map, review, apply. Nothing of the school is written before `apply` but how files are read. */
export const rosterProcedures = {
  begin: procedure({
    kind: 'command',
    summary: 'Opens an upload: a OneRoster package or suppliers’ lists, as one zip or as files.',
    ...shared,
    audits: null,
    errors: ['upload-too-large'],
    input: z.strictObject({
      files: z
        .array(z.strictObject({ name: z.string().min(1).max(255), bytes: z.int().min(0) }))
        .min(1)
        .max(200),
    }),
    output: z.strictObject({ upload }),
  }),
  append: procedure({
    kind: 'command',
    summary: 'Hands over the next piece of a file of the upload; it stays in memory.',
    ...shared,
    audits: null,
    errors: ['upload-gone', 'upload-too-large'],
    input: z.strictObject({
      upload,
      file: z.int().min(0).max(199),
      /** Base64 of at most `maxUploadChunkBytes`. */
      chunk: z.base64().max(Math.ceil(maxUploadChunkBytes / 3) * 4 + 4),
    }),
    output: z.strictObject({ receivedBytes: z.int() }),
  }),
  check: procedure({
    kind: 'command',
    summary:
      'Reads the uploaded package and says what was found and which schools are in it; writes nothing.',
    ...shared,
    audits: { action: 'view', record: 'roster' },
    errors: ['upload-gone', 'cancelled'],
    input: z.strictObject({ upload }),
    output: check,
  }),
  map: procedure({
    kind: 'command',
    summary:
      'Says how suppliers’ files of the upload are read, remembers it for their header rows, and checks them again.',
    ...shared,
    audits: { action: 'update', record: 'roster' },
    errors: ['upload-gone', 'cancelled'],
    input: z.strictObject({
      upload,
      files: z
        .array(z.strictObject({ file: z.string().min(1).max(255), mapping: fileMapping }))
        .min(1)
        .max(64),
    }),
    output: check,
  }),
  review: procedure({
    kind: 'command',
    summary: 'Compares the chosen school of the package with the store; writes nothing.',
    ...shared,
    audits: { action: 'view', record: 'roster' },
    errors: ['upload-gone', 'roster-refused', 'school-not-in-package', 'cancelled'],
    input: z.strictObject({ upload, school: z.string().max(255) }),
    output: z.strictObject({
      differences: z.array(difference),
      /** All changes that `apply` would write. */
      changes: z.int(),
      /** People who would leave; null when few enough to need no typed confirmation. */
      confirmRemoved: z.int().nullable(),
    }),
  }),
  rows: procedure({
    kind: 'query',
    summary: 'Shows rows of the review: what is new, and each changed field old and new.',
    ...shared,
    audits: { action: 'view', record: 'roster' },
    errors: ['upload-gone'],
    input: z.strictObject({
      upload,
      kind: rosterKind,
      change: z.enum(['added', 'changed', 'removed', 'revived']),
      page: page.prefault({}),
    }),
    output: z.strictObject({
      total: z.int(),
      rows: z.array(
        z.strictObject({
          sourcedId: z.string(),
          title: z.string(),
          fields: z.array(
            z.strictObject({
              field: z.string(),
              before: z.string().nullable(),
              after: z.string().nullable(),
            }),
          ),
        }),
      ),
    }),
  }),
  apply: procedure({
    kind: 'command',
    summary: 'Writes the reviewed changes in one transaction.',
    ...shared,
    audits: { action: 'update', record: 'roster' },
    errors: [
      'upload-gone',
      'roster-refused',
      'confirmation-needed',
      'review-outdated',
      'cancelled',
      'disk-full',
    ],
    input: z.strictObject({
      upload,
      /** The number that `review` gave as `confirmRemoved`, typed by the person; null where none was asked. */
      confirmRemoved: z.int().nullable(),
    }),
    output: z.strictObject({ applied: z.int(), differences: z.array(difference) }),
  }),
  reviewMarks: procedure({
    kind: 'command',
    summary: 'Compares marks of days gone by with those that stand; writes nothing.',
    ...shared,
    audits: { action: 'view', record: 'register' },
    errors: ['upload-gone', 'roster-refused', 'cancelled'],
    input: z.strictObject({ upload }),
    output: z.strictObject({
      /** Marks that `applyMarks` would write. */
      marks: z.int(),
      days: z.int(),
      students: z.int(),
      firstDay: z.string().nullable(),
      lastDay: z.string().nullable(),
      /** Rows that say what stands already. */
      same: z.int(),
      /** Rows whose code was told to be left out, or that have none. */
      leftOut: z.int(),
      /** Another mark stands and stays. */
      conflicts: heldBack,
      unknownStudents: heldBack,
      /** No school on that day. */
      closedDays: heldBack,
      /** The student has no such register on that day. */
      notExpected: heldBack,
      inFuture: heldBack,
      /** The code is not in use on that day or in that session. */
      codeRefused: heldBack,
    }),
  }),
  applyMarks: procedure({
    kind: 'command',
    summary:
      'Writes the marks that were reviewed as office marks, in one transaction; marks that stand stay.',
    ...shared,
    audits: { action: 'update', record: 'register' },
    errors: ['upload-gone', 'roster-refused', 'cancelled', 'disk-full'],
    input: z.strictObject({ upload }),
    output: z.strictObject({ applied: z.int() }),
  }),
  template: procedure({
    kind: 'command',
    summary: 'Writes an empty CSV file with the columns of one kind into the exports folder.',
    ...shared,
    audits: { action: 'export', record: 'roster' },
    errors: ['disk-full', 'folder-not-writable'],
    input: z.strictObject({ kind: z.enum(templateKinds) }),
    output: z.strictObject({ path: z.string() }),
  }),
  watched: procedure({
    kind: 'query',
    summary: 'Says which folder of this computer is watched for rosters, and what waits there.',
    ...shared,
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: watchedFolder,
  }),
  watch: procedure({
    kind: 'command',
    summary: 'Chooses the folder of this computer that is watched for rosters, or stops watching.',
    ...shared,
    audits: { action: 'update', record: 'roster' },
    errors: ['folder-unreadable'],
    input: z.strictObject({ folder: z.string().trim().min(1).max(1000).nullable() }),
    output: watchedFolder,
  }),
  lookNow: procedure({
    kind: 'command',
    summary: 'Looks into the watched folder now, as it happens at sign-in and each hour.',
    ...shared,
    audits: { action: 'view', record: 'roster' },
    errors: [],
    input: z.strictObject({}),
    output: watchedFolder,
  }),
  openDrop: procedure({
    kind: 'command',
    summary: 'Opens a file that waits in the watched folder as an upload, to be checked and reviewed.',
    ...shared,
    audits: { action: 'view', record: 'roster' },
    errors: ['drop-gone'],
    input: z.strictObject({ file: z.string().min(1).max(255) }),
    output: z.strictObject({ upload }),
  }),
  putDropAside: procedure({
    kind: 'command',
    summary: 'Takes a waiting file off the list; the file itself stays where it is.',
    ...shared,
    audits: { action: 'update', record: 'roster' },
    errors: [],
    input: z.strictObject({ file: z.string().min(1).max(255) }),
    output: z.strictObject({}),
  }),
  discard: procedure({
    kind: 'command',
    summary: 'Forgets the upload and stops work on it.',
    ...shared,
    audits: null,
    errors: [],
    input: z.strictObject({ upload }),
    output: z.strictObject({}),
  }),
  history: procedure({
    kind: 'query',
    summary: 'Lists the imports that were applied, with their counts.',
    ...shared,
    audits: { action: 'list', record: 'roster' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      imports: z.array(
        z.strictObject({
          atMs: z.number(),
          by: z.string(),
          /** The application applied a drop of the watched folder itself; `by` is empty then. */
          isAutomatic: z.boolean(),
          /** OneRoster's version, or what the files were. */
          version: z.string(),
          mode: z.string(),
          differences: z.array(counted),
        }),
      ),
    }),
  }),
} as const;
