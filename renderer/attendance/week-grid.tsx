import { Popover, Table, Text, VisuallyHidden, useDirection } from '@mantine/core';
import { IconCalendarEvent, IconCheck, IconCircleDashed, IconNote } from '@tabler/icons-react';
import {
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { isolate } from '../app/isolate.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { closedReason } from './closed-reason.ts';
import { CodeList } from './code-list.tsx';
import type { CorrectionAsked } from './correct-marks.tsx';
import type { RegisterCode } from './grid-model.ts';
import { MarkHistory } from './mark-history.tsx';
import { readClipboard, textToCode } from './paste-model.ts';
import { sessionTitle } from './session-title.ts';
import classes from './week-grid.module.css';
import {
  cellOf,
  columnTotals,
  createWeekGrid,
  isDiffering,
  isInside,
  layBlock,
  placesIn,
  rectangleOf,
  selectAll,
  standingOf,
  weekKeys,
  weekKeyToAction,
  weekMoveBy,
  weekMoveTo,
  type ColumnTotals,
  type Week,
  type WeekAction,
  type WeekCell,
  type WeekGridState,
  type WeekPlace,
} from './week-model.ts';
import { moveFocus, tabStopIn } from '../app/move-focus.ts';

interface WeekGridProps {
  readonly week: Week;
  readonly codes: readonly RegisterCode[];
  readonly start: WeekPlace;
  readonly onOpenRegister: (place: WeekPlace) => void;
  readonly onWeek: (weeks: 1 | -1) => void;
  /** Asks to correct cells: nothing is written before the form says so. */
  readonly onCorrect: (asked: CorrectionAsked) => void;
  readonly onSay: (sentence: string) => void;
  readonly ref?: Ref<WeekGridHandle>;
}

/** What the screen around the week may ask of it. */
export interface WeekGridHandle {
  readonly focus: () => void;
  readonly cursor: () => WeekPlace;
}

type Mode =
  | { readonly type: 'cells' }
  | { readonly type: 'codes'; readonly typed: string }
  | { readonly type: 'history' };

const atCells: Mode = { type: 'cells' };

/**
 * A week of one class as a grid: a row for each student, a column for each register, one tab stop. It shows and selects;
 * what is selected is corrected through a form.
 */
export function WeekGrid(props: WeekGridProps) {
  const { week, codes, start, onOpenRegister, onWeek, onCorrect, onSay, ref } = props;
  const { dir } = useDirection();
  const { formatDay } = useFormat();
  const today = useToday();
  const gridId = useId();
  const tableRef = useRef<HTMLTableElement>(null);
  const hasFocus = useRef(false);
  const [mode, setMode] = useState<Mode>(atCells);
  const [kept, setState] = useState<WeekGridState>(() => createWeekGrid(week, start));
  // A week read again may have more or fewer students than the one the cursor was put in.
  const state = weekMoveTo(
    { ...kept, rows: week.students.length, columns: week.registers.length },
    kept.cursor,
    kept.anchor !== null,
  );
  const keys = weekKeys(week, codes);
  const codesByText = new Map(codes.map((code) => [code.code, code]));
  const rectangle = rectangleOf(state);
  const places = placesIn(rectangle);
  const { row: cursorRow, column: cursorColumn } = state.cursor;

  useLayoutEffect(() => {
    if (!hasFocus.current || mode.type !== 'cells') return;
    document.getElementById(cellId(gridId, { row: cursorRow, column: cursorColumn }))?.focus();
  }, [gridId, cursorRow, cursorColumn, mode.type]);

  useImperativeHandle(ref, () => ({
    focus: () => tabStopIn(tableRef.current)?.focus(),
    cursor: () => state.cursor,
  }));
  useEffect(() => {
    moveFocus(tabStopIn(tableRef.current));
  }, [tableRef]);

  const ask = (code: RegisterCode) => {
    if (week.writes !== 'office') {
      onSay(text('week.say.officeCorrects'));
      return;
    }
    const isPossible = places.some(
      (place) => cellOf(week, place) !== null && (week.registers[place.column]?.day ?? '') <= today,
    );
    if (isPossible) onCorrect({ type: 'places', places, code });
    else onSay(text('week.say.nothing'));
  };

  const move = (next: WeekGridState) => {
    setState(next);
    const count = placesIn(rectangleOf(next)).length;
    onSay(count > 1 ? text('week.selected', { count }) : '');
  };

  const act = (action: WeekAction) => {
    switch (action.type) {
      case 'move':
        move(weekMoveBy(state, action.rows, action.columns, action.extend));
        return;
      case 'edge': {
        const isLast = action.to === 'row-last' || action.to === 'last';
        const isRow = action.to === 'row-first' || action.to === 'row-last';
        const row = isRow ? cursorRow : isLast ? state.rows : 0;
        const column = isRow ? (isLast ? state.columns : 0) : cursorColumn;
        move(weekMoveTo(state, { row, column }, action.extend));
        return;
      }
      case 'select-all':
        move(selectAll(state));
        return;
      case 'collapse':
        move(weekMoveTo(state, state.cursor));
        return;
      case 'open-register':
        onOpenRegister(state.cursor);
        return;
      case 'open-history':
        if (hasHistory(cellOf(week, state.cursor))) setMode({ type: 'history' });
        else onSay(text('week.say.noHistory'));
        return;
      case 'open-codes':
        if (week.writes === 'office') setMode({ type: 'codes', typed: action.typed });
        else onSay(text('week.say.officeCorrects'));
        return;
      case 'correct':
        ask(action.code);
        return;
      case 'no-code':
        onSay(text('week.say.noCode', { key: action.key }));
        return;
      case 'week':
        onWeek(action.weeks);
        return;
    }
  };

  const isOwnCell = (target: EventTarget) =>
    target instanceof HTMLElement && target.id.startsWith(`${gridId}-`);

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    if (mode.type !== 'cells' || !isOwnCell(event.target) || event.nativeEvent.isComposing) return;
    const action = weekKeyToAction(
      {
        key: event.key,
        place: event.code,
        shift: event.shiftKey,
        control: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        altGraph: event.getModifierState('AltGraph'),
      },
      { direction: dir, byKey: keys.byKey, listedUnder: keys.listedUnder },
    );
    if (action === undefined) return;
    event.preventDefault();
    act(action);
  };

  const onPaste = (event: ClipboardEvent) => {
    if (mode.type !== 'cells' || !isOwnCell(event.target)) return;
    event.preventDefault();
    if (week.writes !== 'office') {
      onSay(text('week.say.officeCorrects'));
      return;
    }
    const block = readClipboard(event.clipboardData.getData('text/plain'));
    const { asked, unknown, rowsBeyond, columnsBeyond } = layBlock(state, block, (cell, column) =>
      textToCode(codes, week.registers[column]?.session ?? '', cell),
    );
    if (asked.length === 0) onSay(text('week.say.pasteNothing'));
    else
      onCorrect({
        type: 'block',
        cells: asked,
        unknown: unknown.length,
        beyond: rowsBeyond + columnsBeyond,
      });
  };

  const closeMode = () => {
    setMode(atCells);
  };

  const weekCell = (row: number, column: number) => {
    const place = { row, column };
    const cell = cellOf(week, place);
    const isHere = row === cursorRow && column === cursorColumn;
    const isSelected = isInside(rectangle, place);
    const content = <CellMarks cell={cell} codesByText={codesByText} />;
    return (
      <Table.Td
        key={column}
        id={cellId(gridId, place)}
        tabIndex={isHere ? 0 : -1}
        aria-selected={isSelected}
        data-selected={(isSelected && places.length > 1) || undefined}
        className={[
          classes.cell,
          isDayStart(week, column) && classes.dayStart,
          cell?.isCorrected === true && classes.corrected,
        ]
          .filter(Boolean)
          .join(' ')}
        onMouseDown={(event) => {
          if (mode.type === 'cells') move(weekMoveTo(state, place, event.shiftKey));
        }}
        onDoubleClick={() => {
          if (mode.type === 'cells') onOpenRegister(place);
        }}
      >
        {isHere && mode.type === 'codes' ? (
          <CodeList
            codes={keys.codes}
            start={mode.typed}
            onClose={closeMode}
            onChoose={(code) => {
              closeMode();
              ask(code);
            }}
          >
            {content}
          </CodeList>
        ) : isHere && mode.type === 'history' ? (
          <CellHistory week={week} place={place} codesByText={codesByText} onClose={closeMode}>
            {content}
          </CellHistory>
        ) : (
          content
        )}
      </Table.Td>
    );
  };

  const totals = columnTotals(week);
  const days = week.days.map((each) => ({
    ...each,
    columns: week.registers.flatMap(({ day }, column) => (day === each.day ? [column] : [])),
  }));
  const hasSessions = days.some(({ columns }) => columns.length > 1);
  const first = week.days[0]?.day ?? '';
  const last = week.days.at(-1)?.day ?? '';

  return (
    <div className={classes.scroll} onPaste={onPaste}>
      <Table
        ref={tableRef}
        role="grid"
        className={classes.table}
        aria-label={text('week.grid.label', {
          class: week.title,
          from: formatDay(first),
          to: formatDay(last),
        })}
        aria-multiselectable
        aria-describedby={`${gridId}help`}
        onKeyDown={onKeyDown}
        onFocus={() => {
          hasFocus.current = true;
        }}
        onBlur={(event) => {
          hasFocus.current = event.currentTarget.contains(event.relatedTarget) || mode.type !== 'cells';
        }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" rowSpan={hasSessions ? 2 : 1} className={classes.name}>
              {text('week.column.student')}
            </Table.Th>
            {days.map(({ day, columns }) => (
              <Table.Th
                key={day}
                scope={columns.length > 1 ? 'colgroup' : 'col'}
                colSpan={Math.max(1, columns.length)}
                rowSpan={hasSessions && columns.length <= 1 ? 2 : 1}
                aria-current={day === today ? 'date' : undefined}
                className={classes.dayStart}
              >
                {formatDay(day)}
              </Table.Th>
            ))}
          </Table.Tr>
          {hasSessions && (
            <Table.Tr>
              {days.flatMap(({ columns }) =>
                columns.length <= 1
                  ? []
                  : columns.map((column) => (
                      <Table.Th
                        key={column}
                        scope="col"
                        className={isDayStart(week, column) ? classes.dayStart : undefined}
                      >
                        {sessionTitle(week.registers[column]?.session ?? '')}
                      </Table.Th>
                    )),
              )}
            </Table.Tr>
          )}
        </Table.Thead>
        <Table.Tbody>
          {week.students.map((student, row) => (
            <Table.Tr key={student.id}>
              <Table.Th scope="row" className={classes.name}>
                <bdi>{student.name}</bdi>
              </Table.Th>
              {days.flatMap(({ day, closedBecause, columns }) => {
                if (columns.length > 0) return columns.map((column) => weekCell(row, column));
                if (row > 0) return [];
                return [
                  <Table.Td
                    key={day}
                    rowSpan={week.students.length}
                    className={`${classes.dayStart} ${classes.closed}`}
                  >
                    <span className={classes.reason}>
                      {text('week.closed', { reason: closedReason(closedBecause) })}
                    </span>
                  </Table.Td>,
                ];
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row" className={classes.name}>
              {text('week.taken')}
            </Table.Th>
            {days.flatMap(({ day, columns }) =>
              columns.length === 0
                ? [<Table.Td key={day} className={classes.dayStart} />]
                : columns.map((column) => (
                    <Table.Td
                      key={column}
                      className={isDayStart(week, column) ? classes.dayStart : undefined}
                    >
                      {day <= today && <Taken isTaken={week.registers[column]?.taken === true} />}
                    </Table.Td>
                  )),
            )}
          </Table.Tr>
          {totalRows(totals).map(({ name, counts }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" className={classes.name}>
                {text(`week.total.${name}`)}
              </Table.Th>
              {days.flatMap(({ day, columns }) =>
                columns.length === 0
                  ? [<Table.Td key={day} className={classes.dayStart} />]
                  : columns.map((column) => (
                      <Table.Td
                        key={column}
                        className={[
                          isDayStart(week, column) && classes.dayStart,
                          name === 'absent-unexplained' && (counts[column] ?? 0) > 0 && classes.weight,
                        ]
                          .filter(Boolean)
                          .join(' ')}
                      >
                        {counts[column]}
                      </Table.Td>
                    )),
              )}
            </Table.Tr>
          ))}
        </Table.Tfoot>
      </Table>
      <VisuallyHidden id={`${gridId}help`}>{text('week.grid.help')}</VisuallyHidden>
    </div>
  );
}

/** Whether a register was taken, by its shape and in words. */
function Taken({ isTaken }: { readonly isTaken: boolean }) {
  const Shape = isTaken ? IconCheck : IconCircleDashed;
  return (
    <>
      <Shape size={14} aria-hidden />
      <VisuallyHidden>{isTaken ? text('week.isTaken') : text('week.notTaken')}</VisuallyHidden>
    </>
  );
}

interface CellMarksProps {
  readonly cell: WeekCell | null;
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
}

/** What a cell says: the mark that counts, before it the teacher's where that differs, and whether there is a note. */
function CellMarks({ cell, codesByText }: CellMarksProps) {
  if (cell === null) {
    return (
      <Text span c="dimmed">
        <span aria-hidden>·</span>
        <VisuallyHidden>{text('week.notInClass')}</VisuallyHidden>
      </Text>
    );
  }
  const standing = standingOf(cell);
  if (standing === null) return <VisuallyHidden>{text('week.noMark')}</VisuallyHidden>;
  const { teacher, office } = cell;
  return (
    <span className={classes.marks}>
      {isDiffering(cell) && teacher !== null && (
        <>
          <bdi className={classes.teacher} aria-hidden>
            {teacher.code}
          </bdi>
          <VisuallyHidden>
            {text('week.differs', { teacher: teacher.code, office: office?.code ?? '' })}
          </VisuallyHidden>
        </>
      )}
      <StatusMark
        category={standing.category}
        code={standing.code}
        meaning={codesByText.get(standing.code)?.meaning ?? ''}
      />
      {standing === cell.planned && (
        <>
          <IconCalendarEvent size={14} aria-hidden />
          <VisuallyHidden>{text('register.planned')}</VisuallyHidden>
        </>
      )}
      {cell.hasNote && (
        <>
          <IconNote size={14} aria-hidden />
          <VisuallyHidden>{text('week.note')}</VisuallyHidden>
        </>
      )}
      {cell.isCorrected && <VisuallyHidden>{text('register.corrected')}</VisuallyHidden>}
    </span>
  );
}

interface CellHistoryProps {
  readonly week: Week;
  readonly place: WeekPlace;
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

/** The history of one cell, read when it is opened: an audited look of its own, as it holds the notes. */
function CellHistory({ week, place, codesByText, onClose, children }: CellHistoryProps) {
  const { formatDay } = useFormat();
  const student = week.students[place.row];
  const register = week.registers[place.column];
  if (student === undefined || register === undefined) return children;
  const title = text('week.history.title', {
    name: isolate(student.name),
    day: formatDay(register.day),
    session: sessionTitle(register.session),
  });
  return (
    <Popover opened onDismiss={onClose} trapFocus withRoles={false} position="bottom-start" width={560}>
      <Popover.Target>
        <div>{children}</div>
      </Popover.Target>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <dialog> lies in the top layer, away from its cell */}
      <Popover.Dropdown role="dialog" aria-label={title} ta="start">
        <HistoryOf
          title={title}
          key={`${student.id} ${place.column}`}
          input={{ day: register.day, class: week.class, session: register.session, student: student.id }}
          codesByText={codesByText}
          onClose={onClose}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface HistoryOfProps {
  readonly title: string;
  readonly input: Parameters<typeof useCall<'attendance', 'markHistory'>>[2];
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
  readonly onClose: () => void;
}

function HistoryOf({ title, input, codesByText, onClose }: HistoryOfProps) {
  const { data, error, reload } = useCall('attendance', 'markHistory', input);
  if (error !== undefined) return <ErrorAlert error={error} onRetry={reload} onClose={onClose} />;
  return (
    <MarkHistory
      title={title}
      history={data?.history ?? null}
      codesByText={codesByText}
      onClose={onClose}
      showsColumn
    />
  );
}

/** Rows of the foot: those that count anybody on any day, and the present always. */
function totalRows(totals: readonly ColumnTotals[]) {
  const names = [
    'present',
    'late',
    'absent-explained',
    'absent-unexplained',
    'not-possible',
    'blank',
  ] as const;
  return names
    .map((name) => ({ name, counts: totals.map((each) => each[name]) }))
    .filter(({ name, counts }) => name === 'present' || counts.some((count) => count > 0));
}

function hasHistory(cell: WeekCell | null): boolean {
  return cell !== null && (cell.teacher !== null || cell.office !== null || cell.isCorrected);
}

function isDayStart(week: Week, column: number): boolean {
  return week.registers[column]?.day !== week.registers[column - 1]?.day;
}

function cellId(gridId: string, { row, column }: WeekPlace): string {
  return `${gridId}-${row}-${column}`;
}
