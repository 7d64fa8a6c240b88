import { Button, Group, Radio, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { Loading } from '../components/loading.tsx';
import { DeskPage } from './desk-page.tsx';
import { KeychainNote, useKeychainBlocks } from './keychain-note.tsx';
import { KeyField } from './recover.tsx';

/** What is to be restored: which backup, with which key, and what was found in it. */
interface Inspected {
  readonly name: string;
  readonly recoveryKey: string;
  readonly found: Output<'backup', 'inspect'>;
}

/** A backup in place of the store, in two steps: see what is in it, then say so. */
export function Restore({ onDone }: { readonly onDone: () => void }) {
  const [inspected, setInspected] = useState<Inspected | null>(null);
  const [restored, setRestored] = useState<Output<'backup', 'restore'> | null>(null);

  if (restored !== null) {
    return (
      <DeskPage title={text('restore.done.title')} state={text('restore.done.state', restored)}>
        <Group>
          <Button autoFocus onClick={onDone}>
            {text('restore.done.signIn')}
          </Button>
        </Group>
      </DeskPage>
    );
  }
  return inspected === null ? (
    <ChooseBackup onInspected={setInspected} onBack={onDone} />
  ) : (
    <Confirm
      inspected={inspected}
      onRestored={setRestored}
      onBack={() => {
        setInspected(null);
      }}
    />
  );
}

function ChooseBackup({
  onInspected,
  onBack,
}: {
  readonly onInspected: (inspected: Inspected) => void;
  readonly onBack: () => void;
}) {
  const { formatDayTime, formatBytes } = useFormat();
  const list = useCall('backup', 'listForRestore', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [recoveryKey, setRecoveryKey] = useState('');
  const inspect = useCommand('backup', 'inspect');
  const backups = list.data?.backups ?? [];
  const name = chosen ?? backups[0]?.name;

  const needs = useNeeds({ key: recoveryKey.trim() === '' && text('component.needed') });
  const submit = async (): Promise<void> => {
    if (name === undefined) return;
    const reply = await inspect.run({ name, recoveryKey });
    if (reply.ok) onInspected({ name, recoveryKey, found: reply.value });
  };

  const back = (
    <Button variant="default" onClick={onBack}>
      {text('desk.back')}
    </Button>
  );
  return (
    <DeskPage title={text('restore.title')} state={text('restore.state')}>
      <ErrorAlert error={list.error} onRetry={list.reload} />
      {list.isPending && <Loading rows={3} />}
      {list.data !== undefined && backups.length === 0 && (
        <>
          <EmptyState
            title={text('restore.none.title')}
            text={text('restore.none.text')}
            action={<Button onClick={list.reload}>{text('restore.again')}</Button>}
          />
          <Group>{back}</Group>
        </>
      )}
      {backups.length > 0 && (
        <form
          noValidate
          onSubmit={(event) => {
            needs.submit(event, submit);
          }}
        >
          <Stack>
            <Radio.Group label={text('restore.choose')} value={name ?? null} onChange={setChosen}>
              <Stack mt="xs" gap="sm">
                {backups.map((backup) => (
                  <Radio
                    key={backup.name}
                    value={backup.name}
                    label={`${formatDayTime(backup.atMs)} · ${formatBytes(backup.bytes)}`}
                  />
                ))}
              </Stack>
            </Radio.Group>
            <KeyField
              label={text('restore.key')}
              description={text('restore.key.text')}
              value={recoveryKey}
              onChange={setRecoveryKey}
              need={needs.of('key')}
            />
            <ErrorAlert error={inspect.error} onClose={inspect.clearError} />
            <Group justify="space-between">
              {back}
              <Button type="submit" loading={inspect.isRunning}>
                {text('restore.inspect')}
              </Button>
            </Group>
            <Text size="sm" c="dimmed" role="status">
              {inspect.isRunning && text('restore.inspecting')}
            </Text>
          </Stack>
        </form>
      )}
    </DeskPage>
  );
}

function Confirm({
  inspected: { name, recoveryKey, found },
  onRestored,
  onBack,
}: {
  readonly inspected: Inspected;
  readonly onRestored: (restored: Output<'backup', 'restore'>) => void;
  readonly onBack: () => void;
}) {
  const { formatDayTime, formatNumber } = useFormat();
  const [acceptFileKeychain, setAcceptFileKeychain] = useState(false);
  const restore = useCommand('backup', 'restore');
  const isMissing = restore.error?.type === 'keychain-unavailable';
  const blocks = useKeychainBlocks(isMissing, acceptFileKeychain);
  const { present } = found;
  const shown = (count: number | undefined): string =>
    count === undefined ? text('restore.present.none') : formatNumber(count);
  const rows = [
    { what: text('restore.row.students'), backup: found.students, present: present?.students },
    { what: text('restore.row.marks'), backup: found.marks, present: present?.marks },
    { what: text('restore.row.audit'), backup: found.auditSize, present: present?.auditSize },
  ];

  const needs = useNeeds({ keychain: blocks && text('setUp.keychain.needed') });
  const submit = async (): Promise<void> => {
    const reply = await restore.run({ name, recoveryKey, acceptFileKeychain });
    if (reply.ok) onRestored(reply.value);
  };

  return (
    <DeskPage title={text('restore.confirm.title')} state={text('restore.confirm.state')}>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{text('restore.column.what')}</Table.Th>
                <Table.Th scope="col">{text('restore.column.backup')}</Table.Th>
                <Table.Th scope="col">{text('restore.column.present')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              <Table.Tr>
                <Table.Th scope="row">{text('restore.row.at')}</Table.Th>
                <Table.Td>{formatDayTime(found.atMs)}</Table.Td>
                <Table.Td>{text('restore.present.now')}</Table.Td>
              </Table.Tr>
              {rows.map((row) => (
                <Table.Tr key={row.what}>
                  <Table.Th scope="row">{row.what}</Table.Th>
                  <Table.Td>{formatNumber(row.backup)}</Table.Td>
                  <Table.Td>{shown(row.present)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <KeychainNote
            isMissing={isMissing}
            isAccepted={acceptFileKeychain}
            need={needs.of('keychain')}
            onAccept={setAcceptFileKeychain}
          />
          <ErrorAlert error={isMissing ? undefined : restore.error} onClose={restore.clearError} />
          <Group justify="space-between">
            <Button variant="default" onClick={onBack} disabled={restore.isRunning}>
              {text('desk.back')}
            </Button>
            <Button type="submit" color="red" loading={restore.isRunning}>
              {text('restore.submit', { count: found.students })}
            </Button>
          </Group>
          <Text size="sm" c="dimmed" role="status">
            {restore.isRunning && text('restore.restoring')}
          </Text>
        </Stack>
      </form>
    </DeskPage>
  );
}
