import { Alert, Button, Group, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Input, Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { PasswordField } from '../components/password-field.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import classes from './backup.module.css';

type ExportInput = Input<'backup', 'exportSchool'>;
type Exported = Output<'backup', 'exportSchool'>;
type ReceiverKind = ExportInput['receiver']['kind'];
type Reason = ExportInput['reason'];

const reasonTexts: { readonly [R in Reason]: PlainTextKey } = {
  'parent-request': 'export.reason.parent-request',
  transfer: 'export.reason.transfer',
  closing: 'export.reason.closing',
  authority: 'export.reason.authority',
  other: 'export.reason.other',
};
const reasons = Object.keys(reasonTexts).filter((key): key is Reason => Object.hasOwn(reasonTexts, key));

const passphraseMinLength = 12;

const emptyForm = {
  recipient: '',
  passphrase: '',
  passphraseAgain: '',
  password: '',
};

/** Everything the school owns, encrypted to somebody: who, why, and the password once more. */
export function ExportSchool() {
  const [kind, setKind] = useState<ReceiverKind>('key');
  const [form, setForm] = useState(emptyForm);
  const [reason, setReason] = useState<Reason | null>(null);
  const [exported, setExported] = useState<(Exported & { readonly kind: ReceiverKind }) | null>(null);
  const command = useCommand('backup', 'exportSchool');

  const put = (changed: Partial<typeof emptyForm>): void => {
    setForm((before) => ({ ...before, ...changed }));
  };
  const isRecipientWrong = form.recipient.trim() !== '' && !form.recipient.trim().startsWith('age1');
  const differs = form.passphraseAgain !== '' && form.passphrase !== form.passphraseAgain;
  const isKey = kind === 'key';
  const needs = useNeeds({
    recipient:
      isKey &&
      (form.recipient.trim() === ''
        ? text('component.needed')
        : isRecipientWrong && text('export.recipient.wrong')),
    passphrase:
      !isKey &&
      Array.from(form.passphrase).length < passphraseMinLength &&
      text('component.needed.length', { least: passphraseMinLength }),
    again: !isKey && form.passphrase !== form.passphraseAgain && text('export.passphrase.differ'),
    reason: reason === null && text('component.needed.choice'),
    password: form.password === '' && text('component.needed'),
  });

  const submit = async (): Promise<void> => {
    if (reason === null) return;
    const reply = await command.run({
      receiver:
        kind === 'key' ? { kind, recipient: form.recipient.trim() } : { kind, passphrase: form.passphrase },
      reason,
      password: form.password,
    });
    put({ password: '' });
    if (!reply.ok) return;
    setForm(emptyForm);
    setExported({ ...reply.value, kind });
  };

  return (
    <Stack component="section" gap="md" aria-labelledby="export-title">
      <div>
        <Title order={2} id="export-title">
          {text('export.title')}
        </Title>
        <Text maw="44rem">{text('export.text')}</Text>
      </div>
      {exported !== null ? (
        <ExportResult
          exported={exported}
          onAnother={() => {
            setExported(null);
          }}
        />
      ) : command.isRunning ? (
        <ProgressPanel task="export" title={text('export.running')} />
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            needs.submit(event, submit);
          }}
        >
          <Stack gap="md" maw="32rem">
            <ErrorAlert error={command.error} onClose={command.clearError} />
            <Radio.Group
              label={text('export.receiver')}
              value={kind}
              onChange={(value) => {
                setKind(value === 'key' ? 'key' : 'passphrase');
              }}
            >
              <Stack gap="sm" mt="xs">
                <Radio value="key" label={text('export.receiver.key')} />
                <Radio value="passphrase" label={text('export.receiver.passphrase')} />
              </Stack>
            </Radio.Group>
            {kind === 'key' ? (
              <TextInput
                label={text('export.recipient')}
                description={text('export.recipient.hint')}
                dir="ltr"
                required
                autoComplete="off"
                spellCheck={false}
                maxLength={200}
                value={form.recipient}
                error={needs.of('recipient') ?? (isRecipientWrong && text('export.recipient.wrong'))}
                onChange={(event) => {
                  put({ recipient: event.currentTarget.value });
                }}
              />
            ) : (
              <>
                <PasswordField
                  label={text('export.passphrase')}
                  description={text('export.passphrase.hint')}
                  autoComplete="off"
                  required
                  value={form.passphrase}
                  error={needs.of('passphrase')}
                  onChange={(passphrase) => {
                    put({ passphrase });
                  }}
                />
                <PasswordField
                  label={text('export.passphrase.again')}
                  autoComplete="off"
                  required
                  value={form.passphraseAgain}
                  error={needs.of('again') ?? (differs && text('export.passphrase.differ'))}
                  onChange={(passphraseAgain) => {
                    put({ passphraseAgain });
                  }}
                />
              </>
            )}
            <Select
              label={text('export.reason')}
              description={text('export.reason.hint')}
              placeholder={text('export.reason.choose')}
              required
              allowDeselect={false}
              data={reasons.map((each) => ({ value: each, label: text(reasonTexts[each]) }))}
              value={reason}
              error={needs.of('reason')}
              onChange={(chosen) => {
                setReason(reasons.find((each) => each === chosen) ?? null);
              }}
            />
            <PasswordField
              label={text('export.password')}
              description={text('export.password.hint')}
              required
              value={form.password}
              error={needs.of('password')}
              onChange={(password) => {
                put({ password });
              }}
            />
            <Group>
              <Button type="submit" variant="outline">
                {text('export.action')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

interface ExportResultProps {
  readonly exported: Exported & { readonly kind: ReceiverKind };
  readonly onAnother: () => void;
}

function ExportResult({ exported, onAnother }: ExportResultProps) {
  const { formatBytes } = useFormat();
  const { path, bytes, sha256, rows, kind } = exported;
  return (
    <Stack gap="md" align="flex-start">
      <Alert
        variant="outline"
        color="teal"
        icon={<IconCheck size={18} aria-hidden />}
        title={text('export.done.title', { count: rows })}
      >
        <dl className={classes.facts}>
          <dt>{text('export.done.path')}</dt>
          <dd>
            <code className={classes.path} dir="ltr">
              {path}
            </code>
          </dd>
          <dt>{text('export.done.size')}</dt>
          <dd>{formatBytes(bytes)}</dd>
          <dt>{text('export.done.sha256')}</dt>
          <dd>
            <code className={classes.path} dir="ltr">
              {sha256}
            </code>
          </dd>
        </dl>
        <Text fw={600} mt="md">
          {text('export.done.open')}
        </Text>
        <Text>{text('export.done.open.text')}</Text>
        <code className={classes.path} dir="ltr">
          {kind === 'key'
            ? text('export.done.command.key', { path })
            : text('export.done.command.passphrase', { path })}
        </code>
        <Text mt="sm">{text('export.done.hash')}</Text>
      </Alert>
      <Button variant="default" onClick={onAnother}>
        {text('export.another')}
      </Button>
    </Stack>
  );
}
