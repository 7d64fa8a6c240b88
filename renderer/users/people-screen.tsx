import { Button, Checkbox, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCircleDashed, IconLock, IconUserOff } from '@tabler/icons-react';
import { useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import type { Account } from './account.ts';
import { AccountDrawer, type OpenedAccount } from './account-drawer.tsx';
import { ActivationCode, type NewCode } from './activation-code.tsx';
import classes from './people.module.css';
import { roleText } from './role-text.ts';

const stateLooks = {
  active: { text: 'people.accountState.active', icon: IconCheck },
  'awaiting-activation': { text: 'people.accountState.awaiting-activation', icon: IconCircleDashed },
  'activation-expired': { text: 'people.accountState.activation-expired', icon: IconAlertTriangle },
  removed: { text: 'people.accountState.removed', icon: IconUserOff },
} as const satisfies Record<Account['state'], { text: PlainTextKey; icon: unknown }>;

/** Who has an account, and what can they do with it? */
export function PeopleScreen() {
  const list = useCall('users', 'list', {});
  const [opened, setOpened] = useState<OpenedAccount | null>(null);
  const [newCode, setNewCode] = useState<NewCode | null>(null);
  const [showsRemoved, setShowsRemoved] = useState(false);
  const [typed, setTyped] = useState('');
  const unlock = useCommand('users', 'unlock', { reloads: ['users'] });

  const users = list.data?.users ?? [];
  const present = users.filter(({ state }) => state !== 'removed');
  const shown = (showsRemoved ? users : present).filter((account) => matches(account, typed));
  const administrators = present.filter(({ role }) => role === 'school-administrator').length;

  return (
    <Stack gap="md">
      <PageHeader
        title={text('people.title')}
        state={list.data !== undefined && stateOf(present)}
        action={
          <Button
            onClick={() => {
              setOpened({ type: 'new' });
            }}
          >
            {text('people.add')}
          </Button>
        }
      />
      <ErrorAlert error={list.error} onRetry={list.reload} />
      <ErrorAlert error={unlock.error} onClose={unlock.clearError} />
      {list.isPending && <Loading />}
      {present.length > 1 && (
        <TextInput
          type="search"
          label={text('people.search')}
          w="20rem"
          maw="100%"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      )}
      {list.data !== undefined && shown.length === 0 && (
        <EmptyState title={text('people.noMatch.title')} text={text('people.noMatch.text')} />
      )}
      {shown.length > 0 && (
        <DataTable
          label={text('people.table')}
          columns={columnsOf({
            onOpen: (account) => {
              setOpened({ type: 'present', account });
            },
            onUnlock: ({ id }) => void unlock.run({ id }),
          })}
          rows={shown}
          rowKey={({ id }) => id}
          minWidth="56rem"
          maxHeight="calc(100dvh - 18rem)"
        />
      )}
      {present.length === 1 && (
        <EmptyState title={text('people.none.title')} text={text('people.none.text')} />
      )}
      {users.length > present.length && (
        <Checkbox
          label={text('people.showRemoved')}
          checked={showsRemoved}
          onChange={(event) => {
            setShowsRemoved(event.currentTarget.checked);
          }}
        />
      )}
      <AccountDrawer
        opened={opened}
        administrators={administrators}
        onClose={() => {
          setOpened(null);
        }}
        onNewCode={(code) => {
          setOpened(null);
          setNewCode(code);
        }}
      />
      <ActivationCode
        code={newCode}
        onClose={() => {
          setNewCode(null);
        }}
      />
    </Stack>
  );
}

function stateOf(present: readonly Account[]): string {
  const accounts = text('people.state', { count: present.length });
  const count = present.filter(({ state }) => state !== 'active').length;
  return count === 0 ? accounts : text('people.state.waiting', { accounts, count });
}

/** By name, username or role, in any case. */
function matches({ displayName, username, role }: Account, typed: string): boolean {
  const wanted = typed.trim().toLocaleLowerCase();
  return [displayName, username, roleText(role)].some((each) => each.toLocaleLowerCase().includes(wanted));
}

interface ColumnActions {
  readonly onOpen: (account: Account) => void;
  readonly onUnlock: (account: Account) => void;
}

function columnsOf({ onOpen, onUnlock }: ColumnActions): readonly DataColumn<Account>[] {
  return [
    {
      key: 'name',
      title: text('people.column.name'),
      cell: (account) => (
        <UnstyledButton
          className={classes.open ?? ''}
          aria-label={text('people.edit.of', { name: account.displayName })}
          onClick={() => {
            onOpen(account);
          }}
        >
          <bdi>
            {account.isSelf ? text('people.name.self', { name: account.displayName }) : account.displayName}
          </bdi>
        </UnstyledButton>
      ),
    },
    {
      key: 'username',
      title: text('people.column.username'),
      cell: ({ username }) => <bdi>{username}</bdi>,
    },
    { key: 'role', title: text('people.column.role'), cell: ({ role }) => roleText(role) },
    { key: 'scope', title: text('people.column.scope'), cell: (account) => <bdi>{scopeOf(account)}</bdi> },
    {
      key: 'last',
      title: text('people.column.lastSignIn'),
      cell: ({ lastSignInMs }) => <LastSignIn atMs={lastSignInMs} />,
    },
    {
      key: 'state',
      title: text('people.column.state'),
      cell: (account) => (
        <AccountState
          account={account}
          onUnlock={() => {
            onUnlock(account);
          }}
        />
      ),
    },
  ];
}

/** How far the account reaches among the students, in words. */
function scopeOf({ role, staffName, displayName }: Account): string {
  const reach = reachOf(role, 'students.find');
  if (reach === 'school') return text('people.scope.school');
  if (reach !== 'own-classes') return text('people.scope.none');
  if (staffName === null) return text('people.scope.noClasses');
  return staffName === displayName
    ? text('people.scope.ownClasses')
    : text('people.scope.classes', { staff: staffName });
}

function LastSignIn({ atMs }: { readonly atMs: number | null }) {
  const { formatDayTime } = useFormat();
  return atMs === null ? (
    <Text span size="sm" c="dimmed">
      {text('people.neverSignedIn')}
    </Text>
  ) : (
    <bdi>{formatDayTime(atMs)}</bdi>
  );
}

function AccountState({ account, onUnlock }: { readonly account: Account; readonly onUnlock: () => void }) {
  const { formatTime } = useFormat();
  const { state, lockedUntilMs, displayName } = account;
  if (lockedUntilMs !== null && state !== 'removed') {
    return (
      <Group gap="sm" wrap="nowrap">
        <Group gap={6} wrap="nowrap" className={classes.locked ?? ''}>
          <IconLock size={18} aria-hidden />
          {text('people.locked', { time: formatTime(lockedUntilMs) })}
        </Group>
        <Button
          variant="default"
          size="compact-sm"
          aria-label={text('people.unlock.of', { name: displayName })}
          onClick={onUnlock}
        >
          {text('people.unlock')}
        </Button>
      </Group>
    );
  }
  const { text: key, icon: Shape } = stateLooks[state];
  return (
    <Group gap={6} wrap="nowrap" data-state={state} className={classes.state ?? ''}>
      <Shape size={18} aria-hidden />
      {text(key)}
    </Group>
  );
}
