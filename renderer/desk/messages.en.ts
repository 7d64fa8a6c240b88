import type { Messages } from '../app/catalogue.ts';

/** Set-up, sign-in, recovery and restore. */
export const deskMessages = {
  'desk.name': 'Rollkeep',
} as const satisfies Messages;
