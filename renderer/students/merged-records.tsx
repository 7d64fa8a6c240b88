import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import type { Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { focusPageHeader } from '../components/page-header.tsx';

interface MergedRecordsProps {
  readonly merged: Output<'students', 'card'>['merged'];
  readonly mayPart: boolean;
}

/** The records that are shown with a student, each with what it says otherwise and a way to part it again. */
export function MergedRecords({ merged, mayPart }: MergedRecordsProps) {
  const unmerge = useCommand('students', 'unmerge', { reloads: ['students'] });
  if (merged.length === 0) return null;
  return (
    <Alert
      role="note"
      variant="outline"
      color="gray"
      w="100%"
      icon={<IconUsersGroup size={18} aria-hidden />}
      title={text('merged.title', { count: merged.length })}
    >
      <Stack gap="sm">
        <Text size="sm">{text('merged.explained')}</Text>
        {merged.map(({ id, legalName, studentNumber, medicalAlert }) => (
          <Group key={id} gap="md">
            <Text size="sm">
              <bdi>{text('merged.record', { name: legalName, number: studentNumber })}</bdi>
              {medicalAlert !== null && medicalAlert !== '' && (
                <>
                  {' '}
                  <strong>{text('merged.medical')}</strong> <bdi>{medicalAlert}</bdi>
                </>
              )}
            </Text>
            {mayPart && (
              <Button
                variant="default"
                size="xs"
                loading={unmerge.isRunning}
                aria-label={text('merged.part.of', { name: legalName, number: studentNumber })}
                onClick={() => {
                  void unmerge.run({ merged: id }).then((reply) => {
                    if (reply.ok) focusPageHeader();
                  });
                }}
              >
                {text('merged.part')}
              </Button>
            )}
          </Group>
        ))}
        <ErrorAlert error={unmerge.error} />
      </Stack>
    </Alert>
  );
}
