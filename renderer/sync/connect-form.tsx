import { Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { focusPageHeader } from '../components/page-header.tsx';
import { useNeeds } from '../components/use-needs.ts';
import classes from './sync.module.css';

/** A school without a server: what one is for, and the operator's line that connects it. */
export function ConnectForm() {
  const [invitation, setInvitation] = useState('');
  const [deskLabel, setDeskLabel] = useState('');
  const connect = useCommand('sync', 'connect', { reloads: ['sync'] });
  const needs = useNeeds({
    invitation: invitation.trim() === '' && text('component.needed'),
    deskLabel: deskLabel.trim() === '' && text('component.needed'),
  });

  const submit = async (): Promise<void> => {
    const reply = await connect.run({ invitation: invitation.trim(), deskLabel: deskLabel.trim() });
    if (reply.ok) focusPageHeader();
  };
  return (
    <Stack component="section" gap="md" maw="44rem" aria-labelledby="sync-connect">
      <Title order={2} id="sync-connect">
        {text('sync.connect.title')}
      </Title>
      <Text>{text('sync.connect.text')}</Text>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          <CodeField
            label={text('sync.connect.invitation')}
            description={text('sync.connect.invitation.text')}
            value={invitation}
            onChange={setInvitation}
            need={needs.of('invitation')}
          />
          <DeskLabelField value={deskLabel} onChange={setDeskLabel} need={needs.of('deskLabel')} />
          <ErrorAlert error={connect.error} onClose={connect.clearError} />
          <Text size="sm" c="dimmed" role="status">
            {connect.isRunning && text('sync.connect.running')}
          </Text>
          <Group>
            <Button type="submit" loading={connect.isRunning}>
              {text('sync.connect.action')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly need: string | null;
}

interface CodeFieldProps extends FieldProps {
  readonly label: string;
  readonly description: string;
  readonly isFirst?: boolean;
}

/** An invitation or a code for joining: one line however it was wrapped, so Enter sends it. */
export function CodeField({ label, description, value, onChange, need, isFirst = false }: CodeFieldProps) {
  return (
    <Textarea
      label={label}
      description={description}
      rows={4}
      dir="ltr"
      classNames={{ input: classes.codeInput ?? '' }}
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={4000}
      value={value}
      error={need}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey) return;
        event.preventDefault();
        event.currentTarget.form?.requestSubmit();
      }}
      autoFocus={isFirst}
      required
    />
  );
}

/** What the other computers call this one. */
export function DeskLabelField({ value, onChange, need }: FieldProps) {
  return (
    <TextInput
      label={text('sync.connect.label')}
      description={text('sync.connect.label.text')}
      dir="auto"
      autoComplete="off"
      maxLength={60}
      value={value}
      error={need}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
      required
    />
  );
}
