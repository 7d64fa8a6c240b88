import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SheetSize } from './window.ts';

/**
 * Printing through the system's own spooler (CUPS: Linux, macOS), for a window that has no printing without a dialog.
 * The document goes through a pipe: it is never a file of ours, and the job's title names nobody.
 */
export interface Spooler {
  /** Whether there is a spooler here, and a default printer. */
  hasPrinter(): Promise<boolean>;
  /** Hands over a PDF; true when the spooler has taken it. */
  print(pdf: Uint8Array, size: SheetSize): Promise<boolean>;
}

/** The spooler of this computer, found by its commands `lpstat` and `lp`. */
export const systemSpooler: Spooler = {
  async hasPrinter() {
    if (process.platform === 'win32') return false;
    const { code, output } = await run('lpstat', ['-d']);
    // "system default destination: office", or "no system default destination" with the same exit code.
    return code === 0 && /^system default destination: \S/m.test(output);
  },

  async print(pdf, { widthMm, heightMm }) {
    const media = `media=Custom.${widthMm}x${heightMm}mm`;
    const { code } = await run('lp', ['-s', '-t', 'Rollkeep', '-o', media, '-'], pdf);
    return code === 0;
  },
};

/** Runs a command in plain English; a code of -1 where there is no such command. */
async function run(
  command: string,
  args: readonly string[],
  input?: Uint8Array,
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  // A command that ends before it has read everything says so by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [code]: unknown[] = await once(child, 'close');
    return { code: typeof code === 'number' ? code : -1, output };
  } catch {
    // It could not be started: there is no spooler on this computer.
    return { code: -1, output };
  }
}
