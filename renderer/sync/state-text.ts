import type { z } from 'zod';
import type { syncState } from '../../domain/contract/sync.ts';
import { text } from '../app/catalogue.ts';
import type { Format } from '../app/format.ts';

export type SyncState = z.output<typeof syncState>;

/** Past this a time of day alone would be taken for today's. */
const otherDayMs = 12 * 60 * 60 * 1000;

/**
 * How the header says how far syncing is; null without a server. A round that is over in a moment is not shown: the
 * sentence of before stays, so that the header does not flicker.
 */
export function stateSentence(
  state: SyncState,
  nowMs: number,
  mayManage: boolean,
  format: Pick<Format, 'formatTime' | 'formatDayTime'>,
): string | null {
  const { phase, progress, waiting, lastSyncedAtMs, offlineSinceMs } = state;
  const timeOf = (atMs: number): string => recentTime(atMs, nowMs, format);
  switch (phase) {
    case 'no-server':
      return null;
    case 'stopped':
      return mayManage ? text('sync.state.stopped') : text('sync.state.stopped.tell');
    case 'offline':
      return offlineSinceMs === null
        ? text('sync.state.offline.unknown')
        : text('sync.state.offline', { time: timeOf(offlineSinceMs) });
    case 'running':
      if (progress !== null) {
        return text('sync.state.progress', { done: progress.done, total: progress.total });
      }
      if (waiting === 0 && lastSyncedAtMs === null) return text('sync.state.running');
      break;
    case 'waiting':
    case 'synced':
      break;
  }
  if (waiting > 0) return text('sync.state.waiting', { count: waiting });
  return lastSyncedAtMs === null
    ? text('sync.state.never')
    : text('sync.state.synced', { time: timeOf(lastSyncedAtMs) });
}

/** What the state means for one's work, and what to do; null without a server. */
export function stateExplanation(
  { phase, waiting, offlineSinceMs }: SyncState,
  nowMs: number,
  format: Pick<Format, 'formatTime' | 'formatDayTime'>,
): string | null {
  switch (phase) {
    case 'no-server':
      return null;
    case 'stopped':
      return text('sync.explain.stopped');
    case 'offline':
      return text('sync.explain.offline', {
        count: waiting,
        time: recentTime(offlineSinceMs ?? nowMs, nowMs, format),
      });
    case 'running':
      return text('sync.explain.running');
    case 'waiting':
    case 'synced':
      return waiting > 0 ? text('sync.explain.waiting', { count: waiting }) : text('sync.explain.synced');
  }
}

/**
 * What is worth hearing when the state changes: going offline, coming back, stopping, and more or fewer conflicts.
 * Undefined for what happens all day long, such as a change that waits and is sent.
 */
export function announcedChange(before: SyncState, now: SyncState): 'state' | 'conflicts' | undefined {
  if (moodOf(before) !== moodOf(now)) return 'state';
  return before.conflicts === now.conflicts ? undefined : 'conflicts';
}

function moodOf({ phase }: SyncState): 'none' | 'well' | 'offline' | 'stopped' {
  if (phase === 'no-server') return 'none';
  return phase === 'offline' || phase === 'stopped' ? phase : 'well';
}

/** A time of day, with its day where it is not a recent one. */
export function recentTime(
  atMs: number,
  nowMs: number,
  { formatTime, formatDayTime }: Pick<Format, 'formatTime' | 'formatDayTime'>,
): string {
  return Math.abs(nowMs - atMs) < otherDayMs ? formatTime(atMs) : formatDayTime(atMs);
}
