import { z, type ZodError } from 'zod';
import { reachOf, type Permission, type Reach } from '../../domain/access/policy.ts';
import { resolveScope } from '../../domain/access/scope.ts';
import type { AuditAction, AuditDraft } from '../../domain/audit/entry.ts';
import { findProcedure } from '../../domain/contract/contract.ts';
import type { GateError } from '../../domain/contract/errors.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import { assert, err, ok, type ExpectedError, type Result } from '../../domain/result.ts';
import type { Desk, OpenSchool, Session } from '../desk/desk.ts';
import type { AuditFacts, Handlers, HandlerFor, Outcome, PhasedHandler } from './handlers.ts';
import { AuditFailure, runUnit } from './run-unit.ts';
import type { CommandUnit } from './unit.ts';

/** One call as the window hands it over; nothing in it is trusted. */
export interface GateCall {
  readonly area: string;
  readonly procedure: string;
  readonly input: unknown;
  readonly windowId: string;
  readonly sender: 'own-window' | 'refused';
}

export type GateReply = Result<unknown, ExpectedError>;

export interface Gate {
  /** Answers one call. Never rejects: a bug is logged without its data and answered as `internal`. */
  call(call: GateCall): Promise<GateReply>;
}

/**
 * The only caller of procedures. In order: sender, desk state and session, permission, limit, input, unit.
 *
 * A procedure runs inside a transaction together with its audit row; when the row cannot be written everything is
 * rolled back and nothing leaves (R4). Refusals are audited too: on the log where a store is open, else in the journal.
 */
export function createGate(desk: Desk, handlers: Handlers): Gate {
  async function call(request: GateCall): Promise<GateReply> {
    const name = `${request.area}.${request.procedure}`;
    const procedure = findProcedure(request.area, request.procedure);
    if (request.sender !== 'own-window') {
      return refuseOutside(desk, procedure === undefined ? 'gate.unknown' : name, { type: 'sender-refused' });
    }
    if (procedure === undefined) return refuseOutside(desk, 'gate.unknown', { type: 'unknown-procedure' });

    await desk.endSessionIfOver(request.windowId);
    const state = desk.state;
    if (!procedure.states.includes(state)) {
      const error: GateError = state === 'locked' ? { type: 'locked' } : { type: 'wrong-state', state };
      return refuseOutside(desk, name, error);
    }

    const session = desk.session;
    const permitted = permissionOf(procedure, session);
    if (!permitted.ok) return refuseOutside(desk, name, permitted.error);

    const limited = desk.countCall(name, procedure.limit);
    if (!limited.ok) return refuseOutside(desk, name, limited.error, 'limit-tripped');

    const input = procedure.input.safeParse(request.input);
    if (!input.success) return refuseOutside(desk, name, badInput(input.error));

    if (request.area !== 'desk' || request.procedure !== 'status') desk.touchSession();
    const handler = handlerOf(handlers, request.area, request.procedure);
    if (handler.runs === 'on-desk') {
      const result = await handler.call(desk, input.data, request.windowId);
      return result.ok ? checkOutput(procedure, name, result.value) : result;
    }
    assert(session !== null && desk.open !== null, 'a unit needs an open school and a session');
    const context: CallContext = { desk, open: desk.open, session, procedure, name, ...permitted.value };
    if (handler.runs === 'in-unit') {
      return inUnit(context, (unit) => handler.run(unit, input.data));
    }
    if (handler.changesVault !== true) return inPhases(context, handler, input.data);
    return desk.inTurn(async () => {
      // The turn before may have changed the master key, and with it the open store; or the user has locked the desk.
      if (desk.open === null || desk.session !== session) return err({ type: 'locked' });
      return inPhases({ ...context, open: desk.open }, handler, input.data);
    });
  }

  return {
    async call(request) {
      try {
        const reply = await call(request);
        // Whatever a command has written waits for the server now.
        if (reply.ok && findProcedure(request.area, request.procedure)?.kind === 'command')
          desk.sync.noteChange();
        return reply;
      } catch (cause) {
        if (cause instanceof AuditFailure) {
          desk.noteAuditFailure(cause.reason);
          return err({ type: 'audit-unavailable', reason: cause.reason });
        }
        return err({ type: 'internal', reference: desk.reportBug(cause) });
      }
    },
  };
}

interface CallContext {
  readonly desk: Desk;
  readonly open: OpenSchool;
  readonly session: Session;
  readonly procedure: Procedure;
  readonly name: string;
  readonly granted: Permission | null;
  readonly reach: Reach | 'none';
}

function inUnit(
  context: CallContext,
  run: (unit: CommandUnit) => Outcome<unknown, ExpectedError>,
): GateReply {
  const { desk, open, session, procedure, name, granted, reach } = context;
  const nowMs = desk.now();
  const today = desk.dayAt(nowMs);
  const unit: CommandUnit = {
    ...open.unitParts,
    changes: {
      ...open.unitParts.changes,
      write: (aggregate, build) => {
        open.unitParts.changes.write(aggregate, build, session.actor.user);
      },
    },
    scope: resolveScope(reach, session.actor.staff, today),
    actor: session.actor,
    granted,
    nowMs,
    today,
    random: desk.random,
    isCancelled: desk.options.isCancelled,
    onProgress: desk.options.emit,
    signingKeys() {
      assert(session.keys !== null, 'a signed-in user has signing keys');
      return session.keys.signing;
    },
  };
  return runUnit(open, nowMs, {
    run: () => {
      const outcome = run(unit);
      if (!outcome.ok) return outcome;
      const output = checkOutput(procedure, name, outcome.value);
      return output.ok ? { ...outcome, value: output.value } : output;
    },
    audit: (outcome) => auditOf(context, outcome),
  });
}

