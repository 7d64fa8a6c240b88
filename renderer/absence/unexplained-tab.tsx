import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import type { RegisterCode } from '../attendance/grid-model.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import classes from './absence.module.css';
import { CallForm, type Written } from './call-form.tsx';
import { reasonForKey, type Unexplained } from './call-model.ts';
import { EntryStatus } from './entry-status.tsx';
import { useTakeBack } from './use-take-back.ts';
import { outcomeText } from './words.ts';
import { moveFocus } from '../app/move-focus.ts';

/** School days that are looked back at: the usual, and the whole year. */
const usualDays = 30;
const wholeYear = 250;

/** Absences without a reason, worked through from the top: a key, and the next. */
export function UnexplainedTab({ codes }: { readonly codes: readonly RegisterCode[] }) {
  const [days, setDays] = useState(usualDays);
  const list = useCall('absence', 'unexplained', { days });
  const explain = useCommand('absence', 'explain', { reloads: ['absence', 'attendance'] });
  const entries = useTakeBack();
  const format = useFormat();
  const [cursor, setCursor] = useState(0);
  const [isOpen, setIsOpen] = useState(false);
  const hasFocus = useRef(true);
  const box = useRef<HTMLDivElement>(null);

  const students = list.data?.students ?? [];
  const at = Math.min(cursor, Math.max(0, students.length - 1));
  const current = students[at];
  // A row that has its reason goes, with the focus that it had: the cursor's row has it then.
  useEffect(() => {
    if (!hasFocus.current || isOpen) return;
    const row = box.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (row !== document.activeElement) moveFocus(row);
  });

  const goTo = (row: number): void => {
    hasFocus.current = true;
    setCursor(Math.max(0, Math.min(row, students.length - 1)));
  };
  const give = async ({ code }: RegisterCode, { student }: Unexplained): Promise<void> => {
    if (explain.isRunning) return;
    const reply = await explain.run({ student, code });
    if (!reply.ok) return;
    // The row goes, and the next one comes up to the cursor.
    entries.note(text('absence.saved.explained', { code, count: reply.value.marks.length }), reply.value);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.metaKey || current === undefined) return;
    if (event.ctrlKey) {
      if (event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      void entries.takeBack();
      return;
    }
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      goTo(step(at, students.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      setIsOpen(true);
    } else if (event.key.length === 1 && event.key !== ' ') {
      event.preventDefault();
      const code = reasonForKey(codes, event.key);
      if (code === undefined) entries.note(text('absence.open.noKey', { key: event.key }), null);
      else void give(code, current);
    }
  };
  const close = (): void => {
    hasFocus.current = true;
    setIsOpen(false);
  };
  const onSaved = (written: Written, hasReason: boolean): void => {
    const time = format.formatTime(Date.now());
    entries.note(
      hasReason
        ? text('absence.saved.absence', { time, count: written.marks.length })
        : text('absence.saved.contact', { time }),
      written,
    );
    // Who was only called stays in the list: the cursor goes on.
    if (!hasReason) setCursor(at + 1);
    close();
  };

  if (list.error !== undefined) return <ErrorAlert error={list.error} onRetry={list.reload} />;
  if (list.data === undefined) return <Loading />;
  const { reasonWithinDays } = list.data;
  const keys = codes
    .filter(({ mayBePlanned, key }) => mayBePlanned && key !== null)
    .map(({ key }) => key)
    .join(' ');
  const back = days === usualDays && (
    <Group>
      <Button
        variant="default"
        size="xs"
        onClick={() => {
          setDays(wholeYear);
        }}
      >
        {text('absence.open.all')}
      </Button>
    </Group>
  );
  return (
    <Stack gap="sm">
      <Text size="sm">
        {students.length > 0 && text('absence.open.state', { count: students.length })}{' '}
        {reasonWithinDays !== null && text('absence.open.rule', { days: reasonWithinDays })}
      </Text>
      <ErrorAlert error={explain.error} onClose={explain.clearError} />
      <EntryStatus entries={entries} />
      {isOpen && current !== undefined && (
        <CallForm
          key={current.student}
          student={current.student}
          codes={codes}
          onSaved={onSaved}
          onCancel={close}
        />
      )}
      {students.length === 0 ? (
        <EmptyState title={text('absence.open.none.title')} text={text('absence.open.none.text')} />
      ) : (
        <>
          <Text size="xs" c="dimmed" id="absence-open-keys">
            {text('absence.open.keys', { keys })}
          </Text>
          <div
            ref={box}
            role="listbox"
            aria-label={text('absence.open.list')}
            aria-describedby="absence-open-keys"
            className={classes.rows}
            tabIndex={-1}
            onKeyDown={onKeyDown}
            onFocus={() => {
              hasFocus.current = true;
            }}
            onBlur={({ target, relatedTarget, currentTarget }) => {
              if (document.contains(target)) hasFocus.current = currentTarget.contains(relatedTarget);
            }}
          >
            {students.map((each, row) => (
              <Row
                key={each.student}
                student={each}
                isCurrent={row === at}
                format={format}
                onChoose={() => {
                  goTo(row);
                }}
                onOpen={() => {
                  goTo(row);
                  setIsOpen(true);
                }}
              />
            ))}
          </div>
        </>
      )}
      {back}
    </Stack>
  );
}

const steps: Readonly<Record<string, (row: number, rows: number) => number>> = {
  ArrowDown: (row) => row + 1,
  ArrowUp: (row) => row - 1,
  PageDown: (row) => row + 10,
  PageUp: (row) => row - 10,
  Home: () => 0,
  End: (_row, rows) => rows - 1,
};

interface RowProps {
  readonly student: Unexplained;
  readonly isCurrent: boolean;
  readonly format: Format;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}

function Row({ student, isCurrent, format, onChoose, onOpen }: RowProps) {
  const { name, homeroom, registers, sinceDays, reasonDueDay, isOverdue, lastContact } = student;
  const code = registers.at(-1)?.code ?? '';
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the keys of all its rows
    <div
      role="option"
      aria-selected={isCurrent}
      tabIndex={isCurrent ? 0 : -1}
      className={classes.row}
      data-overdue={isOverdue || undefined}
      onClick={onChoose}
      onDoubleClick={onOpen}
    >
      <bdi>{name}</bdi>
      <bdi>{homeroom}</bdi>
      <Group gap={6} wrap="nowrap">
        <StatusMark category="absent-unexplained" code={code} />
        <span>{text('absence.open.marks', { count: registers.length })}</span>
      </Group>
      <span>
        {sinceDays === 0
          ? text('absence.open.since.today')
          : text('absence.open.since', { count: sinceDays })}
      </span>
      <span>
        {reasonDueDay !== null &&
          (isOverdue ? (
            <span className={classes.overdue}>
              <IconAlertTriangle size={16} aria-hidden />
              {text('absence.open.overdue', { day: format.formatDay(reasonDueDay) })}
            </span>
          ) : (
            text('absence.open.due', { day: format.formatDay(reasonDueDay) })
          ))}
      </span>
      <Text size="sm" c="dimmed" span>
        {lastContact === null
          ? text('absence.open.noContact')
          : text('absence.open.contact', {
              outcome: outcomeText(lastContact.outcome),
              time: format.formatDayTime(lastContact.atMs),
            })}
      </Text>
    </div>
  );
}
