import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { addDays } from '../../domain/calendar/day.ts';
import type { Day } from '../../domain/ids.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { ruleText } from '../app/rule-texts.ts';
import { moveFocus } from '../app/move-focus.ts';
import { useFormat, type Format } from '../app/format.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { ConfirmNumber } from '../components/confirm-number.tsx';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import classes from './absence.module.css';
import { groupPlans, type PlanGroup } from './call-model.ts';
import { PlanForm } from './plan-form.tsx';

/** A year ahead holds everything that can be planned. */
const daysAhead = 365;

/** Planned absences, current and coming, one row for each group that goes together. */
export function PlannedTab({ codes }: { readonly codes: readonly RegisterCode[] }) {
  const today = useToday();
  const { formatDay } = useFormat();
  const list = useCall('absence', 'plans', { from: today, to: addDays(today, daysAhead) });
  /** The form's absence: a new one, or one that is changed. */
  const [formOf, setFormOf] = useState<PlanGroup | 'new' | null>(null);
  const [said, setSaid] = useState('');
  const groups = groupPlans(list.data?.plans ?? []);
  const opener = useRef<HTMLButtonElement>(null);
  const [closed, setClosed] = useState(0);
  const close = (): void => {
    setFormOf(null);
    setClosed((before) => before + 1);
  };
  useEffect(() => {
    if (closed > 0) moveFocus(opener.current);
  }, [closed]);
  return (
    <Stack gap="sm">
      {formOf !== null && (
        <PlanForm
          key={formOf === 'new' ? formOf : formOf.key}
          codes={codes}
          {...(formOf === 'new' ? {} : { changed: formOf })}
          onSaved={(count) => {
            setSaid(
              formOf === 'new'
                ? text('absence.form.saved', { count })
                : text('absence.form.changed', { count }),
            );
            close();
          }}
          onCancel={close}
        />
      )}
      <Group gap="md">
        {formOf === null && (
          <Button
            ref={opener}
            onClick={() => {
              setSaid('');
              setFormOf('new');
            }}
          >
            {text('absence.plan.new')}
          </Button>
        )}
        <Text size="sm" role="status">
          {said}
        </Text>
      </Group>
      <ErrorAlert error={list.error} onRetry={list.reload} />
      {list.isPending && <Loading />}
      {list.data !== undefined && groups.length === 0 && (
        <EmptyState title={text('absence.plan.none.title')} text={text('absence.plan.none.text')} />
      )}
      {groups.length > 0 && (
        <DataTable
          label={text('absence.plan.list')}
          columns={planColumns(today, formatDay, setFormOf, (what) => {
            setSaid(what);
            // What the form was about may have gone.
            close();
          })}
          rows={groups}
          rowKey={({ key }) => key}
          minWidth="60rem"
        />
      )}
    </Stack>
  );
}

/** Who goes first, then when, why, and what can be done about it. */
function planColumns(
  today: Day,
  formatDay: Format['formatDay'],
  onChange: (group: PlanGroup) => void,
  onSaid: (said: string) => void,
): readonly DataColumn<PlanGroup>[] {
  return [
    { key: 'who', title: text('absence.plan.column.who'), cell: (group) => <Who group={group} /> },
    {
      key: 'days',
      title: text('absence.plan.column.days'),
      width: '12rem',
      cell: ({ first: { from, to, schoolDays, sessions } }) => (
        <>
          <div>
            {from === to
              ? formatDay(from)
              : text('absence.plan.days', { from: formatDay(from), to: formatDay(to) })}
            {from <= today && ` (${text('absence.plan.current')})`}
          </div>
          <Text size="xs" c="dimmed">
            {text('absence.plan.schoolDays', { count: schoolDays })}
            {sessions.length > 0 &&
              `, ${text('absence.plan.sessions', { sessions: sessions.map(sessionTitle).join(', ') })}`}
          </Text>
        </>
      ),
    },
    {
      key: 'code',
      title: text('absence.plan.column.code'),
      cell: ({ first: { code, meaning, category } }) => (
        <Group gap={6} wrap="nowrap">
          <StatusMark category={category} code={code} meaning={ruleText(meaning)} />
          <span aria-hidden>{ruleText(meaning)}</span>
        </Group>
      ),
    },
    {
      key: 'note',
      title: text('absence.plan.column.note'),
      cell: ({ first: { note, by } }) => (
        <>
          <bdi>{note}</bdi>
          <Text size="xs" c="dimmed">
            {text('absence.plan.by')} <bdi>{by}</bdi>
          </Text>
        </>
      ),
    },
    {
      key: 'actions',
      title: text('absence.plan.column.actions'),
      width: '17rem',
      cell: (group) => <Actions group={group} onChange={onChange} onSaid={onSaid} />,
    },
  ];
}

