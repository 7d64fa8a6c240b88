import { Alert, Button, Group, Kbd, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconAlertTriangle, IconPrinter } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useParams, useSearch } from 'wouter';
import { registerSession } from '../../domain/contract/shared.ts';
import { classId, day } from '../../domain/ids.ts';
import { call, useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday, useUser } from '../app/desk-state.tsx';
import { errorText } from '../app/error-text.ts';
import { useFormat } from '../app/format.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { focusPageHeader, PageHeader } from '../components/page-header.tsx';
import { ruleText } from '../app/rule-texts.ts';
import { codesFor, discardFailed, moveTo, writeAll, type RegisterCode } from './grid-model.ts';
import { PasteMarks } from './paste-marks.tsx';
import { RegisterSheet, usePrintedSheet } from './print-sheets.tsx';
import classes from './register-screen.module.css';
import { RegisterGrid, type GridFocus } from './register-grid.tsx';
import { blankStudents, registerFigures, type RegisterFigures } from './register-view.ts';
import { openWriter, type Register, type RegisterWriter, type WriterSnapshot } from './register-writer.ts';
import { sessionTitle } from './session-title.ts';
import { TakeRegister } from './take-register.tsx';

/** One register: who is here? Thirty marks by keyboard, each saved as it is typed. */
export function RegisterScreen() {
  const params = useParams();
  const key = {
    day: day.parse(params['day']),
    class: classId.parse(params['class']),
    session: registerSession.parse(params['session']),
  };
  const register = useCall('attendance', 'register', key);
  const codes = useCall('attendance', 'codes', { day: key.day });
  const go = useGo();
  const { formatDayLong } = useFormat();

  if (register.error?.type === 'register-not-expected') {
    return (
      <Stack>
        <PageHeader title={text('register.notExpected.title')} state={formatDayLong(key.day)} />
        <Text>{text('register.notExpected.text')}</Text>
        <Group>
          <Button
            onClick={() => {
              go(pathTo.registers({ day: key.day }));
            }}
          >
            {text('register.back')}
          </Button>
        </Group>
      </Stack>
    );
  }
  const error = register.error ?? codes.error;
  if (error !== undefined) {
    const retry = register.error === undefined ? codes.reload : register.reload;
    return <ErrorAlert error={error} onRetry={retry} />;
  }
  if (register.data === undefined || codes.data === undefined) return <Loading />;
  return <OpenRegister register={register.data} codes={codes.data.codes} />;
}

interface OpenRegisterProps {
  readonly register: Register;
  readonly codes: readonly RegisterCode[];
}

