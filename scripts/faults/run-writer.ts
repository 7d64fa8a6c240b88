import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseAcks, type Ack, type WriterPlan } from './plan.ts';
import type { SmallSchool } from './small-school.ts';

const writerFile = fileURLToPath(new URL('./writer-child.ts', import.meta.url));
const compileCache = fileURLToPath(new URL('../../out/compile-cache', import.meta.url));

/** A writer that is at work, or about to be. */
export interface Writer {
  readonly process: ChildProcess;
  /** What it has acknowledged up to now. */
  acks(): readonly Ack[];
  /** Settles when it has opened the store, or has ended. */
  readonly ready: Promise<unknown>;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts a writer, `before` being a command to run it under, such as `strace` with its options. */
export function startWriter(
  school: SmallSchool,
  plan: Pick<WriterPlan, 'flow' | 'seed' | 'firstNumber'> & Partial<WriterPlan>,
  before: readonly string[] = [],
): Writer {
  const { dataDir, recoveryKeyGroups, classes, days } = school;
  const whole = { most: 1_000_000, checkpointPages: null, dieAfter: null, ...plan };
  const argument = JSON.stringify({ ...whole, dataDir, recoveryKeyGroups, classes, days });
  const command = [...before, process.execPath, writerFile, argument];
  const [program = process.execPath, ...args] = command;
  // Thousands are started: what one has compiled the next need not.
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  let stderr = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      resolve();
    });
    child.on('exit', () => {
      resolve();
    });
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // 'close' and not 'exit': what stands in the pipe was acknowledged, too.
  const ended = once(child, 'close').then(([code]: unknown[]) => ({
    code: typeof code === 'number' ? code : null,
    stderr,
  }));
  return { process: child, acks: () => parseAcks(output), ready, ended };
}
