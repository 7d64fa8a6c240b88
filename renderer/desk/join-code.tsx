import { Stack, Text } from '@mantine/core';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { CodeField, DeskLabelField } from '../sync/connect-form.tsx';
import { KeychainNote, useKeychainBlocks } from './keychain-note.tsx';
import { StepButtons } from './school-step.tsx';
import type { StepProps } from './set-up.tsx';

interface JoinCodeProps extends Pick<StepProps, 'form' | 'onChange' | 'onBack'> {
  readonly code: string;
  readonly onCode: (code: string) => void;
  readonly deskLabel: string;
  readonly onDeskLabel: (label: string) => void;
  readonly onBegun: () => void;
}

/** The code that another computer of the school shows, and what this one is called. */
export function JoinCode(props: JoinCodeProps) {
  const { form, onChange, code, onCode, deskLabel, onDeskLabel, onBack, onBegun } = props;
  const { acceptFileKeychain } = form;
  const join = useCommand('sync', 'join');
  const isMissing = join.error?.type === 'keychain-unavailable';
  const blocks = useKeychainBlocks(isMissing, acceptFileKeychain);

  const needs = useNeeds({
    code: code.trim() === '' && text('component.needed'),
    deskLabel: deskLabel.trim() === '' && text('component.needed'),
    keychain: blocks && text('setUp.keychain.needed'),
  });
  const submit = async (): Promise<void> => {
    const reply = await join.run({ code: code.trim(), deskLabel: deskLabel.trim(), acceptFileKeychain });
    if (reply.ok) onBegun();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <CodeField
          label={text('setUp.join.code')}
          description={text('setUp.join.code.text')}
          value={code}
          onChange={onCode}
          need={needs.of('code')}
          isFirst
        />
        <DeskLabelField value={deskLabel} onChange={onDeskLabel} need={needs.of('deskLabel')} />
        <KeychainNote
          isMissing={isMissing}
          isAccepted={acceptFileKeychain}
          need={needs.of('keychain')}
          onAccept={(accepted) => {
            onChange({ acceptFileKeychain: accepted });
          }}
        />
        <ErrorAlert error={isMissing ? undefined : join.error} onClose={join.clearError} />
        <Text size="sm" c="dimmed" role="status">
          {join.isRunning && text('setUp.join.beginning')}
        </Text>
        <StepButtons onBack={onBack} next={text('setUp.join.action')} isRunning={join.isRunning} />
      </Stack>
    </form>
  );
}
