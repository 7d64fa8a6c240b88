/** Whether the focus is in a menu or a dialog, which keeps it until it is closed. */
export function isInDialog(): boolean {
  return document.activeElement?.closest('[role="menu"], [role="dialog"]') != null;
}

/**
 * Moves the focus to where the work goes on, unless a dialog has been opened meanwhile: what comes after an answer or a
 * loading screen must not take the keys from somebody who types there. Closing the dialog gives the focus back by itself.
 */
export function moveFocus(to: HTMLElement | null | undefined): void {
  if (to == null) return;
  if (isInDialog() && to.closest('[role="dialog"]') === null) return;
  to.focus();
}

/** The cell that has the one tab stop of a grid. */
export function tabStopIn(grid: HTMLElement | null): HTMLElement | null | undefined {
  return grid?.querySelector<HTMLElement>('[tabindex="0"]');
}
