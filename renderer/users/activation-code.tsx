import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { isolate } from '../app/isolate.ts';
import { Printable, PrintButton } from '../components/printable.tsx';
import classes from './people.module.css';

/** A code as it was just made. It is nowhere else to be read. */
export interface NewCode {
  readonly name: string;
  readonly username: string;
  readonly activationCode: string;
  readonly expiresAtMs: number;
}

interface ActivationCodeProps {
  readonly code: NewCode | null;
  readonly onClose: () => void;
}

/** The activation code, once: shown and printed. Only its button closes it, since a stray click would lose it. */
export function ActivationCode({ code, onClose }: ActivationCodeProps) {
  return (
    <Modal
      opened={code !== null}
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      size="lg"
      title={code !== null && text('people.code.title', { name: isolate(code.name) })}
    >
      {code !== null && (
        <Stack>
          <Text>{text('people.code.once')}</Text>
          <Facts code={code} />
          <Text>{text('people.code.how')}</Text>
          <Text size="sm" c="dimmed">
            {text('people.code.lost')}
          </Text>
          <Group justify="flex-end">
            <PrintButton label={text('people.code.print')} data-autofocus />
            <Button onClick={onClose}>{text('people.code.done')}</Button>
          </Group>
          <Paper code={code} />
        </Stack>
      )}
    </Modal>
  );
}

function Facts({ code }: { readonly code: NewCode }) {
  const { formatDayTime } = useFormat();
  return (
    <dl className={classes.facts}>
      <dt>{text('people.code.username')}</dt>
      <dd>
        <bdi>{code.username}</bdi>
      </dd>
      <dt>{text('people.code.code')}</dt>
      <dd>
        <code className={classes.code} dir="ltr">
          {code.activationCode}
        </code>
      </dd>
      <dt>{text('people.code.until')}</dt>
      <dd>{formatDayTime(code.expiresAtMs)}</dd>
    </dl>
  );
}

function Paper({ code }: { readonly code: NewCode }) {
  const { school } = useDesk().status;
  return (
    <Printable>
      <h1>{text('people.code.paper.title')}</h1>
      <p>
        {text('people.code.paper.school')}: <bdi>{school?.label}</bdi>
      </p>
      <p>
        <bdi>{code.name}</bdi>
      </p>
      <Facts code={code} />
      <p>{text('people.code.how')}</p>
      <p>{text('people.code.paper.destroy')}</p>
    </Printable>
  );
}
