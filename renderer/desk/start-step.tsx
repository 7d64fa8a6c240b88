import { Button, Group, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { findProcedure } from '../../domain/contract/contract.ts';
import type { Output } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import { useNeeds } from '../components/use-needs.ts';
import { KeychainNote, useKeychainBlocks } from './keychain-note.tsx';
import type { StepProps } from './set-up.tsx';
import classes from './start-step.module.css';

interface StartStepProps extends Pick<StepProps, 'form' | 'onChange'> {
  readonly onNew: () => void;
  readonly onJoin: () => void;
  readonly onRestore: () => void;
  readonly onSample: (sample: Output<'desk', 'createSample'>) => void;
}

/** How to begin: an own school, the sample, or a school that other computers have. */
export function StartStep({ form, onChange, onNew, onJoin, onRestore, onSample }: StartStepProps) {
  const { schools, state } = useDesk().status;
  const canJoin = findProcedure('sync', 'join')?.states.includes(state) === true;
  const [choice, setChoice] = useState('new');
  const create = useCommand('desk', 'createSample');
  const isMissing = create.error?.type === 'keychain-unavailable';
  const blocks = useKeychainBlocks(isMissing, form.acceptFileKeychain);
  const isSample = choice === 'sample';

  const needs = useNeeds({ keychain: isSample && blocks && text('setUp.keychain.needed') });
  const submit = async (): Promise<void> => {
    if (!isSample) {
      (choice === 'join' ? onJoin : choice === 'restore' ? onRestore : onNew)();
      return;
    }
    const { country, acceptFileKeychain } = form;
    const reply = await create.run({ country, acceptFileKeychain });
    if (reply.ok) onSample(reply.value);
  };

  if (create.isRunning) return <ProgressPanel task="sample" title={text('setUp.sample.making')} />;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <Radio.Group value={choice} onChange={setChoice} aria-label={text('setUp.start.choices')}>
          <Stack gap="sm">
            <Choice value="new" title={text('setUp.start.new')} isFirst>
              {text('setUp.start.new.text')}
            </Choice>
            <Choice
              value="sample"
              title={text('setUp.start.sample')}
              isDisabled={schools.some((school) => school.isSample)}
            >
              {schools.some((school) => school.isSample)
                ? text('setUp.start.sample.there')
                : text('setUp.start.sample.text')}
            </Choice>
            <Choice value="join" title={text('setUp.start.join')} isDisabled={!canJoin}>
              {canJoin ? text('setUp.start.join.text') : text('setUp.start.join.notHere')}
            </Choice>
            <Choice value="restore" title={text('setUp.start.restore')}>
              {text('setUp.start.restore.text')}
            </Choice>
          </Stack>
        </Radio.Group>
        {isSample && (
          <>
            <div>
              <Text size="sm" fw={600} mb={4}>
                {text('setUp.start.samplePack')}
              </Text>
              <SegmentedControl
                aria-label={text('setUp.start.samplePack')}
                value={form.country}
                onChange={(country) => {
                  onChange({ country });
                }}
                data={[
                  { value: 'us', label: text('setUp.country.us') },
                  { value: 'england', label: text('setUp.country.england') },
                ]}
              />
            </div>
            <KeychainNote
              isMissing={isMissing}
              isAccepted={form.acceptFileKeychain}
              need={needs.of('keychain')}
              onAccept={(acceptFileKeychain) => {
                onChange({ acceptFileKeychain });
              }}
            />
            <ErrorAlert error={isMissing ? undefined : create.error} onClose={create.clearError} />
          </>
        )}
        <Group justify="flex-end">
          <Button type="submit">{isSample ? text('setUp.start.sample.submit') : text('desk.next')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly title: string;
  readonly isDisabled?: boolean;
  readonly isFirst?: boolean;
  readonly children: ReactNode;
}

function Choice({ value, title, isDisabled = false, isFirst = false, children }: ChoiceProps) {
  return (
    <Radio
      value={value}
      label={title}
      description={children}
      disabled={isDisabled}
      autoFocus={isFirst}
      classNames={{ root: classes.choice ?? '', label: classes.label ?? '' }}
    />
  );
}
