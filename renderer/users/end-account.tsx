import { Button, Divider, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { isolate } from '../app/isolate.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import type { NewCode } from './activation-code.tsx';
import type { Account } from './account.ts';

interface EndAccountProps {
  readonly account: Account;
  readonly isLastAdministrator: boolean;
  readonly onNewCode: (code: NewCode) => void;
  readonly onRemoved: () => void;
}

/** Reset and removal: each says what it does before it is asked for, and asks once more. */
export function EndAccount({ account, isLastAdministrator, onNewCode, onRemoved }: EndAccountProps) {
  const [asks, setAsks] = useState<'reset' | 'remove' | null>(null);
  const reset = useCommand('users', 'reset', { reloads: ['users'] });
  const remove = useCommand('users', 'remove', { reloads: ['users'] });
  const { id, displayName: name, username } = account;
  const isRunning = reset.isRunning || remove.isRunning;

  const confirm = async (): Promise<void> => {
    if (asks === 'reset') {
      const reply = await reset.run({ id });
      if (reply.ok) onNewCode({ name, username, ...reply.value });
    } else {
      const reply = await remove.run({ id });
      if (reply.ok) onRemoved();
    }
  };
  const close = (): void => {
    if (isRunning) return;
    reset.clearError();
    remove.clearError();
    setAsks(null);
  };

  return (
    <Stack gap="lg">
      <Divider />
      <section>
        <Title order={3}>{text('people.reset.title')}</Title>
        <Text mb="sm">{text('people.reset.text')}</Text>
        <Button
          variant="default"
          onClick={() => {
            setAsks('reset');
          }}
        >
          {text('people.reset.action')}
        </Button>
      </section>
      <section>
        <Title order={3}>{text('people.remove.title')}</Title>
        {isLastAdministrator ? (
          <Text>{text('people.remove.last')}</Text>
        ) : (
          <>
            <Text mb="sm">{text('people.remove.text')}</Text>
            <Button
              variant="outline"
              color="red"
              onClick={() => {
                setAsks('remove');
              }}
            >
              {text('people.remove.action')}
            </Button>
          </>
        )}
      </section>
      <Modal
        opened={asks !== null}
        onClose={close}
        title={
          asks === 'remove'
            ? text('people.remove.confirm.title', { name: isolate(name) })
            : text('people.reset.confirm.title', { name: isolate(name) })
        }
        closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
      >
        <Stack>
          <ErrorAlert error={asks === 'remove' ? remove.error : reset.error} />
          <Text>{asks === 'remove' ? text('people.remove.text') : text('people.reset.text')}</Text>
          <Text size="sm" c="dimmed" component="output">
            {isRunning && text('people.reset.running')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" data-autofocus disabled={isRunning} onClick={close}>
              {text('component.cancel')}
            </Button>
            <Button
              loading={isRunning}
              onClick={() => void confirm()}
              {...(asks === 'remove' ? { color: 'red' } : {})}
            >
              {asks === 'remove' ? text('people.remove.action') : text('people.reset.action')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
