import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../domain/result.ts';
import { dryRun } from './dry-run.ts';
import type { DryRunJob, DryRunMessage } from './start-dry-run.ts';

// The entry of the worker thread in which a package is read, so that neither the window nor the store waits.
assert(parentPort !== null, 'the parse worker runs in a worker thread');
const port = parentPort;
const job: DryRunJob = workerData;
const cancelFlag = new Int32Array(job.cancelBuffer);

const result = await dryRun(job.input, {
  isCancelled: () => Atomics.load(cancelFlag, 0) !== 0,
  onRows: (step, rows) => port.postMessage({ type: 'progress', step, rows } satisfies DryRunMessage),
});
port.postMessage({ type: 'done', result } satisfies DryRunMessage);
