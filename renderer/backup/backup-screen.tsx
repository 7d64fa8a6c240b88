import { Alert, Button, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import classes from './backup.module.css';
import { ExportSchool } from './export-school.tsx';
import { RestoreBackup } from './restore-backup.tsx';

type Status = Output<'backup', 'status'>;
export type Backup = Status['backups'][number];

const failureTexts: {
  readonly [R in NonNullable<Status['lastFailure']>['reason']]: PlainTextKey;
} = {
  'disk-full': 'backup.failed.disk-full',
  'folder-not-writable': 'backup.failed.folder-not-writable',
  failed: 'backup.failed.failed',
};

/** Could I get it back? The backups, their restore, and the export. */
export function BackupScreen() {
  const { status: desk, reload: reloadDesk } = useDesk();
  const status = useCall('backup', 'status', {});
  const make = useCommand('backup', 'make', { reloads: ['backup'] });
  const [madeBytes, setMadeBytes] = useState<number | null>(null);
  const [restoring, setRestoring] = useState<Backup | null>(null);
  const { formatDayTime, formatAge, formatBytes } = useFormat();
  const { data } = status;

  const makeNow = async (): Promise<void> => {
    setMadeBytes(null);
    const reply = await make.run({});
    if (!reply.ok) return;
    setMadeBytes(reply.value.bytes);
    // The header says how old the last backup is.
    await reloadDesk();
  };

  return (
    <Stack gap="xl">
      <Stack gap="md">
        <PageHeader
          title={text('backup.title')}
          state={
            data !== undefined &&
            (data.lastAtMs === null
              ? text('backup.state.none')
              : text('backup.state.last', {
                  age: formatAge(data.lastAtMs, desk.nowMs),
                  next: formatDayTime(data.nextDueAtMs),
                }))
          }
          action={
            <Button onClick={() => void makeNow()} disabled={make.isRunning}>
              {text('backup.make')}
            </Button>
          }
        />
        {make.isRunning && <ProgressPanel task="backup" title={text('backup.making')} />}
        <ErrorAlert error={make.error} onClose={make.clearError} />
        {madeBytes !== null && (
          <Alert variant="outline" color="teal" icon={<IconCheck size={18} aria-hidden />}>
            {text('backup.made', { size: formatBytes(madeBytes) })}
          </Alert>
        )}
        <ErrorAlert error={status.error} onRetry={status.reload} />
        {data?.lastFailure != null && !make.isRunning && (
          <Alert
            role="alert"
            variant="outline"
            color="red"
            c="var(--mantine-color-error)"
            icon={<IconAlertTriangle size={18} aria-hidden />}
            title={text('backup.failed.title', { time: formatDayTime(data.lastFailure.atMs) })}
          >
            {text(failureTexts[data.lastFailure.reason])}
          </Alert>
        )}
        {status.isPending && <Loading />}
        {data !== undefined && <BackupList backups={data.backups} onRestore={setRestoring} />}
        {data !== undefined && (
          <Text size="sm" c="dimmed" maw="44rem">
            {text('backup.folder')}{' '}
            <code className={classes.path} dir="ltr">
              {data.folder}
            </code>
            <br />
            {text('backup.folder.text')}
          </Text>
        )}
      </Stack>
      <ExportSchool />
      <RestoreBackup
        backup={restoring}
        onClose={() => {
          setRestoring(null);
        }}
      />
    </Stack>
  );
}

interface BackupListProps {
  readonly backups: readonly Backup[];
  readonly onRestore: (backup: Backup) => void;
}

function BackupList({ backups, onRestore }: BackupListProps) {
  const format = useFormat();
  if (backups.length === 0) {
    return <EmptyState title={text('backup.none.title')} text={text('backup.none.text')} />;
  }
  return (
    <section>
      <Title order={2} mb="sm">
        {text('backup.list')}
      </Title>
      <DataTable
        label={text('backup.list')}
        rows={backups}
        rowKey={({ name }) => name}
        maxHeight="24rem"
        columns={columnsOf(format, onRestore)}
      />
    </section>
  );
}

function columnsOf(
  { formatDayTime, formatBytes, formatNumber }: Format,
  onRestore: (backup: Backup) => void,
): readonly DataColumn<Backup>[] {
  return [
    {
      key: 'when',
      title: text('backup.column.when'),
      cell: ({ atMs }) => <bdi>{formatDayTime(atMs)}</bdi>,
    },
    {
      key: 'size',
      title: text('backup.column.size'),
      isNumber: true,
      cell: ({ bytes }) => formatBytes(bytes),
    },
    {
      key: 'students',
      title: text('backup.column.students'),
      isNumber: true,
      cell: ({ students }) => formatNumber(students),
    },
    {
      key: 'marks',
      title: text('backup.column.marks'),
      isNumber: true,
      cell: ({ marks }) => formatNumber(marks),
    },
    {
      key: 'audit',
      title: text('backup.column.audit'),
      isNumber: true,
      cell: ({ auditSize }) => formatNumber(auditSize),
    },
    {
      key: 'restore',
      title: text('backup.column.action'),
      cell: (backup) => (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={text('backup.restore.of', { time: formatDayTime(backup.atMs) })}
          onClick={() => {
            onRestore(backup);
          }}
        >
          {text('backup.restore')}
        </Button>
      ),
    },
  ];
}
