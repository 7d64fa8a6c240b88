import { statfs } from 'node:fs/promises';
import type { ServerLog } from './log.ts';
import type { ServerMetrics } from './metrics.ts';
import { DiskFullError, type ServerStore } from './store/server-store.ts';

/** Whether the server can take more. */
export interface DiskHealth {
  /** Whether there is more free space than is kept back, as of a second ago. */
  hasRoom(): Promise<boolean>;
  /** Whether there is room and the store takes a write. */
  isReady(): Promise<boolean>;
}

const freshMs = 1000;

/**
 * Watches the disk of a data folder. What is kept back lets the server go on answering, and remembering request proofs, while it takes no
 * more batches.
 */
export function createDiskHealth(
  folder: string,
  minFreeMib: number,
  parts: {
    readonly store: ServerStore;
    readonly log: ServerLog;
    readonly metrics: ServerMetrics;
    readonly now: () => number;
  },
): DiskHealth {
  let seenMs = -Infinity;
  let seen = true;
  let isFull = false;

  async function hasRoom(): Promise<boolean> {
    if (Math.abs(parts.now() - seenMs) < freshMs) return seen;
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    parts.metrics.setFreeBytes(freeBytes);
    seen = freeBytes >= minFreeMib * 1024 * 1024;
    seenMs = parts.now();
    noteFull(!seen, freeBytes);
    return seen;
  }

  function noteFull(now: boolean, freeBytes: number): void {
    if (now === isFull) return;
    isFull = now;
    parts.log.event(now ? 'disk-full' : 'disk-recovered', { freeMib: Math.floor(freeBytes / 1024 / 1024) });
  }

  return {
    hasRoom,
    isReady: async () => {
      let isReady = await hasRoom();
      try {
        await parts.store.probe();
      } catch (cause) {
        if (!(cause instanceof DiskFullError)) parts.log.bug(cause);
        isReady = false;
      }
      parts.metrics.setReady(isReady);
      return isReady;
    },
  };
}
