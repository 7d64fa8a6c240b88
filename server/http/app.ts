import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { toHex, utf8 } from '../../domain/audit/bytes.ts';
import type { Result } from '../../domain/result.ts';
import type { Device } from '../../domain/sync/channel.ts';
import { deskHeaderName, proofHeaderName } from '../../domain/sync/request-proof.ts';
import {
  claimRequest,
  enrolmentOpen,
  enrolmentState,
  enrolmentWrite,
  maxBodyBytes,
  serverFacts,
  wireVersion,
  type EnrolmentState,
  type Refusal,
} from '../../domain/sync/wire.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import type { ServerKeys } from '../data-folder.ts';
import type { ServerLog } from '../log.ts';
import type { ServerMetrics } from '../metrics.ts';
import { sha256 } from '../server-crypto.ts';
import { DiskFullError, type ServerStore } from '../store/server-store.ts';
import { answerDone, answerJson, answerRefusal, type Answer } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { bodyToJson } from './body.ts';
import { channelRoutes } from './channel-routes.ts';
import type { Limits } from './limits.ts';

/** What the routes stand on. */
export interface AppParts {
  readonly store: ServerStore;
  readonly keys: ServerKeys;
  readonly limits: Limits;
  readonly log: ServerLog;
  readonly metrics: ServerMetrics;
  /** Whether the disk has room to take more, and the store can be written. */
  readonly health: { hasRoom(): Promise<boolean>; isReady(): Promise<boolean> };
  /** UTC milliseconds. */
  readonly now: () => number;
}

/** The server over HTTPS; every route of it is in `serverRoutes`. */
export type App = FastifyInstance<Server>;

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly run: (request: FastifyRequest) => Promise<Answer>;
}

const letterBoxMs = 15 * 60_000;
const mostLetterBoxes = 50;
const lookupSchema = z.strictObject({ lookup: z.string().regex(/^[0-9a-f]{64}$/) });
const health = z.strictObject({ status: z.enum(['ok', 'not-ready']) });

/** Makes the server. It listens nowhere yet. TLS 1.3 is the least and the most: there is no way to reach a route without (A3, W3). */
export function createApp(parts: AppParts): App {
  const app = fastify({
    https: { key: parts.keys.tls, cert: parts.keys.tls, minVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'] },
    bodyLimit: maxBodyBytes,
    // Our own log and ids: what a client sends as one would end in the log.
    logger: false,
    requestIdHeader: false,
    genReqId: () => randomBytes(4).toString('hex'),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // What came before the end is answered as ever, and its connection closed.
    return503OnClosing: false,
    keepAliveTimeout: 65_000,
    requestTimeout: 60_000,
    clientErrorHandler: (_error, socket) => refuseConnection(socket),
    frameworkErrors: (_error, request, reply) => {
      void send(reply, answerRefusal({ code: 'malformed' }), parts, request);
    },
  });
  // Bytes, whatever they are said to be: a proof covers them as they were sent, and each route reads them by its own schema.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, _reply, done) => {
    startedMs.set(request, performance.now());
    done();
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, answerRefusal({ code: 'not-found' }), parts, request),
  );
  app.setErrorHandler((error, request, reply) =>
    send(reply, answerError(error, request, parts), parts, request),
  );
  for (const { method, path, run } of serverRoutes(parts)) {
    app.route({
      method,
      url: path,
      handler: async (request, reply) => send(reply, await run(request), parts, request),
    });
  }
  app.server.on('tlsClientError', (_error, socket) => {
    parts.metrics.countRefusedConnection();
    socket.destroy();
  });
  return app;
}

