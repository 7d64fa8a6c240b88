import { z } from 'zod';
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

export const rosterKind = z.enum(rosterKinds);

const finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['refuse', 'warning', 'information']),
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  message: z.string(),
  whatToDo: z.string(),
});

const difference = z.strictObject({
  kind: rosterKind,
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  revived: z.int(),
  same: z.int(),
});

/** Roster import: upload, check, review, apply. Nothing is written before `apply`. */
export const rosterProcedures = {
  begin: procedure({
    kind: 'command',
    summary: 'Opens an upload of a OneRoster package: one zip, or the files of a folder.',
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
    output: z.strictObject({
      accepted: z.boolean(),
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
    }),
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
          version: z.string(),
          mode: z.string(),
          differences: z.array(difference),
        }),
      ),
    }),
  }),
} as const;
