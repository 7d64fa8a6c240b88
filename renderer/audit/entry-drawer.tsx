import { Drawer, Stack, Text } from '@mantine/core';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import classes from './audit.module.css';

interface EntryDrawerProps {
  /** Which entry; null shows none. */
  readonly seq: number | null;
  readonly onClose: () => void;
}

/** One entry as it is written, for who wants to check it by hand. Opening it is an entry too. */
export function EntryDrawer({ seq, onClose }: EntryDrawerProps) {
  return (
    <Drawer
      opened={seq !== null}
      onClose={onClose}
      position="right"
      size="xl"
      title={seq !== null && text('audit.entry.title', { seq })}
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      {seq !== null && <RawEntry seq={seq} />}
    </Drawer>
  );
}

function RawEntry({ seq }: { readonly seq: number }) {
  const entry = useCall('audit', 'entry', { seq });
  if (entry.error !== undefined) return <ErrorAlert error={entry.error} onRetry={entry.reload} />;
  if (entry.data === undefined) return <Loading />;
  return (
    <Stack gap="md">
      <Text>{text('audit.entry.text')}</Text>
      <pre className={classes.raw} dir="ltr">
        {JSON.stringify(JSON.parse(entry.data.json), null, 2)}
      </pre>
      <div>
        <Text fw={600}>{text('audit.entry.leafHash')}</Text>
        <code className={classes.hash} dir="ltr">
          {entry.data.leafHash}
        </code>
      </div>
    </Stack>
  );
}
