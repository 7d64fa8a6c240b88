import { text } from '../app/catalogue.ts';

/** What people call a session: `AM`, `Period 3`, `All day`. */
export function sessionTitle(session: string): string {
  switch (session) {
    case 'day':
      return text('attendance.session.day');
    case 'am':
      return text('attendance.session.am');
    case 'pm':
      return text('attendance.session.pm');
  }
  return text('attendance.session.period', { number: session.slice(1) });
}
