import { EmptyState as MantineEmptyState } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon?: ReactNode;
  /** What there is not, or that all is done: "All registers in." */
  readonly title: string;
  /** What to do next, in a sentence. */
  readonly text?: string;
  readonly action?: ReactNode;
}

/** A list with nothing in it: says why, and what to do. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <MantineEmptyState
      size="sm"
      align="left"
      // Its own "left" is not the beginning of a line in Urdu.
      styles={{ body: { textAlign: 'start' } }}
      py="xl"
      title={title}
      {...(icon === undefined ? {} : { icon })}
      {...(text === undefined ? {} : { description: text })}
    >
      {action !== undefined && <MantineEmptyState.Actions>{action}</MantineEmptyState.Actions>}
    </MantineEmptyState>
  );
}
