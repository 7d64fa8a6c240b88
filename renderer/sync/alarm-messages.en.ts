import type { Messages } from '../app/catalogue.ts';

/** What syncing found wrong: what happened, what is kept, what to do. */
export const alarmMessages = {
  'alarm.server-went-back':
    'The server was set back to an earlier state. Everything is still here, and this computer offers it again. Ask the operator of the server whether they restored it.',
  'alarm.server-forked':
    'The server shows this computer another history than before, or than it showed {desk}. Everything here is kept, and nothing was mixed. Call the operator of the server, and do not let computers join until they have an answer.',
  'alarm.batch-replayed':
    'The server delivered work of {desk} a second time. It was not taken twice. If this comes again, tell the operator of the server.',
  'alarm.batch-missing':
    'Work of {desk} is missing between two batches that came. What came after it is kept and waits. It mostly arrives later; if not by tomorrow, tell the operator of the server.',
  'alarm.batch-altered':
    'Work of {desk} was changed on its way and was not taken. Everything that was here is kept, and syncing stops before it. Tell the operator of the server.',
  'alarm.desk-unknown':
    'Work came from a computer that no administrator has let in. It was not taken in, and is kept aside. If nobody is letting one join just now, tell the operator of the server.',
  'alarm.membership-forged':
    'A change of accounts or computers came that nobody entitled had signed. It was not taken. Tell the operator of the server and whoever answers for data protection.',
  'alarm.receipt-invalid':
    'The server confirmed work with a receipt that does not hold. The work stays here and is offered again. Tell the operator of the server.',
  'alarm.clock-skew':
    'The clocks of this computer and the server differ by more than five minutes. Everything is saved here; the server may refuse this computer until they agree. Set the clock of this computer; if it is right, tell the operator of the server.',
  'alarm.desk-clock-ahead':
    'Work of {desk} carries times more than a day ahead. It is kept. Set the clock of that computer.',
  'alarm.part-unreadable':
    'A part of the work of {desk} could not be opened. It is kept aside, and the rest was taken. Compare its newest entries with that computer; if this comes again, report it.',
  'alarm.part-missing':
    'A part of the work of {desk} is not on the server, and nothing explains why. The rest was taken. Compare its newest entries with that computer, and tell the operator of the server.',
  'alarm.this-desk-went-back':
    'The records on this computer are older than what it has already sent: they were put back or copied. They are kept, and nothing is sent from here. Do not work on here; use the backup page or the recovery key, or let it join as a new computer.',
  'alarm.desk-cloned':
    'Two computers send as {desk}: one is a copy of the other. What both wrote is kept where it was written. Stop using one of them, end {desk} here, and let the other join as a new computer.',
  'alarm.desk-ended':
    'This computer was retired or reported stolen, so the server refuses it. What is saved here stays here and goes no further. If that was a mistake, ask an administrator at another computer to let it join as a new one.',
  'alarm.audit-went-back':
    'The witness saw a longer or another audit log of {desk} than the one here. Nothing was changed by that. Export the audit log, keep that computer as it is, and tell whoever answers for data protection.',
  'alarm.membership-dropped':
    'A change of accounts made here lost against one made on another computer and no longer holds. All records are kept. Look at People, and make the change again if it is still wanted.',
} as const satisfies Messages;
