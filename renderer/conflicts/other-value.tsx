import { Button, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { text } from '../app/catalogue.ts';
import { useNeeds } from '../components/use-needs.ts';
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
  const needs = useNeeds({
    value:
      value === undefined &&
      (conflict.input === 'yes-no'
        ? text('component.needed.choice')
        : conflict.input === 'number'
          ? text('conflicts.edit.number')
          : text('component.needed')),
  });
  const submit = (): void => {
    if (value !== undefined) onChoose({ keep: 'other', value });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack gap="sm" maw="28rem" onKeyDown={onKeyDown}>
        <ValueField input={conflict.input} typed={typed} need={needs.of('value')} onType={setTyped} />
        <Group gap="sm">
          <Button type="submit" size="xs">
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
  readonly need: string | null;
  readonly onType: (typed: string) => void;
}

function ValueField({ input, typed, need, onType }: ValueFieldProps) {
  const label = text('conflicts.edit.label');
  switch (input) {
    case 'none':
      return null;
    case 'yes-no':
      return (
        <Radio.Group label={label} value={typed} error={need} onChange={onType}>
          <Group mt="xs">
            <Radio
              value="yes"
              label={text('conflicts.value.yes')}
              autoFocus
              data-needed={need === null ? undefined : true}
            />
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
          error={need}
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
          error={need}
          onChange={(event) => {
            onType(event.currentTarget.value);
          }}
        />
      );
  }
}
