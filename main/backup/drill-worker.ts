import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../domain/result.ts';
import { drillBackup, type DrillJob } from './drill.ts';
import type { DrillMessage } from './run-drill.ts';

// The entry of the thread in which a backup is restored to see whether it can be: the store in use and its calls do not wait.
assert(parentPort !== null, 'the drill worker runs in a worker thread');
const port = parentPort;
const job: DrillJob = workerData;

let parts = 0;
const result = await drillBackup(job, () => {
  parts += 1;
  if (parts % 20 === 0) port.postMessage({ type: 'progress', parts } satisfies DrillMessage);
});
port.postMessage({ type: 'done', result } satisfies DrillMessage);
