import { Alert, Autocomplete, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { Day } from '../../domain/ids.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';

/** What is about to be done to the calendar. */
export interface ClosureTask {
  readonly does: 'close' | 'open';
  readonly from: Day;
  readonly to: Day;
  /** School days in it that would change. */
  readonly days: number;
  /** False where some of the days were closed before: opening all again would not be taking it back. */
  readonly canUndo: boolean;
}

/** What was done, so that it can be said and taken back. */
export interface ClosureDone extends ClosureTask {
  readonly reason: string;
}

interface ClosureDialogProps {
  readonly task: ClosureTask | null;
  /** The days in words. */
  readonly daysText: string;
  readonly onDone: (done: ClosureDone) => void;
  readonly onClose: () => void;
}

/** Asks for the reason of a closure, and shows how many marks it concerns before anything changes. */
export function ClosureDialog({ task, daysText, onDone, onClose }: ClosureDialogProps) {
  return (
    <Modal
      opened={task !== null}
      onClose={onClose}
      title={
        task !== null &&
        (task.does === 'close'
          ? text('calendar.dialog.close', { count: task.days })
          : text('calendar.dialog.open', { count: task.days }))
      }
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      {task !== null && <Form task={task} daysText={daysText} onDone={onDone} onClose={onClose} />}
    </Modal>
  );
}

interface FormProps extends ClosureDialogProps {
  readonly task: ClosureTask;
}

function Form({ task, daysText, onDone, onClose }: FormProps) {
  const [reason, setReason] = useState('');
  const setClosure = useCommand('attendance', 'setClosure', { reloads: ['attendance'] });
  const { does, from, to, days } = task;
  const affected = setClosure.error?.type === 'closure-has-marks' ? setClosure.error.marks : null;

  const needs = useNeeds({ reason: does === 'close' && reason.trim() === '' && text('component.needed') });
  const submit = async (): Promise<void> => {
    const reply = await setClosure.run({
      from,
      to,
      reason: does === 'close' ? reason.trim() : null,
      confirmedMarks: affected,
    });
    if (reply.ok) onDone({ ...task, days: reply.value.days, reason: reason.trim() });
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <Text fw={600}>{daysText}</Text>
        <Text>
          {does === 'close' ? text('calendar.dialog.close.text') : text('calendar.dialog.open.text')}
        </Text>
        {does === 'close' && (
          <Autocomplete
            data-autofocus
            label={text('calendar.dialog.reason')}
            description={text('calendar.dialog.reason.hint')}
            required
            maxLength={100}
            openOnFocus={false}
            data={[
              text('calendar.dialog.reason.training'),
              text('calendar.dialog.reason.holiday'),
              text('calendar.dialog.reason.weather'),
              text('calendar.dialog.reason.election'),
            ]}
            value={reason}
            error={needs.of('reason')}
            onChange={setReason}
          />
        )}
        {affected === null ? (
          <ErrorAlert error={setClosure.error} />
        ) : (
          <Alert
            role="alert"
            variant="outline"
            color="orange"
            icon={<IconAlertTriangle size={18} aria-hidden />}
            title={text('calendar.dialog.affected.title', { count: affected })}
          >
            {text('calendar.dialog.affected.text')}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text('component.cancel')}
          </Button>
          <Button
            type="submit"
            loading={setClosure.isRunning}
            {...(does === 'open' ? { 'data-autofocus': true } : {})}
          >
            {does === 'open'
              ? text('calendar.open', { count: days })
              : affected === null
                ? text('calendar.close', { count: days })
                : text('calendar.dialog.closeAnyway', { count: affected })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
