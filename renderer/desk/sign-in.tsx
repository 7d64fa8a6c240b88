import {
  Alert,
  Anchor,
  Button,
  Group,
  Paper,
  Select,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconInfoCircle, IconUser } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { api, type CallError } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useDesk, type LockReason } from '../app/desk-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { DeskPage } from './desk-page.tsx';
import classes from './sign-in.module.css';

interface SignInProps {
  readonly onRecover: () => void;
  readonly onRestore: () => void;
  readonly onSetUp: () => void;
}

type SignInError = CallError<'desk', 'signIn'>;

/** Why the last session ended, where the user did not end it. */
const lockSentences: Readonly<Record<Exclude<LockReason, 'user'>, PlainTextKey>> = {
  idle: 'signIn.locked.idle',
  time: 'signIn.locked.time',
  suspend: 'signIn.locked.suspend',
  'account-ended': 'signIn.locked.account-ended',
};

/** Who is here? The users of this computer, the last one first, and a password. */
export function SignIn({ onRecover, onRestore, onSetUp }: SignInProps) {
  const { status, reload, lockedBy } = useDesk();
  const { school, recentUsers, sampleAccounts } = status;
  const [lastUser] = recentUsers;
  // Undefined until the user has chosen: the last one, who may become known only after the lock.
  const [choice, setChoice] = useState<string | null | undefined>(undefined);
  const chosen = choice === undefined ? (lastUser?.username ?? null) : choice;
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const passwordField = useRef<HTMLInputElement>(null);
  const usernameField = useRef<HTMLInputElement>(null);
  const signIn = useCommand('desk', 'signIn');
  const username = chosen ?? typed;

  useEffect(() => {
    (chosen === null ? usernameField : passwordField).current?.focus();
  }, [chosen]);

  const needs = useNeeds({
    username: username.trim() === '' && text('component.needed'),
    password: password === '' && text('component.needed'),
  });
  const submit = async (): Promise<void> => {
    const reply = await signIn.run({ username, password });
    if (reply.ok) {
      await reload();
      return;
    }
    setPassword('');
    passwordField.current?.focus();
  };

  if (signIn.error !== undefined && isClosed(signIn.error)) {
    return (
      <NotOpen error={signIn.error} onBack={signIn.clearError} onRecover={onRecover} onRestore={onRestore} />
    );
  }
  return (
    <DeskPage
      hasLanguages
      title={school === null ? text('signIn.title') : text('signIn.title.school', { school: school.label })}
      foot={
        <>
          <Link onClick={onRecover}>{text('signIn.recover')}</Link>
          <Link onClick={onRestore}>{text('signIn.restore')}</Link>
          <Link onClick={onSetUp}>{text('signIn.setUp')}</Link>
        </>
      }
    >
      {lockedBy !== null && lockedBy !== 'user' && (
        <Alert variant="light" icon={<IconInfoCircle size={18} aria-hidden />}>
          {text(lockSentences[lockedBy])}
        </Alert>
      )}
      <SchoolChoice />
      <form
        noValidate
        onSubmit={(event) => {
          needs.submit(event, submit);
        }}
      >
        <Stack>
          {recentUsers.length > 0 && <UserChoice chosen={chosen} onChoose={setChoice} />}
          {chosen === null && (
            <TextInput
              ref={usernameField}
              label={text('signIn.username')}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              error={needs.of('username')}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
              }}
              required
            />
          )}
          <PasswordField
            ref={passwordField}
            label={text('signIn.password')}
            description={text('signIn.password.hint')}
            value={password}
            error={needs.of('password')}
            onChange={setPassword}
            required
          />
          <ErrorAlert error={signIn.error} />
          <Group>
            <Button type="submit" loading={signIn.isRunning}>
              {text('signIn.submit')}
            </Button>
            <Text c="dimmed" role="status">
              {signIn.isRunning && text('signIn.unlocking')}
            </Text>
          </Group>
        </Stack>
      </form>
      {sampleAccounts !== null && (
        <SampleAccounts
          accounts={sampleAccounts}
          onChoose={(account) => {
            setChoice(null);
            setTyped(account);
            setPassword(sampleAccounts.password);
            passwordField.current?.focus();
          }}
        />
      )}
    </DeskPage>
  );
}

