import type { Role } from '../../domain/access/policy.ts';
import { text } from '../app/catalogue.ts';

/** The role's name in the window's language. */
export function roleText(role: Role): string {
  return text(`frame.role.${role}`);
}
