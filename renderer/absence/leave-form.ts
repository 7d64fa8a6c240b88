import type { KeyboardEvent, RefObject } from 'react';

/**
 * Esc in a form: leaves it where nothing has been entered; else the focus goes to the button that does, so that one key throws no work
 * away. A list or calendar that is open takes its Esc itself.
 */
export function leaveByEscape(
  event: KeyboardEvent<HTMLFormElement>,
  {
    isTouched,
    cancel,
    onCancel,
  }: {
    readonly isTouched: boolean;
    readonly cancel: RefObject<HTMLButtonElement | null>;
    readonly onCancel: () => void;
  },
): void {
  const isExpanded =
    event.target instanceof HTMLElement && event.target.getAttribute('aria-expanded') === 'true';
  if (event.key !== 'Escape' || event.defaultPrevented || isExpanded) return;
  event.preventDefault();
  if (isTouched && event.target !== cancel.current) cancel.current?.focus();
  else onCancel();
}
