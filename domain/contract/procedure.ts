import type { z } from 'zod';
import type { Permission } from '../access/policy.ts';
import type { AuditAction } from '../audit/entry.ts';
import type { ErrorType } from './errors.ts';

/**
 * What the desk is doing. `no-school`: nothing on this computer yet. `locked`: a school is chosen, its store closed.
 * `recovered`: opened with the recovery key. `must-change-password`: signed in with an activation code.
 */
export const deskStates = ['no-school', 'locked', 'recovered', 'must-change-password', 'signed-in'] as const;
export type DeskState = (typeof deskStates)[number];

/** The kinds of record an audit row may name. Never a name, a condition or free text. */
export type AuditRecordType =
  | 'session'
  | 'account'
  | 'student'
  | 'guardian'
  | 'saved-list'
  | 'register'
  | 'absence'
  | 'calendar'
  | 'roster'
  | 'audit'
  | 'backup'
  | 'drill'
  | 'school'
  | 'security'
  | 'sync'
  | 'conflict';

/** At most `max` calls in `perMs` milliseconds, counted for this desk or for the signed-in user. */
export interface RateLimit {
  readonly max: number;
  readonly perMs: number;
  readonly per: 'desk' | 'user';
}

/**
 * One line of the contract. From it come the preload's names, the renderer's typed client, the access matrix and
 * the access-point inventory; the gate enforces every field of it.
 */
export interface Procedure {
  readonly kind: 'query' | 'command';
  /** One sentence for the inventory of access points (B2). */
  readonly summary: string;
  readonly states: readonly DeskState[];
  /**
   * The permission a signed-in user needs, or several of which the first that the role has counts; null where the
   * desk state alone decides.
   */
  readonly permission: Permission | readonly Permission[] | null;
  /**
   * What the permission's reach is applied to: `students` and `classes` get a filter that every query takes;
   * `school` needs a reach over the whole school; `self` touches the caller's own account only; `none` no record.
   */
  readonly scope: 'students' | 'classes' | 'school' | 'self' | 'none';
  readonly limit?: RateLimit;
  /** The audit row of a call; null only for what reads and changes nothing that belongs to the school. */
  readonly audits: { readonly action: AuditAction; readonly record: AuditRecordType } | null;
  readonly errors: readonly ErrorType[];
  readonly input: z.ZodType;
  /** Strict: a field it does not name never leaves the main process. */
  readonly output: z.ZodType;
}

/** Keeps each definition's literal types while checking its shape. */
export function procedure<const P extends Procedure>(definition: P): P {
  return definition;
}
