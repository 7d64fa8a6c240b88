import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { RecoverySheet } from './recovery-sheet.tsx';
import { StepButtons } from './school-step.tsx';

interface SheetStepProps {
  readonly school: string;
  readonly prepared: Output<'desk', 'prepareSchool'>;
  readonly onCreated: () => void;
  readonly onBack: () => void;
}

/** The recovery sheet; once it is typed back the school is written, all at once. */
export function SheetStep({ school, prepared, onCreated, onBack }: SheetStepProps) {
  const [typed, setTyped] = useState<{ groups: readonly string[]; isRight: boolean }>({
    groups: [],
    isRight: false,
  });
  const create = useCommand('desk', 'createSchool');

  const needs = useNeeds({ sheet: !typed.isRight && text('sheet.needed') });
  const submit = async (): Promise<void> => {
    const reply = await create.run({ recoveryKeyGroups: [...typed.groups] });
    if (reply.ok) onCreated();
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <RecoverySheet
          school={school}
          groups={prepared.recoveryKeyGroups}
          rootFingerprint={prepared.rootFingerprint}
          need={needs.of('sheet')}
          onTyped={(groups, isRight) => {
            setTyped({ groups, isRight });
          }}
        />
        <ErrorAlert error={create.error} onClose={create.clearError} />
        <StepButtons onBack={onBack} next={text('setUp.sheet.create')} isRunning={create.isRunning} />
        <Text size="sm" c="dimmed" role="status">
          {create.isRunning && text('setUp.sheet.creating')}
        </Text>
      </Stack>
    </form>
  );
}
