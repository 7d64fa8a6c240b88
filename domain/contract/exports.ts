import { z } from 'zod';
import { classId, day, idOf } from '../ids.ts';
import { procedure } from './procedure.ts';
import { attendanceMode, countryPack } from './shared.ts';

const signedIn = ['signed-in'] as const;
const attendance = { states: signedIn, permission: 'attendance.export', scope: 'school' } as const;
const either = {
  states: signedIn,
  permission: ['roster.export', 'attendance.export'],
  scope: 'school',
} as const;

/** What the columns of a file say of people, as the catalogue of stored fields says it (B1). */
export const exportSensitivity = z.enum(['internal', 'personal', 'high']);

/** What somebody should know of a file before it leaves, with how many it concerns. */
const exportNote = z.enum([
  /** Made here and not by a roster: they have no roster id, so that a roster cannot hold them. */
  'students-made-here',
  /** 1.1 has no columns for preferred names. */
  'preferred-names-not-carried',
  /** 1.1 has no word for these. */
  'sex-not-carried',
  /** 1.1 has one role for a person; the second stands in an extension column. */
  'second-roles-in-extension',
  /** Registers in which nobody has said anything of a student. */
  'no-mark',
  /** Marks with a code that the pack does not know on that day. */
  'code-unknown',
  /** Marks whose code has no Ed-Fi descriptor, as the state decides what it counts as. */
  'code-without-descriptor',
  /** The school's number for the state is not known here, so that the roster's id stands in its place. */
  'school-id-of-roster',
]);

/** The id of a prepared export. */
const exportId = idOf<'export'>();

const prepared = z.strictObject({
  export: exportId,
  /** What lies in the file; one that is no archive holds one. */
  files: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.int(),
      columns: z.array(z.strictObject({ name: z.string(), sensitivity: exportSensitivity })),
    }),
  ),
  rows: z.int(),
  students: z.int(),
  /** Length and SHA-256 of what is in the file in clear. */
  bytes: z.int(),
  sha256: z.string(),
  notes: z.array(z.strictObject({ note: exportNote, count: z.int() })),
  /** For a roster: what our own checker says of it, and what importing it here would change. */
  readBack: z.strictObject({ refusals: z.int(), warnings: z.int(), changes: z.int() }).nullable(),
  /** For counts: the sums that have to hold, and how many do not. */
  checks: z.strictObject({ made: z.int(), failed: z.int() }).nullable(),
});

const written = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  rows: z.int(),
});

const reason = z.enum(['authority', 'transfer', 'other-system', 'own-evaluation', 'parent-request', 'other']);
/** Fresh proof that it is the signed-in user who asks. */
const password = z.string().min(1).max(1024);

const writeErrors = [
  'export-outdated',
  'cancelled',
  'keychain-unavailable',
  'wrong-credentials',
  'locked-out',
  'attempts-damaged',
  'folder-not-writable',
  'disk-full',
] as const;

/** Rosters and attendance as files for others: prepared and looked at first, then written for a receiver or in clear. */
export const exportProcedures = {
  choices: procedure({
    kind: 'query',
    summary:
      'Lists the school years, terms, year groups and classes that an export can be limited to; no student.',
    ...attendance,
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      country: countryPack,
      mode: attendanceMode,
      today: day,
      /** School years and terms, newest first, both days included; those that have begun. */
      ranges: z.array(z.strictObject({ title: z.string(), from: day, to: day })),
      grades: z.array(z.string()),
      classes: z.array(z.strictObject({ id: classId, title: z.string(), isHomeroom: z.boolean() })),
    }),
  }),
  prepareRoster: procedure({
    kind: 'command',
    summary:
      'Makes the OneRoster package in memory, reads it back, and says what it would hold; writes no file.',
    states: signedIn,
    permission: 'roster.export',
    scope: 'school',
    limit: { max: 60, perMs: 600_000, per: 'user' },
    audits: { action: 'list', record: 'roster' },
    errors: ['nothing-to-export', 'cancelled'],
    input: z.strictObject({ version: z.enum(['1.1', '1.2']) }),
    output: prepared,
  }),
  prepareAttendance: procedure({
    kind: 'command',
    summary:
      'Makes an attendance file in memory and says how many rows and students it would hold; writes no file.',
    ...attendance,
    limit: { max: 60, perMs: 600_000, per: 'user' },
    audits: { action: 'list', record: 'register' },
    errors: ['nothing-to-export', 'day-in-future', 'cancelled'],
    input: z
      .strictObject({
        /** `marks`: one row for each student and register. `ed-fi`: events. `counts`: sums by student and school. */
        format: z.enum(['marks', 'ed-fi', 'counts']),
        from: day,
        /** Inclusive. */
        to: day,
        /** Only students of this year group. */
        grade: z.string().max(40).nullable().default(null),
        /** Only the registers of this class. */
        class: classId.nullable().default(null),
        /** With the notes of the marks; in `marks` only. */
        notes: z.boolean().default(false),
        /** The state's number of the school, for Ed-Fi. */
        edFiSchoolId: z.int().positive().nullable().default(null),
      })
      .refine(({ from, to }) => from <= to, { path: ['to'] }),
    output: prepared,
  }),
  writeEncrypted: procedure({
    kind: 'command',
    summary: 'Writes a prepared export as an age file that only its receiver opens.',
    ...either,
    limit: { max: 10, perMs: 600_000, per: 'user' },
    audits: { action: 'export', record: 'school' },
    errors: [...writeErrors, 'recipient-invalid'],
    input: z.strictObject({
      export: exportId,
      receiver: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('key'), recipient: z.string().trim().max(200) }),
        z.strictObject({ kind: z.literal('passphrase'), passphrase: z.string().min(12).max(200) }),
      ]),
      reason,
      password,
    }),
    output: written,
  }),
  writePlain: procedure({
    kind: 'command',
    summary: 'Writes a prepared export in clear: whoever has the file can read it.',
    ...either,
    limit: { max: 10, perMs: 600_000, per: 'user' },
    audits: { action: 'export', record: 'school' },
    errors: writeErrors,
    /** Naming a prepared export is the first of the two steps: what it holds has been shown to the same user. */
    input: z.strictObject({ export: exportId, reason, password }),
    output: written,
  }),
  discard: procedure({
    kind: 'command',
    summary: 'Lets go what was prepared, and stops what is being prepared or written.',
    ...either,
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),
  history: procedure({
    kind: 'query',
    summary:
      'Lists the exports of the last year from the audit log; without the right to export rosters, only attendance.',
    ...either,
    audits: { action: 'list', record: 'audit' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      exports: z.array(
        z.strictObject({
          seq: z.int(),
          atMs: z.number(),
          by: z.string(),
          what: z.enum(['roster', 'register', 'school']),
          isPlain: z.boolean(),
          rows: z.int(),
          reason: z.string(),
          /** Of the file as it was written. */
          sha256: z.string(),
        }),
      ),
    }),
  }),
} as const;
