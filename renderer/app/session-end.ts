/**
 * What is done at the moment the session ends, before anything else is drawn: screens that hold work outside React
 * (a register being written) put it by as a draft here.
 */
const listeners = new Set<() => void>();

/** Calls `listener` whenever the session ends, whoever ends it. Gives the function that stops it. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Tells everybody that the session has ended. For the desk state only. */
export function tellSessionEnd(): void {
  for (const listener of listeners) listener();
}
