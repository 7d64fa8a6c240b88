import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus reads. No label names a school, a channel or a desk: routes, methods and status only. */
export interface ServerMetrics {
  observeRequest(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly ms: number;
  }): void;
  addBatches(count: number): void;
  /** A connection that was not TLS 1.3. */
  countRefusedConnection(): void;
  setReady(isReady: boolean): void;
  setFreeBytes(bytes: number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export function createServerMetrics(): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'rollkeep_request_seconds',
    help: 'Duration of requests by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const batches = new Counter({
    name: 'rollkeep_batches_total',
    help: 'Batches acknowledged, the repeated ones included.',
    registers,
  });
  const refused = new Counter({
    name: 'rollkeep_connections_refused_total',
    help: 'Connections that came to no TLS 1.3 session.',
    registers,
  });
  const ready = new Gauge({ name: 'rollkeep_ready', help: '1 while the store can be written.', registers });
  const free = new Gauge({
    name: 'rollkeep_disk_free_bytes',
    help: 'Free space where the data folder lies.',
    registers,
  });
  return {
    observeRequest: ({ method, route, status, ms }) =>
      durations.observe({ method, route, status: String(status) }, ms / 1000),
    addBatches: (count) => batches.inc(count),
    countRefusedConnection: () => refused.inc(),
    setReady: (isReady) => ready.set(isReady ? 1 : 0),
    setFreeBytes: (bytes) => free.set(bytes),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
