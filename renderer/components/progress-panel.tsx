import { Button, Group, Paper, Progress, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { DeskEvent } from '../../domain/contract/events.ts';
import { api } from '../app/api.ts';
import { text } from '../app/catalogue.ts';

export type ProgressTask = Extract<DeskEvent, { type: 'progress' }>['task'];

interface ProgressPanelProps {
  readonly task: ProgressTask;
  /** What is going on, as a title: "Checking the package". */
  readonly title: string;
  /** Stops the work; without it the work cannot be stopped. */
  readonly onCancel?: () => void;
}

/** Work of more than a second: how far it is, in numbers, and the way to stop it. */
export function ProgressPanel({ task, title, onCancel }: ProgressPanelProps) {
  const { done, total } = useProgress(task);
  const [isCancelling, setIsCancelling] = useState(false);
  const percent = total === null || total === 0 ? null : Math.min(100, (done / total) * 100);
  const count = progressText(done, total);
  return (
    <Paper withBorder p="md" maw="36rem">
      <Group justify="space-between" mb="sm">
        <Text fw={600} role="status">
          {title}
        </Text>
        <Text className="rollkeep-numbers">{count}</Text>
      </Group>
      <Progress.Root>
        <Progress.Section value={percent ?? 100} animated={percent === null} aria-label={title} />
      </Progress.Root>
      {onCancel !== undefined && (
        <Group justify="flex-end" mt="md">
          <Button
            variant="default"
            disabled={isCancelling}
            onClick={() => {
              setIsCancelling(true);
              onCancel();
            }}
          >
            {isCancelling ? text('component.cancelling') : text('component.cancel')}
          </Button>
        </Group>
      )}
    </Paper>
  );
}

function progressText(done: number, total: number | null): string {
  if (total !== null) return text('component.progress', { done, total });
  return done === 0 ? '' : text('component.progress.open', { done });
}

/** How far a task is, as the main process last said. */
export function useProgress(task: ProgressTask): { readonly done: number; readonly total: number | null } {
  const [progress, setProgress] = useState<{ done: number; total: number | null }>({ done: 0, total: null });
  useEffect(
    () =>
      api.onEvent((event) => {
        if (event.type === 'progress' && event.task === task) {
          setProgress({ done: event.done, total: event.total });
        }
      }),
    [task],
  );
  return progress;
}
