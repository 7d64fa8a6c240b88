import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { text } from '../app/catalogue.ts';
import { errorText, type ContractError } from '../app/error-text.ts';
import { useFormat } from '../app/format.ts';
import { moveFocus } from '../app/move-focus.ts';
import { focusPageHeaderIfLost } from './page-header.tsx';

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
  const alert = useRef<HTMLDivElement>(null);
  if (error === undefined) return null;
  /** The button that closes it goes with it: the focus goes on in its form or dialog, else at the head of the page. */
  const close = (): void => {
    const form = alert.current?.closest('form, [role="dialog"]');
    onClose?.();
    setTimeout(() => {
      if (document.activeElement === document.body)
        moveFocus(form?.querySelector<HTMLElement>('input:not(:disabled), button:not(:disabled)'));
      focusPageHeaderIfLost();
    });
  };
  return (
    <Alert
      ref={alert}
      role="alert"
      variant="outline"
      color="red"
      c="var(--mantine-color-error)"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      mb="md"
      {...(title === undefined ? {} : { title })}
      {...(onClose === undefined
        ? {}
        : { withCloseButton: true, closeButtonLabel: text('component.close'), onClose: close })}
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
