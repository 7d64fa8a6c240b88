import { Alert, Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { isolate } from '../app/isolate.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { SixWords } from '../sync/six-words.tsx';
import { JoinCode } from './join-code.tsx';
import type { StepProps } from './set-up.tsx';

type Joining = Output<'sync', 'joining'>;

const everyMs = 2000;
const isOver = ({ step }: Joining): boolean => step === 'none' || step === 'done' || step === 'failed';

interface JoinStepProps extends Pick<StepProps, 'form' | 'onChange' | 'onBack'> {
  readonly onJoined: (schoolName: string) => void;
}

/** Joining a school that other computers have: the code, the words of both screens, and taking over the records. */
export function JoinStep({ form, onChange, onBack, onJoined }: JoinStepProps) {
  const [code, setCode] = useState('');
  const [deskLabel, setDeskLabel] = useState('');
  const [hasBegun, setHasBegun] = useState(false);
  if (hasBegun) {
    return (
      <Joins
        onJoined={onJoined}
        onAgain={() => {
          setHasBegun(false);
        }}
      />
    );
  }
  return (
    <JoinCode
      form={form}
      onChange={onChange}
      code={code}
      onCode={setCode}
      deskLabel={deskLabel}
      onDeskLabel={setDeskLabel}
      onBack={onBack}
      onBegun={() => {
        setCode('');
        setHasBegun(true);
      }}
    />
  );
}

interface JoinsProps {
  readonly onJoined: (schoolName: string) => void;
  /** Back to the code; nothing has been kept. */
  readonly onAgain: () => void;
}

function Joins({ onJoined, onAgain }: JoinsProps) {
  const polled = useCall(
    'sync',
    'joining',
    {},
    { everyMs: (answer) => (answer !== undefined && isOver(answer) ? false : everyMs) },
  );
  const [known, setKnown] = useState<Joining>({ step: 'waiting' });
  // A moment in which the store is busy takes nothing from the screen.
  if (polled.data !== undefined && polled.data !== known) setKnown(polled.data);
  const confirm = useCommand('sync', 'confirmJoin');
  const cancel = useCommand('sync', 'cancelJoin');

  const joined = known.step === 'done' ? known.schoolName : null;
  useEffect(() => {
    if (joined !== null) onJoined(joined);
  }, [joined, onJoined]);

  const leave = async (): Promise<void> => {
    await cancel.run({});
    onAgain();
  };
  const run = async (words: string[]): Promise<boolean> => {
    const reply = await confirm.run({ words });
    if (reply.ok) polled.reload();
    return reply.ok;
  };

  const error = polled.error?.type === 'store-busy' ? undefined : polled.error;
  if (error !== undefined) {
    return <ErrorAlert error={error} onRetry={polled.reload} actions={<Cancel onClick={leave} />} />;
  }
  switch (known.step) {
    case 'waiting':
      return <Waits words={text('setUp.join.waiting')} onCancel={leave} />;
    case 'words':
      return (
        <Stack>
          <Text role="status">{text('setUp.join.words', { school: isolate(known.schoolName) })}</Text>
          <SixWords
            words={known.words}
            action={text('setUp.join.confirm')}
            running={text('setUp.join.checking')}
            isRunning={confirm.isRunning}
            error={<ErrorAlert error={confirm.error} onClose={confirm.clearError} />}
            onConfirm={run}
            onCancel={() => void leave()}
          />
        </Stack>
      );
    case 'confirming':
      return (
        <Waits
          words={text('setUp.join.confirming', { school: isolate(known.schoolName) })}
          onCancel={leave}
        />
      );
    case 'receiving':
      return <Receives {...known} onCancel={leave} />;
    case 'failed':
      return <Fails words={text(`setUp.join.failed.${known.why}`)} onAgain={onAgain} />;
    case 'none':
      return <Fails words={text('setUp.join.failed.expired')} onAgain={onAgain} />;
    case 'done':
      return null;
  }
}

function Cancel({ onClick }: { readonly onClick: () => Promise<void> }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // What had the focus has gone with its step.
    if (document.activeElement === document.body) button.current?.focus();
  }, []);
  return (
    <Button ref={button} variant="default" onClick={() => void onClick()}>
      {text('component.cancel')}
    </Button>
  );
}

function Waits({ words, onCancel }: { readonly words: string; readonly onCancel: () => Promise<void> }) {
  return (
    <Stack>
      <Group gap="sm" wrap="nowrap" role="status">
        <Loader size="xs" flex="none" aria-hidden />
        <Text>{words}</Text>
      </Group>
      <Group justify="flex-end">
        <Cancel onClick={onCancel} />
      </Group>
    </Stack>
  );
}

interface ReceivesProps extends Extract<Joining, { step: 'receiving' }> {
  readonly onCancel: () => Promise<void>;
}

function Receives({ schoolName, done, total, onCancel }: ReceivesProps) {
  const title = text('setUp.join.receiving', { school: isolate(schoolName) });
  const percent = total === null || total === 0 ? null : Math.min(100, (100 * done) / total);
  return (
    <Stack>
      <Group justify="space-between">
        <Text fw={600} role="status">
          {title}
        </Text>
        <Text className="rollkeep-numbers">
          {total === null
            ? text('component.progress.open', { done })
            : text('component.progress', { done, total })}
        </Text>
      </Group>
      <Progress.Root>
        <Progress.Section value={percent ?? 100} animated={percent === null} aria-label={title} />
      </Progress.Root>
      <Group justify="flex-end">
        <Cancel onClick={onCancel} />
      </Group>
    </Stack>
  );
}

function Fails({ words, onAgain }: { readonly words: string; readonly onAgain: () => void }) {
  return (
    <Stack>
      <Alert
        role="alert"
        variant="outline"
        color="red"
        c="var(--mantine-color-error)"
        icon={<IconAlertTriangle size={18} aria-hidden />}
        title={text('setUp.join.failed.title')}
      >
        {words} {text('setUp.join.failed.kept')}
      </Alert>
      <Group justify="flex-end">
        <Button autoFocus onClick={onAgain}>
          {text('component.tryAgain')}
        </Button>
      </Group>
    </Stack>
  );
}
