import { Button, Group, List, Text } from '@mantine/core';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';

/** The school exists: what to do next. */
export function DoneStep({ onOpen }: { readonly onOpen: () => void }) {
  return (
    <>
      <List>
        <List.Item>{text('setUp.done.sheet')}</List.Item>
        <List.Item>{text('setUp.done.next')}</List.Item>
      </List>
      <Group>
        <Button autoFocus onClick={onOpen}>
          {text('setUp.done.open')}
        </Button>
      </Group>
    </>
  );
}

interface SampleDoneStepProps {
  readonly sample: Output<'desk', 'createSample'>;
  readonly onOpen: () => void;
}

/** The sample exists: who one is in it, and who else one can be. */
export function SampleDoneStep({ sample, onOpen }: SampleDoneStepProps) {
  return (
    <>
      <Text>{text('setUp.done.sample.text', { password: sample.password })}</Text>
      <Group>
        <Button autoFocus onClick={onOpen}>
          {text('setUp.done.sample.open')}
        </Button>
      </Group>
    </>
  );
}

/** The school has come from the other computers: sign-in is next. */
export function JoinedStep({ onOpen }: { readonly onOpen: () => void }) {
  return (
    <Group>
      <Button autoFocus onClick={onOpen}>
        {text('setUp.join.done.signIn')}
      </Button>
    </Group>
  );
}
