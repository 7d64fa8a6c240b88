import type { AuditDraft } from '../../domain/audit/entry.ts';
import { checkpointNow } from '../../main/audit/checkpoints.ts';
import { redactEntries } from '../../db/audit/redact.ts';
import { draftOf, idOf, someMs, type AuditStore } from './audit-store.ts';

const actions = ['view', 'list', 'update', 'sign-in', 'refuse'] as const;

/** The draft of the n-th call of an invented school: different people, actions and outcomes in turn. */
export function numberedDraft(n: number): AuditDraft {
  const action = actions[n % actions.length] ?? 'view';
  const isList = action === 'list';
  const student = idOf(0x500 + (n % 7));
  return draftOf({
    actor:
      action === 'refuse'
        ? { user: null, role: null, method: 'none' }
        : { user: idOf(0x10 + (n % 3)), role: 'teacher', method: 'password' },
    action,
    record: action === 'sign-in' ? { type: 'session', id: null } : { type: 'student', id: student },
    subjects: isList ? [student, idOf(0x600)] : action === 'sign-in' ? [] : [student],
    count: isList ? 2 : 1,
    ...(action === 'update' && { reason: 'data-correction' }),
    outcome: action === 'refuse' ? 'refused:out-of-scope' : 'ok',
    request: idOf(0x9000 + n),
  });
}

/** Appends calls `first` to `last`, a second apart, and signs the head after every `signEvery`-th entry and at the end. */
export function appendCalls(store: AuditStore, first: number, last: number, signEvery: number): void {
  const { connection, db, log, signer } = store;
  connection.transaction(() => {
    for (let n = first; n <= last; n++) {
      log.append(db, numberedDraft(n), someMs + n * 1000);
      if (log.head(db).size % signEvery === 0) checkpointNow(db, log, signer, someMs + n * 1000);
    }
    checkpointNow(db, log, signer, someMs + last * 1000);
  })();
}

/** Redacts a range in one transaction, without signing. */
export function redactRange(store: AuditStore, first: number, last: number, atMs: number): void {
  const by = {
    actor: { user: idOf(0x10), role: 'school-administrator', method: 'password' },
    scope: 'school',
    procedure: 'audit.redact',
    reason: 'retention-ended',
    request: idOf(0x7777),
  } as const;
  store.connection.transaction(() => redactEntries(store.db, store.log, { first, last }, by, atMs))();
}
