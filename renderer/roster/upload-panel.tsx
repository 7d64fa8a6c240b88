import { Button, Group, Paper, Progress, Text } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import type { UploadProgress } from './upload-package.ts';

interface UploadPanelProps {
  /** Null until the first piece has gone. */
  readonly progress: UploadProgress | null;
  readonly onCancel: () => void;
}

/** How much of the package has been read. */
export function UploadPanel({ progress, onCancel }: UploadPanelProps) {
  const { formatBytes } = useFormat();
  const { doneBytes, totalBytes } = progress ?? { doneBytes: 0, totalBytes: 0 };
  return (
    <Paper withBorder p="md" maw="36rem">
      <Group justify="space-between" mb="sm">
        <Text fw={600} component="output">
          {text('import.uploading')}
        </Text>
        <Text className="rollkeep-numbers">
          {text('import.uploading.count', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) })}
        </Text>
      </Group>
      <Progress
        value={totalBytes === 0 ? 0 : (doneBytes / totalBytes) * 100}
        aria-label={text('import.uploading')}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onCancel}>
          {text('component.cancel')}
        </Button>
      </Group>
    </Paper>
  );
}
