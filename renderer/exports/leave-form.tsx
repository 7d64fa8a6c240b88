import { Alert, Button, Group, Radio, Select, Stack, TextInput, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Input } from '../app/api.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import type { ContractError } from '../app/error-text.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { useNeeds } from '../components/use-needs.ts';
import type { PreparedExport } from './export-request.ts';

/** How a file leaves: encrypted to a key, to a passphrase, or in clear. */
export type LeaveKind = 'key' | 'passphrase' | 'plain';
type Reason = Input<'exports', 'writePlain'>['reason'];

/** What the person has decided: for which receiver, why, and proof that it is them. */
export type Leave =
  | (Omit<Input<'exports', 'writeEncrypted'>, 'export'> & { readonly kind: 'key' | 'passphrase' })
  | (Omit<Input<'exports', 'writePlain'>, 'export'> & { readonly kind: 'plain' });

const reasonTexts: { readonly [R in Reason]: PlainTextKey } = {
  authority: 'exports.reason.authority',
  transfer: 'exports.reason.transfer',
  'other-system': 'exports.reason.other-system',
  'own-evaluation': 'exports.reason.own-evaluation',
  'parent-request': 'exports.reason.parent-request',
  other: 'exports.reason.other',
};
const reasons = Object.keys(reasonTexts).filter((key): key is Reason => Object.hasOwn(reasonTexts, key));
const leaveTexts: { readonly [K in LeaveKind]: PlainTextKey } = {
  key: 'exports.leave.key',
  passphrase: 'exports.leave.passphrase',
  plain: 'exports.leave.plain',
};
const leaveKinds = ['key', 'passphrase', 'plain'] as const satisfies readonly LeaveKind[];
const passphraseMinLength = 12;

interface LeaveFormProps {
  readonly prepared: PreparedExport;
  readonly error: ContractError | undefined;
  readonly onLeave: (leave: Leave) => void;
  readonly onBack: () => void;
}

/** The second step: to whom, why, and the password once more. In clear is possible, and says what it means. */
export function LeaveForm({ prepared, error, onLeave, onBack }: LeaveFormProps) {
  const { rows, students } = prepared;
  const [kind, setKind] = useState<LeaveKind>('key');
  const [recipient, setRecipient] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [reason, setReason] = useState<Reason | null>(null);
  const [password, setPassword] = useState('');

  const passwordField = useRef<HTMLInputElement>(null);
  // What failed is tried again with the password: the rest is as it was.
  useEffect(() => {
    if (error !== undefined) passwordField.current?.focus();
  }, [error]);

  const isRecipientWrong = recipient.trim() !== '' && !recipient.trim().startsWith('age1');
  const needs = useNeeds({
    recipient:
      kind === 'key' &&
      (recipient.trim() === ''
        ? text('component.needed')
        : isRecipientWrong && text('export.recipient.wrong')),
    passphrase:
      kind === 'passphrase' &&
      Array.from(passphrase).length < passphraseMinLength &&
      text('component.needed.length', { least: passphraseMinLength }),
    again: kind === 'passphrase' && passphrase !== again && text('export.passphrase.differ'),
    reason: reason === null && text('component.needed.choice'),
    password: password === '' && text('component.needed'),
  });

  const submit = (): void => {
    if (reason === null) return;
    const why = { reason, password };
    setPassword('');
    if (kind === 'plain') onLeave({ kind, ...why });
    else if (kind === 'key') onLeave({ kind, receiver: { kind, recipient: recipient.trim() }, ...why });
    else onLeave({ kind, receiver: { kind, passphrase }, ...why });
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack component="section" gap="md" maw="36rem" aria-labelledby="export-leave">
        <Title order={2} id="export-leave">
          {text('exports.leave')}
        </Title>
        <Radio.Group
          aria-labelledby="export-leave"
          value={kind}
          onChange={(value) => {
            setKind(leaveKinds.find((each) => each === value) ?? 'key');
          }}
        >
          <Stack gap="sm">
            {leaveKinds.map((each) => (
              <Radio key={each} value={each} label={text(leaveTexts[each])} />
            ))}
          </Stack>
        </Radio.Group>
        {kind === 'key' && (
          <TextInput
            label={text('export.recipient')}
            description={text('export.recipient.hint')}
            dir="ltr"
            required
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            value={recipient}
            error={needs.of('recipient') ?? (isRecipientWrong && text('export.recipient.wrong'))}
            onChange={(event) => {
              setRecipient(event.currentTarget.value);
            }}
          />
        )}
        {kind === 'passphrase' && (
          <>
            <PasswordField
              label={text('export.passphrase')}
              description={text('export.passphrase.hint')}
              autoComplete="off"
              required
              value={passphrase}
              error={needs.of('passphrase')}
              onChange={setPassphrase}
            />
            <PasswordField
              label={text('export.passphrase.again')}
              autoComplete="off"
              required
              value={again}
              error={
                needs.of('again') ??
                (again !== '' && again !== passphrase && text('export.passphrase.differ'))
              }
              onChange={setAgain}
            />
          </>
        )}
        {kind === 'plain' && (
          <Alert
            role="status"
            variant="outline"
            color="orange"
            icon={<IconAlertTriangle size={18} aria-hidden />}
            title={text('exports.plain.title')}
          >
            {text('exports.plain.text', { count: students, rows })}
          </Alert>
        )}
        <Select
          label={text('exports.reason')}
          description={text('exports.reason.hint')}
          placeholder={text('exports.reason.choose')}
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
          label={text('exports.password')}
          description={text('exports.password.hint')}
          ref={passwordField}
          required
          value={password}
          error={needs.of('password')}
          onChange={setPassword}
        />
        <ErrorAlert error={error} />
        <Group gap="sm">
          <Button type="submit" {...(kind === 'plain' ? { color: 'red' } : {})}>
            {kind === 'plain'
              ? text('exports.write.plain', { count: rows })
              : text('exports.write.encrypted', { count: rows })}
          </Button>
          <Button variant="default" onClick={onBack}>
            {text('exports.back')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
