import { createServer } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { assert } from '../../domain/result.ts';

/** TLS 1.3 and nothing behind it: takes a body and answers, or gives back so many bytes as the path says. */
const { pem } = z.object({ pem: z.string() }).parse(workerData);
const port = parentPort;
assert(port !== null, 'the bare server runs as a worker');
const server = createServer({ key: pem, cert: pem, minVersion: 'TLSv1.3' }, (request, response) => {
  request.resume();
  request.on('end', () => {
    response.end(Buffer.alloc(Number(request.url?.slice(1) ?? 0)));
  });
});
server.listen(0, '127.0.0.1', () => {
  port.postMessage(server.address());
});
