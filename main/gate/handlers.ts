import type {
  AreaName,
  Contract,
  OutputOf,
  OwnErrorOf,
  ParsedInputOf,
} from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import type { Result } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import type { CommandUnit, QueryUnit } from './unit.ts';

/** What the gate writes on the audit row beside what the contract and the session say. */
export interface AuditFacts {
  /** Opaque ids of the people concerned. */
  readonly subjects?: readonly string[];
  /** Records given or changed; the number of subjects where it is left out. */
  readonly count?: number;
  /** The one record concerned, where there is one: an opaque id. */
  readonly recordId?: string;
  /** Why, as one of the codes that the screen offered. */
  readonly reason?: string;
}

/** A handler's good end: the value, and whom it concerned. */
export type Answer<T> = { readonly ok: true; readonly value: T } & AuditFacts;

export function answer<T>(value: T, facts: AuditFacts = {}): Answer<T> {
  return { ok: true, value, ...facts };
}

/** A handler's expected error; the facts name the record that was asked for. */
export type Refusal<E> = { readonly ok: false; readonly error: E } & AuditFacts;

export function refuse<E>(error: E, facts: AuditFacts = {}): Refusal<E> {
  return { ok: false, error, ...facts };
}

export type Outcome<T, E> = Answer<T> | Refusal<E>;

/**
 * `out-of-scope` may always be answered: the record is not there, or not within the caller's reach. So may `locked`:
 * the user locked the desk while slow work went on.
 */
export type ErrorsOf<P extends Procedure> = OwnErrorOf<P> | ErrorOf<'out-of-scope' | 'locked'>;

type UnitOf<P extends Procedure> = P['kind'] extends 'query' ? QueryUnit : CommandUnit;

/** Runs in one unit: a transaction with its audit row. Synchronous, so that nothing waits inside a transaction. */
export interface UnitHandler<P extends Procedure> {
  readonly runs: 'in-unit';
  run(unit: UnitOf<P>, input: ParsedInputOf<P>): Outcome<OutputOf<P>, ErrorsOf<P>>;
}

/**
 * A unit with slow work around it that needs no store: before it (Argon2, parsing), and after its commit (writing a
 * file). Permission and limit are checked before `prepare`; an error of `prepare` is audited.
 */
export interface PhasedHandler<P extends Procedure, Prepared, Value> {
  readonly runs: 'in-phases';
  /** It changes who may open the store: such calls take turns, or one would write over what another has just written. */
  readonly changesVault?: true;
  prepare(desk: Desk, input: ParsedInputOf<P>): Promise<Result<Prepared, ErrorsOf<P>>>;
  run(unit: UnitOf<P>, input: ParsedInputOf<P>, prepared: Prepared): Outcome<Value, ErrorsOf<P>>;
  /** What it gives is the answer. */
  finish(
    desk: Desk,
    value: Value,
    input: ParsedInputOf<P>,
    prepared: Prepared,
  ): Promise<Result<OutputOf<P>, ErrorsOf<P>>>;
}

/** Checks the three phases against each other. */
export function inPhases<P extends Procedure, Prepared, Value>(
  handler: Omit<PhasedHandler<P, Prepared, Value>, 'runs'>,
): PhasedHandler<P, unknown, unknown> {
  const phased: PhasedHandler<P, Prepared, Value> = { runs: 'in-phases', ...handler };
  return phased;
}

/**
 * For what changes the desk's own state: sign-in, locking, recovery, restore. It writes its audit row, or its journal
 * entry while no store is open, itself, before it gives an answer.
 */
export interface DeskHandler<P extends Procedure> {
  readonly runs: 'on-desk';
  /** `windowId` is the document that calls: a session that begins is bound to it. */
  call(
    desk: Desk,
    input: ParsedInputOf<P>,
    windowId: string,
  ): Promise<Result<OutputOf<P>, ErrorsOf<P> | ErrorOf<'audit-unavailable'>>>;
}

export type HandlerFor<P extends Procedure> =
  UnitHandler<P> | PhasedHandler<P, unknown, unknown> | DeskHandler<P>;

/** A handler for every procedure of an area: a missing one does not compile. */
export type AreaHandlers<A extends AreaName> = {
  readonly [P in keyof Contract[A]]: Contract[A][P] extends Procedure ? HandlerFor<Contract[A][P]> : never;
};

export type Handlers = { readonly [A in AreaName]: AreaHandlers<A> };
