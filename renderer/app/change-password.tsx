import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { ErrorAlert } from '../components/error-alert.tsx';
import { NewPasswordField, PasswordField, problemOf } from '../components/password-field.tsx';
import { useNeeds } from '../components/use-needs.ts';
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

  const needs = useNeeds({
    present: present === '' && text('component.needed'),
    next: problemOf(next, username) !== null && text('component.password.unmet'),
  });
  const submit = async (): Promise<void> => {
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
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <ErrorAlert error={change.error} onClose={change.clearError} />
        <PasswordField
          label={text('user.password.present')}
          value={present}
          onChange={setPresent}
          error={needs.of('present')}
          data-autofocus
          required
        />
        <NewPasswordField
          label={text('user.password.next')}
          value={next}
          onChange={setNext}
          username={username}
          error={needs.of('next')}
          required
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('user.cancel')}
          </Button>
          <Button type="submit" loading={change.isRunning}>
            {text('user.password.change')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
