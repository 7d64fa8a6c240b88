import { Button, Group, Text } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import classes from './absence.module.css';
import type { useTakeBack } from './use-take-back.ts';

/** What happened to the last entry, with the way back. */
export function EntryStatus({ entries }: { readonly entries: ReturnType<typeof useTakeBack> }) {
  const { said, error, canTakeBack, takeBack } = entries;
  return (
    <>
      <ErrorAlert error={error} />
      <Group gap="sm" className={classes.status ?? ''}>
        <Text size="sm" role="status">
          {said}
        </Text>
        {canTakeBack && (
          <Button variant="default" size="compact-sm" onClick={() => void takeBack()}>
            {text('absence.takeBack')}
          </Button>
        )}
      </Group>
    </>
  );
}
