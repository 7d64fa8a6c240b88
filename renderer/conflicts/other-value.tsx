import { Button, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent, type SubmitEvent } from 'react';
import { text } from '../app/catalogue.ts';
import { otherValue, typedValue, type Choice, type Conflict } from './conflict-model.ts';

interface OtherValueProps {
  readonly conflict: Conflict;
  readonly onChoose: (choice: Choice) => void;
  readonly onClose: () => void;
}

/** A third value, which neither computer has. Escape closes it and decides nothing. */
export function OtherValue({ conflict, onChoose, onClose }: OtherValueProps) {
  const [typed, setTyped] = useState(() => typedValue(conflict));
  const value = otherValue(conflict.input, typed);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (value !== undefined) onChoose({ keep: 'other', value });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw="28rem" onKeyDown={onKeyDown}>
        <ValueField input={conflict.input} typed={typed} onType={setTyped} />
        <Group gap="sm">
          <Button type="submit" size="xs" disabled={value === undefined}>
            {text('conflicts.edit.save')}
          </Button>
          <Button variant="default" size="xs" onClick={onClose}>
            {text('component.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ValueFieldProps {
  readonly input: Conflict['input'];
  readonly typed: string;
  readonly onType: (typed: string) => void;
}

function ValueField({ input, typed, onType }: ValueFieldProps) {
  const label = text('conflicts.edit.label');
  switch (input) {
    case 'none':
      return null;
    case 'yes-no':
      return (
        <Radio.Group label={label} value={typed} onChange={onType}>
          <Group mt="xs">
            <Radio value="yes" label={text('conflicts.value.yes')} autoFocus />
            <Radio value="no" label={text('conflicts.value.no')} />
          </Group>
        </Radio.Group>
      );
    case 'list':
      return (
        <Textarea
          label={label}
          description={text('conflicts.edit.list')}
          autosize
          minRows={2}
          dir="auto"
          autoComplete="off"
          autoFocus
          value={typed}
          onChange={(event) => {
            onType(event.currentTarget.value);
          }}
        />
      );
    case 'text':
    case 'number':
      return (
        <TextInput
          label={label}
          {...(input === 'number'
            ? { inputMode: 'decimal', description: text('conflicts.edit.number') }
            : { maxLength: 2000 })}
          dir="auto"
          autoComplete="off"
          autoFocus
          value={typed}
          onChange={(event) => {
            onType(event.currentTarget.value);
          }}
        />
      );
  }
}
