/** Why there is no answer. Nothing of what was asked may be taken as done, or as not done. */
export interface NetworkFailure {
  readonly failure:
    /** No connection, or it broke. */
    | 'unreachable'
    /** No connection in time, or nothing was heard for too long. */
    | 'timed-out'
    /** Whatever answers there is not the pinned server: no byte of the request has left. */
    | 'not-genuine'
    /** The answer is none that this version knows. */
    | 'not-understood'
    /** The client was closed. */
    | 'interrupted';
}

/** Carries a failure through Node's streams, which want an `Error`. */
export class NetworkError extends Error {
  readonly failure: NetworkFailure['failure'];

  constructor(failure: NetworkFailure['failure'], cause?: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

/** The failure behind an error of a request or of its answer. Throws what comes from no network. */
export function failureOf(cause: unknown): NetworkFailure {
  if (cause instanceof NetworkError) return { failure: cause.failure };
  const code = codeOf(cause);
  if (code === undefined) throw cause;
  // The parser's: what came is no HTTP.
  return { failure: code.startsWith('HPE_') ? 'not-understood' : 'unreachable' };
}

/** Node's or the system's code of an error; undefined where it has none. */
export function codeOf(cause: unknown): string | undefined {
  const hasCode = cause instanceof Error && 'code' in cause && typeof cause.code === 'string';
  return hasCode ? String(cause.code) : undefined;
}
