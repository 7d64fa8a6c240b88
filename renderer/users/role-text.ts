import { roles, type Role } from '../../domain/access/policy.ts';
import { text } from '../app/catalogue.ts';

/**
 * The roles an account can be given. Parents and support staff hold no key and act only at a desk that staff have opened
 * (SECURITY §1).
 */
export const givenRoles: readonly Role[] = roles.filter((role) => role !== 'parent' && role !== 'support');

/** The role's name in the window's language. */
export function roleText(role: Role): string {
  return text(`frame.role.${role}`);
}
