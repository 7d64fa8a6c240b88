import {
  Button,
  CloseButton,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { counterReasonId, type CounterReasonId } from '../../domain/attendance/code-pack.ts';
import type { Day } from '../../domain/ids.ts';
import type { CallError, Output } from '../app/api.ts';
import { call, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { clockText, parseClock } from '../app/clock.ts';
import { useFormat } from '../app/format.ts';
import { isolate } from '../app/isolate.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { actionFor, splitChosen, type Mode, type Movement } from './counter-model.ts';
import { StudentField, type FoundStudent } from './student-field.tsx';
import classes from './counter.module.css';
import { moveFocus } from '../app/move-focus.ts';

interface EntryFormProps {
  /** Where the work goes on after each entry. */
  readonly nameField: RefObject<HTMLInputElement | null>;
  readonly day: Output<'counter', 'day'>;
  /** The day that is entered. */
  readonly on: Day;
  readonly isPast: boolean;
  /** Why an earlier day is entered now; not asked for today. */
  readonly correction: string;
  /** Whether it can be saved; else asks for the reason. */
  readonly hasReason: () => boolean;
  /** The school's wall clock now, in minutes after midnight. */
  readonly readNow: () => number;
  /** Called with the ids of the movements that were saved. */
  readonly onSaved: (ids: readonly Movement['id'][]) => void;
}

const modes = ['arriving', 'leaving'] as const;

/**
 * One entry at the counter: letters, Enter, the time, Enter. The focus returns to the name for the next in the queue; the
 * reason stays as it was last.
 */
export function EntryForm({
  nameField,
  day,
  on,
  isPast,
  correction,
  hasReason,
  readNow,
  onSaved,
}: EntryFormProps) {
  const { formatDay } = useFormat();
  const [mode, setMode] = useState<Mode>('arriving');
  const [chosen, setChosen] = useState<readonly FoundStudent[]>([]);
  const [time, setTime] = useState('');
  const [expected, setExpected] = useState('');
  const [collectedBy, setCollectedBy] = useState('');
  const [reasons, setReasons] = useState<Readonly<Record<Mode, CounterReasonId>>>({
    arriving: 'unknown',
    leaving: 'medical',
  });
  const [wrong, setWrong] = useState<{ student?: string; time?: string; expected?: string }>({});
  const [said, setSaid] = useState('');
  const [siblingsError, setSiblingsError] = useState<CallError<'counter', 'siblings'>>();
  const timeField = useRef<HTMLInputElement>(null);
  const arrive = useCommand('counter', 'arrive', { reloads: ['counter'] });
  const signOut = useCommand('counter', 'signOut', { reloads: ['counter'] });
  const comeBack = useCommand('counter', 'comeBack', { reloads: ['counter'] });
  const { taken, left } = splitChosen(mode, chosen, day.movements);
  const action = actionFor(mode, taken, day.movements);
  const isRunning = arrive.isRunning || signOut.isRunning || comeBack.isRunning;
  const error = arrive.error ?? signOut.error ?? comeBack.error ?? siblingsError;

  useEffect(() => {
    // Who steps from day to day stays at the steps.
    if (document.activeElement?.closest('[data-day-picker]') == null) moveFocus(nameField.current);
  }, [nameField]);

  const clearErrors = (): void => {
    for (const command of [arrive, signOut, comeBack]) command.clearError();
    setSiblingsError(undefined);
    setWrong({});
  };
  const changeMode = (next: Mode): void => {
    clearErrors();
    setMode(next);
    nameField.current?.focus();
  };
  useHotkeys(
    [
      ['alt+1', () => changeMode('arriving')],
      ['alt+2', () => changeMode('leaving')],
    ],
    [],
  );

  /** What the day says of a student already: out, or here since. */
  const noteOf = ({ id }: { readonly id: string }): string => {
    const own = day.movements.filter(({ student }) => student === id);
    const out = own.find(({ isOut }) => isOut);
    if (out !== undefined) return text('counter.note.out', { time: clockText(out.minute) });
    const arrival = own.find(({ kind }) => kind === 'arrival');
    return arrival === undefined ? '' : text('counter.note.here', { time: clockText(arrival.minute) });
  };

  const choose = (student: FoundStudent): void => {
    clearErrors();
    setSaid('');
    // Of an earlier day the clock says nothing.
    if (chosen.length === 0 && !isPast) setTime(clockText(readNow()));
    setChosen((known) => (known.some(({ id }) => id === student.id) ? known : [...known, student]));
    // After the field has its time, so that the first digit replaces it.
    setTimeout(() => {
      timeField.current?.focus();
      timeField.current?.select();
    });
  };

  const addSiblings = async (): Promise<void> => {
    const [first] = chosen;
    if (first === undefined) return;
    const reply = await call('counter', 'siblings', { student: first.id });
    if (!reply.ok) {
      setSiblingsError(reply.error);
      return;
    }
    const known = new Set(chosen.map(({ id }) => id));
    const added = reply.value.students.filter(({ id }) => !known.has(id));
    setChosen([...chosen, ...added]);
    setSaid(
      added.length === 0
        ? text('counter.siblings.none')
        : text('counter.siblings.added', { count: added.length }),
    );
  };

  const remove = (id: string): void => {
    clearErrors();
    setChosen((known) => known.filter((each) => each.id !== id));
    nameField.current?.focus();
  };

  const save = async (): Promise<void> => {
    if (chosen.length === 0) {
      setWrong({ student: text('counter.student.needed') });
      nameField.current?.focus();
      return;
    }
    if (taken.length === 0) {
      setWrong({ student: text('counter.left.all') });
      nameField.current?.focus();
      return;
    }
    if (isRunning || action === 'mixed') return;
    clearErrors();
    const minute = parseClock(time);
    if (minute === undefined || (!isPast && minute > readNow())) {
      setWrong({ time: minute === undefined ? text('counter.time.wrong') : text('counter.time.future') });
      timeField.current?.focus();
      timeField.current?.select();
      return;
    }
    const back = expected.trim() === '' ? null : parseClock(expected);
    if (action === 'signOut' && (back === undefined || (back !== null && back <= minute))) {
      setWrong({ expected: text('counter.expected.wrong') });
      return;
    }
    if (!hasReason()) return;
    const entry = { students: taken.map(({ id }) => id), day: on, minute, correction };
    const reason = reasons[mode];
    const reply =
      action === 'arrive'
        ? await arrive.run({ ...entry, reason })
        : action === 'comeBack'
          ? await comeBack.run(entry)
          : await signOut.run({ ...entry, reason, expectedMinute: back ?? null, collectedBy });
    if (!reply.ok) return;
    setChosen([]);
    setTime('');
    setExpected('');
    setCollectedBy('');
    setSaid(
      left.length === 0
        ? ''
        : text('counter.left.said', {
            names: left.map((each) => `${isolate(each.name)} (${noteOf(each)})`).join(', '),
          }),
    );
    moveFocus(nameField.current);
    onSaved(reply.value.movements.map(({ id }) => id));
  };

  /** Enter saves from every field; Space in a time has no other meaning; Esc goes back one step and loses no name. */
  const onFieldKey = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      // A key held down chose the student: the entry waits for another press.
      if (!event.repeat) void save();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      nameField.current?.focus();
    } else if (event.key === ' ' && event.currentTarget === timeField.current) {
      event.preventDefault();
      void addSiblings();
    }
  };

  const reasonList = mode === 'arriving' ? day.reasons.arrival : day.reasons.departure;
  const count = taken.length;
  const actionText =
    count === 0 || action === 'mixed' ? text('counter.save.none') : text(`counter.save.${action}`, { count });
  return (
    <Paper
      withBorder
      p="lg"
      component="section"
      className={isPast ? (classes.past ?? '') : ''}
      aria-label={text(`counter.mode.${mode}`)}
    >
      <Stack gap="md">
        <Group justify="space-between">
          <SegmentedControl
            size="md"
            aria-label={text('counter.mode.label')}
            value={mode}
            onChange={(value) => {
              const next = modes.find((each) => each === value);
              if (next !== undefined) changeMode(next);
            }}
            data={modes.map((value) => ({ value, label: text(`counter.mode.${value}`) }))}
          />
          <Text size="xs" c="dimmed">
            {text('counter.mode.keys')}
          </Text>
        </Group>
        <StudentField
          inputRef={nameField}
          label={chosen.length === 0 ? text('counter.student') : text('counter.student.another')}
          error={wrong.student}
          noteOf={noteOf}
          onChoose={choose}
          onEnter={() => void save()}
          onSpace={() => void addSiblings()}
          onBackspace={() => {
            const last = chosen.at(-1);
            if (last !== undefined) remove(last.id);
          }}
        />
        {chosen.length > 0 && (
          <div>
            <ul className={classes.chosen} aria-label={text('counter.chosen')}>
              {chosen.map((student) => (
                <li
                  key={student.id}
                  className={classes.chip}
                  {...(left.includes(student) ? { 'data-left': true } : {})}
                >
                  {left.includes(student) && <IconAlertTriangle size={18} aria-hidden />}
                  <span>
                    <bdi>{student.name}</bdi> <bdi className={classes.homeroom}>{student.homeroom}</bdi>{' '}
                    {left.includes(student)
                      ? text('counter.left.note', { note: noteOf(student) })
                      : noteOf(student)}
                  </span>
                  <CloseButton
                    size="sm"
                    aria-label={text('counter.remove', { name: student.name })}
                    onClick={() => {
                      remove(student.id);
                    }}
                  />
                </li>
              ))}
            </ul>
            <Text size="xs" c="dimmed" mt={4}>
              {text('counter.siblings.hint')}
            </Text>
          </div>
        )}
        <div className={classes.fields}>
          <TextInput
            ref={timeField}
            size="lg"
            label={text('counter.time')}
            placeholder={isPast ? '' : clockText(readNow())}
            value={time}
            error={wrong.time}
            inputMode="numeric"
            autoComplete="off"
            classNames={{ input: classes.clock ?? '' }}
            onChange={(event) => {
              setTime(event.currentTarget.value);
              setWrong({});
            }}
            onKeyDown={onFieldKey}
          />
          {action !== 'comeBack' && (
            <NativeSelect
              size="lg"
              label={text('counter.reason')}
              value={reasons[mode]}
              data={reasonList.map((value) => ({ value, label: text(`counter.reason.${value}`) }))}
              onChange={(event) => {
                const reason = counterReasonId.parse(event.currentTarget.value);
                setReasons((known) => ({ ...known, [mode]: reason }));
              }}
              onKeyDown={onFieldKey}
            />
          )}
        </div>
        {mode === 'leaving' && (
          <div className={classes.fields}>
            <TextInput
              size="lg"
              label={text('counter.expected')}
              placeholder={isPast ? text('counter.past.expected.place') : text('counter.expected.place')}
              value={expected}
              error={wrong.expected}
              inputMode="numeric"
              autoComplete="off"
              classNames={{ input: classes.clock ?? '' }}
              onChange={(event) => {
                setExpected(event.currentTarget.value);
                setWrong({});
              }}
              onKeyDown={onFieldKey}
            />
            <TextInput
              size="lg"
              label={text('counter.collectedBy')}
              description={text('counter.collectedBy.hint')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={collectedBy}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => {
                setCollectedBy(event.currentTarget.value);
              }}
              onKeyDown={onFieldKey}
            />
          </div>
        )}
        <Group gap="md">
          <Button size="md" loading={isRunning} onClick={() => void save()}>
            {isPast ? text('counter.past.save', { action: actionText, day: formatDay(on) }) : actionText}
          </Button>
          <Text size="sm" role="status">
            {action === 'mixed' ? text('counter.save.mixed') : said}
          </Text>
        </Group>
        <ErrorAlert error={error} onClose={clearErrors} />
      </Stack>
    </Paper>
  );
}
