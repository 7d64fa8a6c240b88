import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { focusPageHeader, PageHeader } from '../components/page-header.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import { alarmText } from './alarm-text.ts';
import { BackupSettings } from './backup-settings.tsx';
import { BackupState, isSheetDue } from './backup-state.tsx';
import { DrillList, DrillResult, SheetDrill, type Drill } from './drills.tsx';
import { ExportSchool } from './export-school.tsx';
import { keptText } from './kept-text.ts';
import { RestoreBackup } from './restore-backup.tsx';

type Status = Output<'backup', 'status'>;
export type Backup = Status['backups'][number];

/** Could I get it back? How backups and drills stand, the backups themselves, their restore, and the export. */
export function BackupScreen() {
  const { status: desk, reload: reloadDesk } = useDesk();
  const status = useCall('backup', 'status', {});
  const make = useCommand('backup', 'make', { reloads: ['backup'] });
  const drill = useCommand('backup', 'drill', { reloads: ['backup'] });
  const [madeBytes, setMadeBytes] = useState<number | null>(null);
  const [drilled, setDrilled] = useState<Drill | null>(null);
  const [restoring, setRestoring] = useState<Backup | null>(null);
  const [isSheetOpen, setIsSheetOpen] = useState(false);
  const format = useFormat();
  const { data } = status;
  const isBusy = make.isRunning || drill.isRunning;

  const makeNow = async (): Promise<void> => {
    setMadeBytes(null);
    setDrilled(null);
    const reply = await make.run({});
    if (reply.ok) setMadeBytes(reply.value.bytes);
    else status.reload();
    // The header says how old the last backup is.
    await reloadDesk();
  };
  const drillNow = async (recoveryKey: string | null): Promise<boolean> => {
    setMadeBytes(null);
    setDrilled(null);
    const reply = await drill.run({ recoveryKey });
    if (reply.ok) setDrilled(reply.value);
    await reloadDesk();
    return reply.ok;
  };

  return (
    <Stack gap="xl">
      <Stack gap="md">
        <PageHeader
          title={text('backup.title')}
          state={data !== undefined && stateOf(data, desk.nowMs, format)}
          action={
            <>
              <Button variant="default" onClick={() => void drillNow(null)} disabled={isBusy}>
                {text('backup.drill.now')}
              </Button>
              <Button onClick={() => void makeNow()} disabled={isBusy}>
                {text('backup.make')}
              </Button>
            </>
          }
        />
        {make.isRunning && <ProgressPanel task="backup" title={text('backup.making')} />}
        {drill.isRunning && !isSheetOpen && (
          <ProgressPanel task="drill" title={text('backup.drill.running')} />
        )}
        {/* Why a backup was not made is an alarm, and said there. */}
        {data?.alarms.some(({ kind }) => kind === 'backup-failed') !== true && (
          <ErrorAlert error={make.error} onClose={make.clearError} />
        )}
        {!isSheetOpen && <ErrorAlert error={drill.error} onClose={drill.clearError} />}
        {madeBytes !== null && (
          <Alert role="status" variant="outline" color="teal" icon={<IconCheck size={18} aria-hidden />}>
            {text('backup.made', { size: format.formatBytes(madeBytes) })}
          </Alert>
        )}
        {drilled !== null && (
          <DrillResult
            drill={drilled}
            onClose={() => {
              setDrilled(null);
              focusPageHeader();
            }}
          />
        )}
        <ErrorAlert error={status.error} onRetry={status.reload} />
        {data !== undefined && !isBusy && <Warnings status={data} hasJustDrilled={drilled !== null} />}
        {status.isPending && <Loading />}
        {data !== undefined && (
          <Stack gap="xl">
            <Stack gap="md">
              <BackupState status={data} />
              <SheetReminder
                status={data}
                nowMs={desk.nowMs}
                isBusy={isBusy}
                onDrill={() => {
                  setIsSheetOpen(true);
                }}
              />
            </Stack>
            <Stack gap="sm">
              <BackupList status={data} onRestore={setRestoring} />
              <Text size="sm" c="dimmed" maw="44rem">
                {text('backup.kept.text')} {text('backup.folder.text')}
              </Text>
            </Stack>
            <DrillList drills={data.drills} />
            <BackupSettings settings={data.settings} />
          </Stack>
        )}
      </Stack>
      <ExportSchool />
      <RestoreBackup
        backup={restoring}
        onClose={() => {
          setRestoring(null);
        }}
      />
      <SheetDrill
        isOpen={isSheetOpen}
        drill={drill}
        onDrill={drillNow}
        onClose={() => {
          setIsSheetOpen(false);
        }}
      />
    </Stack>
  );
}

