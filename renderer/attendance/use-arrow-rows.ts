import { useDirection } from '@mantine/core';
import type { KeyboardEvent } from 'react';

/**
 * Lets the arrow keys walk over a list of rows: up and down from row to row, left and right among the links of one
 * row, Home and End to its ends. Rows carry `data-row`; what in them takes the focus is a link or a button.
 */
export function useArrowRows(): (event: KeyboardEvent<HTMLElement>) => void {
  const { dir } = useDirection();
  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { target } = event;
    if (!(target instanceof HTMLElement)) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
    const row = rows.findIndex((each) => each.contains(target));
    if (row === -1) {
      // From the screen's title, where the focus is when it opens, the first arrow leads into the list.
      if (event.key === 'ArrowDown' && target.tagName === 'H1') {
        event.preventDefault();
        linksIn(rows[0])[0]?.focus();
      }
      return;
    }
    const place = linksIn(rows[row]).indexOf(target);
    const next = nextPlace(event.key, { row, place, rows: rows.length }, dir);
    if (next === undefined) return;
    event.preventDefault();
    const links = linksIn(rows[next.row]);
    (links[Math.min(next.place, links.length - 1)] ?? target).focus();
  };
}

interface Place {
  readonly row: number;
  readonly place: number;
}

/** The place that a key leads to; undefined for a key that leads nowhere. Left and right follow the direction of the page. */
export function nextPlace(
  key: string,
  { row, place, rows }: Place & { rows: number },
  dir: 'ltr' | 'rtl',
): Place | undefined {
  switch (key) {
    case 'ArrowDown':
      return { row: Math.min(row + 1, rows - 1), place };
    case 'ArrowUp':
      return { row: Math.max(row - 1, 0), place };
    case 'Home':
      return { row: 0, place };
    case 'End':
      return { row: rows - 1, place };
    case 'ArrowLeft':
    case 'ArrowRight': {
      const isForward = (key === 'ArrowRight') === (dir === 'ltr');
      return { row, place: Math.max(0, place + (isForward ? 1 : -1)) };
    }
  }
  return undefined;
}

function linksIn(row: HTMLElement | undefined): readonly HTMLElement[] {
  return row === undefined ? [] : [...row.querySelectorAll<HTMLElement>('a, button')];
}
