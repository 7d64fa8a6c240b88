import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand, useReload } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { isolate } from '../app/isolate.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { EnrolmentCode } from './enrolment-code.tsx';
import { SixWords } from './six-words.tsx';

export type OpenedCode = Output<'sync', 'openEnrolment'>;
type Progress = Output<'sync', 'enrolment'>;

const everyMs = 2000;
const isOver = ({ step }: Progress): boolean => step === 'none' || step === 'done' || step === 'failed';

interface EnrolmentProps {
  /** The code just made; closed without one. */
  readonly opened: OpenedCode | null;
  readonly onClose: () => void;
  readonly onAgain: () => void;
}

/** Lets one more computer join: the code, the words of both screens, and the signature. */
export function Enrolment({ opened, onClose, onAgain }: EnrolmentProps) {
  const cancel = useCommand('sync', 'cancelEnrolment');
  const [isConfirming, setIsConfirming] = useState(false);
  const [isFinished, setIsFinished] = useState(false);
  const leave = (): void => {
    if (isConfirming) return;
    if (!isFinished) void cancel.run({});
    setIsFinished(false);
    onClose();
  };
  return (
    <Modal
      opened={opened !== null}
      onClose={leave}
      closeOnClickOutside={false}
      size="lg"
      title={text('sync.enrol.title')}
    >
      {opened !== null && (
        <Steps
          key={opened.code}
          opened={opened}
          onConfirming={setIsConfirming}
          onFinished={() => {
            setIsFinished(true);
          }}
          onLeave={leave}
          onAgain={() => {
            setIsFinished(false);
            onAgain();
          }}
        />
      )}
    </Modal>
  );
}

interface StepsProps {
  readonly opened: OpenedCode;
  readonly onConfirming: (isConfirming: boolean) => void;
  readonly onFinished: () => void;
  readonly onLeave: () => void;
  readonly onAgain: () => void;
}

function Steps({ opened, onConfirming, onFinished, onLeave, onAgain }: StepsProps) {
  const reload = useReload();
  const polled = useCall(
    'sync',
    'enrolment',
    {},
    { everyMs: (answer) => (answer !== undefined && isOver(answer) ? false : everyMs) },
  );
  const [known, setKnown] = useState<Progress>({ step: 'waiting', ...opened });
  // A moment in which the store is busy takes nothing from the screen.
  if (polled.data !== undefined && polled.data !== known) setKnown(polled.data);
  const confirm = useCommand('sync', 'confirmEnrolment');

  const finished = isOver(known);
  useEffect(() => {
    if (finished) onFinished();
  }, [finished, onFinished]);

  const run = async (words: string[]): Promise<boolean> => {
    onConfirming(true);
    const reply = await confirm.run({ words });
    onConfirming(false);
    if (reply.ok) {
      reload('sync', 'enrolment');
      reload('sync', 'overview');
    }
    return reply.ok;
  };

  const error = polled.error?.type === 'store-busy' ? undefined : polled.error;
  if (error !== undefined) return <ErrorAlert error={error} onRetry={polled.reload} />;
  switch (known.step) {
    case 'waiting':
      return (
        <Stack>
          <EnrolmentCode code={known.code} expiresAtMs={known.expiresAtMs} />
          <Group gap="sm" role="status">
            <Loader size="xs" aria-hidden />
            <Text>{text('sync.enrol.waiting')}</Text>
          </Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onLeave}>
              {text('component.cancel')}
            </Button>
          </Group>
        </Stack>
      );
    case 'words':
      return (
        <Stack>
          <Text role="status">{text('sync.enrol.words', { label: isolate(known.label) })}</Text>
          <SixWords
            words={known.words}
            action={text('sync.enrol.confirm')}
            running={text('sync.enrol.confirming')}
            isRunning={confirm.isRunning}
            error={<ErrorAlert error={confirm.error} onClose={confirm.clearError} />}
            onConfirm={run}
            onCancel={onLeave}
          />
        </Stack>
      );
    case 'done':
      return (
        <Ending isGood words={text('sync.enrol.done', { label: isolate(known.label) })} onLeave={onLeave} />
      );
    case 'failed':
      return <Ending words={text(`sync.enrol.failed.${known.why}`)} onLeave={onLeave} onAgain={onAgain} />;
    case 'none':
      return <Ending words={text('sync.enrol.gone')} onLeave={onLeave} onAgain={onAgain} />;
  }
}

interface EndingProps {
  readonly words: string;
  readonly isGood?: boolean;
  readonly onLeave: () => void;
  readonly onAgain?: () => void;
}

function Ending({ words, isGood = false, onLeave, onAgain }: EndingProps) {
  return (
    <Stack>
      <Alert
        role={isGood ? 'status' : 'alert'}
        variant="outline"
        color={isGood ? 'teal' : 'red'}
        icon={isGood ? <IconCheck size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />}
      >
        {words}
      </Alert>
      <Group justify="flex-end">
        {onAgain !== undefined && (
          <Button variant="default" onClick={onAgain}>
            {text('sync.enrol.again')}
          </Button>
        )}
        {/* What had the focus has gone with its step. */}
        <Button autoFocus onClick={onLeave}>
          {text('sync.enrol.close')}
        </Button>
      </Group>
    </Stack>
  );
}
