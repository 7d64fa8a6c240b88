import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconAlertTriangle, IconFolderSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { api, type Output } from '../app/api.ts';
import { useCall, useCommand, useReload } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { Loading } from '../components/loading.tsx';
import classes from './import.module.css';

type Watched = Output<'roster', 'watched'>;
type Waiting = Watched['waiting'][number];

/** What waits in the watched folder, in one sentence. */
export function waitingText({ file, reason, count }: Waiting): string {
  switch (reason) {
    case 'refused':
      return text('import.watch.waits.refused', { file, count });
    case 'warnings':
      return text('import.watch.waits.warnings', { file, count });
    case 'removals':
      return text('import.watch.waits.removals', { file, count });
    case 'question':
      return text('import.watch.waits.question', { file });
  }
}

/** The watched folder as it is, read anew when the application has found something in it. */
export function useWatchedFolder(isAllowed = true) {
  const watched = useCall('roster', 'watched', {}, { enabled: isAllowed });
  const reload = useReload();
  useEffect(
    () =>
      api.onEvent((event) => {
        if (event.type === 'roster-drop') reload('roster');
      }),
    [reload],
  );
  return watched;
}

/** Nightly drops: which folder, when it was looked into, and what waits there. */
export function WatchedFolder({ onReview }: { readonly onReview: (file: string) => void }) {
  const watched = useWatchedFolder();
  const state = watched.data;
  return (
    <section>
      <Title order={2}>{text('import.watch.title')}</Title>
      <Text c="dimmed" mb="sm" maw="44rem">
        {text('import.watch.text')}
      </Text>
      <ErrorAlert error={watched.error} onRetry={watched.reload} />
      {watched.isPending && <Loading rows={2} />}
      {state !== undefined &&
        (state.folder === null ? <ChooseFolder /> : <Folder state={state} onReview={onReview} />)}
    </section>
  );
}

function ChooseFolder() {
  const watch = useCommand('roster', 'watch', { reloads: ['roster'] });
  const [folder, setFolder] = useState('');
  const needs = useNeeds({ folder: folder.trim() === '' && text('component.needed') });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, () => void watch.run({ folder: folder.trim() }));
      }}
    >
      <Group gap="sm" align="flex-end" maw="44rem">
        <TextInput
          className={classes.folderInput ?? ''}
          label={text('import.watch.folder')}
          placeholder={text('import.watch.placeholder')}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          value={folder}
          error={needs.of('folder')}
          onChange={(event) => {
            setFolder(event.currentTarget.value);
            watch.clearError();
          }}
        />
        <Button type="submit" variant="default" loading={watch.isRunning}>
          {text('import.watch.start')}
        </Button>
      </Group>
      <ErrorAlert error={watch.error} onClose={watch.clearError} />
    </form>
  );
}

interface FolderProps {
  readonly state: Watched;
  readonly onReview: (file: string) => void;
}

function Folder({ state, onReview }: FolderProps) {
  const { folder, lookedAtMs, waiting, fresh } = state;
  const { nowMs } = useDesk().status;
  const { formatAge } = useFormat();
  const watch = useCommand('roster', 'watch', { reloads: ['roster'] });
  const look = useCommand('roster', 'lookNow', { reloads: ['roster'] });
  const aside = useCommand('roster', 'putDropAside', { reloads: ['roster'] });
  const isMissing = state.state === 'gone' || state.state === 'unreadable';
  return (
    <Stack gap="sm" align="flex-start" maw="44rem">
      {isMissing && (
        <Alert
          role="alert"
          variant="outline"
          color="red"
          c="var(--mantine-color-error)"
          icon={<IconAlertTriangle size={18} aria-hidden />}
          title={state.state === 'gone' ? text('import.watch.gone') : text('import.watch.unreadable')}
          w="100%"
        >
          {text('import.watch.gone.text')}
        </Alert>
      )}
      {waiting.length > 0 && (
        <Alert variant="outline" color="orange" icon={<IconAlertTriangle size={18} aria-hidden />} w="100%">
          <Stack gap="sm">
            <Text fw={600}>{text('import.watch.waits', { count: waiting.length })}</Text>
            {waiting.map((drop) => (
              <Stack key={drop.file} gap="xs" align="flex-start">
                <bdi>{waitingText(drop)}</bdi>
                <Group gap="sm">
                  <Button
                    size="xs"
                    aria-label={text('import.watch.reviewOf', { file: drop.file })}
                    onClick={() => {
                      onReview(drop.file);
                    }}
                  >
                    {text('import.watch.review')}
                  </Button>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={text('import.watch.asideOf', { file: drop.file })}
                    loading={aside.isRunning}
                    onClick={() => void aside.run({ file: drop.file })}
                  >
                    {text('import.watch.aside')}
                  </Button>
                </Group>
              </Stack>
            ))}
          </Stack>
        </Alert>
      )}
      <div>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <IconFolderSearch size={18} aria-hidden className={classes.dropIcon} />
          <Text>
            <code dir="ltr" className={classes.path}>
              {folder}
            </code>
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          {lookedAtMs === null
            ? text('import.watch.notLooked')
            : text('import.watch.looked', { age: formatAge(lookedAtMs, Math.max(nowMs, lookedAtMs)) })}
        </Text>
        <Text size="sm" role="status">
          {fresh > 0 && text('import.watch.fresh', { count: fresh })}
        </Text>
      </div>
      <Group gap="sm">
        <Button variant="default" size="xs" loading={look.isRunning} onClick={() => void look.run({})}>
          {text('import.watch.look')}
        </Button>
        <Button
          variant="default"
          size="xs"
          loading={watch.isRunning}
          onClick={() => void watch.run({ folder: null })}
        >
          {text('import.watch.stop')}
        </Button>
      </Group>
      <ErrorAlert error={look.error ?? watch.error ?? aside.error} />
    </Stack>
  );
}
