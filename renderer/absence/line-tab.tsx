import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk, useToday } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import { useArrowRows } from '../attendance/use-arrow-rows.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import classes from './absence.module.css';
import { CallForm, type Written } from './call-form.tsx';
import type { ContactShown } from './call-model.ts';
import { EntryStatus } from './entry-status.tsx';
import { StudentSearch } from './student-search.tsx';
import { useTakeBack } from './use-take-back.ts';
import { channelText, outcomeText, stepText } from './words.ts';
import rows from '../attendance/today-screen.module.css';
import { moveFocus } from '../app/move-focus.ts';

interface LineTabProps {
  readonly codes: readonly RegisterCode[];
  /** Whom to begin with, where another screen led here. */
  readonly student: StudentId | null;
}

/** The absence line: an entry at the top, what is due, and the day's log. */
export function LineTab({ codes, student }: LineTabProps) {
  const [chosen, setChosen] = useState<StudentId | null>(student);
  const search = useRef<HTMLInputElement>(null);
  const entries = useTakeBack();
  const { formatTime } = useFormat();
  // The next call may come at once: the field is ready as soon as the list is there.
  useEffect(() => {
    moveFocus(search.current);
  }, []);

  const toSearch = (): void => {
    setChosen(null);
    // The field is there again once the form has gone.
    setTimeout(() => moveFocus(search.current));
  };
  const onSaved = (written: Written, hasReason: boolean): void => {
    const time = formatTime(Date.now());
    entries.note(
      !hasReason
        ? text('absence.saved.contact', { time })
        : written.marks.length === 0
          ? text('absence.saved.planned', { time })
          : text('absence.saved.absence', { time, count: written.marks.length }),
      written,
    );
    toSearch();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // In a field with text the key takes the text back.
    const hasText = event.target instanceof HTMLInputElement && event.target.value !== '';
    if (!event.ctrlKey || event.key.toLowerCase() !== 'z' || hasText || chosen !== null) return;
    event.preventDefault();
    void entries.takeBack();
  };

  return (
    <Stack gap="md" onKeyDown={onKeyDown}>
      {chosen === null ? (
        <StudentSearch
          ref={search}
          label={text('absence.find')}
          onChoose={({ id }) => {
            setChosen(id);
          }}
        />
      ) : (
        <CallForm key={chosen} student={chosen} codes={codes} onSaved={onSaved} onCancel={toSearch} />
      )}
      <EntryStatus entries={entries} />
      <DueSteps onTake={setChosen} />
      <DayLog />
    </Stack>
  );
}

/** Next steps that are due by the end of the day, the longest due first. */
function DueSteps({ onTake }: { readonly onTake: (student: StudentId) => void }) {
  const today = useToday();
  const format = useFormat();
  const { nowMs } = useDesk().status;
  const due = useCall('absence', 'callbacks', { until: today });
  const onKeyDown = useArrowRows();
  const contacts = due.data?.contacts ?? [];
  return (
    <section>
      <ErrorAlert error={due.error} onRetry={due.reload} />
      {due.isPending && <Loading />}
      {due.data !== undefined && contacts.length === 0 && (
        <Text size="sm" c="dimmed">
          {text('absence.due.none')}
        </Text>
      )}
      {contacts.length > 0 && (
        <>
          <Title order={2} size="h4" mb={4}>
            {text('absence.due.title', { count: contacts.length })}
          </Title>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move among the buttons of the rows */}
          <ul className={rows.rows} onKeyDown={onKeyDown}>
            {contacts.map((contact) => (
              <li key={contact.id} data-row className={`${rows.row ?? ''} ${classes.due ?? ''}`}>
                <span>{stepText(contact.nextStep)}</span>
                <Button
                  variant="transparent"
                  color="var(--mantine-color-text)"
                  size="compact-sm"
                  justify="flex-start"
                  px={0}
                  className={rows.name ?? ''}
                  aria-label={`${text('absence.due.take')}: ${contact.name}`}
                  onClick={() => {
                    onTake(contact.student);
                  }}
                >
                  <bdi>{contact.name}</bdi>
                </Button>
                <bdi className={rows.detail}>{contact.homeroom}</bdi>
                <Text size="sm" span>
                  {dueText(contact, nowMs, format)}
                </Text>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function DayLog() {
  const today = useToday();
  const format = useFormat();
  const { nowMs } = useDesk().status;
  const log = useCall('absence', 'day', { day: today });
  const contacts = log.data?.contacts ?? [];
  if (log.error !== undefined) return <ErrorAlert error={log.error} onRetry={log.reload} />;
  if (log.data === undefined) return <Loading />;
  if (contacts.length === 0) {
    return <EmptyState title={text('absence.log.none.title')} text={text('absence.log.none.text')} />;
  }
  const title = text('absence.log.title', { count: contacts.length });
  return (
    <section>
      <Group mb={4}>
        <Title order={2} size="h4">
          {title}
        </Title>
      </Group>
      <DataTable
        label={title}
        columns={logColumns(format, nowMs)}
        rows={contacts}
        rowKey={({ id }) => id}
        minWidth="56rem"
        maxHeight="30rem"
      />
    </section>
  );
}

/** The day's log: whom it was about first. */
function logColumns(format: Format, nowMs: number): readonly DataColumn<ContactShown>[] {
  return [
    {
      key: 'student',
      title: text('absence.log.column.student'),
      cell: ({ name }) => <bdi>{name}</bdi>,
    },
    { key: 'time', title: text('absence.log.column.time'), cell: ({ atMs }) => format.formatTime(atMs) },
    {
      key: 'homeroom',
      title: text('absence.log.column.homeroom'),
      cell: ({ homeroom }) => <bdi>{homeroom}</bdi>,
    },
    {
      key: 'with',
      title: text('absence.log.column.with'),
      cell: (contact) => (
        <>
          {channelText(contact.channel)}
          {contact.with !== '' && (
            <>
              , <bdi>{contact.with}</bdi>
            </>
          )}
        </>
      ),
    },
    {
      key: 'outcome',
      title: text('absence.log.column.outcome'),
      cell: ({ outcome }) => outcomeText(outcome),
      width: '9rem',
    },
    { key: 'note', title: text('absence.log.column.note'), cell: ({ note }) => <bdi>{note}</bdi> },
    {
      key: 'next',
      title: text('absence.log.column.next'),
      cell: (contact) => nextText(contact, nowMs, format),
    },
    {
      key: 'by',
      title: text('absence.log.column.by'),
      cell: ({ by }) => (
        <Text size="sm" truncate maw="8rem" title={by}>
          <bdi>{by}</bdi>
        </Text>
      ),
    },
  ];
}

/** When the step is due, or since when it should have been taken. */
function dueText({ dueAtMs }: ContactShown, nowMs: number, { formatDayTime }: Format): string {
  if (dueAtMs === null) return '';
  const time = formatDayTime(dueAtMs);
  return dueAtMs < nowMs ? text('today.callbacks.overdue', { time }) : text('today.callbacks.due', { time });
}

/** The next step with its time in words; empty for none. */
function nextText(
  { nextStep, dueAtMs, isSettled }: ContactShown,
  nowMs: number,
  { formatDayTime }: Format,
): string {
  if (dueAtMs === null) return '';
  const step = stepText(nextStep);
  if (isSettled) return text('absence.log.done', { step });
  const time = formatDayTime(dueAtMs);
  return dueAtMs < nowMs
    ? text('absence.log.overdue', { step, time })
    : text('absence.log.due', { step, time });
}
