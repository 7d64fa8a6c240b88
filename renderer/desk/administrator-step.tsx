import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { z } from 'zod';
import type { CallError } from '../app/api.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { NewPasswordField, PasswordField, problemOf } from '../components/password-field.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { KeychainNote, useKeychainBlocks } from './keychain-note.tsx';
import { StepButtons } from './school-step.tsx';
import type { SchoolForm, StepProps } from './set-up.tsx';

interface AdministratorStepProps extends StepProps {
  readonly isMaking: boolean;
  readonly error: CallError<'desk', 'prepareSchool'> | undefined;
  readonly onCloseError: () => void;
}

type Administrator = SchoolForm['administrator'];

const fields: readonly {
  readonly name: 'displayName' | 'jobTitle' | 'username';
  readonly label: PlainTextKey;
  readonly autoComplete: string;
}[] = [
  { name: 'displayName', label: 'setUp.administrator.name', autoComplete: 'name' },
  { name: 'jobTitle', label: 'setUp.administrator.jobTitle', autoComplete: 'organization-title' },
  { name: 'username', label: 'setUp.administrator.username', autoComplete: 'username' },
];

/** The founding administrator, and the password that is theirs alone. */
export function AdministratorStep({
  form,
  onChange,
  onNext,
  onBack,
  isMaking,
  error,
  onCloseError,
}: AdministratorStepProps) {
  const { administrator } = form;
  const [hasLeftEmail, setHasLeftEmail] = useState(false);
  const isMissing = error?.type === 'keychain-unavailable';
  const blocks = useKeychainBlocks(isMissing, form.acceptFileKeychain);
  const change = (changed: Partial<Administrator>): void => {
    onChange({ administrator: { ...administrator, ...changed } });
  };
  const isEmail = z.email().safeParse(administrator.email.trim()).success;
  const isSame = administrator.password === administrator.passwordAgain;
  const { displayName, username, email } = administrator;
  const needs = useNeeds({
    displayName: displayName.trim() === '' && text('component.needed'),
    jobTitle: false,
    username: username.trim() === '' && text('component.needed'),
    email: !isEmail && (email === '' ? text('component.needed') : text('setUp.administrator.email.wrong')),
    password: problemOf(administrator.password, username) !== null && text('component.password.unmet'),
    again: !isSame && text('setUp.administrator.differ'),
    keychain: blocks && text('setUp.keychain.needed'),
  });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, onNext);
      }}
    >
      <Stack>
        {fields.map(({ name, label, autoComplete }, index) => (
          <TextInput
            key={name}
            label={text(label)}
            value={administrator[name]}
            error={needs.of(name)}
            onChange={(event) => {
              change({ [name]: event.currentTarget.value });
            }}
            autoComplete={autoComplete}
            autoFocus={index === 0}
            dir={name === 'username' ? 'ltr' : 'auto'}
            maxLength={name === 'displayName' ? 200 : 100}
            required={name !== 'jobTitle'}
          />
        ))}
        <TextInput
          label={text('setUp.administrator.email')}
          description={text('setUp.administrator.email.text')}
          type="email"
          autoComplete="email"
          maxLength={254}
          dir="ltr"
          value={administrator.email}
          onChange={(event) => {
            change({ email: event.currentTarget.value.trim() });
          }}
          onBlur={() => {
            setHasLeftEmail(true);
          }}
          error={
            needs.of('email') ??
            (hasLeftEmail && email !== '' && !isEmail && text('setUp.administrator.email.wrong'))
          }
          required
        />
        <NewPasswordField
          label={text('setUp.administrator.password')}
          value={administrator.password}
          onChange={(password) => {
            change({ password });
          }}
          username={administrator.username}
          error={needs.of('password')}
          required
        />
        <PasswordField
          label={text('setUp.administrator.again')}
          autoComplete="new-password"
          value={administrator.passwordAgain}
          onChange={(passwordAgain) => {
            change({ passwordAgain });
          }}
          error={
            needs.of('again') ??
            (administrator.passwordAgain !== '' && !isSame && text('setUp.administrator.differ'))
          }
          required
        />
        <KeychainNote
          isMissing={isMissing}
          isAccepted={form.acceptFileKeychain}
          need={needs.of('keychain')}
          onAccept={(acceptFileKeychain) => {
            onChange({ acceptFileKeychain });
          }}
        />
        <ErrorAlert error={isMissing ? undefined : error} onClose={onCloseError} />
        <StepButtons onBack={onBack} next={text('setUp.administrator.submit')} isRunning={isMaking} />
        <Text size="sm" c="dimmed" role="status">
          {isMaking && text('setUp.administrator.making')}
        </Text>
      </Stack>
    </form>
  );
}
