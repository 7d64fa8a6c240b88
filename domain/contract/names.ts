import type { Contract } from './contract.ts';

/**
 * The names of the contract without its schemas, so that the preload does not carry zod (1.4 kB against 175 kB).
 * A test holds it equal to the contract.
 */
export const procedureNames = {
  desk: [
    'status',
    'prepareSchool',
    'createSchool',
    'createSample',
    'chooseSchool',
    'signIn',
    'chooseNewPassword',
    'lock',
    'stayActive',
    'recover',
    'recoverAdministrator',
  ],
  students: [
    'find',
    'list',
    'filters',
    'card',
    'attendance',
    'contacts',
    'identity',
    'change',
    'changeGuardian',
    'accessRecord',
  ],
  attendance: ['registers', 'register', 'mark', 'take', 'today', 'codes', 'calendar', 'setClosure'],
  users: [
    'list',
    'staff',
    'create',
    'change',
    'reset',
    'remove',
    'unlock',
    'changeOwnPassword',
    'changeOwnDisplay',
  ],
  roster: ['begin', 'append', 'check', 'review', 'rows', 'apply', 'discard', 'history'],
  audit: ['list', 'entry', 'people', 'head', 'verify', 'exportBundle'],
  backup: ['status', 'make', 'inspect', 'listForRestore', 'restore', 'exportSchool'],
  security: ['status'],
} as const satisfies { readonly [A in keyof Contract]: readonly (keyof Contract[A])[] };