function OpenRegister({ register, codes: packCodes }: OpenRegisterProps) {
  const codes = useMemo(
    () => packCodes.map((code) => ({ ...code, meaning: ruleText(code.meaning) })),
    [packCodes],
  );
  const user = useUser();
  const { formatDay, formatTime } = useFormat();
  const take = useCommand('attendance', 'take');
  const focused = new URLSearchParams(useSearch()).get('student');
  const [said, setSaid] = useState('');
  const [takenHere, setTakenHere] = useState<{ readonly register: Register; readonly taken: Taken } | null>(
    null,
  );
  // What was done here stands until the register is read again.
  const taken = takenHere?.register === register ? takenHere.taken : takenOf(register);
  const writer = useMemo(
    () =>
      openWriter({ ...keyOf(register), user: user.id }, register, {
        mark: (input) => call('attendance', 'mark', input),
        repeat: (input) => call('attendance', 'repeat', input),
        withdrawRepeat: (input) => call('attendance', 'withdrawRepeat', input),
      }),
    [register, user.id],
  );
  const snapshot = useSyncExternalStore(writer.subscribe, writer.snapshot);
  const codesByText = useMemo(() => new Map(codes.map((code) => [code.code, code])), [codes]);

  // A register read again after the writer was made: the store's word stands, but for what is not saved yet.
  useEffect(() => {
    writer.takeOver(register);
  }, [writer, register]);

  useEffect(() => {
    const row = register.students.findIndex(({ id }) => id === focused);
    if (row >= 0) writer.update((grid) => moveTo(grid, row, grid.cursor.column));
  }, [writer, register, focused]);

  const { grid, planned } = snapshot;
  const saidPlanned = useRef(planned);
  useEffect(() => {
    if (planned?.planned == null || planned === saidPlanned.current) return;
    saidPlanned.current = planned;
    const code = codesByText.get(planned.code);
    setSaid(
      text('register.say.planned', {
        count: planned.days,
        mark: code === undefined ? planned.code : `${code.code}, ${code.meaning}`,
        day: formatDay(planned.planned.to),
      }),
    );
  }, [planned, codesByText, formatDay]);

  const figures = registerFigures(register, grid, codesByText);
  const blank = blankStudents(register, grid, codesByText);

  const markRest = () => {
    const present = codesFor(codes, register.session).find(({ isPresent }) => isPresent);
    if (present === undefined) setSaid(text('register.say.noPresentCode'));
    else if (blank.length === 0) setSaid(text('register.say.noneBlank'));
    else {
      writer.update((state) => writeAll(state, blank, present));
      const mark = `${present.code}, ${present.meaning}`;
      setSaid(text('register.say.many', { count: blank.length, mark }));
    }
  };

  const onTake = async (isTaken: boolean) => {
    if (!(await writer.whenSettled())) return;
    const reply = await take.run({ ...keyOf(register), taken: isTaken });
    if (!reply.ok) return;
    const by = isTaken ? user.displayName : null;
    setTakenHere({ register, taken: { isTaken, by, atMs: reply.value.takenAtMs } });
    // Not on the button that takes it back: a second Enter would.
    focusPageHeader();
  };

  const go = useGo();
  const openWeek = () => {
    const student = register.students[grid.cursor.row]?.id;
    const { day: onDay, class: ofClass, session } = register;
    go(pathTo.week({ class: ofClass, day: onDay, session, ...(student === undefined ? {} : { student }) }));
  };
  useHotkeys([['alt+W', openWeek]], []);

  const printing = useCommand('attendance', 'printRegister');
  const { run: print, sheet } = usePrintedSheet(async () => {
    if (!(await writer.whenSettled())) return null;
    const reply = await printing.run(keyOf(register));
    return reply.ok ? <RegisterSheet register={reply.value} codesByText={codesByText} /> : null;
  });

  const today = useToday();
  const isToCome = register.day > today;
  const gridRef = useRef<GridFocus>(null);
  const showBlank = () => {
    const row = register.students.findIndex(({ id }) => id === blank[0]);
    writer.update((state) => moveTo(state, row, register.writes ?? state.cursor.column));
    gridRef.current?.focus();
  };

  const takenText =
    taken.isTaken && taken.by !== null && taken.atMs !== null
      ? text('register.taken', { name: taken.by, time: formatTime(taken.atMs) })
      : text('register.notTaken');

  return (
    <Stack gap="sm">
      <PageHeader
        title={text('register.title', {
          class: register.title,
          session: sessionTitle(register.session),
          day: formatDay(register.day),
        })}
        state={isToCome ? takenText : `${takenText} ${saveSentence(snapshot, formatTime)}`}
        action={
          <>
            <Button variant="default" onClick={openWeek} aria-keyshortcuts="Alt+W">
              {text('week.open')}
            </Button>
            <Button
              variant="default"
              onClick={print}
              aria-keyshortcuts="Control+P"
              leftSection={<IconPrinter size={18} aria-hidden />}
            >
              {text('week.print')}
            </Button>
            {register.writes !== null && register.students.length > 0 && (
              <Group gap="xs">
                <Button variant="default" onClick={markRest} disabled={blank.length === 0}>
                  {blank.length === 0
                    ? text('register.rest.none')
                    : text('register.rest', { count: blank.length })}
                </Button>
                <TakeRegister
                  taken={taken.isTaken}
                  blank={figures.blank}
                  students={figures.students}
                  failed={grid.failed.size}
                  isBusy={take.isRunning}
                  onTake={(isTaken) => void onTake(isTaken)}
                  onShowBlank={showBlank}
                />
              </Group>
            )}
          </>
        }
      />
      {sheet}
      <ErrorAlert error={printing.error} onClose={printing.clearError} />
      {take.error !== undefined && <ErrorAlert error={take.error} onClose={take.clearError} />}
      {snapshot.repeatProblem !== null && (
        <ErrorAlert
          error={snapshot.repeatProblem}
          title={text('register.repeat.failed')}
          onClose={() => {
            writer.clearRepeatProblem();
            gridRef.current?.focus();
          }}
        />
      )}
      {register.writes === null && (
        <Alert
          color="gray"
          role="note"
          title={isToCome ? text('register.toCome.title') : text('register.readOnly.title')}
        >
          {isToCome ? text('register.toCome.text') : text('register.readOnly.text')}
        </Alert>
      )}
      <NotSaved snapshot={snapshot} writer={writer} />
      {register.students.length === 0 ? (
        <EmptyState title={text('register.empty.title')} text={text('register.empty.text')} />
      ) : (
        <>
          <Group justify="space-between" gap="md">
            <Totals figures={figures} />
            <Text component="output" size="sm" mih="1.5em">
              {said}
            </Text>
          </Group>
          <PasteMarks
            register={register}
            codes={codes}
            codesByText={codesByText}
            writer={writer}
            onSay={setSaid}
            onClosed={() => {
              gridRef.current?.focus();
            }}
          >
            <RegisterGrid
              key={`${register.day} ${register.class} ${register.session}`}
              ref={gridRef}
              register={register}
              codes={codes}
              codesByText={codesByText}
              writer={writer}
              snapshot={snapshot}
              userName={user.displayName}
              previousDayTitle={
                register.previousDay === null
                  ? text('register.column.previous')
                  : formatDay(register.previousDay)
              }
              onMarkRest={markRest}
              onSay={setSaid}
            />
          </PasteMarks>
          <Keys codes={codesFor(codes, register.session)} writes={register.writes} />
        </>
      )}
    </Stack>
  );
}

