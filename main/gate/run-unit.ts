import type { AuditDraft } from '../../domain/audit/entry.ts';
import type { ExpectedError, Result } from '../../domain/result.ts';
import type { OpenSchool } from '../desk/desk.ts';
import type { Outcome } from './handlers.ts';

/** The audit row could not be written: nothing was read, nothing was written, nothing leaves (R4). */
export class AuditFailure extends Error {
  readonly reason: 'disk-full' | 'not-writable';

  constructor(cause: unknown) {
    super('The audit log cannot be written', { cause });
    this.reason = sqliteCode(cause)?.startsWith('SQLITE_FULL') ? 'disk-full' : 'not-writable';
  }
}

/** The error code that SQLite gave, where the error is SQLite's. */
export function sqliteCode(cause: unknown): string | undefined {
  return cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    cause.code.startsWith('SQLITE_')
    ? cause.code
    : undefined;
}

/**
 * Runs `run` and appends its audit row in one transaction.
 *
 * `run` is a savepoint: an expected error rolls back to it, and its audit row commits all the same. A bug, or an
 * append that fails, rolls everything back. With no audit row and nothing written the transaction only reads.
 */
export function runUnit(
  open: OpenSchool,
  nowMs: number,
  steps: {
    readonly run: () => Outcome<unknown, ExpectedError>;
    readonly audit: (outcome: Outcome<unknown, ExpectedError>) => AuditDraft | null;
  },
): Result<unknown, ExpectedError> {
  const { transaction, auditLog, unitParts } = open;
  try {
    // A store that can only be read refuses here already.
    transaction.begin();
    transaction.savepoint();
    const outcome = steps.run();
    if (outcome.ok) transaction.release();
    else {
      transaction.rollbackToSavepoint();
      unitParts.changes.reset();
    }
    const draft = steps.audit(outcome);
    try {
      if (draft !== null) auditLog.append(unitParts.db, draft, nowMs);
      transaction.commit();
    } catch (cause) {
      throw new AuditFailure(cause);
    }
    open.afterCommit(nowMs);
    return outcome.ok ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error };
  } catch (cause) {
    transaction.rollback();
    unitParts.changes.reset();
    // A full disk may strike at the first write as well as at the audit row: for the caller it is the same.
    const code = sqliteCode(cause);
    if (
      code !== undefined &&
      (code.startsWith('SQLITE_FULL') ||
        code.startsWith('SQLITE_READONLY') ||
        code.startsWith('SQLITE_IOERR'))
    ) {
      throw new AuditFailure(cause);
    }
    throw cause;
  }
}
