import { ActionIcon, Button, Group, Kbd, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconPrinter } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useParams, useSearch } from 'wouter';
import { addDays, startOfWeek } from '../../domain/calendar/day.ts';
import { classId, day as daySchema, type ClassId, type Day } from '../../domain/ids.ts';
import { useCall, useCommand, useReload } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { CorrectMarks, type CorrectionAsked } from './correct-marks.tsx';
import { correctionOutcome } from './correction-form.tsx';
import type { RegisterCode } from './grid-model.ts';
import { WeekSheet, usePrintedSheet } from './print-sheets.tsx';
import { sessionTitle } from './session-title.ts';
import { WeekGrid, type WeekGridHandle } from './week-grid.tsx';
import classes from './week-grid.module.css';
import { weekKeys, type Week, type WeekPlace } from './week-model.ts';

/** The week of a class: what stands, day by day, and where it has to be corrected. */
export function WeekScreen() {
  const params = useParams();
  const today = useToday();
  const go = useGo();
  const { formatDay } = useFormat();
  const schoolClass = classId.parse(params['class']);
  const day = daySchema.parse(params['day']);
  const monday = startOfWeek(day, 1);
  const week = useCall('attendance', 'week', { class: schoolClass, day: monday });
  const codes = useCall('attendance', 'codes', { day: monday > today ? today : monday });

  const goTo = (weeks: number) => {
    go(pathTo.week({ class: schoolClass, day: addDays(monday, weeks * 7) }));
  };
  const error = week.error ?? codes.error;
  if (error !== undefined) {
    return <ErrorAlert error={error} onRetry={week.error === undefined ? codes.reload : week.reload} />;
  }
  if (week.data === undefined || codes.data === undefined) return <Loading />;
  const picker = <WeekPicker day={monday} schoolClass={schoolClass} onWeek={goTo} />;
  if (week.data.registers.length === 0) {
    return (
      <Stack>
        <PageHeader
          title={text('week.title', { class: week.data.title, day: formatDay(monday) })}
          action={picker}
        />
        <EmptyState
          title={text('week.empty.title', { class: week.data.title })}
          text={text('week.empty.text')}
        />
      </Stack>
    );
  }
  return (
    <OpenWeek
      key={`${schoolClass} ${monday}`}
      week={week.data}
      codes={codes.data.codes}
      onWeek={goTo}
      day={day}
    >
      {picker}
    </OpenWeek>
  );
}

interface WeekPickerProps {
  readonly day: Day;
  readonly schoolClass: ClassId;
  readonly onWeek: (weeks: number) => void;
}

function WeekPicker({ day, schoolClass, onWeek }: WeekPickerProps) {
  const today = useToday();
  const go = useGo();
  const isPresent = day === startOfWeek(today, 1);
  return (
    <Group gap="xs">
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={text('week.previous')}
        onClick={() => {
          onWeek(-1);
        }}
      >
        <IconChevronLeft size={18} className={classes.directional} />
      </ActionIcon>
      <Button
        variant="default"
        disabled={isPresent}
        onClick={() => {
          go(pathTo.week({ class: schoolClass, day: today }));
        }}
      >
        {text('week.present')}
      </Button>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={text('week.next')}
        onClick={() => {
          onWeek(1);
        }}
      >
        <IconChevronRight size={18} className={classes.directional} />
      </ActionIcon>
    </Group>
  );
}

interface OpenWeekProps {
  readonly week: Week;
  readonly codes: readonly RegisterCode[];
  /** The day that was asked for: the cursor begins on it. */
  readonly day: Day;
  readonly onWeek: (weeks: number) => void;
  readonly children: React.ReactNode;
}