async function inPhases(
  context: CallContext,
  handler: PhasedHandler<Procedure, unknown, unknown>,
  input: unknown,
): Promise<GateReply> {
  const { desk, open, session, procedure, name } = context;
  const prepared = await handler.prepare(desk, input);
  // Work before the unit takes time: the user may have locked the desk meanwhile.
  if (desk.open !== open || desk.session !== session) return err({ type: 'locked' });
  if (!prepared.ok) {
    const { error } = prepared;
    runUnit(open, desk.now(), {
      run: () => ({ ok: false, error }),
      audit: (outcome) => auditOf(context, outcome),
    });
    return prepared;
  }
  let value: unknown;
  const reply = inUnitUnchecked(context, (unit) => {
    const outcome = handler.run(unit, input, prepared.value);
    if (outcome.ok) value = outcome.value;
    return outcome;
  });
  if (!reply.ok) return reply;
  const finished = await handler.finish(desk, value, input, prepared.value);
  return finished.ok ? checkOutput(procedure, name, finished.value) : finished;
}

/** For phases: the unit's value stays inside the main process, so only the last phase's answer meets the schema. */
function inUnitUnchecked(
  context: CallContext,
  run: (unit: CommandUnit) => Outcome<unknown, ExpectedError>,
): GateReply {
  const internal: Procedure = { ...context.procedure, output: anything };
  return inUnit({ ...context, procedure: internal }, run);
}

const anything = z.unknown();

function permissionOf(
  procedure: Procedure,
  session: Session | null,
): Result<{ granted: Permission | null; reach: Reach | 'none' }, GateError> {
  if (procedure.permission === null || session === null) return ok({ granted: null, reach: 'none' });
  const asked = typeof procedure.permission === 'string' ? [procedure.permission] : procedure.permission;
  for (const permission of asked) {
    const reach = reachOf(session.actor.role, permission);
    if (reach === undefined) continue;
    if (procedure.scope === 'school' && reach !== 'school') continue;
    return ok({ granted: permission, reach });
  }
  return err({ type: 'permission-refused', permission: asked.join(' or ') });
}

/** Writes the refusal where it can be written and answers it; when it cannot be written the answer says only that. */
function refuseOutside(
  desk: Desk,
  name: string,
  error: GateError,
  action: AuditAction = 'refuse',
): GateReply {
  const { open, session } = desk;
  if (open === null || session === null) {
    desk.noteInJournal({ kind: action === 'limit-tripped' ? 'limit-tripped' : 'refuse', code: error.type });
    return err(error);
  }
  const draft: AuditDraft = {
    actor: { user: session.actor.user, role: session.actor.role, method: session.actor.method },
    action,
    record: { type: 'procedure', id: null },
    subjects: [],
    count: 0,
    scope: 'none',
    procedure: name,
    outcome: `refused:${error.type}`,
    request: desk.newRequestId(),
  };
  runUnit(open, desk.now(), { run: () => ({ ok: true, value: null }), audit: () => draft });
  return err(error);
}

function auditOf(context: CallContext, outcome: Outcome<unknown, ExpectedError>): AuditDraft | null {
  const { procedure, session, desk, name, reach } = context;
  if (procedure.audits === null && outcome.ok) return null;
  const facts: AuditFacts = outcome;
  const subjects = [...(facts.subjects ?? [])];
  return {
    actor: { user: session.actor.user, role: session.actor.role, method: session.actor.method },
    action: outcome.ok
      ? (procedure.audits?.action ?? 'view')
      : outcome.error.type === 'out-of-scope'
        ? 'refuse'
        : (procedure.audits?.action ?? 'view'),
    record: { type: procedure.audits?.record ?? 'procedure', id: facts.recordId ?? null },
    subjects,
    count: outcome.ok ? (facts.count ?? subjects.length) : 0,
    scope: reach,
    procedure: name,
    outcome: outcome.ok
      ? 'ok'
      : outcome.error.type === 'out-of-scope'
        ? 'refused:out-of-scope'
        : `error:${outcome.error.type}`,
    request: desk.newRequestId(),
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
  };
}

/** A field that the contract does not name, or a value of another shape, is a bug: it throws, and the unit rolls back. */
function checkOutput(procedure: Procedure, name: string, value: unknown): Result<unknown, never> {
  const parsed = procedure.output.safeParse(value);
  assert(
    parsed.success,
    `${name} answered outside its contract at ${parsed.success ? '' : pathsOf(parsed.error)}`,
  );
  return ok(parsed.data);
}

function pathsOf(error: ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`).join(', ');
}

function badInput(error: ZodError): GateError {
  return {
    type: 'bad-input',
    fields: error.issues.slice(0, 20).map((issue) => ({ path: issue.path.join('.'), problem: issue.code })),
  };
}

function handlerOf(handlers: Handlers, area: string, procedure: string): HandlerFor<Procedure> {
  const byName: Record<string, Record<string, unknown>> = handlers;
  const handler = byName[area]?.[procedure];
  assert(handler !== undefined, `${area}.${procedure} has a handler`);
  // The table of handlers has been checked against the contract, procedure by procedure; by name that is lost.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return handler as HandlerFor<Procedure>;
}
