import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Role } from '../../domain/access/policy.ts';
import { describe, internal, personal } from '../catalogue.ts';
import { idColumn } from '../columns.ts';
import { school } from '../school/schema.ts';

/** Accounts: a name, an address, a role, and nothing else (H6). Keys and password hashes are in the vault, not here. */
export const account = describe(
  sqliteTable('account', {
    id: idColumn<'user'>('id').primaryKey(),
    school: idColumn<'school'>('school')
      .notNull()
      .references(() => school.id),
    username: text('username').notNull(),
    displayName: text('display_name').notNull(),
    email: text('email').notNull(),
    jobTitle: text('job_title').notNull(),
    role: text('role').$type<Role>().notNull(),
    staff: idColumn<'staff'>('staff'),
    state: text('state').$type<'active' | 'awaiting-activation' | 'removed'>().notNull(),
    activationExpiresAtMs: integer('activation_expires_at_ms'),
    lastSignInMs: integer('last_sign_in_ms'),
    density: text('density').$type<'compact' | 'comfortable'>().notNull(),
    colorScheme: text('color_scheme').$type<'light' | 'dark' | 'auto'>().notNull(),
    language: text('language').$type<'en' | 'es' | 'ur'>(),
  }),
  'Accounts of the people who use this school',
  {
    id: internal('Names the account'),
    school: internal('The school that owns the record'),
    username: personal('What the person signs in with'),
    displayName: personal('Shown beside what the person did'),
    email: personal('To reach the person'),
    jobTitle: personal("Says what the person's work is"),
    role: internal('What the account may do'),
    staff: internal("The roster's staff record whose classes are the account's own"),
    state: internal('Active, waiting for its first password, or removed'),
    activationExpiresAtMs: internal('Until when the activation code opens'),
    lastSignInMs: internal('Shown on the users screen'),
    density: internal('Row height the person chose'),
    colorScheme: internal('Light or dark, as the person chose'),
    language: internal("The window's language, where the person chose one"),
  },
);

/**
 * The school's membership log: accounts, slots and desks as signed, hash-chained entries (SECURITY §1). The account
 * table is a fold of it.
 */
export const membershipEntry = describe(
  sqliteTable('membership_entry', {
    seq: integer('seq').primaryKey(),
    body: text('body').notNull(),
    hash: text('hash').notNull(),
  }),
  'Signed log of accounts and desks',
  {
    seq: internal('Number of the entry'),
    body: personal('The entry: account fields, or a key slot, with its signature'),
    hash: internal('Hash of the entry, named by the next one'),
  },
);
