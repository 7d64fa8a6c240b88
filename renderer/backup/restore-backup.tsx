import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import type { Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { KeyField } from '../desk/recover.tsx';

type Inspected = Output<'backup', 'inspect'>;

interface RestoreBackupProps {
  readonly backup: { readonly name: string; readonly atMs: number } | null;
  readonly onClose: () => void;
}

/** A backup in place of the store, in two steps: see what is in it, then type that it shall be so. */
export function RestoreBackup({ backup, onClose }: RestoreBackupProps) {
  const { formatDayTime } = useFormat();
  const [isBusy, setIsBusy] = useState(false);
  return (
    <Modal
      opened={backup !== null}
      onClose={() => {
        if (!isBusy) onClose();
      }}
      closeOnClickOutside={false}
      size="lg"
      title={backup !== null && text('backup.inspect.title', { time: formatDayTime(backup.atMs) })}
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      {backup !== null && <Steps name={backup.name} onClose={onClose} onBusy={setIsBusy} />}
    </Modal>
  );
}

interface StepsProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly onBusy: (isBusy: boolean) => void;
}

function Steps({ name, onClose, onBusy }: StepsProps) {
  const { reload } = useDesk();
  const [recoveryKey, setRecoveryKey] = useState('');
  const [found, setFound] = useState<Inspected | null>(null);
  const inspect = useCommand('backup', 'inspect');
  const restore = useCommand('backup', 'restore');

  const needs = useNeeds({ key: recoveryKey.trim() === '' && text('component.needed') });
  const runInspect = async (): Promise<void> => {
    const reply = await inspect.run({ name, recoveryKey });
    if (reply.ok) setFound(reply.value);
  };
  const runRestore = async (): Promise<void> => {
    onBusy(true);
    const reply = await restore.run({ name, recoveryKey });
    onBusy(false);
    // The desk is locked now: the window goes to sign-in with its next status.
    if (reply.ok) await reload();
  };

  if (found !== null) {
    return (
      <Confirm
        found={found}
        isRunning={restore.isRunning}
        error={<ErrorAlert error={restore.error} onClose={restore.clearError} />}
        onRestore={() => void runRestore()}
        onBack={() => {
          restore.clearError();
          setFound(null);
        }}
      />
    );
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, runInspect);
      }}
    >
      <Stack>
        <Text>{text('backup.inspect.text')}</Text>
        <KeyField
          label={text('backup.inspect.key')}
          description={text('backup.inspect.key.text')}
          value={recoveryKey}
          onChange={setRecoveryKey}
          need={needs.of('key')}
        />
        <ErrorAlert error={inspect.error} onClose={inspect.clearError} />
        <Text size="sm" c="dimmed" component="output">
          {inspect.isRunning && text('backup.inspect.running')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('component.cancel')}
          </Button>
          <Button type="submit" loading={inspect.isRunning}>
            {text('backup.inspect.action')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ConfirmProps {
  readonly found: Inspected;
  readonly isRunning: boolean;
  readonly error: ReactNode;
  readonly onRestore: () => void;
  readonly onBack: () => void;
}

function Confirm({ found, isRunning, error, onRestore, onBack }: ConfirmProps) {
  const { formatDayTime, formatNumber } = useFormat();
  const [typed, setTyped] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const word = text('backup.confirm.word');
  const { present } = found;
  const rows = [
    { what: text('backup.column.students'), backup: found.students, present: present?.students },
    { what: text('backup.column.marks'), backup: found.marks, present: present?.marks },
    { what: text('backup.column.audit'), backup: found.auditSize, present: present?.auditSize },
  ];

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isRight = typed.trim().toLocaleUpperCase() === word;
    setIsWrong(!isRight);
    if (isRight) onRestore();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <Table aria-label={text('backup.compare.label')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{text('backup.compare.what')}</Table.Th>
              <Table.Th scope="col">{text('backup.compare.backup')}</Table.Th>
              <Table.Th scope="col">{text('backup.compare.present')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Table.Tr>
              <Table.Th scope="row">{text('backup.compare.made')}</Table.Th>
              <Table.Td>{formatDayTime(found.atMs)}</Table.Td>
              <Table.Td>{text('backup.compare.now')}</Table.Td>
            </Table.Tr>
            {rows.map((row) => (
              <Table.Tr key={row.what}>
                <Table.Th scope="row">{row.what}</Table.Th>
                <Table.Td>{formatNumber(row.backup)}</Table.Td>
                <Table.Td>
                  {row.present === undefined ? text('backup.compare.unreadable') : formatNumber(row.present)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text>{text('backup.confirm.text')}</Text>
        <TextInput
          label={text('backup.confirm.type', { word })}
          autoComplete="off"
          ref={field}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setIsWrong(false);
          }}
          error={isWrong && text('backup.confirm.wrong', { word })}
        />
        {error}
        <Text size="sm" c="dimmed" component="output">
          {isRunning && text('backup.confirm.running')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" disabled={isRunning} onClick={onBack}>
            {text('backup.confirm.back')}
          </Button>
          <Button type="submit" color="red" loading={isRunning}>
            {text('backup.confirm.action', { count: found.students })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
