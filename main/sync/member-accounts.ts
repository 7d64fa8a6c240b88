import type { Connection } from '../../db/open-store.ts';
import type { Members } from '../../domain/membership/fold.ts';

/**
 * Brings the account table to what the membership log says. An account that was made here and lost its place in the log is removed. When somebody signed in last and how they like the window are this
 * computer's own and stay.
 */
export function keepAccounts(connection: Connection, members: Members): void {
  const upsert = connection.prepare(
    `INSERT INTO account (id, school, username, display_name, email, job_title, role, staff, state,
       activation_expires_at_ms, last_sign_in_ms, density, color_scheme, language)
     VALUES (@id, @school, @username, @displayName, @email, @jobTitle, @role, @staff, @state, @expires, NULL, @density, @colorScheme, @language)
     ON CONFLICT (id) DO UPDATE SET username = excluded.username, display_name = excluded.display_name, email = excluded.email,
       job_title = excluded.job_title, role = excluded.role, staff = excluded.staff, state = excluded.state,
       activation_expires_at_ms = excluded.activation_expires_at_ms`,
  );
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const remove = connection.prepare<[Buffer]>("UPDATE account SET state = 'removed' WHERE id = ?");
  const present = connection.prepare<[], Buffer>('SELECT id FROM account').pluck().all();
  for (const id of present) if (!members.accounts.has(id.toString('hex'))) remove.run(id);
  for (const account of members.accounts.values()) {
    const { id, school, staff, activationExpiresAtMs } = account;
    const { username, displayName, email, jobTitle, role, state, density, colorScheme, language } = account;
    upsert.run({
      id: bytes(id),
      school: bytes(school),
      staff: staff == null ? null : bytes(staff),
      expires: activationExpiresAtMs ?? null,
      username,
      displayName,
      email,
      jobTitle,
      role,
      state,
      density,
      colorScheme,
      language: language ?? null,
    });
  }
}