function SchoolChoice() {
  const { status, reload } = useDesk();
  if (status.schools.length < 2) return null;
  const choose = async (id: string | null): Promise<void> => {
    const school = status.schools.find((each) => each.id === id);
    if (school === undefined) return;
    await api.desk.chooseSchool({ school: school.id });
    await reload();
  };
  return (
    <Select
      label={text('signIn.school')}
      data={status.schools.map(({ id, label }) => ({ value: id, label }))}
      value={status.school?.id ?? null}
      onChange={(id) => void choose(id)}
      allowDeselect={false}
    />
  );
}

function UserChoice({
  chosen,
  onChoose,
}: {
  readonly chosen: string | null;
  readonly onChoose: (username: string | null) => void;
}) {
  const { recentUsers } = useDesk().status;
  return (
    <div role="group" aria-label={text('signIn.users')}>
      <Text fw={600} size="sm" mb="xs" aria-hidden>
        {text('signIn.users')}
      </Text>
      <div className={classes.choices}>
        {recentUsers.map(({ username, displayName }) => (
          <UnstyledButton
            key={username}
            className={classes.choice ?? ''}
            aria-pressed={chosen === username}
            onClick={() => {
              onChoose(username);
            }}
          >
            <IconUser size={18} aria-hidden />
            <bdi>{displayName}</bdi>
            <Text size="xs" c="dimmed" component="bdi">
              {username}
            </Text>
          </UnstyledButton>
        ))}
        <UnstyledButton
          className={classes.choice ?? ''}
          aria-pressed={chosen === null}
          onClick={() => {
            onChoose(null);
          }}
        >
          {text('signIn.otherUser')}
        </UnstyledButton>
      </div>
    </div>
  );
}

function SampleAccounts({
  accounts: { accounts, password },
  onChoose,
}: {
  readonly accounts: NonNullable<ReturnType<typeof useDesk>['status']['sampleAccounts']>;
  readonly onChoose: (username: string) => void;
}) {
  return (
    <Paper withBorder p="md" component="section" aria-label={text('signIn.sample.title')}>
      <Text fw={600} size="sm">
        {text('signIn.sample.title')}
      </Text>
      <Text size="sm" c="dimmed" mb="sm">
        {text('signIn.sample.text', { password })}
      </Text>
      <div className={classes.choices}>
        {accounts.map(({ username, displayName, role }) => (
          <UnstyledButton
            key={username}
            className={classes.choice ?? ''}
            onClick={() => {
              onChoose(username);
            }}
          >
            <span>{text(`frame.role.${role}`)}</span>
            <Text size="xs" c="dimmed" component="bdi">
              {displayName}
            </Text>
          </UnstyledButton>
        ))}
      </div>
    </Paper>
  );
}

/** Errors that no other password mends: the way out is the recovery key or a backup. */
const closedErrors = [
  'attempts-damaged',
  'school-secret-missing',
  'store-damaged',
  'store-rolled-back',
  'keychain-unavailable',
] as const;
type ClosedError = ErrorOf<(typeof closedErrors)[number]>;

function isClosed(error: SignInError): error is ClosedError {
  return closedErrors.some((type) => type === error.type);
}

/** The school's store or keys are not as they were left: what happened, what is kept, and the ways out. */
function NotOpen({
  error,
  onBack,
  onRecover,
  onRestore,
}: {
  readonly error: ClosedError;
  readonly onBack: () => void;
  readonly onRecover: () => void;
  readonly onRestore: () => void;
}) {
  // A newer store opens with a newer Rollkeep, an unreachable keychain when it can be reached: neither needs a way round.
  const needsKey = error.type !== 'keychain-unavailable' && !isNewer(error);
  const mayRestore = needsKey && error.type !== 'attempts-damaged' && error.type !== 'school-secret-missing';
  return (
    <DeskPage title={text('signIn.notOpen.title')}>
      <ErrorAlert error={error} />
      <Group>
        {needsKey && error.type !== 'store-damaged' && (
          <Button onClick={onRecover}>{text('signIn.recover')}</Button>
        )}
        {mayRestore && (
          <Button variant={error.type === 'store-damaged' ? 'filled' : 'default'} onClick={onRestore}>
            {text('signIn.restore')}
          </Button>
        )}
        <Button variant="default" onClick={onBack}>
          {text('signIn.notOpen.again')}
        </Button>
      </Group>
    </DeskPage>
  );
}

function isNewer(error: ClosedError): boolean {
  return error.type === 'store-damaged' && error.what === 'store-newer';
}

function Link({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <Anchor component="button" type="button" size="sm" onClick={onClick} className={classes.link ?? ''}>
      {children}
    </Anchor>
  );
}
