import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { accountRoles, reachOf, type AccountRole } from '../../domain/access/policy.ts';
import { staffId, type StaffId } from '../../domain/ids.ts';
import type { Input } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { keepDraft, takeDraft } from '../app/drafts.ts';
import { onSessionEnd } from '../app/session-end.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import type { NewCode } from './activation-code.tsx';
import type { Account } from './account.ts';
import { RoleRights } from './role-rights.tsx';
import { roleText } from './role-text.ts';

const fieldsSchema = z.strictObject({
  displayName: z.string(),
  email: z.string(),
  jobTitle: z.string(),
  username: z.string(),
  role: z.enum(accountRoles),
  staff: staffId.nullable(),
});
type Fields = z.output<typeof fieldsSchema>;

const emailPattern = /^\S+@\S+\.\S+$/;

interface AccountFormProps {
  /** Null for a new one. */
  readonly account: Account | null;
  readonly isLastAdministrator: boolean;
  readonly onClose: () => void;
  readonly onNewCode: (code: NewCode) => void;
}

/** Name, role and classes of an account; beside the role, what it can and cannot do. */
export function AccountForm({ account, isLastAdministrator, onClose, onNewCode }: AccountFormProps) {
  const user = useUser();
  const draftName = `users.account/${account?.id ?? 'new'}`;
  const [fields, setFields] = useState<Fields>(
    () => fieldsSchema.safeParse(takeDraft(user.id, draftName)).data ?? fieldsOf(account),
  );
  const create = useCommand('users', 'create', { reloads: ['users'] });
  const change = useCommand('users', 'change', { reloads: ['users'] });
  const staff = useCall(
    'users',
    'staff',
    {},
    { enabled: reachOf(fields.role, 'students.find') === 'own-classes' },
  );

  useEffect(
    () =>
      onSessionEnd(() => {
        keepDraft(user.id, draftName, fields);
      }),
    [user.id, draftName, fields],
  );

  const put = (changed: Partial<Fields>): void => {
    setFields((before) => ({ ...before, ...changed }));
  };

  const email = fields.email.trim();
  const needs = useNeeds({
    displayName: fields.displayName.trim() === '' && text('component.needed'),
    email:
      email === '' ? text('component.needed') : !emailPattern.test(email) && text('people.form.email.wrong'),
    username: fields.username.trim() === '' && text('component.needed'),
  });
  const submit = async (): Promise<void> => {
    const { username, ...rest } = fields;
    const teaches = reachOf(fields.role, 'students.find') === 'own-classes';
    const sent: Omit<Input<'users', 'create'>, 'username'> = {
      ...rest,
      email,
      staff: teaches ? fields.staff : null,
    };
    if (account === null) {
      const reply = await create.run({ ...sent, username });
      if (reply.ok) onNewCode({ name: fields.displayName.trim(), username: username.trim(), ...reply.value });
      return;
    }
    const reply = await change.run({ ...sent, id: account.id });
    if (reply.ok) onClose();
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <ErrorAlert error={create.error ?? change.error} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        <Stack gap="md">
          <TextInput
            label={text('people.form.name')}
            required
            data-autofocus
            maxLength={200}
            value={fields.displayName}
            error={needs.of('displayName')}
            onChange={(event) => {
              put({ displayName: event.currentTarget.value });
            }}
          />
          <TextInput
            label={text('people.form.email')}
            description={text('people.form.email.hint')}
            required
            inputMode="email"
            maxLength={254}
            value={fields.email}
            error={needs.of('email')}
            onChange={(event) => {
              put({ email: event.currentTarget.value });
            }}
          />
          <TextInput
            label={text('people.form.jobTitle')}
            maxLength={100}
            value={fields.jobTitle}
            onChange={(event) => {
              put({ jobTitle: event.currentTarget.value });
            }}
          />
          {account === null && (
            <TextInput
              label={text('people.form.username')}
              description={text('people.form.username.hint')}
              required
              maxLength={100}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={fields.username}
              error={needs.of('username')}
              onChange={(event) => {
                put({ username: event.currentTarget.value });
              }}
            />
          )}
          <Select
            label={text('people.form.role')}
            {...(isLastAdministrator ? { description: text('people.form.role.last') } : {})}
            readOnly={isLastAdministrator}
            allowDeselect={false}
            data={accountRoles.map((role) => ({ value: role, label: roleText(role) }))}
            value={fields.role}
            onChange={(chosen) => {
              const role = accountRoles.find((each) => each === chosen);
              if (role !== undefined) put({ role });
            }}
          />
          {reachOf(fields.role, 'students.find') === 'own-classes' && (
            <StaffSelect
              staff={staff.data?.staff}
              value={fields.staff}
              onChange={(id) => {
                put({ staff: id });
              }}
            />
          )}
          <ErrorAlert error={staff.error} onRetry={staff.reload} />
        </Stack>
        <RoleRights role={fields.role} />
      </SimpleGrid>
      <Group justify="space-between" mt="lg">
        <Text size="sm" c="dimmed" maw="26rem">
          {account === null && text('people.form.code')}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={onClose}>
            {text('component.cancel')}
          </Button>
          <Button type="submit" loading={create.isRunning || change.isRunning}>
            {account === null ? text('people.form.create') : text('people.form.save')}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

interface StaffSelectProps {
  /** Undefined while they are being read. */
  readonly staff:
    readonly { readonly id: StaffId; readonly name: string; readonly classes: number }[] | undefined;
  readonly value: StaffId | null;
  readonly onChange: (id: StaffId | null) => void;
}

function StaffSelect({ staff, value, onChange }: StaffSelectProps) {
  if (staff?.length === 0) {
    return <Text c="var(--rollkeep-late-text)">{text('people.form.staff.empty')}</Text>;
  }
  return (
    <div>
      <Select
        label={text('people.form.staff')}
        description={text('people.form.staff.hint')}
        searchable
        clearable
        limit={50}
        nothingFoundMessage={text('people.form.staff.none')}
        disabled={staff === undefined}
        data={(staff ?? []).map(({ id, name, classes: count }) => ({
          value: id,
          label: text('people.form.staff.option', { name, count }),
        }))}
        value={value}
        onChange={(chosen) => {
          onChange(staff?.find(({ id }) => id === chosen)?.id ?? null);
        }}
      />
      {value === null && (
        <Text size="sm" mt={4} c="var(--rollkeep-late-text)">
          {text('people.form.staff.unlinked')}
        </Text>
      )}
    </div>
  );
}

function fieldsOf(account: Account | null): Fields {
  const firstRole: AccountRole = 'attendance-clerk';
  return account === null
    ? { displayName: '', email: '', jobTitle: '', username: '', role: firstRole, staff: null }
    : {
        displayName: account.displayName,
        email: account.email,
        jobTitle: account.jobTitle,
        username: account.username,
        role: accountRoles.find((role) => role === account.role) ?? firstRole,
        staff: account.staff,
      };
}
