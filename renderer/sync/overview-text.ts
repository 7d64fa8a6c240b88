import { text } from '../app/catalogue.ts';

const minuteMs = 60_000;

/** How this computer's clock goes beside the server's. `skewMs`: the server's less ours; null before they were compared. */
export function clockSentence(skewMs: number | null): string {
  if (skewMs === null) return text('sync.self.clock.unknown');
  const count = Math.round(Math.abs(skewMs) / minuteMs);
  if (count === 0) return text('sync.self.clock.right');
  return skewMs > 0 ? text('sync.self.clock.behind', { count }) : text('sync.self.clock.ahead', { count });
}

/** How far the server has countersigned this computer's audit log. */
export function witnessSentence({ size, witnessedSize }: { size: number; witnessedSize: number }): string {
  const count = Math.max(0, size - witnessedSize);
  return count === 0
    ? text('sync.self.audit.all', { witnessed: witnessedSize })
    : text('sync.self.audit.rest', { witnessed: witnessedSize, count });
}