function OpenWeek({ week, codes, day, onWeek, children }: OpenWeekProps) {
  const search = new URLSearchParams(useSearch());
  const go = useGo();
  const { formatDay } = useFormat();
  const gridRef = useRef<WeekGridHandle>(null);
  const [said, setSaid] = useState('');
  const [asked, setAsked] = useState<CorrectionAsked | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const reload = useReload();

  const openRegister = ({ row, column }: WeekPlace) => {
    const register = week.registers[column];
    const student = week.students[row];
    if (register === undefined || student === undefined) return;
    go(pathTo.register({ ...register, class: week.class, student: student.id }));
  };
  const openAtCursor = () => {
    openRegister(gridRef.current?.cursor() ?? { row: 0, column: 0 });
  };
  useHotkeys([['alt+W', openAtCursor]], []);

  const printing = useCommand('attendance', 'printWeek');
  const { run: print, sheet } = usePrintedSheet(async () => {
    const reply = await printing.run({ class: week.class, day });
    if (!reply.ok) return null;
    const codesByText = new Map(codes.map((code) => [code.code, code]));
    return <WeekSheet week={reply.value} codesByText={codesByText} />;
  });

  const first = week.days[0]?.day ?? day;
  return (
    <Stack gap="sm">
      <PageHeader
        title={text('week.title', { class: week.title, day: formatDay(first) })}
        state={week.writes === 'office' ? text('week.state') : text('week.state.readOnly')}
        action={
          <>
            {children}
            <Button
              variant="default"
              onClick={print}
              aria-keyshortcuts="Control+P"
              leftSection={<IconPrinter size={18} aria-hidden />}
            >
              {text('week.print')}
            </Button>
            <Button variant="default" onClick={openAtCursor} aria-keyshortcuts="Alt+W">
              {text('week.register')}
            </Button>
          </>
        }
      />
      {sheet}
      <ErrorAlert error={printing.error} onClose={printing.clearError} />
      <Text component="output" size="sm" mih="1.5em">
        {said}
      </Text>
      <WeekGrid
        ref={gridRef}
        week={week}
        codes={codes}
        start={startPlace(week, day, search)}
        onOpenRegister={openRegister}
        onWeek={onWeek}
        onCorrect={(next) => {
          setAsked(next);
          setIsAsking(true);
        }}
        onSay={setSaid}
      />
      <Keys writes={week.writes} />
      {asked !== null && (
        <CorrectMarks
          week={week}
          asked={asked}
          choices={weekKeys(week, codes).codes}
          codes={codes}
          opened={isAsking}
          onClose={() => {
            setIsAsking(false);
          }}
          onClosed={() => {
            setAsked(null);
            gridRef.current?.focus();
          }}
          onCorrected={(corrected) => {
            setIsAsking(false);
            reload('attendance', 'week');
            setSaid(
              correctionOutcome(corrected, ({ student, day: on, session }) =>
                text('correct.left.who', {
                  name: week.students.find(({ id }) => id === student)?.name ?? '',
                  register: text('correct.day.registerName', {
                    title: formatDay(on),
                    session: sessionTitle(session),
                  }),
                }),
              ),
            );
          }}
        />
      )}
    </Stack>
  );
}

function Keys({ writes }: { readonly writes: Week['writes'] }) {
  const keys = [
    ['Shift+↑↓←→', text('week.keys.select')],
    ...(writes === 'office'
      ? [
          [text('week.keys.codeKey'), text('week.keys.correct')] as const,
          ['Alt+↓', text('register.keys.list')] as const,
          ['Ctrl+V', text('week.keys.paste')] as const,
        ]
      : []),
    ['Enter', text('week.keys.register')],
    [text('register.keys.space'), text('register.keys.history')],
    ['PgUp PgDn', text('week.keys.week')],
    ['Ctrl+P', text('register.keys.print')],
  ] as const;
  return (
    <Group component="ul" gap="md" className={classes.keys ?? ''} aria-label={text('register.keys.title')}>
      {keys.map(([key, meaning]) => (
        <Text component="li" size="xs" c="dimmed" key={key}>
          <Kbd size="xs">{key}</Kbd> {meaning}
        </Text>
      ))}
    </Group>
  );
}

/** Where the cursor begins: on the student, day and session that were asked for, else on the day's first register. */
function startPlace(week: Week, day: Day, search: URLSearchParams): WeekPlace {
  const session = search.get('session');
  const row = week.students.findIndex(({ id }) => id === search.get('student'));
  const ofDay = week.registers.findIndex(
    (each) => each.day === day && (session === null || each.session === session),
  );
  return { row: Math.max(0, row), column: Math.max(0, ofDay) };
}
