import type { RoundOutcome, SyncRound } from '../../domain/sync/desk-round.ts';
import type { NetworkFailure } from './network-failure.ts';
import type { ServerClient } from './server-client.ts';

/**
 * Runs one round to its end, or up to the first question that gets no answer: whatever was asked is then asked by the next round.
 *
 * Once `isStopped` says so the round does not touch its store any more, not even to take an answer that has come: `interrupted`.
 */
export async function runRound(
  round: SyncRound,
  client: Pick<ServerClient, 'ask'>,
  isStopped: () => boolean,
): Promise<RoundOutcome | NetworkFailure> {
  const giveUp = (failure: NetworkFailure): NetworkFailure => {
    // Its outcome is nobody's: the generator is only let go.
    round.return({ type: 'done', sent: 0, received: 0 });
    return failure;
  };
  if (isStopped()) return giveUp({ failure: 'interrupted' });
  let step = round.next();
  while (step.done !== true) {
    const reply = await client.ask(step.value);
    if (isStopped()) return giveUp({ failure: 'interrupted' });
    if ('failure' in reply) return giveUp(reply);
    step = round.next(reply);
  }
  return step.value;
}
