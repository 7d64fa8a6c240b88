import { expect, it } from 'vitest';
import { paused, type SyncRequest, type SyncRound } from '../../domain/sync/desk-round.ts';
import type { ServerClient } from '../../main/sync/server-client.ts';
import { runRound } from '../../main/sync/run-round.ts';

const done = { type: 'done', sent: 1, received: 2 } as const;
const pause = { ask: 'pause' } as const;

function* threeQuestions(seen: unknown[]): SyncRound {
  try {
    for (let after = 0; after < 3; after += 1) seen.push(yield { ask: 'read', after });
    return done;
  } finally {
    seen.push('let go');
  }
}

function clientThat(answer: (request: SyncRequest) => Awaited<ReturnType<ServerClient['ask']>>) {
  return { ask: (request: SyncRequest) => Promise.resolve(answer(request)) };
}

const refusal = { refusal: { code: 'not-found' } } as const;

it('a round is given every answer, refusals too, and its outcome is the outcome', async () => {
  const seen: unknown[] = [];
  const answers = [paused, refusal, paused];
  const client = clientThat(({ ask, ...rest }) => answers['after' in rest ? rest.after : 0] ?? paused);
  expect(await runRound(threeQuestions(seen), client, () => false)).toEqual(done);
  expect(seen).toEqual([...answers, 'let go']);
});

it('a round that gets no answer is let go, and the failure is the outcome', async () => {
  const seen: unknown[] = [];
  const failed = { failure: 'unreachable' } as const;
  const client = clientThat((request) => (request.ask === 'read' && request.after === 1 ? failed : paused));
  expect(await runRound(threeQuestions(seen), client, () => false)).toEqual(failed);
  expect(seen).toEqual([paused, 'let go']);
});

it('a round that is stopped while an answer is on its way does not get it', async () => {
  const seen: unknown[] = [];
  let isStopped = false;
  const client = clientThat((request) => {
    isStopped = request.ask === 'read' && request.after === 1;
    return paused;
  });
  const outcome = await runRound(threeQuestions(seen), client, () => isStopped);
  expect(outcome).toEqual({ failure: 'interrupted' });
  expect(seen).toEqual([paused, 'let go']);
});

it('a round that is stopped before it begins does nothing', async () => {
  const begun: string[] = [];
  function* round(): SyncRound {
    begun.push('begun');
    yield pause;
    return done;
  }
  const client = clientThat(() => expect.unreachable('nothing is asked'));
  expect(await runRound(round(), client, () => true)).toEqual({ failure: 'interrupted' });
  expect(begun).toEqual([]);
});

it('a bug in a round is no failure of the network', async () => {
  function* round(): SyncRound {
    yield pause;
    throw new Error('Bug: here');
  }
  const client = clientThat(() => paused);
  await expect(runRound(round(), client, () => false)).rejects.toThrow('Bug: here');
});
