/** What the main process tells the window without being asked. Never a personal datum. */
export type DeskEvent =
  /** The session ended: by idling, by the clock, or because the computer slept or locked. */
  | { readonly type: 'locked'; readonly why: 'idle' | 'time' | 'suspend' | 'user' }
  /** Work on an upload or a bundle goes on. `total` is null while it is not known. */
  | {
      readonly type: 'progress';
      readonly task: 'roster-check' | 'roster-apply' | 'sample' | 'audit-verify' | 'backup' | 'export';
      readonly done: number;
      readonly total: number | null;
    };
