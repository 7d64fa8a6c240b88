/** What an operation gives that a person, a file or another machine can make fail. Bugs throw instead. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** An expected error: a plain object that crosses the bridge unchanged, told apart by `type`. */
export interface ExpectedError {
  readonly type: string;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Throws when `condition` does not hold. For bugs only: the message must carry no personal datum. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Bug: ${message}`);
}

/** For the default branch of a switch over a union: a forgotten case does not compile. */
export function unreachable(value: never): never {
  throw new Error(`Bug: unexpected case of type ${typeof value}`);
}
