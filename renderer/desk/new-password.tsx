import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk, useUser } from '../app/desk-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { NewPasswordField, PasswordField, problemOf } from '../components/password-field.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { DeskPage } from './desk-page.tsx';

/** After an activation code: a password of one's own before anything else. */
export function NewPassword() {
  const { reload, lock } = useDesk();
  const { username } = useUser();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const choose = useCommand('desk', 'chooseNewPassword');
  const isSame = password === again;

  const needs = useNeeds({
    password: problemOf(password, username) !== null && text('component.password.unmet'),
    again: !isSame && text('newPassword.differ'),
  });
  const submit = async (): Promise<void> => {
    const reply = await choose.run({ password });
    if (reply.ok) await reload();
  };

  return (
    <DeskPage title={text('newPassword.title')} state={text('newPassword.state', { username })}>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          <NewPasswordField
            label={text('newPassword.password')}
            value={password}
            onChange={setPassword}
            username={username}
            error={needs.of('password')}
            autoFocus
            required
          />
          <PasswordField
            label={text('newPassword.again')}
            autoComplete="new-password"
            value={again}
            onChange={setAgain}
            error={needs.of('again') ?? (again !== '' && !isSame && text('newPassword.differ'))}
            required
          />
          <ErrorAlert error={choose.error} onClose={choose.clearError} />
          <Group>
            <Button type="submit" loading={choose.isRunning}>
              {text('newPassword.submit')}
            </Button>
            <Button variant="default" onClick={() => void lock()}>
              {text('newPassword.lock')}
            </Button>
          </Group>
        </Stack>
      </form>
    </DeskPage>
  );
}
