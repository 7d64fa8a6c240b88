import { z } from 'zod';
import { roles } from '../access/policy.ts';
import { auditFindings } from '../audit/verify.ts';
import { studentId, userId } from '../ids.ts';
import { procedure } from './procedure.ts';

const shared = { states: ['signed-in'], permission: 'audit.read', scope: 'school' } as const;

const entry = z.strictObject({
  seq: z.int(),
  atMs: z.number(),
  user: userId.nullable(),
  /** The account's name as it is now; entries themselves hold the opaque id only. */
  userName: z.string(),
  role: z.enum(roles).nullable(),
  action: z.string(),
  record: z.string(),
  /** Null when the entry concerns no student or more than one. */
  student: studentId.nullable(),
  /** The student's name, for a reader who may also open the card. */
  studentName: z.string().nullable(),
  count: z.int(),
  procedure: z.string(),
  desk: z.string(),
  outcome: z.string(),
});

/** The audit log: reading it is itself on the log. */
export const auditProcedures = {
  list: procedure({
    kind: 'query',
    summary: 'Lists audit entries by time, user, student, action and procedure, newest first.',
    ...shared,
    audits: { action: 'list', record: 'audit' },
    errors: [],
    input: z.strictObject({
      /** UTC milliseconds, `fromMs` included, `toMs` not. */
      fromMs: z.number().nullable().default(null),
      toMs: z.number().nullable().default(null),
      user: userId.nullable().default(null),
      student: studentId.nullable().default(null),
      action: z.string().max(40).nullable().default(null),
      record: z.string().max(40).nullable().default(null),
      outcome: z.enum(['ok', 'refused', 'error']).nullable().default(null),
      /** Entries before this sequence number; null for the newest. */
      before: z.int().nullable().default(null),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.strictObject({ entries: z.array(entry), more: z.boolean() }),
  }),
  entry: procedure({
    kind: 'query',
    summary: 'Shows one audit entry as it is written, with its leaf hash.',
    ...shared,
    audits: { action: 'view', record: 'audit' },
    errors: ['out-of-scope'],
    input: z.strictObject({ seq: z.int().min(0) }),
    output: z.strictObject({ json: z.string(), leafHash: z.string() }),
  }),
  people: procedure({
    kind: 'query',
    summary: 'Lists the accounts that the log can be filtered by, removed ones too.',
    ...shared,
    audits: { action: 'list', record: 'account' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({ users: z.array(z.strictObject({ id: userId, displayName: z.string() })) }),
  }),
  head: procedure({
    kind: 'query',
    summary:
      "Says how long the log is, its root, when it was last signed and how far it is witnessed; holds nobody's data.",
    ...shared,
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      size: z.int(),
      root: z.string(),
      checkpointSize: z.int().nullable(),
      checkpointAtMs: z.number().nullable(),
      publicKey: z.string(),
      /** The key of the school's witness as `name+keyid+base64`; null where the school has no server. */
      witnessKey: z.string().nullable(),
      /** Entries that a witness has countersigned. */
      witnessedTo: z.int(),
      isWitnessLate: z.boolean(),
    }),
  }),
  verify: procedure({
    kind: 'command',
    summary: 'Recomputes the whole log and compares it with its signed and countersigned checkpoints.',
    ...shared,
    audits: { action: 'view', record: 'audit' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      verdict: z.string(),
      /** What is wrong; null where nothing is. */
      finding: z.enum(auditFindings).nullable(),
      size: z.int(),
      firstBadSeq: z.int().nullable(),
      root: z.string(),
      /** Entries whose countersignature by the school's witness holds; null where the school has no server. */
      witnessedTo: z.int().nullable(),
    }),
  }),
  exportBundle: procedure({
    kind: 'command',
    summary: 'Writes the log as a bundle that an auditor verifies offline with one command.',
    ...shared,
    audits: { action: 'export', record: 'audit' },
    errors: ['folder-not-writable', 'disk-full'],
    input: z.strictObject({}),
    output: z.strictObject({
      path: z.string(),
      entries: z.int(),
      sha256: z.string(),
      /** How many of the entries bear the countersignature of a witness. */
      witnessedTo: z.int(),
    }),
  }),
} as const;
