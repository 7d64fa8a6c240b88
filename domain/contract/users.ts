import { z } from 'zod';
import { accountRoles, roles } from '../access/policy.ts';
import { staffId, userId } from '../ids.ts';
import { procedure } from './procedure.ts';
import { windowLanguage } from './shared.ts';

const signedIn = ['signed-in'] as const;
const password = z.string().min(1).max(1024);

const activation = z.strictObject({
  /** Shown once. The user signs in with it within 24 hours and must then choose a password. */
  activationCode: z.string(),
  expiresAtMs: z.number(),
});

const accountFields = {
  displayName: z.string().trim().min(1).max(200),
  email: z.email().max(254),
  jobTitle: z.string().trim().max(100),
  role: z.enum(accountRoles),
  /** The roster's staff record whose classes are this user's own. */
  staff: staffId.nullable(),
};

/** Accounts of the school, and the signed-in user's own. */
export const userProcedures = {
  list: procedure({
    kind: 'query',
    summary: 'Lists the accounts of the school with role, state and last sign-in.',
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'list', record: 'account' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      users: z.array(
        z.strictObject({
          id: userId,
          username: z.string(),
          displayName: z.string(),
          email: z.string(),
          jobTitle: z.string(),
          role: z.enum(roles),
          staff: staffId.nullable(),
          staffName: z.string().nullable(),
          state: z.enum(['active', 'awaiting-activation', 'activation-expired', 'removed']),
          lockedUntilMs: z.number().nullable(),
          lastSignInMs: z.number().nullable(),
          isSelf: z.boolean(),
        }),
      ),
    }),
  }),
  staff: procedure({
    kind: 'query',
    summary: "Lists the roster's staff, to say whose classes an account teaches.",
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'list', record: 'account' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      staff: z.array(z.strictObject({ id: staffId, name: z.string(), classes: z.int() })),
    }),
  }),
  create: procedure({
    kind: 'command',
    summary: 'Makes an account and its activation code.',
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'create', record: 'account' },
    errors: ['username-taken', 'disk-full'],
    input: z.strictObject({ ...accountFields, username: z.string().trim().min(1).max(100) }),
    output: z.strictObject({ id: userId, ...activation.shape }),
  }),
  change: procedure({
    kind: 'command',
    summary: "Changes an account's name, e-mail, job title, role or classes.",
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'update', record: 'account' },
    errors: ['account-gone', 'last-administrator'],
    input: z.strictObject({ id: userId, ...accountFields }),
    output: z.strictObject({}),
  }),
  reset: procedure({
    kind: 'command',
    summary: "Ends an account's password, changes the store's master key and gives an activation code.",
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'rotate', record: 'account' },
    errors: ['account-gone', 'own-account', 'disk-full'],
    input: z.strictObject({ id: userId }),
    output: activation,
  }),
  remove: procedure({
    kind: 'command',
    summary:
      "Removes an account and changes the store's master key, so that an old copy no longer opens with it.",
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'delete', record: 'account' },
    errors: ['account-gone', 'own-account', 'last-administrator', 'disk-full'],
    input: z.strictObject({ id: userId }),
    output: z.strictObject({}),
  }),
  unlock: procedure({
    kind: 'command',
    summary: 'Lets an account that is locked after wrong passwords try again now.',
    states: signedIn,
    permission: 'users.manage',
    scope: 'school',
    audits: { action: 'update', record: 'account' },
    errors: ['account-gone', 'disk-full'],
    input: z.strictObject({ id: userId }),
    output: z.strictObject({}),
  }),
  changeOwnPassword: procedure({
    kind: 'command',
    summary: "Changes the user's own password; the present one is asked for again.",
    states: signedIn,
    permission: 'account.own',
    scope: 'self',
    limit: { max: 10, perMs: 600_000, per: 'user' },
    audits: { action: 'update', record: 'account' },
    errors: [
      'wrong-credentials',
      'locked-out',
      'attempts-damaged',
      'keychain-unavailable',
      'password-refused',
      'disk-full',
    ],
    input: z.strictObject({ present: password, next: password }),
    output: z.strictObject({}),
  }),
  changeOwnDisplay: procedure({
    kind: 'command',
    summary: "Keeps the user's own display settings.",
    states: signedIn,
    permission: 'account.own',
    scope: 'self',
    audits: { action: 'update', record: 'account' },
    errors: [],
    input: z.strictObject({
      density: z.enum(['compact', 'comfortable']),
      colorScheme: z.enum(['light', 'dark', 'auto']),
      /** Null: as this computer. */
      language: windowLanguage.nullable(),
    }),
    output: z.strictObject({}),
  }),
} as const;
