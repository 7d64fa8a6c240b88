import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { AreaName, Contract } from '../../domain/contract/contract.ts';
import type { GateError } from '../../domain/contract/errors.ts';
import type { Result } from '../../domain/result.ts';
import { api, type CallError, type Input, type NameOf, type Output, type Reply } from './api.ts';
import { reportGateError } from './gate-errors.ts';
import { moveFocus } from './move-focus.ts';

/** A read as it stands. `data` stays while it is read anew. */
export interface CallState<A extends AreaName, P extends NameOf<A, 'query'>> {
  readonly data: Output<A, P> | undefined;
  /** The expected error of the last answer, to be shown with `ErrorAlert`. */
  readonly error: CallError<A, P> | undefined;
  /** True until the first answer; false where the call is not enabled. */
  readonly isPending: boolean;
  /** True while any answer is waited for. */
  readonly isReading: boolean;
  /** Reads again; one more audited read. */
  readonly reload: () => void;
}

interface CallOptions<A extends AreaName, P extends NameOf<A, 'query'>> {
  readonly enabled?: boolean;
  /**
   * How long after an answer to ask again, or false for no more; after an error it gets undefined. Only for what is not
   * audited, and only while somebody waits: asking keeps an idle session awake.
   */
  readonly everyMs?: (answer: Output<A, P> | undefined) => number | false;
}

/**
 * Reads through the contract while the component is shown. Each new input, and each new mounting, is one audited read.
 */
export function useCall<A extends AreaName, P extends NameOf<A, 'query'>>(
  area: A,
  procedure: P,
  input: Input<A, P>,
  { enabled = true, everyMs }: CallOptions<A, P> = {},
): CallState<A, P> {
  const query = useQuery({
    queryKey: [area, procedure, input],
    queryFn: () => call(area, procedure, input),
    enabled,
    refetchInterval: ({ state: { data: last } }) =>
      everyMs?.(last?.ok === true ? last.value : undefined) ?? false,
  });
  const { data: reply, refetch } = query;
  const reload = useCallback(() => void refetch(), [refetch]);
  return {
    data: reply?.ok === true ? reply.value : undefined,
    error: reply?.ok === false ? reply.error : undefined,
    isPending: enabled && query.isPending,
    isReading: query.isFetching,
    reload,
  };
}

/** A command as it stands. */
export interface CommandState<A extends AreaName, P extends NameOf<A, 'command'>> {
  /** Sends the command; never rejects for an expected error. */
  readonly run: (input: Input<A, P>) => Promise<Reply<A, P>>;
  readonly isRunning: boolean;
  /** The expected error of the last run, until `clearError` or the next run. */
  readonly error: CallError<A, P> | undefined;
  readonly clearError: () => void;
}

/** Sends a command through the contract. `reloads` names the areas whose open reads it makes stale. */
export function useCommand<A extends AreaName, P extends NameOf<A, 'command'>>(
  area: A,
  procedure: P,
  { reloads = [] }: { readonly reloads?: readonly AreaName[] } = {},
): CommandState<A, P> {
  const reload = useReload();
  const pressed = useRef<Element | null>(null);
  const mutation = useMutation({
    onMutate: () => {
      pressed.current = document.activeElement;
    },
    mutationFn: (input: Input<A, P>) => call(area, procedure, input),
    onSuccess: (reply) => {
      if (reply.ok) for (const each of reloads) reload(each);
    },
  });
  const { data: reply, isPending } = mutation;
  // A button that waits for its command is disabled, which takes the focus from it: it is given back with the answer.
  useEffect(() => {
    if (isPending || !(pressed.current instanceof HTMLElement)) return;
    if (document.activeElement === document.body) moveFocus(pressed.current);
    pressed.current = null;
  }, [isPending]);
  return {
    run: mutation.mutateAsync,
    isRunning: isPending,
    error: reply?.ok === false ? reply.error : undefined,
    clearError: mutation.reset,
  };
}

/** Reads again what is on screen from an area, or from one of its procedures. */
export function useReload(): <A extends AreaName>(area: A, procedure?: NameOf<A, 'query'>) => void {
  const client = useQueryClient();
  return (area, procedure) => {
    void client.invalidateQueries({ queryKey: procedure === undefined ? [area] : [area, procedure] });
  };
}

/**
 * One call through the contract, outside React. What concerns the whole window (the log cannot be written, the
 * session is over) is told to the frame as well as answered.
 */
export async function call<A extends AreaName, P extends keyof Contract[A] & string>(
  area: A,
  procedure: P,
  input: Input<A, P>,
): Promise<Reply<A, P>> {
  // The compiler cannot call a member of a mapped type by two generic names; both ends have their type from the contract.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const procedures = api[area] as unknown as Record<P, (input: Input<A, P>) => Promise<Reply<A, P>>>;
  const reply = await procedures[procedure](input);
  const outcome: Result<unknown, CallError<A, P> | GateError> = reply;
  if (!outcome.ok) reportGateError(outcome.error);
  return reply;
}