/** The live figures: letters and words, so that they say the same in grey. */
function Totals({ figures }: { readonly figures: RegisterFigures }) {
  return (
    <Group gap="md">
      <Text size="sm" fw={600}>
        {text('register.state', { marked: figures.marked, students: figures.students })}
      </Text>
      {figures.byCode.map(({ code, count, meaning }) => (
        <Text size="sm" key={code} title={meaning}>
          {text('register.count', { code, count })}
        </Text>
      ))}
      <Text size="sm" fw={figures.blank > 0 ? 600 : 400}>
        {text('register.blank', { count: figures.blank })}
      </Text>
      {figures.differing > 0 && (
        <Text size="sm">{text('register.differing', { count: figures.differing })}</Text>
      )}
    </Group>
  );
}

/** What is on screen and not in the store, with the way out. */
function NotSaved({
  snapshot,
  writer,
}: {
  readonly snapshot: WriterSnapshot;
  readonly writer: RegisterWriter;
}) {
  const format = useFormat();
  const count = snapshot.grid.failed.size;
  if (count === 0) return null;
  const { problem } = snapshot;
  const isDraft = problem === 'draft';
  const why = problem === null || isDraft ? '' : errorText(problem, format);
  return (
    <Alert
      role="alert"
      variant="outline"
      color="var(--mantine-color-error)"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={isDraft ? text('register.draft.title', { count }) : text('register.failed.title', { count })}
    >
      <Group justify="space-between">
        <Text size="sm">
          {isDraft ? text('register.draft.keep') : `${why} ${text('register.failed.keep', { count })}`}
        </Text>
        <Group gap="sm">
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              writer.update(discardFailed);
            }}
          >
            {text('register.failed.discard', { count })}
          </Button>
          <Button
            size="xs"
            onClick={() => {
              writer.retry();
            }}
          >
            {text('register.failed.retry', { count })}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}

/** The keys, where a new user looks for them: below the grid. */
function Keys({
  codes,
  writes,
}: {
  readonly codes: readonly RegisterCode[];
  readonly writes: Register['writes'];
}) {
  const listed = [...new Set(codes.flatMap(({ key, code }) => (key === null ? [code] : [])))];
  const commands = [
    [listed.length === 0 ? 'Alt+↓' : `Alt+↓ ${listed.join(' ')}`, text('register.keys.list')],
    ...(writes === 'office' ? [['2–9', text('register.keys.days')] as const] : []),
    ['F2', text('register.keys.note')],
    ['Ctrl+D', text('register.keys.fill')],
    ['Ctrl+Z', text('register.keys.undo')],
    ['Del', text('register.keys.withdraw')],
    ['Ctrl+Shift+P', text('register.keys.rest')],
    ['Alt+W', text('register.keys.week')],
    ['Ctrl+P', text('register.keys.print')],
    [text('register.keys.space'), text('register.keys.history')],
    ['Esc Tab', text('register.keys.leave')],
  ] as const;
  const keyed = codes.flatMap(({ key, meaning }) => (key === null ? [] : [[key, meaning] as const]));
  if (writes === null) return null;
  return (
    <Group component="ul" gap="md" className={classes.keys ?? ''} aria-label={text('register.keys.title')}>
      {[...keyed, ...commands].map(([key, meaning]) => (
        <Text component="li" size="xs" c="dimmed" key={key}>
          <Kbd size="xs">{key}</Kbd> {meaning}
        </Text>
      ))}
    </Group>
  );
}

interface Taken {
  readonly isTaken: boolean;
  readonly by: string | null;
  readonly atMs: number | null;
}

function takenOf({ taken, takenBy, takenAtMs }: Register): Taken {
  return { isTaken: taken, by: takenBy, atMs: takenAtMs };
}

function keyOf({ day: onDay, class: ofClass, session }: Register) {
  return { day: onDay, class: ofClass, session };
}

function saveSentence({ grid, savedHere }: WriterSnapshot, formatTime: (atMs: number) => string): string {
  if (grid.failed.size > 0) return text('register.save.failed', { count: grid.failed.size });
  // Nothing is called saved while something is not, however short that is (R7).
  if (grid.waiting.size + grid.sending.size > 0) return text('register.save.saving');
  const lastSaved = savedHere.at(-1);
  return lastSaved === undefined
    ? text('register.save.none')
    : text('register.save.done', { time: formatTime(lastSaved.atMs) });
}