/** One student with the class, or the occasion with its students folded away. */
function Who({ group: { title, plans, first } }: { readonly group: PlanGroup }) {
  const [isShown, setIsShown] = useState(false);
  const overlaid = plans.some(({ isOverlaid }) => isOverlaid) && (
    <Text size="xs">{text('absence.plan.overlaid')}</Text>
  );
  if (first.occasionId === null) {
    return (
      <>
        <bdi>{title}</bdi>{' '}
        <Text span size="sm" c="dimmed">
          <bdi>{first.homeroom}</bdi>
        </Text>
        {overlaid}
      </>
    );
  }
  return (
    <>
      <bdi>{title}</bdi>
      <div>
        <Button
          variant="subtle"
          size="compact-xs"
          px={0}
          aria-expanded={isShown}
          onClick={() => {
            setIsShown(!isShown);
          }}
        >
          {text('absence.plan.students', { count: plans.length })}:{' '}
          {isShown ? text('absence.plan.hide') : text('absence.plan.show')}
        </Button>
      </div>
      {overlaid}
      {isShown && (
        <ul className={classes.members}>
          {plans.map(({ id, name, homeroom }) => (
            <li key={id}>
              <bdi>{name}</bdi> <bdi>{homeroom}</bdi>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ActionsProps {
  readonly group: PlanGroup;
  readonly onChange: (group: PlanGroup) => void;
  readonly onSaid: (said: string) => void;
}

/** All of a group is changed or withdrawn at once; one that has begun can be ended, and not withdrawn. */
function Actions({ group, onChange, onSaid }: ActionsProps) {
  const { plans, first, title } = group;
  const withdraw = useCommand('absence', 'withdrawPlan', { reloads: ['absence', 'attendance'] });
  const count = plans.length;

  const [isAsking, setIsAsking] = useState(false);
  const action = text('absence.plan.withdraw', { count });

  const onWithdraw = async (): Promise<void> => {
    setIsAsking(false);
    const reply = await withdraw.run({ plans: plans.map(({ id }) => id) });
    if (reply.ok) onSaid(text('absence.plan.withdrawn', { count }));
  };
  return (
    <>
      <ErrorAlert error={withdraw.error} />
      <ConfirmNumber
        opened={isAsking}
        title={`${action}: ${title}`}
        number={count}
        action={action}
        onConfirm={() => void onWithdraw()}
        onClose={() => {
          setIsAsking(false);
        }}
      >
        {text('absence.plan.withdraw.ask', { count })}
      </ConfirmNumber>
      <Group gap={6} wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`${text('absence.plan.change')}: ${title}`}
          onClick={() => {
            onChange(group);
          }}
        >
          {text('absence.plan.change')}
        </Button>
        {!first.hasBegun && (
          <Button
            size="compact-sm"
            variant="default"
            loading={withdraw.isRunning}
            aria-label={`${action}: ${title}`}
            onClick={() => {
              setIsAsking(true);
            }}
          >
            {action}
          </Button>
        )}
      </Group>
    </>
  );
}
