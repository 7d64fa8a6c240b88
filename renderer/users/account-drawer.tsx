import { Alert, Drawer, Stack, Text } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import type { NewCode } from './activation-code.tsx';
import { AccountForm } from './account-form.tsx';
import { EndAccount } from './end-account.tsx';
import { isolate } from '../app/isolate.ts';
import type { Account } from './account.ts';

export type OpenedAccount =
  { readonly type: 'new' } | { readonly type: 'present'; readonly account: Account };

interface AccountDrawerProps {
  readonly opened: OpenedAccount | null;
  /** How many accounts are administrators now. */
  readonly administrators: number;
  readonly onClose: () => void;
  readonly onNewCode: (code: NewCode) => void;
}

/** One account: its fields with what its role means, and below them reset and removal with their consequences. */
export function AccountDrawer({ opened, administrators, onClose, onNewCode }: AccountDrawerProps) {
  const account = opened?.type === 'present' ? opened.account : null;
  const isLastAdministrator = account?.role === 'school-administrator' && administrators === 1;
  return (
    <Drawer
      opened={opened !== null}
      onClose={onClose}
      position="right"
      size="56rem"
      title={
        account === null
          ? text('people.form.add')
          : text('people.form.change', { name: isolate(account.displayName) })
      }
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      {opened !== null &&
        (account?.state === 'removed' ? (
          <Alert>{text('people.removed.text')}</Alert>
        ) : (
          <Stack gap="xl">
            <AccountForm
              key={account?.id ?? 'new'}
              account={account}
              isLastAdministrator={isLastAdministrator}
              onClose={onClose}
              onNewCode={onNewCode}
            />
            {account?.isSelf === true && (
              <section>
                <Text fw={600}>{text('people.own.title')}</Text>
                <Text>{text('people.own.text')}</Text>
                {isLastAdministrator && <Text mt="sm">{text('people.remove.last')}</Text>}
              </section>
            )}
            {account !== null && !account.isSelf && (
              <EndAccount
                account={account}
                isLastAdministrator={isLastAdministrator}
                onNewCode={onNewCode}
                onRemoved={onClose}
              />
            )}
          </Stack>
        ))}
    </Drawer>
  );
}
