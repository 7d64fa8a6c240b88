import type { z } from 'zod';
import { refusal, type Refusal } from '../../domain/sync/wire.ts';

/** What goes back to whoever asked. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** For the log: the code where it is a refusal. */
  readonly refusal?: Refusal['code'];
}

const refusalStatus: Readonly<Record<Refusal['code'], number>> = {
  'not-found': 404,
  malformed: 400,
  'too-large': 413,
  unauthenticated: 401,
  replayed: 401,
  'desk-ended': 403,
  'clock-skew': 401,
  'limit-tripped': 429,
  'code-expired': 410,
  'code-used': 409,
  'channel-taken': 409,
  'not-witnessed': 403,
  'disk-full': 507,
  internal: 500,
};

/** An answer in JSON; what does not have the wire's shape is a bug and does not leave. */
export function answerJson<T>(schema: z.ZodType<T>, value: NoInfer<T>, status = 200): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(schema.parse(value)) };
}

/** A refusal, with the status that belongs to its code. */
export function answerRefusal(value: Refusal): Answer {
  return { ...answerJson(refusal, value, refusalStatus[value.code]), refusal: value.code };
}

/** Nothing but that it was done. */
export const answerDone: Answer = { status: 204, contentType: 'application/json', body: '' };
