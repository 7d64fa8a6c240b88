import { Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import type { Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { DeskPage } from './desk-page.tsx';
import { KeychainNote, useKeychainBlocks } from './keychain-note.tsx';
import { RecoverySheet } from './recovery-sheet.tsx';
import classes from './recover.module.css';

type Administrators = Output<'desk', 'recover'>['administrators'];
type Recovered = Output<'desk', 'recoverAdministrator'>;

/** Into the school without any password: the recovery key, then a new administrator's code and a new key. */
export function Recover({ onDone }: { readonly onDone: () => void }) {
  const { status, reload, lock } = useDesk();
  const [administrators, setAdministrators] = useState<Administrators | null>(null);
  const [recovered, setRecovered] = useState<Recovered | null>(null);
  const leave = (): void => {
    void lock().then(onDone);
  };

  if (recovered !== null) return <NewSheet recovered={recovered} onFinish={leave} />;
  if (administrators !== null) {
    return <ChooseAdministrator administrators={administrators} onRecovered={setRecovered} onLock={leave} />;
  }
  if (status.state === 'recovered') {
    return (
      <DeskPage title={text('recover.lost.title')} state={text('recover.lost.state')}>
        <Group>
          <Button onClick={leave}>{text('recover.lock')}</Button>
        </Group>
      </DeskPage>
    );
  }
  return (
    <EnterKey
      onOpened={(opened) => {
        setAdministrators(opened);
        void reload();
      }}
      onBack={onDone}
    />
  );
}

function EnterKey({
  onOpened,
  onBack,
}: {
  readonly onOpened: (administrators: Administrators) => void;
  readonly onBack: () => void;
}) {
  const [recoveryKey, setRecoveryKey] = useState('');
  const [acceptFileKeychain, setAcceptFileKeychain] = useState(false);
  const recover = useCommand('desk', 'recover');
  const isMissing = recover.error?.type === 'keychain-unavailable';
  const blocks = useKeychainBlocks(isMissing, acceptFileKeychain);

  const needs = useNeeds({
    key: recoveryKey.trim() === '' && text('component.needed'),
    keychain: blocks && text('setUp.keychain.needed'),
  });
  const submit = async (): Promise<void> => {
    const reply = await recover.run({ recoveryKey, acceptFileKeychain });
    if (reply.ok) onOpened(reply.value.administrators);
  };

  return (
    <DeskPage title={text('recover.title')} state={text('recover.state')}>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          <KeyField
            label={text('recover.key')}
            description={text('recover.key.text')}
            value={recoveryKey}
            onChange={setRecoveryKey}
            need={needs.of('key')}
          />
          <KeychainNote
            isMissing={isMissing}
            isAccepted={acceptFileKeychain}
            need={needs.of('keychain')}
            onAccept={setAcceptFileKeychain}
          />
          <ErrorAlert error={isMissing ? undefined : recover.error} onClose={recover.clearError} />
          <Group justify="space-between">
            <Button variant="default" onClick={onBack}>
              {text('desk.back')}
            </Button>
            <Button type="submit" loading={recover.isRunning}>
              {text('recover.submit')}
            </Button>
          </Group>
          <Text size="sm" c="dimmed" role="status">
            {recover.isRunning && text('recover.opening')}
          </Text>
        </Stack>
      </form>
    </DeskPage>
  );
}

interface KeyFieldProps {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly need: string | null;
}

/** A recovery key typed from paper as one text; Enter sends the form, as in a field of one line. */
export function KeyField({ label, description, value, onChange, need }: KeyFieldProps) {
  return (
    <Textarea
      label={label}
      description={description}
      classNames={{ input: classes.key ?? '' }}
      rows={3}
      dir="ltr"
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={400}
      value={value}
      error={need}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey) return;
        event.preventDefault();
        event.currentTarget.form?.requestSubmit();
      }}
      autoFocus
      required
    />
  );
}

function ChooseAdministrator({
  administrators,
  onRecovered,
  onLock,
}: {
  readonly administrators: Administrators;
  readonly onRecovered: (recovered: Recovered) => void;
  readonly onLock: () => void;
}) {
  const [chosen, setChosen] = useState<string | null>(administrators[0]?.id ?? null);
  const name = useCommand('desk', 'recoverAdministrator');
  const administrator = administrators.find(({ id }) => id === chosen);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (administrator === undefined) return;
    const reply = await name.run({ administrator: administrator.id });
    if (reply.ok) onRecovered(reply.value);
  };

  return (
    <DeskPage title={text('recover.choose.title')} state={text('recover.choose.state')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {administrators.length === 0 ? (
            <Text>{text('recover.choose.none')}</Text>
          ) : (
            <Radio.Group label={text('recover.choose.label')} value={chosen} onChange={setChosen}>
              <Stack mt="xs" gap="sm">
                {administrators.map(({ id, displayName }, index) => (
                  <Radio key={id} value={id} label={<bdi>{displayName}</bdi>} autoFocus={index === 0} />
                ))}
              </Stack>
            </Radio.Group>
          )}
          <ErrorAlert error={name.error} onClose={name.clearError} />
          <Group justify="space-between">
            <Button variant="default" onClick={onLock} disabled={name.isRunning}>
              {text('recover.lock')}
            </Button>
            {administrator !== undefined && (
              <Button type="submit" loading={name.isRunning}>
                {text('recover.choose.submit', { name: administrator.displayName })}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </DeskPage>
  );
}

function NewSheet({ recovered, onFinish }: { readonly recovered: Recovered; readonly onFinish: () => void }) {
  const { school } = useDesk().status;
  const { formatDayTime } = useFormat();
  const [isTyped, setIsTyped] = useState(false);
  const needs = useNeeds({ sheet: !isTyped && text('sheet.needed') });
  const facts = (
    <dl className={classes.facts}>
      <dt>{text('recover.new.username')}</dt>
      <dd>
        <bdi>{recovered.username}</bdi>
      </dd>
      <dt>{text('recover.new.code')}</dt>
      <dd>
        <code dir="ltr">{recovered.activationCode}</code>
      </dd>
      <dt>{text('recover.new.until')}</dt>
      <dd>{formatDayTime(recovered.expiresAtMs)}</dd>
    </dl>
  );
  return (
    <DeskPage title={text('recover.new.title')} state={text('recover.new.state')}>
      {facts}
      <Text size="sm" c="dimmed">
        {text('recover.new.code.text')}
      </Text>
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, onFinish);
        }}
      >
        <Stack>
          <RecoverySheet
            school={school?.label ?? ''}
            groups={recovered.recoveryKeyGroups}
            rootFingerprint={recovered.rootFingerprint}
            need={needs.of('sheet')}
            onTyped={(_, isRight) => {
              setIsTyped(isRight);
            }}
            paper={facts}
          />
          <Group justify="flex-end">
            <Button type="submit">{text('recover.new.finish')}</Button>
          </Group>
        </Stack>
      </form>
    </DeskPage>
  );
}
