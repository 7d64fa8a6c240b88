import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import type { CommandState } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { focusPageHeaderIfLost } from '../components/page-header.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { KeyField } from '../desk/recover.tsx';
import { drillProblemTexts } from './alarm-text.ts';
import { durationText } from './took-text.ts';

export type Drill = Output<'backup', 'drill'>;

/** What the drill that was just made has shown. */
export function DrillResult({ drill, onClose }: { readonly drill: Drill; readonly onClose: () => void }) {
  const { formatNumber } = useFormat();
  const { problem, found } = drill;
  const isGood = problem === null && found !== null;
  return (
    <Alert
      role="status"
      variant="outline"
      color={isGood ? 'teal' : 'red'}
      {...(isGood ? {} : { c: 'var(--mantine-color-error)' })}
      icon={isGood ? <IconCheck size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />}
      title={isGood ? text('backup.drill.ok.title') : text('backup.drill.bad.title')}
      withCloseButton
      closeButtonLabel={text('component.close')}
      onClose={onClose}
    >
      {isGood
        ? text('backup.drill.ok.text', {
            students: formatNumber(found.students),
            marks: formatNumber(found.marks),
            audit: formatNumber(found.auditSize),
            opened: formatNumber(found.opened),
            took: durationText(drill.tookMs),
            lost: durationText(drill.lostMs ?? 0),
          })
        : text(drillProblemTexts[problem ?? 'failed'])}
    </Alert>
  );
}

/** The last drills, so that whoever asks for proof sees a row of them. */
export function DrillList({ drills }: { readonly drills: readonly Drill[] }) {
  const format = useFormat();
  if (drills.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="sm">
        {text('backup.drill.list')}
      </Title>
      <DataTable
        label={text('backup.drill.list')}
        rows={drills}
        rowKey={({ atMs, way }) => `${atMs} ${way}`}
        maxHeight="20rem"
        minWidth="46rem"
        columns={columnsOf(format)}
      />
    </section>
  );
}

function columnsOf({ formatDayTime, formatNumber }: Format): readonly DataColumn<Drill>[] {
  return [
    {
      key: 'when',
      title: text('backup.drill.column.when'),
      cell: ({ atMs }) => <bdi>{formatDayTime(atMs)}</bdi>,
    },
    {
      key: 'way',
      title: text('backup.drill.column.way'),
      cell: ({ way }) => text(`backup.drill.way.${way}`),
    },
    {
      key: 'result',
      title: text('backup.drill.column.result'),
      cell: ({ problem }) =>
        problem === null ? (
          text('backup.drill.result.ok')
        ) : (
          <Text span size="sm" c="var(--mantine-color-error)">
            {text(drillProblemTexts[problem])}
          </Text>
        ),
    },
    {
      key: 'rows',
      title: text('backup.drill.column.rows'),
      isNumber: true,
      cell: ({ found }) => (found === null ? '' : formatNumber(found.rows)),
    },
    {
      key: 'audit',
      title: text('backup.drill.column.audit'),
      isNumber: true,
      cell: ({ found }) => (found === null ? '' : formatNumber(found.auditSize)),
    },
    {
      key: 'lost',
      title: text('backup.drill.column.lost'),
      isNumber: true,
      cell: ({ lostMs }) => (lostMs === null ? '' : durationText(lostMs)),
    },
    {
      key: 'took',
      title: text('backup.drill.column.took'),
      isNumber: true,
      cell: ({ tookMs }) => durationText(tookMs),
    },
  ];
}

interface SheetDrillProps {
  readonly isOpen: boolean;
  readonly drill: CommandState<'backup', 'drill'>;
  readonly onDrill: (recoveryKey: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** The drill that proves the paper: the key is typed from the sheet. */
export function SheetDrill({ isOpen, drill, onDrill, onClose }: SheetDrillProps) {
  const [recoveryKey, setRecoveryKey] = useState('');
  const close = (): void => {
    setRecoveryKey('');
    drill.clearError();
    onClose();
  };
  const needs = useNeeds({ key: recoveryKey.trim() === '' && text('component.needed') });
  const submit = async (): Promise<void> => {
    if (await onDrill(recoveryKey)) close();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={() => {
        if (!drill.isRunning) close();
      }}
      // The button that opened it moves once the sheet has been tried.
      onExitTransitionEnd={() => {
        setTimeout(focusPageHeaderIfLost);
      }}
      closeOnClickOutside={false}
      size="lg"
      title={text('backup.drill.sheet.title')}
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          <Text>{text('backup.drill.sheet.text')}</Text>
          <KeyField
            label={text('backup.drill.sheet.key')}
            description={text('backup.drill.sheet.key.text')}
            value={recoveryKey}
            onChange={setRecoveryKey}
            need={needs.of('key')}
          />
          <ErrorAlert error={drill.error} onClose={drill.clearError} />
          <Text size="sm" c="dimmed" component="output">
            {drill.isRunning && text('backup.drill.running')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" disabled={drill.isRunning} onClick={close}>
              {text('component.cancel')}
            </Button>
            <Button type="submit" loading={drill.isRunning}>
              {text('backup.drill.now')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
