import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { RosterKind } from '../../domain/roster/school-roster.ts';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { ConfirmNumber } from '../components/confirm-number.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ChangedRows } from './changed-rows.tsx';
import { differenceColumns, DifferenceTable, type Change } from './difference-table.tsx';

interface ReviewChangesProps {
  readonly upload: string;
  readonly review: Output<'roster', 'review'>;
  readonly onApply: () => void;
  readonly onAnother: () => void;
}

/** What the package would change, each number with its rows, and the one button that does it. */
export function ReviewChanges({ upload, review, onApply, onAnother }: ReviewChangesProps) {
  const { differences, changes, confirmRemoved } = review;
  const [opened, setOpened] = useState<{ readonly kind: RosterKind; readonly change: Change } | null>(null);
  const [isConfirming, setIsConfirming] = useState(false);
  const another = (
    <Button variant="default" onClick={onAnother}>
      {text('import.another')}
    </Button>
  );

  if (changes === 0) {
    return (
      <EmptyState
        title={text('import.review.none.title')}
        text={text('import.review.none.text')}
        action={another}
      />
    );
  }
  return (
    <Stack gap="md">
      {confirmRemoved !== null && (
        <Alert variant="outline" color="orange" icon={<IconAlertTriangle size={18} aria-hidden />}>
          {text('import.review.removal', { count: confirmRemoved })}
        </Alert>
      )}
      <Group gap="sm">
        <Button
          onClick={() => {
            if (confirmRemoved === null) onApply();
            else setIsConfirming(true);
          }}
        >
          {text('import.apply', { count: changes })}
        </Button>
        {another}
      </Group>
      <DifferenceTable
        label={text('import.review.label')}
        differences={differences}
        columns={differenceColumns}
        onOpen={(kind, change) => {
          setOpened({ kind, change });
        }}
      />
      <Text size="xs" c="dimmed">
        {text('import.review.hint')}
      </Text>
      <ChangedRows
        upload={upload}
        opened={opened}
        onClose={() => {
          setOpened(null);
        }}
      />
      {confirmRemoved !== null && (
        <ConfirmNumber
          opened={isConfirming}
          title={text('import.confirm.title', { count: confirmRemoved })}
          number={confirmRemoved}
          action={text('import.apply', { count: changes })}
          onConfirm={onApply}
          onClose={() => {
            setIsConfirming(false);
          }}
        >
          {text('import.confirm.text')}
        </ConfirmNumber>
      )}
    </Stack>
  );
}
