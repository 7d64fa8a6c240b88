import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { mostMarksCorrected } from '../../domain/attendance/register.ts';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { useCommand } from '../app/calls.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds, type Needs } from '../components/use-needs.ts';
import type { CorrectionMark } from './week-model.ts';

export type Corrected = Output<'attendance', 'correct'>;

interface CorrectionFormProps {
  /** What is sent: each mark with the code that was seen there. */
  readonly marks: readonly CorrectionMark[];
  /** How many of them would change. */
  readonly count: number;
  readonly onlyWithMarks: boolean;
  /** What has to be chosen first. */
  readonly needs?: Needs<string>;
  readonly onCancel: () => void;
  readonly onCorrected: (corrected: Corrected) => void;
  /** What would change, shown first; gets what to say at each field of `needs`. */
  readonly children: (needOf: (field: string) => string | null) => ReactNode;
}

/** How every correction ends, of a week or of a day: the reason, required; Enter corrects all of it or nothing. */
export function CorrectionForm(props: CorrectionFormProps) {
  const { marks, count, onlyWithMarks, needs: own = {}, onCancel, onCorrected, children } = props;
  const [reason, setReason] = useState('');
  const correct = useCommand('attendance', 'correct');
  const isTooMany = marks.length > mostMarksCorrected;
  const isChosen = Object.values(own).every((need) => !need);
  const needs = useNeeds<string>({
    ...own,
    marks: isChosen && count === 0 && text('correct.none'),
    reason: reason.trim() === '' && text('component.needed'),
  });

  const apply = async () => {
    if (correct.isRunning || isTooMany) return;
    const reply = await correct.run({ marks: [...marks], reason: reason.trim(), onlyWithMarks });
    if (reply.ok) onCorrected(reply.value);
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, apply);
      }}
    >
      <Stack gap="sm">
        {correct.error !== undefined && <ErrorAlert error={correct.error} onClose={correct.clearError} />}
        {children(needs.of)}
        {needs.of('marks') !== null && (
          <Text role="alert" c="var(--mantine-color-error)">
            {needs.of('marks')}
          </Text>
        )}
        {isTooMany && <Text c="var(--mantine-color-error)">{text('correct.tooMany')}</Text>}
        <TextInput
          label={text('correct.reason')}
          description={text('correct.reason.why')}
          value={reason}
          maxLength={500}
          error={needs.of('reason')}
          required
          dir="auto"
          data-autofocus
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {text('correct.cancel')}
          </Button>
          <Button type="submit" loading={correct.isRunning}>
            {text('correct.apply', { count })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What a correction came to, in words: how many, and by name those that somebody had changed meanwhile. */
export function correctionOutcome(
  { changed, changedMeanwhile }: Corrected,
  nameOf: (left: Corrected['changedMeanwhile'][number]) => string,
): string {
  const said = text('week.say.corrected', { count: changed });
  if (changedMeanwhile.length === 0) return said;
  const names = changedMeanwhile
    .map((left) => text('correct.left.one', { name: nameOf(left), code: left.code ?? text('correct.blank') }))
    .join(text('correct.left.separator'));
  return `${said} ${text('correct.left', { count: changedMeanwhile.length, names })}`;
}
