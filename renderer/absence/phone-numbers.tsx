import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';

/** The guardians' numbers, shown when somebody asks for them: each showing is an audited read of its own. */
export function PhoneNumbers({ student }: { readonly student: StudentId }) {
  const [isShown, setIsShown] = useState(false);
  const contacts = useCall('students', 'contacts', { student }, { enabled: isShown });
  if (!isShown) {
    return (
      <Button
        variant="default"
        size="xs"
        onClick={() => {
          setIsShown(true);
        }}
      >
        {text('absence.call.phones')}
      </Button>
    );
  }
  const withPhone = (contacts.data?.guardians ?? []).filter(({ phone }) => phone !== '');
  return (
    <Stack gap={2} role="status">
      <ErrorAlert error={contacts.error} onRetry={contacts.reload} />
      {contacts.data !== undefined && withPhone.length === 0 && (
        <Text size="sm">{text('absence.call.phones.none')}</Text>
      )}
      {withPhone.map(({ id, name, phone }) => (
        <Text size="sm" key={id}>
          <bdi>{name}</bdi>: <bdi dir="ltr">{phone}</bdi>
        </Text>
      ))}
      {contacts.data !== undefined && (
        <Text size="xs" c="dimmed">
          {text('absence.call.phones.recorded')}
        </Text>
      )}
    </Stack>
  );
}
