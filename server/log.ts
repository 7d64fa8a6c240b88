import { pino, type DestinationStream } from 'pino';
import { z } from 'zod';
import { refusal } from '../domain/sync/wire.ts';

/**
 * The server's operational log (B10). It cannot hold what it must not: an event is one of these names, a field one of these shapes, and
 * everything else that is handed to it is dropped. There is no free text, no body, path, query, header, address or id of a person in it.
 */
const eventNames = [
  'started',
  'stopping',
  'stopped',
  'request',
  'bug',
  'disk-full',
  'disk-recovered',
  'prune-failed',
] as const;
type EventName = (typeof eventNames)[number];

const fieldSchemas = {
  /** Of a request, made here; the answer bears it too. */
  request: z.string().regex(/^[0-9a-f]{8}$/),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'OTHER']),
  /** The route's pattern, never what was asked: only words that our routes are made of. */
  route: z
    .string()
    .regex(
      /^(\/(none|healthz|readyz|v1|server|claim|channels|heads|batches|membership|witness|enrolments|:[a-z]+))+$/,
    ),
  status: z.int(),
  ms: z.number(),
  /** Why it was refused: a code of the wire. */
  refusal: refusal.shape.code,
  /** A bug's class and code, and where in our code it was. */
  error: z.string().regex(/^([A-Za-z]{0,40}Error|string|number|object|undefined)$/),
  code: z.string().regex(/^(E[A-Z0-9]{2,15}|(SQLITE|ERR|FST)_[A-Z0-9_]{1,50})$/),
  places: z.array(z.string().regex(/^[\w.#<> -]{0,80}@[\w-]+\/[\w.-]+:\d+:\d+$/)).max(12),
  region: z.string().regex(/^[a-z]{2}(-[a-z0-9]{1,12})*$/),
  port: z.int(),
  incarnation: z.int(),
  freeMib: z.int(),
} as const;
type Fields = { readonly [F in keyof typeof fieldSchemas]?: z.input<(typeof fieldSchemas)[F]> };

export interface ServerLog {
  event(name: EventName, fields?: Fields): void;
  /** Logs a bug or an outside failure without its text, which could repeat what somebody sent. */
  bug(cause: unknown, fields?: Fields): void;
}

/** A log that writes one JSON line an event: to standard output where no destination is given. */
export function createServerLog(destination?: DestinationStream): ServerLog {
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: safeFields },
    // pino would write an Error's message and stack by itself.
    serializers: { err: () => undefined },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  const write = (level: 'info' | 'error', name: EventName, fields: Fields): void => {
    logger[level]({ event: name, ...fields });
  };
  return {
    event: (name, fields = {}) => write('info', name, fields),
    bug: (cause, fields = {}) => write('error', 'bug', { ...fields, ...describe(cause) }),
  };
}

/** What of an object may be logged: known fields of the right shape. */
function safeFields(object: Record<string, unknown>): Record<string, unknown> {
  const event = z.enum(eventNames).safeParse(object['event']);
  const fields = Object.entries(fieldSchemas).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(object[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return { ...(event.success ? { event: event.data } : {}), ...Object.fromEntries(fields) };
}

function describe(cause: unknown): Fields {
  if (!(cause instanceof Error)) return { error: typeof cause };
  const places = (cause.stack ?? '').split('\n').flatMap((line) => {
    const match =
      /^ {4}at (?:(?<name>[\w.#<> ]+) \()?(?:file:\/\/)?\/?.*?(?<file>[\w-]+\/[\w.-]+:\d+:\d+)\)?$/.exec(
        line,
      );
    return match?.groups === undefined ? [] : [`${match.groups['name'] ?? ''}@${match.groups['file'] ?? ''}`];
  });
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return {
    error: classOf(cause),
    ...(code === undefined ? {} : { code }),
    places: places.slice(0, 12),
  };
}

/** The name of an error's class: `name` is text that anything may have set. */
function classOf(cause: Error): string {
  const prototype: unknown = Object.getPrototypeOf(cause);
  return prototype instanceof Object ? prototype.constructor.name : 'Error';
}
