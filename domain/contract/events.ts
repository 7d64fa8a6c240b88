import type { z } from 'zod';
import type { syncState } from './sync.ts';

/** What the main process tells the window without being asked. Never a personal datum. */
export type DeskEvent =
  /** The session ended: by idling, by the clock, because the computer slept or locked, or because the account ended elsewhere. */
  | { readonly type: 'locked'; readonly why: 'idle' | 'time' | 'suspend' | 'user' | 'account-ended' }
  /** Syncing has moved on. `hasNews`: records have come from another computer. */
  | { readonly type: 'sync'; readonly state: z.output<typeof syncState>; readonly hasNews: boolean }
  /** A roster of the watched folder was applied, or waits for a person. */
  | { readonly type: 'roster-drop' }
  /** Work on an upload or a bundle goes on. `total` is null while it is not known. */
  | {
      readonly type: 'progress';
      readonly task:
        | 'roster-check'
        | 'roster-apply'
        | 'marks-check'
        | 'marks-apply'
        | 'sample'
        | 'audit-verify'
        | 'backup'
        | 'drill'
        | 'export';
      readonly done: number;
      readonly total: number | null;
    };
