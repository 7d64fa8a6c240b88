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
  if (state === undefined || (state.waiting === null && !isMissing)) return null;
  return (
    <Card component="aside" withBorder aria-labelledby="roster-drop">
      <Stack gap="xs" align="flex-start">
        <Title order={2} size="h4" id="roster-drop">
          {state.waiting === null ? text('import.watch.title') : text('import.watch.waits')}
        </Title>
        {state.waiting !== null && (
          <Text size="sm">
            <bdi>{waitingText(state.waiting)}</bdi>
          </Text>
        )}
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
