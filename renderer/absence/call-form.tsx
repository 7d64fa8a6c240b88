import '@mantine/dates/styles.css';
import { Button, Checkbox, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { TimeInput } from '@mantine/dates';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { contactChannel, contactOutcome, nextStep } from '../../domain/contract/absence.ts';
import type { StudentId } from '../../domain/ids.ts';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import { DayField } from '../components/day-field.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import classes from './absence.module.css';
import { contactOf, newDraft, outcomeOf, studentsOf, withFirstDay, type CallDraft } from './call-model.ts';
import { PhoneNumbers } from './phone-numbers.tsx';
import { ReasonSelect } from './reason-select.tsx';
import { channelOptions, channelText, outcomeOptions, outcomeText, stepOptions, stepText } from './words.ts';
import { moveFocus } from '../app/move-focus.ts';
import { leaveByEscape } from './leave-form.ts';

type Opened = Output<'absence', 'student'>;

/** What was written, so that it can be taken back. */
export type Written = Output<'absence', 'record'>;

interface CallFormProps {
  readonly student: StudentId;
  readonly codes: readonly RegisterCode[];
  readonly onSaved: (written: Written, hasReason: boolean) => void;
  readonly onCancel: () => void;
}

/** One entry of the absence line about one student. Opening it is one audited read. */
export function CallForm({ student, codes, onSaved, onCancel }: CallFormProps) {
  const opened = useCall('absence', 'student', { student });
  if (opened.error !== undefined) return <ErrorAlert error={opened.error} onRetry={opened.reload} />;
  if (opened.data === undefined) return <Loading />;
  return <Form opened={opened.data} codes={codes} onSaved={onSaved} onCancel={onCancel} />;
}

function Form({
  opened,
  codes,
  onSaved,
  onCancel,
}: Omit<CallFormProps, 'student'> & { readonly opened: Opened }) {
  const today = useToday();
  const { formatDayTime } = useFormat();
  const cancel = useRef<HTMLButtonElement>(null);
  const openStep = opened.contacts.findLast(({ dueAtMs, isSettled }) => dueAtMs !== null && !isSettled);
  const [draft, setDraft] = useState<CallDraft>(() => {
    const oldest = opened.unexplained[0]?.day ?? today;
    return {
      ...newDraft(opened.student, today, openStep === undefined ? 'call-in' : 'call-out'),
      from: oldest,
      guardian: opened.guardians[0]?.id ?? null,
      settles: openStep?.id ?? null,
    };
  });
  const change = (fields: Partial<CallDraft>): void => {
    setDraft((before) => ({ ...before, ...fields }));
  };
  const record = useCommand('absence', 'record', { reloads: ['absence', 'attendance'] });
  const log = useCommand('absence', 'logContact', { reloads: ['absence', 'attendance'] });
  const isSaving = record.isRunning || log.isRunning;
  const reasonField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    moveFocus(reasonField.current);
  }, []);

  const save = async (): Promise<void> => {
    if (isSaving) return;
    const contact = contactOf(draft);
    const students = studentsOf(draft);
    if (draft.reason === null) {
      const reply = await log.run({ students, contact });
      if (reply.ok) onSaved({ contacts: reply.value.contacts, plans: [], marks: [] }, false);
      return;
    }
    const { reason: code, from, to } = draft;
    const reply = await record.run({ students, contact, code, from, to });
    if (reply.ok) onSaved(reply.value, true);
  };

  const isTouched = draft.reason !== null || draft.note !== '' || draft.spokeWith !== '';
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>): void => {
    leaveByEscape(event, { isTouched, cancel, onCancel });
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc leaves the form from any of its fields
    <form
      className={classes.form}
      aria-label={text('absence.call.label', { name: opened.name })}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              <bdi>{opened.name}</bdi>{' '}
              <Text span c="dimmed">
                {opened.homeroom}
              </Text>
            </Title>
            <Facts opened={opened} />
          </div>
          <PhoneNumbers student={opened.student} />
        </Group>
        <ErrorAlert error={record.error ?? log.error} />
        <Group gap="sm" align="flex-end">
          <ReasonSelect
            ref={reasonField}
            label={text('absence.call.reason')}
            placeholder={text('absence.call.reason.hint')}
            codes={codes}
            value={draft.reason}
            onChange={(reason) => {
              change({ reason });
            }}
          />
          <DayField
            label={text('absence.call.from')}
            disabled={draft.reason === null}
            value={draft.from}
            onChange={(from) => {
              setDraft((before) => withFirstDay(before, from));
            }}
          />
          <DayField
            label={text('absence.call.to')}
            disabled={draft.reason === null}
            value={draft.to}
            min={draft.from}
            onChange={(to) => {
              change({ to });
            }}
          />
          {opened.siblings.length > 0 && (
            <Checkbox.Group
              label={text('absence.call.also')}
              value={[...draft.siblings]}
              onChange={(chosen) => {
                change({ siblings: opened.siblings.map(({ id }) => id).filter((id) => chosen.includes(id)) });
              }}
            >
              <Group gap="sm" mih="2.25rem">
                {opened.siblings.map(({ id, name, homeroom }) => (
                  <Checkbox key={id} value={id} label={<bdi>{`${name} ${homeroom}`}</bdi>} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
        </Group>
        <Group gap="sm" align="flex-end">
          <Select
            label={text('absence.call.guardian')}
            w="15rem"
            allowDeselect={false}
            data={[
              ...opened.guardians.map(({ id, name, relation }) => ({
                value: id,
                label: text('absence.call.guardian.option', { name, relation }),
              })),
              { value: 'other', label: text('absence.call.guardian.other') },
            ]}
            value={draft.guardian ?? 'other'}
            onChange={(chosen) => {
              change({ guardian: opened.guardians.find(({ id }) => id === chosen)?.id ?? null });
            }}
          />
          {draft.guardian === null && (
            <TextInput
              label={text('absence.call.spokeWith')}
              w="12rem"
              maxLength={100}
              value={draft.spokeWith}
              onChange={(event) => {
                change({ spokeWith: event.currentTarget.value });
              }}
            />
          )}
          <Select
            label={text('absence.call.channel')}
            w="9rem"
            allowDeselect={false}
            data={channelOptions.map(({ value, label }) => ({ value, label: text(label) }))}
            value={draft.channel}
            onChange={(chosen) => {
              const channel = contactChannel.safeParse(chosen);
              if (channel.success) change({ channel: channel.data });
            }}
          />
          <Select
            label={text('absence.call.outcome')}
            w="10rem"
            allowDeselect={false}
            data={outcomeOptions.map(({ value, label }) => ({ value, label: text(label) }))}
            value={outcomeOf(draft)}
            onChange={(chosen) => {
              const outcome = contactOutcome.safeParse(chosen);
              if (outcome.success) change({ outcome: outcome.data });
            }}
          />
          <TextInput
            label={text('absence.call.note')}
            flex="1 1 14rem"
            maxLength={500}
            value={draft.note}
            onChange={(event) => {
              change({ note: event.currentTarget.value });
            }}
          />
        </Group>
        <Group gap="sm" align="flex-end">
          <Select
            label={text('absence.call.nextStep')}
            w="9rem"
            allowDeselect={false}
            data={stepOptions.map(({ value, label }) => ({ value, label: text(label) }))}
            value={draft.nextStep}
            onChange={(chosen) => {
              const step = nextStep.safeParse(chosen);
              if (step.success) change({ nextStep: step.data });
            }}
          />
          {draft.nextStep !== 'none' && (
            <>
              <DayField
                label={text('absence.call.dueDay')}
                min={today}
                value={draft.dueDay}
                onChange={(dueDay) => {
                  change({ dueDay });
                }}
              />
              <TimeInput
                label={text('absence.call.dueTime')}
                w="7rem"
                value={draft.dueTime}
                onChange={(event) => {
                  change({ dueTime: event.currentTarget.value || draft.dueTime });
                }}
              />
            </>
          )}
          {openStep !== undefined && (
            <Checkbox
              mb={8}
              label={text('absence.call.settles', {
                step: stepText(openStep.nextStep),
                time: formatDayTime(openStep.dueAtMs ?? openStep.atMs),
              })}
              checked={draft.settles !== null}
              onChange={(event) => {
                change({ settles: event.currentTarget.checked ? openStep.id : null });
              }}
            />
          )}
        </Group>
        <Group gap="sm">
          <Button type="submit" loading={isSaving}>
            {draft.reason === null
              ? text('absence.call.saveContact')
              : text('absence.call.saveAbsence', { count: studentsOf(draft).length })}
          </Button>
          <Button ref={cancel} variant="default" onClick={onCancel}>
            {text('absence.call.cancel')}
          </Button>
          <Text size="xs" c="dimmed">
            {text('absence.call.keys')}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

/** What is known already, in one line each: so that nobody asks a family twice. */
function Facts({ opened }: { readonly opened: Opened }) {
  const { formatDay, formatDayTime } = useFormat();
  const [oldest] = opened.unexplained;
  const [last] = opened.contacts;
  return (
    <>
      {oldest !== undefined && (
        <Text size="sm">
          {text('absence.call.unexplained', {
            count: opened.unexplained.length,
            day: formatDay(oldest.day),
          })}
        </Text>
      )}
      {opened.plans.map(({ id, code, from, to }) => (
        <Text size="sm" key={id}>
          {text('absence.call.planned', { code, from: formatDay(from), to: formatDay(to) })}
        </Text>
      ))}
      {last !== undefined && (
        <Text size="sm" c="dimmed">
          {text('absence.call.history', {
            what: `${channelText(last.channel)}, ${outcomeText(last.outcome)}`,
            time: formatDayTime(last.atMs),
          })}
        </Text>
      )}
    </>
  );
}
