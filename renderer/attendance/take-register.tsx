import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { text } from '../app/catalogue.ts';

interface TakeRegisterProps {
  readonly taken: boolean;
  readonly blank: number;
  readonly students: number;
  /** Marks that could not be saved: the register cannot be taken over them. */
  readonly failed: number;
  readonly isBusy: boolean;
  readonly onTake: (taken: boolean) => void;
  /** Goes back to the grid, to the first student without a mark. */
  readonly onShowBlank: () => void;
}

/**
 * The button that says a register has been taken. Taking it over students without a mark asks once, because blank
 * never means present: they stay unaccounted for and Today keeps showing them.
 */
export function TakeRegister(props: TakeRegisterProps) {
  const { taken, blank, students, failed, isBusy, onTake, onShowBlank } = props;
  const [isAsking, setIsAsking] = useState(false);
  const goesToBlank = useRef(false);

  if (taken) {
    return (
      <Button
        variant="default"
        loading={isBusy}
        onClick={() => {
          onTake(false);
        }}
      >
        {text('register.untake')}
      </Button>
    );
  }
  return (
    <>
      <Button
        loading={isBusy}
        disabled={failed > 0}
        onClick={() => {
          if (blank > 0) setIsAsking(true);
          else onTake(true);
        }}
      >
        {blank === 0
          ? text('register.take.all', { count: students })
          : text('register.take.blank', { count: blank })}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => {
          setIsAsking(false);
        }}
        title={text('register.take.ask', { count: blank })}
        size="lg"
        onExitTransitionEnd={() => {
          // The dialog has given the focus back to the button by now; the work is in the grid.
          if (goesToBlank.current) onShowBlank();
          goesToBlank.current = false;
        }}
      >
        <Stack>
          <Text>{text('register.take.why', { count: blank })}</Text>
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                setIsAsking(false);
                onTake(true);
              }}
            >
              {text('register.take.anyway', { count: blank })}
            </Button>
            <Button
              data-autofocus
              onClick={() => {
                goesToBlank.current = true;
                setIsAsking(false);
              }}
            >
              {text('register.take.goBack', { count: blank })}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
