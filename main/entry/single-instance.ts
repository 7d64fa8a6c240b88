import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Holds a data folder for this process until released; the system releases it when the process dies. */
export interface InstanceLock {
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process, or asks the process that has it to show its window.
 *
 * Returns `undefined` if another process has it. `onShow` is called whenever a later start asks for the window.
 * The lock is a local socket (an abstract one on Linux, a named pipe on Windows), which no killed process can leave
 * behind and no network can reach; on macOS a socket file that nobody answers is taken over.
 */
export async function takeInstanceLock(
  dataFolder: string,
  onShow: () => void,
): Promise<InstanceLock | undefined> {
  const address = lockAddress(dataFolder);
  const server = createServer((socket) => {
    // Nothing is read: to connect is the whole message.
    socket.destroy();
    onShow();
  });
  if (await listen(server, address)) return lockOf(server);
  if (await isAnswered(address)) return undefined;
  if (process.platform !== 'darwin') return undefined;
  rmSync(address, { force: true });
  return (await listen(server, address)) ? lockOf(server) : undefined;
}

function lockAddress(dataFolder: string): string {
  const name = createHash('sha256')
    .update(`${userInfo().username}\n${realpathSync(dataFolder)}`)
    .digest('hex');
  const short = `rollkeep-${name.slice(0, 32)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${short}`;
  // A leading NUL: an abstract address, which is no file and goes with its process.
  if (process.platform === 'linux') return `\0${short}`;
  return join(tmpdir(), `${short}.sock`);
}

function listen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    function fail(cause: NodeJS.ErrnoException): void {
      if (cause.code === 'EADDRINUSE') resolve(false);
      else reject(cause);
    }
    server.once('error', fail);
    server.listen(address, () => {
      server.off('error', fail);
      resolve(true);
    });
  });
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function lockOf(server: Server): InstanceLock {
  // The lock alone must not keep a process alive whose window has closed.
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
