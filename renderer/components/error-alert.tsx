import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { text } from '../app/catalogue.ts';
import { errorText, type ContractError } from '../app/error-text.ts';
import { useFormat } from '../app/format.ts';

interface ErrorAlertProps {
  /** Nothing is shown without one. */
  readonly error: ContractError | undefined;
  /** Closes it; without, it stays until the next answer. */
  readonly onClose?: () => void;
  readonly onRetry?: () => void;
  /** More ways out, beside "Try again". */
  readonly actions?: ReactNode;
  readonly title?: string;
}

/**
 * An expected error: what happened, what is kept, what to do. Stays until it is closed. The frame has a page of its
 * own for a log that cannot be written and for a desk that is locked.
 */
export function ErrorAlert({ error, onClose, onRetry, actions, title }: ErrorAlertProps) {
  const format = useFormat();
  if (error === undefined) return null;
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      c="var(--mantine-color-error)"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      mb="md"
      {...(title === undefined ? {} : { title })}
      {...(onClose === undefined
        ? {}
        : { withCloseButton: true, closeButtonLabel: text('component.close'), onClose })}
    >
      {errorText(error, format)}
      {(onRetry !== undefined || actions !== undefined) && (
        <Group gap="sm" mt="sm">
          {onRetry !== undefined && (
            <Button variant="default" size="xs" onClick={onRetry}>
              {text('component.tryAgain')}
            </Button>
          )}
          {actions}
        </Group>
      )}
    </Alert>
  );
}