function stateOf({ lastAtMs, drills }: Status, nowMs: number, { formatAge, formatDayTime }: Format): string {
  if (lastAtMs === null) return text('backup.state.none');
  const age = formatAge(lastAtMs, nowMs);
  const proven = drills.find(({ problem }) => problem === null);
  return proven === undefined
    ? text('backup.state.unproven', { age })
    : text('backup.state.last', { age, proven: formatDayTime(proven.atMs) });
}

/** What is wrong now; a drill that has just failed says so itself. */
function Warnings({ status, hasJustDrilled }: { readonly status: Status; readonly hasJustDrilled: boolean }) {
  const format = useFormat();
  const trust = useCommand('backup', 'trustClock', { reloads: ['backup'] });
  const { alarms, clockLeap } = status;
  return (
    <>
      {alarms
        .filter(({ kind }) => !hasJustDrilled || kind !== 'drill-failed')
        .map((alarm) => {
          const { title, text: what } = alarmText(alarm, format);
          return (
            <Alert
              key={alarm.kind}
              role="alert"
              variant="outline"
              color="red"
              c="var(--mantine-color-error)"
              icon={<IconAlertTriangle size={18} aria-hidden />}
              title={title}
            >
              {what}
            </Alert>
          );
        })}
      {clockLeap !== null && (
        <Alert
          role="status"
          variant="outline"
          color="var(--rollkeep-late-text)"
          icon={<IconInfoCircle size={18} aria-hidden />}
          title={text('backup.clock.title', {
            from: format.formatDayTime(clockLeap.fromMs),
            to: format.formatDayTime(clockLeap.toMs),
          })}
        >
          <Stack align="flex-start" gap="sm">
            {text('backup.clock.text')}
            <ErrorAlert error={trust.error} onClose={trust.clearError} />
            <Button variant="default" size="xs" loading={trust.isRunning} onClick={() => void trust.run({})}>
              {text('backup.clock.right')}
            </Button>
          </Stack>
        </Alert>
      )}
    </>
  );
}

interface SheetReminderProps {
  readonly status: Status;
  readonly nowMs: number;
  readonly isBusy: boolean;
  readonly onDrill: () => void;
}

/** The way to the drill with the sheet; said louder when that was a year ago. */
function SheetReminder({
  status: { sheetProvenAtMs, lastAtMs },
  nowMs,
  isBusy,
  onDrill,
}: SheetReminderProps) {
  const button = (
    <Button variant="default" size="xs" disabled={isBusy} onClick={onDrill}>
      {text('backup.drill.sheet')}
    </Button>
  );
  if (lastAtMs === null) return null;
  if (sheetProvenAtMs === null || !isSheetDue(sheetProvenAtMs, nowMs)) return <Group>{button}</Group>;
  return (
    <Alert
      role="status"
      variant="outline"
      color="var(--rollkeep-late-text)"
      icon={<IconInfoCircle size={18} aria-hidden />}
      title={text('backup.drill.sheet.remind.title')}
    >
      <Stack align="flex-start" gap="sm">
        {text('backup.drill.sheet.remind.text')}
        {button}
      </Stack>
    </Alert>
  );
}

interface BackupListProps {
  readonly status: Status;
  readonly onRestore: (backup: Backup) => void;
}

function BackupList({ status: { backups, clockLeap, lastAtMs }, onRestore }: BackupListProps) {
  const format = useFormat();
  if (backups.length === 0) {
    return lastAtMs === null ? (
      <EmptyState title={text('backup.none.title')} text={text('backup.none.text')} />
    ) : (
      <EmptyState title={text('backup.gone.title')} text={text('backup.gone.text')} />
    );
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
        minWidth="50rem"
        columns={columnsOf(format, clockLeap !== null, onRestore)}
      />
    </section>
  );
}

function columnsOf(
  { formatDayTime, formatBytes, formatNumber }: Format,
  isClockInDoubt: boolean,
  onRestore: (backup: Backup) => void,
): readonly DataColumn<Backup>[] {
  return [
    {
      key: 'when',
      title: text('backup.column.when'),
      cell: ({ atMs }) => <bdi>{formatDayTime(atMs)}</bdi>,
    },
    {
      key: 'kept',
      title: text('backup.kept'),
      cell: ({ rule, day }) => keptText(rule, day, isClockInDoubt),
    },
    {
      key: 'proven',
      title: text('backup.column.proven'),
      cell: ({ isProven }) => isProven && text('backup.proven'),
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
