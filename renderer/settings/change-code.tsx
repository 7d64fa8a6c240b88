import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { Input, Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { errorText } from '../app/error-text.ts';
import { useFormat } from '../app/format.ts';
import { DayField } from '../components/day-field.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { statisticalText } from './statistical-text.ts';

type Code = Output<'attendance', 'codes'>['codes'][number];
type Category = Input<'attendance', 'changeCode'>['category'];

/** Which code is to be changed; null for a new one. */
export interface CodeToChange {
  readonly code: Code | null;
}

const categories = [
  'attending',
  'approved-activity',
  'authorised',
  'unauthorised',
  'not-possible',
] as const satisfies readonly Category[];

interface ChangeCodeProps {
  readonly task: CodeToChange | null;
  readonly onClose: () => void;
}

/** Changes a code from a day on, adds one, or ends its use. How many marks count otherwise then is shown before. */
export function ChangeCode({ task, onClose }: ChangeCodeProps) {
  return (
    <Modal
      opened={task !== null}
      onClose={onClose}
      title={
        task !== null &&
        (task.code === null
          ? text('codes.dialog.add')
          : text('codes.dialog.change', { code: task.code.code }))
      }
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      {task !== null && <Form code={task.code} onClose={onClose} />}
    </Modal>
  );
}

function Form({ code, onClose }: { readonly code: Code | null; readonly onClose: () => void }) {
  const format = useFormat();
  const today = useToday();
  const change = useCommand('attendance', 'changeCode', { reloads: ['attendance'] });
  const [letters, setLetters] = useState(code?.code ?? '');
  const [meaning, setMeaning] = useState(code?.meaning ?? '');
  const [key, setKey] = useState(code?.key ?? '');
  const [category, setCategory] = useState<Category>(
    categories.find((each) => each === code?.statisticalCategory) ?? 'authorised',
  );
  const [from, setFrom] = useState(today);
  const [isEnded, setIsEnded] = useState(false);
  const marks = change.error?.type === 'code-has-marks' ? change.error.marks : null;

  // What was confirmed was confirmed for exactly what the form said.
  const edited = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      change.clearError();
      set(value);
    };
  };

  const needs = useNeeds({
    letters: letters === '' && text('component.needed'),
    meaning: meaning.trim() === '' && text('component.needed'),
  });
  const onSave = async () => {
    const reply = await change.run({
      code: letters,
      from,
      meaning: meaning.trim(),
      key: key === '' ? null : key,
      category,
      isEnded,
      confirmedMarks: marks,
    });
    if (reply.ok) onClose();
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, onSave);
      }}
    >
      <Stack gap="sm">
        {code === null && (
          <TextInput
            label={text('codes.dialog.code')}
            description={text('codes.dialog.code.form')}
            value={letters}
            error={needs.of('letters')}
            required
            data-autofocus
            onChange={(event) => {
              edited(setLetters)(
                event.currentTarget.value
                  .toUpperCase()
                  .replaceAll(/[^A-Z0-9]/g, '')
                  .slice(0, 3),
              );
            }}
          />
        )}
        <TextInput
          label={text('codes.dialog.meaning')}
          value={meaning}
          error={needs.of('meaning')}
          required
          maxLength={120}
          dir="auto"
          disabled={isEnded}
          data-autofocus={code !== null || undefined}
          onChange={(event) => {
            edited(setMeaning)(event.currentTarget.value);
          }}
        />
        <TextInput
          label={text('codes.dialog.key')}
          description={text('codes.dialog.key.form')}
          value={key}
          disabled={isEnded}
          onChange={(event) => {
            const typed = event.currentTarget.value.toUpperCase();
            edited(setKey)(typed.replaceAll(/[^A-Z/\\#]/g, '').slice(-1));
          }}
        />
        <Select
          label={text('codes.dialog.category')}
          data={categories.map((each) => ({ value: each, label: statisticalText(each) }))}
          value={category}
          allowDeselect={false}
          disabled={isEnded}
          onChange={(chosen) => {
            edited(setCategory)(categories.find((each) => each === chosen) ?? category);
          }}
        />
        <DayField
          label={text('codes.dialog.from')}
          description={text('codes.dialog.from.why')}
          width="100%"
          value={from}
          onChange={edited(setFrom)}
        />
        {code !== null && (
          <Checkbox
            label={text('codes.dialog.ended')}
            checked={isEnded}
            onChange={(event) => {
              edited(setIsEnded)(event.currentTarget.checked);
            }}
          />
        )}
        {change.error !== undefined &&
          (marks === null ? (
            <ErrorAlert error={change.error} onClose={change.clearError} />
          ) : (
            <Alert
              role="status"
              color="orange"
              icon={<IconAlertTriangle size={18} aria-hidden />}
              title={text('codes.dialog.marks', { count: marks })}
            >
              {errorText(change.error, format)}
            </Alert>
          ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('codes.dialog.cancel')}
          </Button>
          <Button type="submit" loading={change.isRunning}>
            {marks === null ? text('codes.dialog.apply') : text('codes.dialog.applyMarks', { count: marks })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
