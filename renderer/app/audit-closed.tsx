import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { text } from './catalogue.ts';
import { useDesk } from './desk-state.tsx';
import { errorText, type ContractError } from './error-text.ts';
import { useFormat } from './format.ts';

/** In place of any content while the audit log cannot be written: without its entry no record is shown (R4). */
export function AuditClosed({ error }: { readonly error: ContractError }) {
  const { clearAuditFailure, lock } = useDesk();
  const format = useFormat();
  return (
    <Stack role="alert" maw="36rem">
      <Group gap="sm" c="var(--mantine-color-error)">
        <IconAlertTriangle size={24} aria-hidden />
        <Title order={1}>{text('problem.audit.title')}</Title>
      </Group>
      <Text>{errorText(error, format)}</Text>
      <Group>
        {/* The content is drawn anew and reads again; if the log still fails, this page is back. */}
        <Button onClick={clearAuditFailure}>{text('problem.audit.retry')}</Button>
        <Button variant="default" onClick={() => void lock()}>
          {text('problem.bug.lock')}
        </Button>
      </Group>
    </Stack>
  );
}
