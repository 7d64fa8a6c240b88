import { Button, Group, Radio, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
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

type FoundSchool = Output<'backup', 'findElsewhere'>['schools'][number];

/** A backup that was pointed at, with the key that opens it, and what is in it. */
interface Chosen {
  readonly folder: string;
  readonly school: FoundSchool['school'];
  readonly name: string;
  readonly recoveryKey: string;
  readonly found: Output<'backup', 'inspectElsewhere'>;
}

interface RestoreElsewhereProps {
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** A school that is not on this computer, from a folder of backups that was brought along: find, look into, restore. */
export function RestoreElsewhere({ onBack, onDone }: RestoreElsewhereProps) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [restored, setRestored] = useState<Output<'backup', 'restoreElsewhere'> | null>(null);
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
  return chosen === null ? (
    <Find onChosen={setChosen} onBack={onBack} />
  ) : (
    <Confirm
      chosen={chosen}
      onRestored={setRestored}
      onBack={() => {
        setChosen(null);
      }}
    />
  );
}

function Find({
  onChosen,
  onBack,
}: {
  readonly onChosen: (chosen: Chosen) => void;
  readonly onBack: () => void;
}) {
  const { formatDayTime, formatBytes } = useFormat();
  const [typedFolder, setTypedFolder] = useState('');
  const [folder, setFolder] = useState<string | null>(null);
  const [backup, setBackup] = useState<string | null>(null);
  const [recoveryKey, setRecoveryKey] = useState('');
  const list = useCall('backup', 'findElsewhere', { folder });
  const inspect = useCommand('backup', 'inspectElsewhere');
  const schools = list.data?.schools ?? [];
  const offered = schools.filter(({ isHere }) => !isHere);
  const options = offered.flatMap(({ school, backups }) =>
    backups.map((one) => ({ ...one, school, key: `${school} ${one.name}` })),
  );
  const isOfSeveral = new Set(options.map(({ school, desk }) => `${school} ${desk}`)).size > 1;
  const selected = options.find(({ key }) => key === backup) ?? options[0];

  const look = (event: SubmitEvent): void => {
    event.preventDefault();
    const path = typedFolder.trim();
    if (path === folder) list.reload();
    setFolder(path === '' ? null : path);
    setBackup(null);
  };
  const needs = useNeeds({ key: recoveryKey.trim() === '' && text('component.needed') });
  const submit = async (): Promise<void> => {
    if (selected === undefined || list.data === undefined) return;
    const { school, name } = selected;
    const what = { folder: list.data.folder, school, name, recoveryKey };
    const reply = await inspect.run(what);
    if (reply.ok) onChosen({ ...what, found: reply.value });
  };

  return (
    <DeskPage title={text('elsewhere.title')} state={text('elsewhere.state')}>
      <Stack>
        <form onSubmit={look}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label={text('elsewhere.folder')}
              description={text('elsewhere.folder.text')}
              flex={1}
              miw="16rem"
              dir="ltr"
              autoComplete="off"
              spellCheck={false}
              maxLength={1000}
              autoFocus
              value={typedFolder}
              onChange={(event) => {
                setTypedFolder(event.currentTarget.value);
              }}
            />
            <Button type="submit" variant="default" loading={list.isReading}>
              {text('elsewhere.look')}
            </Button>
          </Group>
        </form>
        <ErrorAlert error={list.error} />
        {list.isPending && <Loading rows={2} />}
        {list.data !== undefined && options.length === 0 && (
          <EmptyState
            title={schools.length === 0 ? text('elsewhere.none.title') : text('elsewhere.here.title')}
            text={schools.length === 0 ? text('elsewhere.none.text') : text('elsewhere.here.text')}
          />
        )}
        {options.length > 0 && (
          <form
            noValidate
            onSubmit={(event) => {
              needs.submit(event, submit);
            }}
          >
            <Stack>
              <Radio.Group
                label={text('elsewhere.choose', { count: options.length })}
                value={selected?.key ?? null}
                onChange={setBackup}
              >
                <Stack mt="xs" gap="sm" mah="14rem" style={{ overflowY: 'auto' }}>
                  {options.map((one) => (
                    <Radio
                      key={one.key}
                      value={one.key}
                      label={`${formatDayTime(one.atMs)} · ${formatBytes(one.bytes)}`}
                      {...(isOfSeveral && { description: whose(one) })}
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
              <Group justify="flex-end">
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
        <Group>
          <Button variant="default" onClick={onBack}>
            {text('desk.back')}
          </Button>
        </Group>
      </Stack>
    </DeskPage>
  );
}

/** The school's and the computer's ids, shortened: before the backup is opened nothing else is known of them. */
function whose({ school, desk }: { readonly school: string; readonly desk: string | null }): string {
  const own = school.slice(0, 8);
  return desk === null
    ? text('elsewhere.school', { school: own })
    : text('elsewhere.schoolAndDesk', { school: own, desk: desk.slice(0, 8) });
}

function Confirm({
  chosen: { found, ...what },
  onRestored,
  onBack,
}: {
  readonly chosen: Chosen;
  readonly onRestored: (restored: Output<'backup', 'restoreElsewhere'>) => void;
  readonly onBack: () => void;
}) {
  const { formatDayTime, formatNumber } = useFormat();
  const [acceptFileKeychain, setAcceptFileKeychain] = useState(false);
  const restore = useCommand('backup', 'restoreElsewhere');
  const isMissing = restore.error?.type === 'keychain-unavailable';
  const blocks = useKeychainBlocks(isMissing, acceptFileKeychain);
  const rows = [
    [text('restore.row.at'), formatDayTime(found.atMs)],
    [text('restore.row.students'), formatNumber(found.students)],
    [text('restore.row.marks'), formatNumber(found.marks)],
    [text('restore.row.audit'), formatNumber(found.auditSize)],
  ];

  const needs = useNeeds({ keychain: blocks && text('setUp.keychain.needed') });
  const submit = async (): Promise<void> => {
    const reply = await restore.run({ ...what, acceptFileKeychain });
    if (reply.ok) onRestored(reply.value);
  };

  return (
    <DeskPage title={text('restore.confirm.title')} state={text('elsewhere.confirm.state')}>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          <Table>
            <Table.Tbody>
              {rows.map(([label, value]) => (
                <Table.Tr key={label}>
                  <Table.Th scope="row">{label}</Table.Th>
                  <Table.Td>{value}</Table.Td>
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
            <Button type="submit" loading={restore.isRunning}>
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
