import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { ExpectedError } from '../../domain/result.ts';

/** An answer that concerns the whole window, not only the screen that asked. */
export type FrameError = ErrorOf<'audit-unavailable'> | ErrorOf<'locked'> | ErrorOf<'wrong-state'>;

const listeners = new Set<(error: FrameError) => void>();

/** Calls `listener` for every answer that concerns the whole window. Gives the function that stops it. */
export function onFrameError(listener: (error: FrameError) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Tells the frame of an answer, if it is one that concerns it. */
export function reportGateError(error: ExpectedError): void {
  if (!isFrameError(error)) return;
  for (const listener of listeners) listener(error);
}

function isFrameError(error: ExpectedError): error is FrameError {
  return error.type === 'audit-unavailable' || error.type === 'locked' || error.type === 'wrong-state';
}
