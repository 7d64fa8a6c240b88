import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { ErrorAlert } from '../components/error-alert.tsx';
import { NewPasswordField, PasswordField, problemOf } from '../components/password-field.tsx';
import { useCommand } from './calls.ts';
import { text } from './catalogue.ts';
import { useUser } from './desk-state.tsx';

interface ChangePasswordProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The user's own password; the present one is asked for again. */
export function ChangePassword({ opened, onClose }: ChangePasswordProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={text('user.password.title')}>
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: Pick<ChangePasswordProps, 'onClose'>) {
  const { username } = useUser();
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const [isChanged, setIsChanged] = useState(false);
  const change = useCommand('users', 'changeOwnPassword');

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const reply = await change.run({ present, next });
    if (!reply.ok) return;
    setPresent('');
    setNext('');
    setIsChanged(true);
  };

  if (isChanged) {
    return (
      <Stack>
        <Alert>{text('user.password.changed')}</Alert>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            {text('component.closeDialog')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <ErrorAlert error={change.error} onClose={change.clearError} />
        <PasswordField
          label={text('user.password.present')}
          value={present}
          onChange={setPresent}
          data-autofocus
          required
        />
        <NewPasswordField
          label={text('user.password.next')}
          value={next}
          onChange={setNext}
          username={username}
          required
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('user.cancel')}
          </Button>
          <Button
            type="submit"
            loading={change.isRunning}
            disabled={present === '' || problemOf(next, username) !== null}
          >
            {text('user.password.change')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
