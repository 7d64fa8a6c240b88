import { Alert, Button, Group, Modal, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { keepDraft, takeDraft } from '../app/drafts.ts';
import type { ContractError } from '../app/error-text.ts';
import { onSessionEnd } from '../app/session-end.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';

/** A field as it was last read. */
export interface EditableField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  /** The version it was read at; a change is refused when the record has another by then. */
  readonly version: string;
  readonly isLong?: boolean;
}

export type FieldChanges<Name extends string> = {
  [N in Name]?: { readonly value: string; readonly version: string };
};

interface EditFieldsProps<Name extends string> {
  readonly title: string;
  /** Which form of which record, for the draft that a lock may leave: `students.contacts/<id>`. */
  readonly draftName: string;
  /** As last read; read again while the dialog is open, they show what somebody else entered. */
  readonly fields: readonly EditableField<Name>[];
  readonly isSaving: boolean;
  /** Sends the changed fields; answers with the error, or undefined once saved. */
  readonly onSave: (changes: FieldChanges<Name>) => Promise<ContractError | undefined>;
  /** Reads the record again, after somebody else changed it. */
  readonly onReload: () => void;
  readonly onClose: () => void;
}

const draftSchema = z.record(z.string(), z.string());

/**
 * A dialog that changes a few fields of a record, each against the version it was read at. When somebody else changed
 * the record first, nothing is written: what was typed stays, beside what the record says now.
 */
export function EditFields<Name extends string>(props: EditFieldsProps<Name>) {
  const { title, draftName, fields, isSaving, onSave, onReload, onClose } = props;
  const user = useUser();
  const [draft] = useState(() => draftSchema.safeParse(takeDraft(user.id, draftName)).data);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(draft ?? {});
  const [opened] = useState(fields);
  const [error, setError] = useState<ContractError | undefined>(undefined);
  // The dialog is mounted when it opens, so it is too late for Modal to know what had the focus.
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus();
    },
    [opener],
  );
  const isConflict = error?.type === 'record-changed';

  useEffect(
    () =>
      onSessionEnd(() => {
        if (Object.keys(typed).length > 0) keepDraft(user.id, draftName, typed);
      }),
    [user.id, draftName, typed],
  );

  const changed = fields.filter(({ name, value }) => typed[name] !== undefined && typed[name] !== value);

  const needs = useNeeds({ change: changed.length === 0 && text('edit.save.nothing') });
  const submit = async () => {
    // Fields that somebody else changed carry the version shown now: saving again is putting one's own in its place.
    const changes: FieldChanges<Name> = {};
    for (const { name, value, version } of changed) changes[name] = { value: typed[name] ?? value, version };
    const refused = await onSave(changes);
    setError(refused);
    if (refused === undefined) onClose();
    else if (refused.type === 'record-changed') onReload();
  };

  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          {isConflict ? (
            <Alert color="var(--rollkeep-late-text)" variant="outline" title={text('edit.changed.title')}>
              {text('edit.changed.text')}
            </Alert>
          ) : (
            <ErrorAlert error={error} />
          )}
          {draft !== undefined && <Text size="sm">{text('edit.draft')}</Text>}
          {fields.map((field, index) => {
            const Input = field.isLong === true ? Textarea : TextInput;
            const before = opened.find(({ name }) => name === field.name)?.value;
            const isOthers = isConflict && before !== field.value;
            const others =
              field.value === '' ? text('edit.now.empty') : text('edit.now', { value: field.value });
            return (
              <Input
                key={field.name}
                label={field.label}
                dir="auto"
                autoComplete="off"
                description={isOthers ? others : field.hint}
                value={typed[field.name] ?? field.value}
                onChange={(event) => {
                  setTyped({ ...typed, [field.name]: event.currentTarget.value });
                }}
                error={index === 0 && needs.of('change')}
                data-autofocus={index === 0 || undefined}
              />
            );
          })}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text('edit.cancel')}
            </Button>
            <Button type="submit" loading={isSaving}>
              {changed.length === 0 ? text('edit.save.none') : text('edit.save', { count: changed.length })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
