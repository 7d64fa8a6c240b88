import { Button, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { focusPageHeader } from '../components/page-header.tsx';
import { alarmText } from './alarm-text.ts';
import classes from './sync.module.css';

type Alarm = Output<'sync', 'overview'>['alarms'][number];

/** What syncing found wrong, each until a person has noted it as seen. Nothing is shown where there is nothing. */
export function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const { formatDayTime } = useFormat();
  const dismiss = useCommand('sync', 'dismissAlarm', { reloads: ['sync'] });
  const see = async (id: number): Promise<void> => {
    const reply = await dismiss.run({ id });
    // Its button goes with it.
    if (reply.ok) focusPageHeader();
  };
  if (alarms.length === 0) return null;
  return (
    <Stack component="section" gap="sm" aria-labelledby="sync-alarms">
      <Title order={2} id="sync-alarms">
        {text('sync.alarms.title')}
      </Title>
      <ErrorAlert error={dismiss.error} onClose={dismiss.clearError} />
      <ul className={classes.alarms} aria-label={text('sync.alarms.table')}>
        {alarms.map(({ id, kind, deskLabel, number, atMs }) => {
          const words = alarmText(kind, deskLabel);
          return (
            <li key={id} className={classes.alarm}>
              <IconAlertTriangle size={20} aria-hidden />
              <div className={classes.alarmText}>
                <Text>{words}</Text>
                <Text size="xs" c="dimmed">
                  <bdi>{formatDayTime(atMs)}</bdi>
                  {number !== null && ` · ${text('sync.alarms.number', { number })}`}
                </Text>
              </div>
              <Button
                variant="default"
                size="xs"
                aria-label={text('sync.alarms.seen.of', { warning: words })}
                disabled={dismiss.isRunning}
                onClick={() => void see(id)}
              >
                {text('sync.alarms.seen')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Stack>
  );
}
