import { setImmediate as nextTurn } from 'node:timers/promises';
import { reachOf } from '../../domain/access/policy.ts';
import type { Desk } from '../desk/desk.ts';
import { prepareAbsenceRates } from './absence-rates.ts';

const preparing = new WeakSet<Desk>();

/**
 * Called every few seconds: reads the marks that rates of absence need before anybody asks for them, a day at a time, so that
 * every call goes before the next day. Nothing of it leaves this thread. Never rejects.
 */
export async function prepareRates(desk: Desk): Promise<void> {
  const { open } = desk;
  if (open === null || preparing.has(desk)) return;
  preparing.add(desk);
  try {
    while (desk.open === open && desk.state === 'signed-in' && seesAttendance(desk)) {
      const { db, school } = open.unitParts;
      if (!prepareAbsenceRates({ db, school, today: desk.dayAt(desk.now()) }, 1)) return;
      await nextTurn();
    }
  } catch (cause) {
    desk.reportBug(cause);
  } finally {
    preparing.delete(desk);
  }
}

function seesAttendance({ session }: Desk): boolean {
  return session !== null && reachOf(session.actor.role, 'attendance.see') !== undefined;
}
