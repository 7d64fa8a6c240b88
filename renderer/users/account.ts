import type { Output } from '../app/api.ts';

/** An account as the list shows it. */
export type Account = Output<'users', 'list'>['users'][number];
