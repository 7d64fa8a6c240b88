import { Worker } from 'node:worker_threads';
import type { Result } from '../../domain/result.ts';
import type { ImportCancelled } from '../../domain/roster/pulse.ts';
import type { DryRun, DryRunInput } from './dry-run.ts';

export interface DryRunJob {
  readonly input: DryRunInput;
  /** Four bytes; anything but 0 cancels. */
  readonly cancelBuffer: SharedArrayBuffer;
}

export type DryRunMessage =
  | { readonly type: 'progress'; readonly step: 'reading' | 'checking'; readonly rows: number }
  | { readonly type: 'done'; readonly result: Result<DryRun, ImportCancelled> };

export interface RunningDryRun {
  /** Rejects only for a bug or when the worker runs out of memory. */
  readonly result: Promise<Result<DryRun, ImportCancelled>>;
  /** Takes effect within 1,000 rows; `result` then answers `import-cancelled`. */
  readonly cancel: () => void;
}

/** Starts a dry run in a worker thread of its own. `workerFile` is the built `parse-worker`. */
export function startDryRun(
  workerFile: URL,
  input: DryRunInput,
  onProgress: (step: 'reading' | 'checking', rows: number) => void,
): RunningDryRun {
  const cancelBuffer = new SharedArrayBuffer(4);
  const job: DryRunJob = { input, cancelBuffer };
  const worker = new Worker(workerFile, { workerData: job });
  const result = new Promise<Result<DryRun, ImportCancelled>>((resolve, reject) => {
    worker.on('message', (message: DryRunMessage) => {
      if (message.type === 'progress') onProgress(message.step, message.rows);
      else resolve(message.result);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('Bug: the parse worker ended without an answer')));
  });
  return { result, cancel: () => void Atomics.store(new Int32Array(cancelBuffer), 0, 1) };
}
