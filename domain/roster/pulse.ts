/** How work that takes more than a second tells where it is, and learns that it should stop. */
export interface Pulse {
  /** Asked every `rowsPerPulse` rows. */
  readonly isCancelled: () => boolean;
  readonly onRows: (step: 'reading' | 'checking', rows: number) => void;
}

export const silentPulse: Pulse = { isCancelled: () => false, onRows: () => {} };

export const rowsPerPulse = 1000;

/** Somebody pressed Cancel. */
export interface ImportCancelled {
  readonly type: 'import-cancelled';
}
