import { parseAcks, type Ack } from './plan.ts';

/** What a process did to the files below one folder, in order, and what it said meanwhile. */
export type TraceEvent =
  | { readonly type: 'create' | 'unlink' | 'mkdir'; readonly path: string }
  | { readonly type: 'rename'; readonly from: string; readonly to: string }
  | { readonly type: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly type: 'truncate'; readonly path: string; readonly size: number }
  /** Of a file or a folder. */
  | { readonly type: 'sync'; readonly path: string }
  | { readonly type: 'ack'; readonly ack: Ack };

const calls =
  'openat,open,creat,close,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat';

/** The command under which a process is recorded into `logFile`: every byte it writes, and every path, in hex. */
export function traceCommand(logFile: string): readonly string[] {
  const whole = ['-f', '-y', '-xx', '-s', '1048576', '--seccomp-bpf'];
  return ['strace', ...whole, '-e', `trace=${calls}`, '-e', 'signal=none', '-o', logFile];
}

interface OpenFile {
  readonly path: string;
  readonly isAppending: boolean;
  position: number;
}

/**
 * Reads a recording. Calls that failed are left out, and so is everything outside of `folder` but standard output, where
 * the acknowledgements stand. A call counts from its end: whoever waits for it goes on only then.
 */
export function parseTrace(log: string, folder: string): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const openFiles = new Map<number, OpenFile>();
  const unfinished = new Map<string, string>();
  const sizes = new Map<string, number>();
  const isInside = (path: string): boolean => path.startsWith(`${folder}/`) || path === folder;

  for (const line of log.split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(thread, rest.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    const whole = resumed === undefined ? rest : (unfinished.get(thread) ?? '') + resumed;
    const [, name = '', args = '', result = ''] = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(whole) ?? [];
    if (name === '' || result.startsWith('-')) continue;
    const fd = Number(/^(\d+)</.exec(args)?.[1] ?? Number.NaN);
    const strings = [...args.matchAll(/"([^"]*)"/g)].map(([, hex = '']) => bytesOf(hex));
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = strings;
    switch (name) {
      case 'open':
      case 'creat':
      case 'openat': {
        const path = first.toString();
        if (!isInside(path)) break;
        openFiles.set(Number(result), { path, isAppending: args.includes('O_APPEND'), position: 0 });
        if (args.includes('O_CREAT')) events.push({ type: 'create', path });
        if (args.includes('O_TRUNC')) events.push({ type: 'truncate', path, size: 0 });
        if (args.includes('O_TRUNC')) sizes.set(path, 0);
        break;
      }
      case 'close':
        openFiles.delete(fd);
        break;
      case 'pwrite64':
      case 'write': {
        if (name === 'write' && fd === 1) {
          events.push(...parseAcks(first.toString()).map((ack) => ({ type: 'ack' as const, ack })));
          break;
        }
        const file = openFiles.get(fd);
        const path = pathOf(args) ?? file?.path;
        if (path === undefined || !isInside(path)) break;
        const length = Number(result);
        const positioned = name === 'pwrite64' ? Number(/, (\d+)$/.exec(args)?.[1]) : undefined;
        const offset =
          positioned ?? (file?.isAppending === true ? (sizes.get(path) ?? 0) : (file?.position ?? 0));
        if (positioned === undefined && file !== undefined) file.position = offset + length;
        sizes.set(path, Math.max(sizes.get(path) ?? 0, offset + length));
        events.push({ type: 'write', path, offset, data: first.subarray(0, length) });
        break;
      }
      case 'ftruncate': {
        const path = pathOf(args);
        if (path === undefined || !isInside(path)) break;
        const size = Number(/, (\d+)$/.exec(args)?.[1]);
        sizes.set(path, size);
        events.push({ type: 'truncate', path, size });
        break;
      }
      case 'fsync':
      case 'fdatasync': {
        const path = pathOf(args);
        if (path !== undefined && isInside(path)) events.push({ type: 'sync', path });
        break;
      }
      case 'rename':
      case 'renameat':
      case 'renameat2': {
        const [from, to] = [first.toString(), second.toString()];
        if (!isInside(from) && !isInside(to)) break;
        sizes.set(to, sizes.get(from) ?? 0);
        events.push({ type: 'rename', from, to });
        break;
      }
      case 'unlink':
      case 'unlinkat':
        if (isInside(first.toString())) events.push({ type: 'unlink', path: first.toString() });
        break;
      case 'mkdir':
      case 'mkdirat':
        if (isInside(first.toString())) events.push({ type: 'mkdir', path: first.toString() });
        break;
    }
  }
  return events;
}

/** The path of the descriptor that a call begins with. */
function pathOf(args: string): string | undefined {
  const hex = /^\d+<((?:\\x[0-9a-f]{2})*)>/.exec(args)?.[1];
  return hex === undefined ? undefined : bytesOf(hex).toString();
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex');
}
