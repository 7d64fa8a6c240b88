import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** What a proxy does to the connections through it. */
export interface Fault {
  /** Breaks a connection after so many bytes from the server. */
  readonly cutAfterDown?: number;
  /** Breaks a connection after so many bytes to the server. */
  readonly cutAfterUp?: number;
  /** Holds each piece back for so long, in milliseconds. */
  readonly delayMs?: number;
}

/** A TCP proxy before a server: what goes wrong on a line goes wrong here. */
export interface FaultProxy {
  readonly port: number;
  /** Changes what happens to connections that are made from now on; the present ones are broken. */
  set(fault: Fault): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<FaultProxy> {
  let fault: Fault = {};
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const own = fault;
    const upstream = connect(target.port, target.host);
    let sentUp = 0;
    let sentDown = 0;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const later = (work: () => void): void => {
      if (own.delayMs === undefined) work();
      else setTimeout(work, own.delayMs);
    };
    client.on('data', (bytes) => {
      later(() => {
        const rest = (own.cutAfterUp ?? Number.POSITIVE_INFINITY) - sentUp;
        sentUp += bytes.length;
        upstream.write(bytes.subarray(0, Math.max(0, rest)));
        if (bytes.length > rest) client.destroy();
      });
    });
    upstream.on('data', (bytes) => {
      later(() => {
        const rest = (own.cutAfterDown ?? Number.POSITIVE_INFINITY) - sentDown;
        sentDown += bytes.length;
        client.write(bytes.subarray(0, Math.max(0, rest)));
        if (bytes.length > rest) client.destroy();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      fault = next;
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
