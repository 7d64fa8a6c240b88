import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { reachOf } from '../../domain/access/policy.ts';
import { text } from '../app/catalogue.ts';
import { useDesk, useUser } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { alarmText } from './alarm-text.ts';

/** What is wrong with the backups, above the day's work: for who can mend it what to do, for the others whom to tell. */
export function BackupWarnings() {
  const { backupAlarms, lastBackupAtMs } = useDesk().status;
  const { role } = useUser();
  const format = useFormat();
  const go = useGo();
  if (backupAlarms.length === 0) return null;
  if (reachOf(role, 'backup.manage') === undefined) {
    // Drills, the second folder and old files are none of their business; a day without a backup is.
    const isUnsafe = backupAlarms.some(({ kind }) => kind === 'backup-failed' || kind === 'backup-overdue');
    if (!isUnsafe) return null;
    return (
      <Alert role="status" variant="outline" color="gray" icon={<IconInfoCircle size={18} aria-hidden />}>
        {lastBackupAtMs === null
          ? text('backup.alarm.tell.never')
          : text('backup.alarm.tell', { time: format.formatDayTime(lastBackupAtMs) })}
      </Alert>
    );
  }
  return (
    <Alert
      role="status"
      variant="outline"
      color="red"
      c="var(--mantine-color-error)"
      icon={<IconAlertTriangle size={18} aria-hidden />}
    >
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} flex={1} miw="14rem">
          {backupAlarms.map((alarm) => {
            const { title, text: what } = alarmText(alarm, format);
            return (
              <Text size="sm" key={alarm.kind}>
                <Text span size="sm" fw={600}>
                  {title}
                </Text>{' '}
                {what}
              </Text>
            );
          })}
        </Stack>
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            go(pathTo.backup());
          }}
        >
          {text('today.backup.open')}
        </Button>
      </Group>
    </Alert>
  );
}

/** How old the latest backup is, beside the work: losing the day's marks would cost the day. */
export function BackupAge() {
  const { lastBackupAtMs, nowMs } = useDesk().status;
  const { role } = useUser();
  const { formatAge } = useFormat();
  const go = useGo();
  return (
    <Card component="aside" withBorder aria-labelledby="backup-age">
      <Stack gap="xs">
        <Title order={2} size="h4" id="backup-age">
          {text('today.backup.title')}
        </Title>
        <Text size="sm">
          {lastBackupAtMs === null
            ? text('today.backup.never')
            : text('today.backup.age', { age: formatAge(lastBackupAtMs, nowMs) })}
        </Text>
        {reachOf(role, 'backup.manage') !== undefined && (
          <Group>
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                go(pathTo.backup());
              }}
            >
              {text('today.backup.open')}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
