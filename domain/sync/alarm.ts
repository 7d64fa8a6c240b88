/** What a desk found wrong, named; the window has the sentences. `desk` is the desk it is about, where it is about one. */
export const syncAlarmKinds = [
  /** The server's history lacks what it had acknowledged: it was set back, and this desk offers everything again. */
  'server-went-back',
  /** The server shows this desk another history than the one that it showed before, or that another desk saw. */
  'server-forked',
  /** The server delivered a batch a second time. */
  'batch-replayed',
  /** Batches of a desk are missing between two that came. */
  'batch-missing',
  /** A batch was changed on its way: signature, hash or numbering do not hold. */
  'batch-altered',
  /** A batch by a desk that no administrator has signed in. */
  'desk-unknown',
  /** An entry of the membership log that nobody entitled has signed. */
  'membership-forged',
  /** The server acknowledged with a receipt that does not hold. */
  'receipt-invalid',
  /** The clocks of this computer and the server differ by more than five minutes. */
  'clock-skew',
  /** Changes of a desk carry times more than a day ahead. */
  'desk-clock-ahead',
  /** A part of a batch could not be opened or read: it is kept aside. */
  'part-unreadable',
  /** A part of a batch is not there and no purge explains it. */
  'part-missing',
  /** This computer's store is older than what it has sent: it was set back or copied. */
  'this-desk-went-back',
  /** Two computers send as the same desk: one is a copy. */
  'desk-cloned',
  /** The server refuses this desk: it has been retired or reported stolen. */
  'desk-ended',
  /** The witness saw a longer or another audit log of this desk than the one there is here. */
  'audit-went-back',
  /** A change of accounts that was made here lost against one made elsewhere and no longer holds. */
  'membership-dropped',
] as const;
export type SyncAlarmKind = (typeof syncAlarmKinds)[number];
