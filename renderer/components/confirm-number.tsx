import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { text } from '../app/catalogue.ts';

interface ConfirmNumberProps {
  readonly opened: boolean;
  readonly title: string;
  /** What will happen, and what cannot be undone. */
  readonly children: ReactNode;
  /** What must be typed: how many people it concerns. */
  readonly number: number;
  /** The verb and its count: "Remove 32 people". */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks for the number of people concerned, because a tick is given without reading. */
export function ConfirmNumber({
  opened,
  title,
  children,
  number,
  action,
  onConfirm,
  onClose,
}: ConfirmNumberProps) {
  const [typed, setTyped] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isRight = typed.replace(/\D/g, '') === String(number);
    setIsWrong(!isRight);
    if (isRight) onConfirm();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <Text component="div">{children}</Text>
          <TextInput
            data-autofocus
            inputMode="numeric"
            autoComplete="off"
            label={text('component.confirm.number', { number })}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setIsWrong(false);
            }}
            error={isWrong && text('component.confirm.wrong', { number })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text('component.cancel')}
            </Button>
            <Button type="submit" color="red">
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