/** All routes, in the order in which they are looked at. */
export function serverRoutes(parts: AppParts): readonly Route[] {
  const { store, keys, limits, now } = parts;
  const v = `/v${wireVersion}`;

  /** Counts a try of somebody who has shown nothing, and says so once there were too many. */
  const strangersAnswer = async (request: FastifyRequest, refusal: Refusal): Promise<Answer> => {
    const retryAfterMs = await store.countAgainst(limits.ofStranger(request.ip), now());
    return answerRefusal(retryAfterMs > 0 ? { code: 'limit-tripped', retryAfterMs } : refusal);
  };
  const withRoom = async (work: () => Promise<Answer>): Promise<Answer> =>
    (await parts.health.hasRoom()) ? work() : answerRefusal({ code: 'disk-full' });
  const asDesk = async (
    request: FastifyRequest,
    channel: string,
    work: (device: Device) => Promise<Answer>,
  ): Promise<Answer> => {
    const device = await authenticated(request, channel);
    if (device.ok) return work(device.value);
    if (device.error.code === 'unauthenticated') return strangersAnswer(request, device.error);
    return answerRefusal(device.error);
  };
  const authenticated = (request: FastifyRequest, channel: string): Promise<Result<Device, Refusal>> =>
    authenticate(
      store,
      limits,
      channel,
      {
        method: request.method,
        target: request.raw.url ?? '',
        body: bodyOf(request),
        desk: headerOf(request, deskHeaderName),
        proof: headerOf(request, proofHeaderName),
      },
      { nowMs: now(), proofsFromMs: keys.facts.proofsFromMs },
    );

  const inChannel: Route[] = channelRoutes.map(({ method, path, writes, prepare }) => ({
    method,
    path: `${v}/channels/:channel${path}`,
    run: async (request) => {
      const params = z.record(z.string(), z.string()).parse(request.params);
      const channel = params['channel'] ?? '';
      return asDesk(request, channel, async ({ desk }) => {
        const query = z.record(z.string(), z.unknown()).parse(request.query);
        const prepared = prepare({ channel, params, query, body: bodyOf(request), nowMs: now() }, parts);
        if (typeof prepared !== 'function') return prepared;
        const work = async (): Promise<Answer> => {
          const done = await store.inChannel(channel, async (channelStore) => {
            // It may have ended since its proof was judged.
            const isActive = (await channelStore.device(desk))?.state === 'active';
            return isActive ? prepared(channelStore) : answerRefusal({ code: 'desk-ended' });
          });
          return done.ok ? done.value : answerRefusal({ code: 'unauthenticated' });
        };
        return writes ? withRoom(work) : work();
      });
    },
  }));

  return [
    {
      method: 'GET',
      path: '/healthz',
      run: async () => answerJson(health, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      run: async () =>
        (await parts.health.isReady())
          ? answerJson(health, { status: 'ok' })
          : answerJson(health, { status: 'not-ready' }, 503),
    },
    {
      method: 'GET',
      path: `${v}/server`,
      run: async () => {
        const { server, serverIncarnation, region } = keys.identity;
        const { signingKey, witnessKey } = keys;
        return answerJson(serverFacts, {
          server,
          serverIncarnation,
          region,
          signingKey,
          witnessKey,
          at: now(),
        });
      },
    },
    {
      method: 'POST',
      path: `${v}/claim`,
      run: async (request) => {
        const wait = await store.waitFor(limits.ofStranger(request.ip), now());
        if (wait > 0) return answerRefusal({ code: 'limit-tripped', retryAfterMs: wait });
        const claim = claimRequest.safeParse(bodyToJson(bodyOf(request)));
        if (!claim.success) return strangersAnswer(request, { code: 'malformed' });
        const { lookup, channel, desk, signingKey, auditKey } = claim.data;
        return withRoom(async () => {
          const claimed = await store.claim(
            {
              codeHash: claimCodeHash(lookup),
              requestHash: toHex(sha256(utf8(canonicalJson(claim.data)))),
              channel,
              device: { desk, signingKey, auditKey },
            },
            now(),
          );
          return claimed.ok ? answerDone : strangersAnswer(request, { code: claimed.error.type });
        });
      },
    },
    ...inChannel,
    {
      method: 'POST',
      path: `${v}/enrolments`,
      run: async (request) => {
        const open = enrolmentOpen.safeParse(bodyToJson(bodyOf(request)));
        if (!open.success) return strangersAnswer(request, { code: 'malformed' });
        const { lookup, channel } = open.data;
        return asDesk(request, channel, ({ desk }) =>
          withRoom(async () => {
            const box = { lookup, channel, desk, expiresAtMs: now() + letterBoxMs };
            const opened = await store.openLetterBox(box, mostLetterBoxes, now());
            if (opened === 'taken') return answerRefusal({ code: 'code-used' });
            if (opened === 'too-many') return answerRefusal({ code: 'limit-tripped' });
            const pieces = { request: null, offer: null, handover: null };
            return answerJson(enrolmentState, { expiresAtMs: box.expiresAtMs, pieces }, 201);
          }),
        );
      },
    },
    {
      method: 'GET',
      path: `${v}/enrolments/:lookup`,
      run: async (request) => {
        const box = await letterBoxOf(request);
        if (box === undefined) return strangersAnswer(request, { code: 'not-found' });
        return answerJson(enrolmentState, { expiresAtMs: box.expiresAtMs, pieces: box.pieces });
      },
    },
    {
      method: 'PUT',
      path: `${v}/enrolments/:lookup`,
      run: async (request) => {
        const box = await letterBoxOf(request);
        if (box === undefined) return strangersAnswer(request, { code: 'not-found' });
        const letter = enrolmentWrite.safeParse(bodyToJson(bodyOf(request)));
        if (!letter.success) return strangersAnswer(request, { code: 'malformed' });
        const { piece, value } = letter.data;
        const put = (): Promise<Answer> =>
          withRoom(async () => {
            if (!fitsOneAnswer(box.pieces, value)) return answerRefusal({ code: 'too-large' });
            switch (await store.putLetter(box.lookup, piece, value, now())) {
              case 'kept':
                return answerDone;
              case 'not-found':
                return answerRefusal({ code: 'not-found' });
              case 'written':
                return answerRefusal({ code: 'code-used' });
            }
          });
        if (piece !== 'request') {
          return asDesk(request, box.channel, ({ desk }) =>
            desk === box.desk ? put() : Promise.resolve(answerRefusal({ code: 'not-found' })),
          );
        }
        const retryAfterMs = await store.countAgainst(limits.ofStranger(request.ip), now());
        return retryAfterMs > 0 ? answerRefusal({ code: 'limit-tripped', retryAfterMs }) : put();
      },
    },
    {
      method: 'DELETE',
      path: `${v}/enrolments/:lookup`,
      run: async (request) => {
        const box = await letterBoxOf(request);
        if (box === undefined) return strangersAnswer(request, { code: 'not-found' });
        return asDesk(request, box.channel, async ({ desk }) => {
          if (desk !== box.desk) return answerRefusal({ code: 'not-found' });
          await store.closeLetterBox(box.lookup);
          return answerDone;
        });
      },
    },
  ];

  async function letterBoxOf(request: FastifyRequest) {
    const params = lookupSchema.safeParse(request.params);
    return params.success ? store.letterBox(params.data.lookup, now()) : undefined;
  }
}

/** How a claim code is known in the store: by the hash of its lookup, so that whoever reads the store cannot claim. */
export function claimCodeHash(lookup: string): string {
  return toHex(sha256(utf8(`rollkeep/v1/claim-code\n${lookup}`)));
}

function fitsOneAnswer(pieces: EnrolmentState['pieces'], value: string): boolean {
  const present = Object.values(pieces).reduce((sum, piece) => sum + (piece?.length ?? 0), 0);
  return present + value.length <= maxBodyBytes - 1024;
}

function answerError(error: unknown, request: FastifyRequest, { log }: AppParts): Answer {
  if (error instanceof DiskFullError) {
    log.event('disk-full', { request: request.id });
    return answerRefusal({ code: 'disk-full' });
  }
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return answerRefusal({ code: 'too-large' });
  // Fastify's own word that the request, not the server, is wrong.
  if (typeof status === 'number' && status >= 400 && status < 500)
    return answerRefusal({ code: 'malformed' });
  log.bug(error, { request: request.id });
  return answerRefusal({ code: 'internal' });
}

/** When each request came; Fastify itself counts only for a log of its own. */
const startedMs = new WeakMap<FastifyRequest, number>();

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;

function send(
  reply: FastifyReply,
  answer: Answer,
  { log, metrics }: AppParts,
  request: FastifyRequest,
): FastifyReply {
  const startMs = startedMs.get(request) ?? performance.now();
  const ms = Math.round((performance.now() - startMs) * 100) / 100;
  const route = request.is404 ? '/none' : (request.routeOptions.url ?? '/none');
  const method = methods.find((one) => one === request.method) ?? 'OTHER';
  const { status, refusal } = answer;
  log.event('request', { request: request.id, method, route, status, ms, ...(refusal && { refusal }) });
  metrics.observeRequest({ method, route, status, ms });
  reply.code(status).header('cache-control', 'no-store').header('rollkeep-request', request.id);
  if (status !== 204) reply.type(answer.contentType);
  const { body } = answer;
  return reply.send(
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  );
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** What is not HTTP, or not whole, gets one bare line and no more. */
function refuseConnection(socket: Socket): void {
  if (socket.writable)
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  else socket.destroy();
}
