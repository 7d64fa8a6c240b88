import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { reachOf } from '../../domain/access/policy.ts';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { pathTo, useGo } from '../app/router.tsx';
import { useWatchedFolder, waitingText } from './watched-folder.tsx';

/** A roster of the watched folder that nobody has looked at yet, for who may import. */
export function RosterDrop() {
  const { role } = useUser();
  const go = useGo();
  const watched = useWatchedFolder(reachOf(role, 'roster.import') !== undefined);
  const state = watched.data;
  const isMissing = state?.state === 'gone' || state?.state === 'unreadable';
  if (state === undefined || (state.waiting.length === 0 && !isMissing)) return null;
  return (
    <Card component="aside" withBorder aria-labelledby="roster-drop">
      <Stack gap="xs" align="flex-start">
        <Title order={2} size="h4" id="roster-drop">
          {state.waiting.length === 0
            ? text('import.watch.title')
            : text('import.watch.waits', { count: state.waiting.length })}
        </Title>
        {state.waiting.map((drop) => (
          <Text key={drop.file} size="sm">
            <bdi>{waitingText(drop)}</bdi>
          </Text>
        ))}
        {isMissing && (
          <Text size="sm">
            {state.state === 'gone' ? text('import.watch.gone') : text('import.watch.unreadable')}
          </Text>
        )}
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            go(pathTo.import());
          }}
        >
          {text('import.watch.open')}
        </Button>
      </Stack>
    </Card>
  );
}
