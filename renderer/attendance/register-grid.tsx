import { Popover, Table, Text, VisuallyHidden, useDirection } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import {
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { text } from '../app/catalogue.ts';
import { StatusMark } from '../components/status-mark.tsx';
import { MinutesEditor, NoteEditor, type EditStep } from './cell-editors.tsx';
import { CodeList } from './code-list.tsx';
import {
  awaitCode,
  cancelDays,
  codesByKey,
  codesFor,
  entryOf,
  fillDown,
  gridColumns,
  isModifierKey,
  keyToAction,
  lettersOfListed,
  moveBy,
  moveTo,
  redo,
  repeatedDays,
  saveStateOf,
  selectedRows,
  undo,
  withdraw,
  writeCode,
  writeMinutes,
  writeNote,
  type GridAction,
  type GridColumn,
  type GridState,
  type RegisterCode,
} from './grid-model.ts';
import { MarkHistory } from './mark-history.tsx';
import classes from './register-grid.module.css';
import {
  isCorrected,
  markHistory,
  markShown,
  planShown,
  type MarkColumn,
  type PlanShown,
} from './register-view.ts';
import type { Register, RegisterWriter, WriterSnapshot } from './register-writer.ts';
import { moveFocus, tabStopIn } from '../app/move-focus.ts';

interface RegisterGridProps {
  readonly register: Register;
  readonly codes: readonly RegisterCode[];
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
  readonly writer: RegisterWriter;
  readonly snapshot: WriterSnapshot;
  readonly userName: string;
  readonly previousDayTitle: string;
  /** Asks to mark everybody without a mark as present. */
  readonly onMarkRest: () => void;
  /** Takes the focus to the cell under the cursor: `focus()`. */
  readonly ref?: Ref<GridFocus>;
  /** Says something in the grid's live line. */
  readonly onSay: (sentence: string) => void;
}

/** What the screen around the grid may ask of it. */
export interface GridFocus {
  readonly focus: () => void;
}

/** What the keyboard is talking to: the cells, or one field or list inside a cell. */
type Mode =
  | { readonly type: 'cells' }
  | { readonly type: 'note' | 'minutes'; readonly typed: string | null }
  | { readonly type: 'codes'; readonly typed: string }
  | { readonly type: 'history' };

const atCells: Mode = { type: 'cells' };

/**
 * The register as a grid: one tab stop, every mark one key. What the keys mean is in `keyToAction`; this puts the
 * state on the screen and the focus where the cursor is.
 */
export function RegisterGrid({
  register,
  codes,
  codesByText,
  writer,
  snapshot,
  userName,
  previousDayTitle,
  onMarkRest,
  onSay,
  ref,
}: RegisterGridProps) {
  const { grid } = snapshot;
  const { dir } = useDirection();
  const gridId = useId();
  const tableRef = useRef<HTMLTableElement>(null);
  const hasFocus = useRef(false);
  const isLeaving = useRef(false);
  const [mode, setMode] = useState<Mode>(atCells);
  const byKey = codesByKey(codes, register.session);
  const listedUnder = lettersOfListed(codes, register.session);
  const { row: cursorRow, column: cursorColumn } = grid.cursor;
  const ownColumn = register.writes;

  useLayoutEffect(() => {
    if (!hasFocus.current || mode.type !== 'cells') return;
    document.getElementById(cellId(gridId, cursorRow, cursorColumn))?.focus();
  }, [gridId, cursorRow, cursorColumn, mode.type]);

  const failedCount = grid.failed.size;
  useLayoutEffect(() => {
    // The message about marks not saved pushes the grid down: the cursor stays in sight.
    if (failedCount > 0 && hasFocus.current) document.activeElement?.scrollIntoView({ block: 'nearest' });
  }, [failedCount]);

  useImperativeHandle(ref, () => ({ focus: () => tabStopIn(tableRef.current)?.focus() }), []);
  // The register opens ready for the first key.
  useEffect(() => {
    moveFocus(tabStopIn(tableRef.current));
  }, []);

  const announce = (before: GridState) => {
    const after = writer.snapshot().grid;
    const changed = after.students.filter((student) => entryOf(before, student) !== entryOf(after, student));
    const first = changed[0];
    if (first === undefined) return;
    const { code } = entryOf(after, first);
    const mark = code === null ? text('register.say.noMark') : codeInWords(code, codesByText);
    onSay(
      changed.length === 1
        ? text('register.say.one', { name: nameOf(register, first), mark })
        : text('register.say.many', { count: changed.length, mark }),
    );
  };

  const change = (toNext: (state: GridState) => GridState) => {
    const before = writer.snapshot().grid;
    writer.update(toNext);
    announce(before);
  };

  const write = (code: RegisterCode) => {
    const days = writer.snapshot().grid.awaitedDays;
    writeAnnounced(code);
    if (days !== null && !code.mayBePlanned) {
      onSay(text('register.say.notRepeated', { mark: codeInWords(code.code, codesByText) }));
    }
  };

  const writeAnnounced = (code: RegisterCode) => {
    change((state) => {
      // From a column that only reads, the mark goes where the user writes; from minutes or note the cursor stays.
      const column = isMarkColumn(state.cursor.column)
        ? (ownColumn ?? state.cursor.column)
        : state.cursor.column;
      return writeCode({ ...state, cursor: { ...state.cursor, column } }, code);
    });
  };

  const editOwnMark = (type: 'note' | 'minutes', typed: string | null) => {
    const student = grid.students[cursorRow];
    const code = student === undefined ? null : entryOf(grid, student).code;
    if (code === null) {
      onSay(text('register.say.markFirst'));
      // The list takes the letters of a note that is typed all the same: in the grid each would be a mark.
      if (student !== undefined) {
        writer.update((state) => moveTo(state, state.cursor.row, ownColumn ?? state.cursor.column));
        setMode({ type: 'codes', typed: '' });
      }
    } else if (type === 'minutes' && codesByText.get(code)?.takesMinutes !== true) {
      onSay(text('register.say.noMinutes', { mark: codeInWords(code, codesByText) }));
    } else {
      writer.update((state) => moveTo(state, state.cursor.row, type));
      setMode({ type, typed });
    }
  };

  const act = (action: GridAction) => {
    isLeaving.current = action.type === 'leave';
    if (ownColumn === null && writingActions.has(action.type)) {
      onSay(text('register.say.readOnly'));
      return;
    }
    if (!keepsDays.has(action.type)) writer.update(cancelDays);
    switch (action.type) {
      case 'await-code':
        if (ownColumn === 'teacher') {
          onSay(text('register.say.officeRepeats'));
          return;
        }
        writer.update((state) => awaitCode(state, action.days));
        onSay(text('register.say.awaiting', { count: action.days }));
        return;
      case 'cancel-days':
        onSay(text('register.say.daysCancelled'));
        return;
      case 'move':
        writer.update((state) => moveBy(state, action.rows, action.columns, action.extend));
        return;
      case 'row-edge':
        writer.update((state) =>
          moveTo(
            state,
            state.cursor.row,
            (action.to === 'first' ? gridColumns[0] : gridColumns.at(-1)) ?? 'note',
          ),
        );
        return;
      case 'grid-edge':
        writer.update((state) =>
          moveTo(state, action.to === 'first' ? 0 : state.students.length - 1, state.cursor.column),
        );
        return;
      case 'write':
        write(action.code);
        return;
      case 'no-code':
        onSay(text('register.say.noCode', { key: action.key }));
        return;
      case 'withdraw':
        change(withdraw);
        return;
      case 'fill':
        change((state) => fillDown(state, codesByText));
        return;
      case 'undo':
        if (grid.done.length === 0) onSay(text('register.say.nothingToUndo'));
        else change(undo);
        return;
      case 'redo':
        if (grid.undone.length === 0) onSay(text('register.say.nothingToRedo'));
        else change(redo);
        return;
      case 'mark-rest':
        onMarkRest();
        return;
      case 'edit-note':
        editOwnMark('note', action.typed);
        return;
      case 'edit-minutes':
        editOwnMark('minutes', action.typed);
        return;
      case 'open-codes':
        writer.update((state) => moveTo(state, state.cursor.row, ownColumn ?? state.cursor.column));
        setMode({ type: 'codes', typed: action.typed });
        return;
      case 'open-history': {
        const column = isMarkColumn(cursorColumn) ? cursorColumn : (ownColumn ?? 'office');
        if (markHistory(register, snapshot, cursorRow, column, userName).length === 0) {
          onSay(text('register.say.noHistory'));
          return;
        }
        writer.update((state) => moveTo(state, state.cursor.row, column));
        setMode({ type: 'history' });
        return;
      }
      case 'retry':
        writer.retry();
        return;
      case 'leave':
        writer.update((state) => moveTo(state, state.cursor.row, state.cursor.column));
        return;
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    // Keys of a field or list inside a cell are its own, also when it is drawn elsewhere on the page.
    const isCell = event.target instanceof HTMLElement && event.target.id.startsWith(`${gridId}-`);
    if (mode.type !== 'cells' || !isCell || event.nativeEvent.isComposing) return;
    const student = grid.students[cursorRow];
    const action = keyToAction(
      {
        key: event.key,
        place: event.code,
        shift: event.shiftKey,
        control: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        altGraph: event.getModifierState('AltGraph'),
      },
      {
        column: cursorColumn,
        direction: dir,
        isLeaving: isLeaving.current,
        isFailed: student !== undefined && saveStateOf(grid, student) === 'failed',
        isAwaiting: grid.awaitedDays !== null,
        codesByKey: byKey,
        listedUnder,
      },
    );
    if (action === undefined) {
      if (!isModifierKey(event.key)) writer.update(cancelDays);
      return;
    }
    event.preventDefault();
    act(action);
  };

  const finishEdit = (save: (state: GridState) => GridState, step: EditStep) => {
    setMode(atCells);
    writer.update((state) => moveBy(save(state), step.rows, step.columns));
  };

  const selected = selectedRows(grid);
  const isSelectedRow = (row: number) => row >= selected.first && row <= selected.last;

  const cellProps = (row: number, column: GridColumn) => ({
    id: cellId(gridId, row, column),
    tabIndex: row === cursorRow && column === cursorColumn ? 0 : -1,
    'aria-selected': row >= selected.first && row <= selected.last && column === cursorColumn,
    'data-selected':
      (selected.first !== selected.last &&
        row >= selected.first &&
        row <= selected.last &&
        column === cursorColumn) ||
      undefined,
    onMouseDown: (event: MouseEvent) => {
      if (mode.type === 'cells')
        writer.update((state) => moveTo(cancelDays(state), row, column, event.shiftKey));
    },
    onDoubleClick: () => {
      if (ownColumn === null || mode.type !== 'cells') return;
      if (column === 'note' || column === 'minutes') editOwnMark(column, null);
      else setMode({ type: 'codes', typed: '' });
    },
  });

  const markCell = (row: number, column: MarkColumn) => {
    const student = register.students[row];
    if (student === undefined) return null;
    const mark = markShown(register, grid, codesByText, row, column);
    const plan = column === 'office' ? planShown(register, grid, codesByText, row) : null;
    const history = markHistory(register, snapshot, row, column, userName);
    const isOwn = column === ownColumn;
    const saveState = isOwn ? saveStateOf(grid, student.id) : 'saved';
    const isHere = row === cursorRow && column === cursorColumn;
    const corrected = isCorrected(history);
    const historyTitle = text('register.history.title', {
      column: column === 'teacher' ? text('register.column.teacher') : text('register.column.office'),
      name: student.name,
    });
    const content = (
      <div className={classes.cell}>
        {mark !== null ? (
          <StatusMark
            category={mark.category}
            code={mark.code}
            meaning={codesByText.get(mark.code)?.meaning ?? ''}
          />
        ) : plan !== null ? (
          <PlannedMark plan={plan} meaning={codesByText.get(plan.code)?.meaning ?? ''} />
        ) : (
          <VisuallyHidden>{text('register.say.noMark')}</VisuallyHidden>
        )}
        {isOwn && <Days days={repeatedDays(grid, student.id)} />}
        {isOwn && isSelectedRow(row) && grid.awaitedDays !== null && (
          <span className={classes.awaited} aria-hidden>
            {text('register.awaited', { count: grid.awaitedDays })}
          </span>
        )}
        {corrected && <VisuallyHidden>{text('register.corrected')}</VisuallyHidden>}
        {saveState === 'failed' && <VisuallyHidden>{text('register.notSavedCell')}</VisuallyHidden>}
      </div>
    );
    return (
      <Table.Td
        {...cellProps(row, column)}

        aria-readonly={!isOwn}
        className={[
          classes.markCell,
          isOwn && classes.writable,
          corrected && classes.corrected,
          saveState === 'failed' && classes.failed,
          saveState === 'saving' && classes.saving,
        ]
          .filter(Boolean)
          .join(' ')}
      >
        {isHere && mode.type === 'codes' ? (
          <CodeList
            codes={codesFor(codes, register.session)}
            start={mode.typed}
            onChoose={(code) => {
              setMode(atCells);
              write(code);
            }}
            onClose={() => {
              setMode(atCells);
              writer.update(cancelDays);
            }}
          >
            {content}
          </CodeList>
        ) : isHere && mode.type === 'history' ? (
          <Popover
            opened
            onDismiss={() => {
              setMode(atCells);
            }}
            trapFocus
            withRoles={false}
            position="bottom-start"
            width={520}
          >
            <Popover.Target>{content}</Popover.Target>
            {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <dialog> lies in the top layer, away from its cell */}
            <Popover.Dropdown role="dialog" aria-label={historyTitle}>
              <MarkHistory
                title={historyTitle}
                history={history}
                codesByText={codesByText}
                onClose={() => {
                  setMode(atCells);
                }}
              />
            </Popover.Dropdown>
          </Popover>
        ) : (
          content
        )}
      </Table.Td>
    );
  };

  return (
    <div className={classes.scroll}>
      <Table
        ref={tableRef}
        role="grid"
        className={classes.table}
        aria-label={text('register.grid.label', { class: register.title })}
        aria-multiselectable
        aria-describedby={`${gridId}help`}
        onKeyDown={onKeyDown}
        onFocus={() => {
          hasFocus.current = true;
        }}
        onBlur={(event) => {
          hasFocus.current = event.currentTarget.contains(event.relatedTarget) || mode.type !== 'cells';
          isLeaving.current = false;
        }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" className={classes.studentColumn ?? ''}>
              {text('register.column.student')}
            </Table.Th>
            <Table.Th scope="col" className={classes.previousColumn}>
              {previousDayTitle}
            </Table.Th>
            <MarkHeading column="teacher" own={ownColumn}>
              {text('register.column.teacher')}
            </MarkHeading>
            <MarkHeading column="office" own={ownColumn}>
              {text('register.column.office')}
            </MarkHeading>
            <Table.Th scope="col" className={classes.minutesColumn}>
              {text('register.column.minutes')}
            </Table.Th>
            <Table.Th scope="col">{text('register.column.note')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {register.students.map((student, row) => {
            const own = entryOf(grid, student.id);
            const shown =
              markShown(register, grid, codesByText, row, 'office') ??
              markShown(register, grid, codesByText, row, 'teacher');
            const isEditing = row === cursorRow && (mode.type === 'note' || mode.type === 'minutes');
            const editing = isEditing ? mode.type : undefined;
            const typed = isEditing ? mode.typed : null;
            return (
              <Table.Tr key={student.id} data-current={row === cursorRow || undefined}>
                <Table.Th {...cellProps(row, 'student')} scope="row">
                  <bdi className={classes.name} title={student.name}>
                    {student.name}
                  </bdi>
                </Table.Th>
                <Table.Td {...cellProps(row, 'previous')} aria-readonly>
                  {student.previousCode === null ? (
                    <Text size="sm" c="dimmed" span>
                      {text('register.noPreviousMark')}
                    </Text>
                  ) : (
                    <PreviousMark code={student.previousCode} codesByText={codesByText} />
                  )}
                </Table.Td>
                {markCell(row, 'teacher')}
                {markCell(row, 'office')}
                <Table.Td {...cellProps(row, 'minutes')} aria-readonly={ownColumn === null}>
                  {editing === 'minutes' ? (
                    <MinutesEditor
                      name={student.name}
                      start={typed ?? (own.minutes === null ? '' : String(own.minutes))}
                      onFinish={(minutes, step) => {
                        finishEdit((state) => writeMinutes(state, student.id, minutes), step);
                      }}
                    />
                  ) : (
                    (shown?.minutes ?? '')
                  )}
                </Table.Td>
                <Table.Td {...cellProps(row, 'note')} aria-readonly={ownColumn === null}>
                  {editing === 'note' ? (
                    <NoteEditor
                      name={student.name}
                      start={typed ?? own.note}
                      onFinish={(note, step) => {
                        finishEdit((state) => writeNote(state, student.id, note), step);
                      }}
                    />
                  ) : (
                    <div className={classes.cell}>
                      <bdi className={classes.note} title={shown?.note}>
                        {shown?.note}
                      </bdi>
                      {saveStateOf(grid, student.id) === 'failed' && (
                        <span className={classes.notSaved}>{text('register.notSavedCell')}</span>
                      )}
                    </div>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      <VisuallyHidden id={`${gridId}help`}>{text('register.grid.help')}</VisuallyHidden>
    </div>
  );
}

const writingActions: ReadonlySet<GridAction['type']> = new Set([
  'write',
  'no-code',
  'withdraw',
  'fill',
  'undo',
  'redo',
  'mark-rest',
  'edit-note',
  'edit-minutes',
  'open-codes',
  'await-code',
]);

/** What a waiting digit outlasts: its code, another digit, and the list to choose a code from. */
const keepsDays: ReadonlySet<GridAction['type']> = new Set(['write', 'await-code', 'open-codes']);

/** For how many days a mark was repeated: beside it, so that it is seen without opening anything. */
function Days({ days }: { readonly days: number | null }) {
  if (days === null) return null;
  return (
    <Text span size="xs" c="dimmed">
      {text('register.repeated', { count: days })}
    </Text>
  );
}

interface MarkHeadingProps {
  readonly column: MarkColumn;
  readonly own: MarkColumn | null;
  readonly children: ReactNode;
}

/** A mark column's heading; the one the user writes has a pencil, and says so. */
function MarkHeading({ column, own, children }: MarkHeadingProps) {
  return (
    <Table.Th scope="col" className={classes.markColumn}>
      <span className={classes.cell}>
        {children}
        {column === own && (
          <>
            <IconPencil size={16} aria-hidden />
            <VisuallyHidden>{text('register.column.yours')}</VisuallyHidden>
          </>
        )}
      </span>
    </Table.Th>
  );
}

/** A planned absence is no entry of the office: it is dimmed, and says what it is. */
function PlannedMark({ plan, meaning }: { readonly plan: PlanShown; readonly meaning: string }) {
  const label = plan.isStanding ? text('register.planned') : text('register.planned.here');
  return (
    <span className={classes.planned} title={plan.occasion === '' ? meaning : plan.occasion}>
      <span className={classes.plannedCode}>{plan.code}</span>
      <VisuallyHidden>, {meaning}, </VisuallyHidden>
      <Text size="xs" span>
        {label}
      </Text>
    </span>
  );
}

/** Yesterday's mark is there to compare with: the letter alone, its meaning for those who hear it. */
function PreviousMark({
  code,
  codesByText,
}: Pick<RegisterGridProps, 'codesByText'> & { readonly code: string }) {
  const meaning = codesByText.get(code)?.meaning;
  return (
    <Text size="sm" c="dimmed" span title={meaning}>
      {code}
      {meaning !== undefined && <VisuallyHidden>, {meaning}</VisuallyHidden>}
    </Text>
  );
}

function isMarkColumn(column: GridColumn): column is MarkColumn {
  return column === 'teacher' || column === 'office';
}

function cellId(gridId: string, row: number, column: GridColumn): string {
  return `${gridId}-${row}-${column}`;
}

function codeInWords(code: string, codesByText: ReadonlyMap<string, RegisterCode>): string {
  const meaning = codesByText.get(code)?.meaning;
  return meaning === undefined ? code : `${code}, ${meaning}`;
}

function nameOf(register: Register, student: string): string {
  return register.students.find(({ id }) => id === student)?.name ?? '';
}
