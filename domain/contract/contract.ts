import type { z } from 'zod';
import type { Result } from '../result.ts';
import { absenceProcedures } from './absence.ts';
import { attendanceProcedures } from './attendance.ts';
import { auditProcedures } from './audit.ts';
import { backupProcedures } from './backup.ts';
import { counterProcedures } from './counter.ts';
import { deskProcedures } from './desk.ts';
import type { ErrorOf, GateError } from './errors.ts';
import type { Procedure } from './procedure.ts';
import { exportProcedures } from './exports.ts';
import { rosterProcedures } from './roster.ts';
import { securityProcedures } from './security.ts';
import { studentProcedures } from './students.ts';
import { syncProcedures } from './sync.ts';
import { userProcedures } from './users.ts';

/** Every procedure that the window may call, once, by area. */
export const contract = {
  desk: deskProcedures,
  students: studentProcedures,
  attendance: attendanceProcedures,
  counter: counterProcedures,
  absence: absenceProcedures,
  users: userProcedures,
  roster: rosterProcedures,
  audit: auditProcedures,
  backup: backupProcedures,
  exports: exportProcedures,
  security: securityProcedures,
  sync: syncProcedures,
} as const satisfies Record<string, Record<string, Procedure>>;

export type Contract = typeof contract;
export type AreaName = keyof Contract;

/** What a caller may send: defaults may be left out. */
export type InputOf<P extends Procedure> = z.input<P['input']>;
/** What a handler receives: parsed, defaults filled in. */
export type ParsedInputOf<P extends Procedure> = z.output<P['input']>;
export type OutputOf<P extends Procedure> = z.output<P['output']>;
/** The expected errors that the procedure's own code may answer with. */
export type OwnErrorOf<P extends Procedure> = ErrorOf<P['errors'][number]>;
export type ReplyOf<P extends Procedure> = Result<OutputOf<P>, OwnErrorOf<P> | GateError>;

/** The window's view of the contract: `api.students.card({ student })`. */
export type Api = {
  readonly [A in AreaName]: {
    readonly [P in keyof Contract[A]]: Contract[A][P] extends Procedure
      ? (input: InputOf<Contract[A][P]>) => Promise<ReplyOf<Contract[A][P]>>
      : never;
  };
};

/** The procedure of that name, or undefined: names from the window are not trusted. */
export function findProcedure(area: string, name: string): Procedure | undefined {
  const areas: Record<string, Record<string, Procedure>> = contract;
  const procedures = Object.hasOwn(areas, area) ? areas[area] : undefined;
  return procedures !== undefined && Object.hasOwn(procedures, name) ? procedures[name] : undefined;
}
