import { Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';

/** Where the work of a screen stands. `failed` says why beside it, with `ErrorAlert`. */
export type SaveState =
  | { readonly type: 'saving' }
  | { readonly type: 'saved'; readonly atMs: number }
  | { readonly type: 'failed' };

/** Says quietly whether what was entered is saved; only changes are announced. */
export function SaveStatus({ state }: { readonly state: SaveState | null }) {
  const { formatTime } = useFormat();
  return (
    <Group gap="xs" role="status" c={state?.type === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}>
      {state?.type === 'saving' && <Loader size={14} color="gray" aria-hidden />}
      {state?.type === 'saved' && <IconCheck size={18} aria-hidden />}
      {state?.type === 'failed' && <IconAlertTriangle size={18} aria-hidden />}
      {state !== null && (
        <Text size="sm">
          {state.type === 'saving' && text('component.save.saving')}
          {state.type === 'saved' && text('component.save.saved', { time: formatTime(state.atMs) })}
          {state.type === 'failed' && text('component.save.failed')}
        </Text>
      )}
    </Group>
  );
}
