import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { isolate } from '../app/isolate.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import type { Desk } from './desks.tsx';

interface EndDeskProps {
  /** The computer to be ended; closed without one. */
  readonly desk: Desk | null;
  readonly onClose: () => void;
  readonly onEnded: () => void;
}

/** Ends a computer: asks why, since the two do different things, and says what neither can do. */
export function EndDesk({ desk, onClose, onEnded }: EndDeskProps) {
  const [isBusy, setIsBusy] = useState(false);
  return (
    <Modal
      opened={desk !== null}
      onClose={() => {
        if (!isBusy) onClose();
      }}
      title={desk !== null && text('sync.end.title', { label: isolate(desk.label) })}
    >
      {desk !== null && <EndForm desk={desk} onBusy={setIsBusy} onClose={onClose} onEnded={onEnded} />}
    </Modal>
  );
}

type How = 'retired' | 'stolen';

interface EndFormProps extends Omit<EndDeskProps, 'desk'> {
  readonly desk: Desk;
  readonly onBusy: (isBusy: boolean) => void;
}

function EndForm({ desk, onBusy, onClose, onEnded }: EndFormProps) {
  const [how, setHow] = useState<How | null>(null);
  const end = useCommand('sync', 'endDesk', { reloads: ['sync'] });

  const needs = useNeeds({ how: how === null && text('component.needed.choice') });
  const submit = async (): Promise<void> => {
    if (how === null) return;
    onBusy(true);
    const reply = await end.run({ desk: desk.id, how });
    onBusy(false);
    if (reply.ok) onEnded();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <Radio.Group
          label={text('sync.end.how')}
          value={how}
          error={needs.of('how')}
          onChange={(chosen) => {
            setHow(chosen === 'retired' || chosen === 'stolen' ? chosen : null);
          }}
        >
          <Stack mt="xs" gap="sm">
            <Radio
              value="retired"
              label={text('sync.end.retired')}
              description={text('sync.end.retired.text')}
              data-autofocus
              data-needed={needs.of('how') === null ? undefined : true}
            />
            <Radio
              value="stolen"
              label={text('sync.end.stolen')}
              description={text('sync.end.stolen.text')}
            />
          </Stack>
        </Radio.Group>
        <Text>{text('sync.end.cannot')}</Text>
        <Text>{text('sync.end.final')}</Text>
        <ErrorAlert error={end.error} onClose={end.clearError} />
        <Text size="sm" c="dimmed" component="output">
          {end.isRunning && text('sync.end.running')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" disabled={end.isRunning} onClick={onClose}>
            {text('component.cancel')}
          </Button>
          <Button type="submit" color="red" loading={end.isRunning}>
            {how === 'stolen' ? text('sync.end.action.stolen') : text('sync.end.action.retired')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
