import type { UserId } from '../../domain/ids.ts';

/**
 * What was typed and not saved when the desk locked, in this window's memory only and for the same user only
 * (SECURITY §1). Gone with the window.
 */
const draftsByUser = new Map<UserId, Map<string, unknown>>();

/** Keeps a draft under a name that says which form and which record it is of: `students.contacts/<id>`. */
export function keepDraft(user: UserId, name: string, draft: unknown): void {
  const drafts = draftsByUser.get(user) ?? new Map<string, unknown>();
  drafts.set(name, draft);
  draftsByUser.set(user, drafts);
}

/** Gives the draft and forgets it; undefined where there is none. The form checks that it still fits. */
export function takeDraft(user: UserId, name: string): unknown {
  const draft = draftsByUser.get(user)?.get(name);
  draftsByUser.get(user)?.delete(name);
  return draft;
}
