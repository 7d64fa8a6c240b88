import { Button, Checkbox, Group, Pill, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { addDays } from '../../domain/calendar/day.ts';
import type { Day } from '../../domain/ids.ts';
import type { Input } from '../app/api.ts';
import { call, useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { moveFocus } from '../app/move-focus.ts';
import type { ContractError } from '../app/error-text.ts';
import { gradeTitle } from '../app/grade.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { DayField } from '../components/day-field.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { useNeeds } from '../components/use-needs.ts';
import classes from './absence.module.css';
import { planChange, type PlanGroup } from './call-model.ts';
import { ReasonSelect } from './reason-select.tsx';
import { StudentSearch, type FoundStudent } from './student-search.tsx';
import { leaveByEscape } from './leave-form.ts';

/** A year of one school and more: what one listing gives at once. */
const mostListed = 500;

interface PlanFormProps {
  readonly codes: readonly RegisterCode[];
  /** What is changed; without it a new absence is planned. */
  readonly changed?: PlanGroup;
  readonly onSaved: (count: number) => void;
  readonly onCancel: () => void;
}

/**
 * Plans one absence for one student or a group, or changes one: days, reason, texts, and who goes. The button names how many before
 * anything is saved.
 */
export function PlanForm({ codes, changed, onSaved, onCancel }: PlanFormProps) {
  const today = useToday();
  const old = changed?.first;
  const held = useCall('attendance', 'calendar', {}).data?.registerSessions ?? [];
  const filters = useCall('students', 'filters', {});
  const [students, setStudents] = useState<readonly FoundStudent[]>(
    changed === undefined ? [] : goingIn(changed),
  );
  const [code, setCode] = useState<string | null>(old?.code ?? null);
  const [from, setFrom] = useState<Day>(old?.from ?? today);
  const [to, setTo] = useState<Day>(old?.to ?? today);
  const [sessions, setSessions] = useState<readonly string[]>(old?.sessions ?? []);
  const [occasion, setOccasion] = useState(old?.occasion ?? '');
  const [note, setNote] = useState(old?.note ?? '');
  const [listError, setListError] = useState<ContractError | undefined>(undefined);
  const plan = useCommand('absence', 'plan', { reloads: ['absence', 'attendance'] });
  const change = useCommand('absence', 'changePlan', { reloads: ['absence', 'attendance'] });
  const isSaving = plan.isRunning || change.isRunning;
  // A day that has passed is history: its absence keeps its first day, its reason and its students.
  const hasBegun = old?.hasBegun === true;
  const isOfOne = old !== undefined && old.occasionId === null;
  const form = useRef<HTMLFormElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    moveFocus(form.current?.querySelector<HTMLElement>('input:not(:disabled)'));
  }, []);
  const needs = useNeeds({
    students: students.length === 0 && text('absence.form.chosen.needed'),
    code: code === null && text('component.needed.choice'),
  });
  const isTouched =
    occasion !== (old?.occasion ?? '') ||
    note !== (old?.note ?? '') ||
    code !== (old?.code ?? null) ||
    students.length !== (changed?.plans.length ?? 0);

  const add = (more: readonly FoundStudent[]): void => {
    setStudents((before) => [...new Map([...before, ...more].map((each) => [each.id, each])).values()]);
  };
  const addGroup = async (group: Pick<Input<'students', 'list'>, 'grade' | 'homeroom'>): Promise<void> => {
    const reply = await call('students', 'list', { ...group, page: { offset: 0, limit: mostListed } });
    setListError(reply.ok ? undefined : reply.error);
    if (reply.ok) add(reply.value.students);
  };
  const save = async (): Promise<void> => {
    if (code === null || isSaving) return;
    const ids = students.map(({ id }) => id);
    const entered = { from, to, sessions: [...sessions], code, occasion, note };
    const saved =
      changed === undefined
        ? await plan.run({ students: ids, ...entered })
        : await change.run(planChange(changed, ids, entered));
    if (saved.ok) onSaved(ids.length);
  };
  const homerooms = filters.data?.homerooms ?? [];
  const heading =
    changed === undefined
      ? text('absence.form.title')
      : text('absence.form.title.change', { title: changed.title });
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Esc leaves the form from any of its fields
    <form
      ref={form}
      className={classes.form}
      aria-label={heading}
      noValidate
      onSubmit={(event) => {
        needs.submit(event, save);
      }}
      onKeyDown={(event) => {
        leaveByEscape(event, { isTouched, cancel, onCancel });
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h4">
          {heading}
        </Title>
        <ErrorAlert error={filters.error} onRetry={filters.reload} />
        <ErrorAlert error={listError} />
        <ErrorAlert error={plan.error ?? change.error} />
        {hasBegun && <Text size="sm">{text('absence.form.begun')}</Text>}
        {!isOfOne && !hasBegun && (
          <Group gap="sm" align="flex-start">
            <StudentSearch
              label={text('absence.form.student')}
              error={needs.of('students')}
              onChoose={(student) => {
                add([student]);
              }}
            />
            <Select
              label={text('absence.form.homeroom')}
              w="11rem"
              searchable
              data={homerooms.map(({ id, title }) => ({ value: id, label: title }))}
              value={null}
              onChange={(chosen) => {
                const homeroom = homerooms.find(({ id }) => id === chosen);
                if (homeroom !== undefined) void addGroup({ homeroom: homeroom.id });
              }}
            />
            <Select
              label={text('absence.form.grade')}
              w="9rem"
              data={(filters.data?.grades ?? []).map((grade) => ({ value: grade, label: gradeTitle(grade) }))}
              value={null}
              onChange={(grade) => {
                if (grade !== null) void addGroup({ grade });
              }}
            />
          </Group>
        )}
        <div>
          <Group gap="sm" mb={4}>
            <Text size="sm" role="status">
              {students.length === 0
                ? text('absence.form.chosen.none')
                : text('absence.form.chosen', { count: students.length })}
            </Text>
            {changed === undefined && students.length > 1 && (
              <Button
                variant="subtle"
                size="compact-xs"
                onClick={() => {
                  setStudents([]);
                }}
              >
                {text('absence.form.clear')}
              </Button>
            )}
          </Group>
          <Pill.Group className={classes.chosen ?? ''}>
            {students.map(({ id, name, homeroom }) => (
              <Pill
                key={id}
                size="md"
                withRemoveButton={!isOfOne && !hasBegun}
                removeButtonProps={{
                  'aria-label': text('absence.form.remove', { name }),
                  'aria-hidden': false,
                  tabIndex: 0,
                }}
                onRemove={() => {
                  setStudents((before) => before.filter((each) => each.id !== id));
                }}
              >
                <bdi>{`${name} ${homeroom}`}</bdi>
              </Pill>
            ))}
          </Pill.Group>
        </div>
        <Group gap="sm" align="flex-start">
          <ReasonSelect
            label={text('absence.form.code')}
            error={needs.of('code')}
            codes={codes}
            value={code}
            onChange={setCode}
            isDisabled={hasBegun}
          />
          <DayField
            label={text('absence.form.from')}
            min={hasBegun ? from : today}
            disabled={hasBegun}
            value={from}
            onChange={(next) => {
              setFrom(next);
              if (to < next) setTo(next);
            }}
          />
          <DayField
            label={text('absence.form.to')}
            min={hasBegun ? addDays(today, -1) : from}
            value={to}
            onChange={setTo}
          />
          {held.length > 1 && !hasBegun && (
            <Checkbox.Group
              label={text('absence.form.sessions')}
              value={[...sessions]}
              onChange={(chosen) => {
                setSessions(chosen);
              }}
            >
              <Group gap="sm" mih="2.25rem">
                {held.map((session) => (
                  <Checkbox key={session} value={session} label={sessionTitle(session)} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
        </Group>
        <Group gap="sm" align="flex-end">
          <TextInput
            label={text('absence.form.occasion')}
            placeholder={text('absence.form.occasion.hint')}
            flex="1 1 18rem"
            maxLength={100}
            value={occasion}
            onChange={(event) => {
              setOccasion(event.currentTarget.value);
            }}
          />
          <TextInput
            label={text('absence.form.note')}
            flex="1 1 14rem"
            maxLength={500}
            value={note}
            onChange={(event) => {
              setNote(event.currentTarget.value);
            }}
          />
        </Group>
        <Group gap="sm">
          <Button type="submit" loading={isSaving}>
            {changed === undefined
              ? text('absence.form.save', { count: students.length })
              : text('absence.form.save.change', { count: students.length })}
          </Button>
          <Button ref={cancel} variant="default" onClick={onCancel}>
            {text('absence.call.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function goingIn({ plans }: PlanGroup): readonly FoundStudent[] {
  return plans.map(({ student, name, homeroom }) => ({ id: student, name, homeroom }));
}
