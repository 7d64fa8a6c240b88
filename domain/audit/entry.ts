import { z } from 'zod';
import { assert, err, ok, type Result } from '../result.ts';

/** What an entry says was done. `refuse` and `limit-tripped` are what the gate did, the rest what a person did. */
export const auditActions = [
  'view',
  'list',
  'create',
  'update',
  'delete',
  'purge',
  'export',
  'print',
  'sign-in',
  'sign-out',
  'refuse',
  'lookup-failed',
  'limit-tripped',
  'provision',
  'rotate',
  'restore',
  'recover',
  'support',
  'redact',
  'alarm',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** How the actor had signed in. `system`: the application itself, unasked; `none`: nobody was signed in. */
export const actorMethods = [
  'password',
  'totp',
  'passkey',
  'activation-code',
  'recovery-key',
  'system',
  'none',
] as const;
export type ActorMethod = (typeof actorMethods)[number];

export const maxSubjectsPerEntry = 64;

/** The prev of the first entry. */
export const zeroHash = '0'.repeat(64);

const opaqueId = z.string().regex(/^[0-9a-f]{32}$/);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
/** A word of ours, such as `own-classes`: too narrow for a sentence, a name with its capital, or a date. */
const code = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
  .max(40);
const counter = z.int().min(0);

/**
 * One audit entry (SECURITY §3): who did what to which record, from which desk and through which procedure, when.
 *
 * Every text is an opaque id, a hash or a machine code: a name, a health detail or free text does not fit (H8).
 * The keys stand in the order of RFC 8785, in which the parsed object keeps them; `parsedEntryToText` relies on it.
 */
export const auditEntry = z.strictObject({
  action: z.enum(auditActions),
  actor: z.strictObject({
    method: z.enum(actorMethods),
    /** The actor's role at that moment; null where nobody was signed in. */
    role: code.nullable(),
    user: opaqueId.nullable(),
  }),
  /** UTC milliseconds by the desk's clock, which may be wrong: order is `seq`, never this. */
  at: counter,
  /** Records that the whole request gave or changed. The parts of a split entry all carry the request's count. */
  count: counter,
  desk: opaqueId,
  incarnation: counter,
  /** `ok`, or `refused` or `error`, with the expected error's type after a colon. */
  outcome: z.string().regex(/^(?:ok|(?:refused|error)(?::[a-z][a-z0-9-]{0,39})?)$/),
  /** The leaf hash of the entry before. */
  prev: sha256Hex,
  /** `area.procedure` of the contract. */
  procedure: z.string().regex(/^[a-z][A-Za-z0-9-]{0,39}(?:\.[a-z][A-Za-z0-9-]{0,39})?$/),
  /** Why, as one of the codes that the screen offered. */
  reason: code.optional(),
  record: z.strictObject({
    /**
     * An opaque id; the SHA-256 of an export or of an audit head; or, in a `redact` entry, the first and last
     * seq (both included) of the entries whose bodies went.
     */
    id: z
      .string()
      .regex(/^(?:[0-9a-f]{32}|[0-9a-f]{64}|[0-9]{1,15}-[0-9]{1,15})$/)
      .nullable(),
    type: code,
  }),
  /** Shared by every entry of one call. */
  request: opaqueId,
  /** 16 random bytes: the leaf of a body that has been redacted cannot be guessed back. */
  salt: opaqueId,
  school: opaqueId,
  /** How far the actor's permission reached. */
  scope: code,
  /** From 0, without gaps. */
  seq: counter,
  /** The people concerned, by opaque id. */
  subjects: z.array(opaqueId).max(maxSubjectsPerEntry),
  v: z.literal(1),
});
export type AuditEntry = z.output<typeof auditEntry>;

/** What the caller knows of an entry; the log fills in the rest. Any number of subjects: the log splits. */
export type AuditDraft = Pick<
  AuditEntry,
  | 'actor'
  | 'action'
  | 'record'
  | 'subjects'
  | 'count'
  | 'scope'
  | 'procedure'
  | 'reason'
  | 'outcome'
  | 'request'
>;

/** What the log adds to a draft. */
export type AuditPosition = Pick<
  AuditEntry,
  'school' | 'desk' | 'incarnation' | 'seq' | 'prev' | 'at' | 'salt'
>;

/** Cuts a draft with more than 64 subjects into drafts of at most 64, all with the same request and count. */
export function splitDraft(draft: AuditDraft): readonly AuditDraft[] {
  if (draft.subjects.length <= maxSubjectsPerEntry) return [draft];
  const parts: AuditDraft[] = [];
  for (let start = 0; start < draft.subjects.length; start += maxSubjectsPerEntry) {
    parts.push({ ...draft, subjects: draft.subjects.slice(start, start + maxSubjectsPerEntry) });
  }
  return parts;
}

/**
 * The entry at its place in the log, and its canonical text: what is stored, hashed and exported.
 * Throws where the draft does not fit the format: nothing else may be logged.
 */
export function completeEntry(
  draft: AuditDraft,
  position: AuditPosition,
): { readonly entry: AuditEntry; readonly text: string } {
  const parsed = auditEntry.safeParse({ v: 1, ...draft, ...position });
  assert(
    parsed.success,
    `an audit draft does not fit the format at ${parsed.error?.issues.map((issue) => issue.path.join('.')).join(', ')}`,
  );
  return { entry: parsed.data, text: parsedEntryToText(parsed.data) };
}

export type EntryTextError = {
  readonly type: 'audit-entry-malformed';
  readonly reason: 'not-json' | 'wrong-shape' | 'not-canonical';
};

/**
 * Reads an entry back from its canonical text, and refuses every other way to write the same entry.
 * Errors: `audit-entry-malformed`.
 */
export function parseEntryText(text: string): Result<AuditEntry, EntryTextError> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err({ type: 'audit-entry-malformed', reason: 'not-json' });
  }
  const parsed = auditEntry.safeParse(json);
  if (!parsed.success) return err({ type: 'audit-entry-malformed', reason: 'wrong-shape' });
  if (parsedEntryToText(parsed.data) !== text)
    return err({ type: 'audit-entry-malformed', reason: 'not-canonical' });
  return ok(parsed.data);
}

/**
 * The RFC 8785 text of an entry that comes from the schema. Its keys stand in the right order there, all text is
 * ASCII and all numbers are whole, so this is what `canonicalize` gives, in a fifth of the time; a test holds them equal.
 */
function parsedEntryToText(entry: AuditEntry): string {
  return JSON.stringify(entry);
}
