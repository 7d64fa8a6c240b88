import { Button, Checkbox, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import { reachOf } from '../../domain/access/policy.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { gradeTitle } from '../app/grade.ts';
import { isInDialog } from '../app/move-focus.ts';
import { pathTo, useGo } from '../app/router.tsx';
import { ruleText } from '../app/rule-texts.ts';
import {
  chosenCount,
  everybody,
  isChosen,
  nobody,
  toggled,
  withChosen,
  type Selection,
} from './selection.ts';
import { sortedBy, sortStateOf, type StudentFilter } from './student-filter.ts';
import classes from './students-screen.module.css';
import type { StudentPages, StudentRow } from './use-student-pages.ts';

interface StudentTableProps {
  readonly filter: StudentFilter;
  readonly pages: StudentPages;
  readonly total: number;
  readonly onSort: (filter: StudentFilter) => void;
}

interface Column {
  readonly sort: StudentFilter['sort'];
  readonly title: PlainTextKey;
}

const columns: readonly Column[] = [
  { sort: 'name', title: 'students.column.name' },
  { sort: 'grade', title: 'students.column.grade' },
  { sort: 'homeroom', title: 'students.column.homeroom' },
  { sort: 'number', title: 'students.column.number' },
];
/** Only for who may see attendance. */
const rateColumn: Column = { sort: 'rate', title: 'students.column.rate' };
/** What is only scrolled past is not read. */
const restsAfterMs = 100;
const columnCount = columns.length + 3;

/** Thousands of rows, of which those in sight are drawn; one of them is the table's tab stop. */
export function StudentTable({ filter, pages, total, onSort }: StudentTableProps) {
  const { role } = useUser();
  const showsRates = reachOf(role, 'attendance.see') !== undefined;
  const shownColumns = showsRates ? [...columns, rateColumn] : columns;
  const scrollRef = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [selection, setSelection] = useState(nobody);
  const mayTakeFocus = useRef(false);
  const rowHeight = useRowHeight();
  // oxlint-disable-next-line react/incompatible-library -- its functions go into no memo and no child
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // What has the focus must not lie under the sticky header.
    scrollPaddingStart: rowHeight,
  });
  const rows = virtualizer.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;

  // Another list begins at its top, with nobody chosen.
  const key = JSON.stringify(filter);
  const [shownKey, setShownKey] = useState(key);
  if (key !== shownKey) {
    setShownKey(key);
    setActive(0);
    setSelection(nobody);
  }
  useEffect(() => {
    if (scrollRef.current !== null) scrollRef.current.scrollTop = 0;
  }, [key]);
  const { show, isRead } = pages;
  useEffect(() => {
    if (!isRead) return undefined;
    const timer = setTimeout(() => {
      show([first, last]);
    }, restsAfterMs);
    return () => {
      clearTimeout(timer);
    };
  }, [show, isRead, first, last]);

  useEffect(() => {
    if (!mayTakeFocus.current || isInDialog()) return;
    scrollRef.current
      ?.querySelector<HTMLElement>(`[data-index="${active}"] a`)
      ?.focus({ preventScroll: true });
  });

  const goTo = (next: number) => {
    mayTakeFocus.current = true;
    virtualizer.scrollToIndex(next);
    setActive(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const here = pages.rowAt(active);
    if (event.key === ' ' && here !== undefined) {
      event.preventDefault();
      setSelection(toggled(selection, here.id));
      return;
    }
    const next = nextIndex(event.key, active, total);
    if (next === undefined) return;
    event.preventDefault();
    if (event.shiftKey) {
      const [from, to] = active < next ? [active, next] : [next, active];
      const passed = Array.from({ length: to - from + 1 }, (_, at) => pages.rowAt(from + at)?.id);
      setSelection(
        withChosen(
          selection,
          passed.filter((id) => id !== undefined),
        ),
      );
    }
    goTo(next);
  };

  const chosen = chosenCount(selection, total);
  const before = rows[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    <>
      <div ref={scrollRef} className={classes.scroll} aria-busy={!pages.isRead}>
        <Table
          className={classes.table ?? ''}
          aria-label={text('students.table.label')}
          aria-rowcount={total + 1}
          highlightOnHover
        >
          <Table.Thead>
            <Table.Tr aria-rowindex={1}>
              <Table.Th scope="col" className={classes.choice ?? ''}>
                <Checkbox
                  size="xs"
                  aria-label={text('students.choose.all', { count: total })}
                  checked={chosen === total}
                  indeterminate={chosen > 0 && chosen < total}
                  onChange={(event) => {
                    setSelection(event.currentTarget.checked ? everybody : nobody);
                  }}
                />
              </Table.Th>
              {shownColumns.map(({ sort, title }) => (
                <Table.Th key={sort} scope="col" aria-sort={sortStateOf(filter, sort)}>
                  <UnstyledButton
                    className={classes.sort ?? ''}
                    onClick={() => {
                      onSort(sortedBy(filter, sort));
                    }}
                  >
                    {text(title)}
                    <SortIcon state={sortStateOf(filter, sort)} />
                  </UnstyledButton>
                </Table.Th>
              ))}
              <Table.Th scope="col">{text('students.column.status')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody
            onKeyDown={onKeyDown}
            onFocus={(event) => {
              mayTakeFocus.current = true;
              const index = placeOf(event.target);
              if (index !== undefined && event.target.tagName === 'A') setActive(index);
            }}
            onChange={(event) => {
              const student = pages.rowAt(placeOf(event.target) ?? total);
              if (student !== undefined) setSelection(toggled(selection, student.id));
            }}
            onBlur={(event) => {
              mayTakeFocus.current = event.currentTarget.contains(event.relatedTarget);
            }}
          >
            {before > 0 && <Spacer height={before} />}
            {rows.map(({ index, key: rowKey }) => {
              const student = pages.rowAt(index);
              return (
                <Row
                  key={rowKey}
                  index={index}
                  student={student}
                  isActive={index === active}
                  isChosen={student !== undefined && isChosen(selection, student.id)}
                  showsRate={showsRates}
                />
              );
            })}
            {after > 0 && <Spacer height={after} />}
          </Table.Tbody>
        </Table>
      </div>
      {chosen > 0 ? (
        <ChosenBar
          selection={selection}
          pages={pages}
          total={total}
          onClear={() => {
            setSelection(nobody);
          }}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {text('students.keys')}
        </Text>
      )}
    </>
  );
}

interface RowProps {
  readonly index: number;
  readonly student: StudentRow | undefined;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly showsRate: boolean;
}

/** Drawn anew only where it changes: its events are handled by the table's body, and its box is the browser's own. */
const Row = memo(function Row({ index, student, isActive, isChosen: isOn, showsRate }: RowProps) {
  return (
    <Table.Tr data-index={index} aria-rowindex={index + 2} className={classes.row ?? ''}>
      <Table.Td className={classes.choice ?? ''}>
        {student !== undefined && (
          <input
            type="checkbox"
            // The row's link is the tab stop; Space on it does the same.
            tabIndex={-1}
            className={classes.box}
            aria-label={text('students.choose', { name: student.name })}
            checked={isOn}
            readOnly
          />
        )}
      </Table.Td>
      <Table.Th scope="row">
        {student === undefined ? (
          <Text span size="sm" c="dimmed">
            {text('students.row.reading')}
          </Text>
        ) : (
          <Link to={pathTo.student(student.id)} tabIndex={isActive ? 0 : -1} className={classes.link ?? ''}>
            <bdi title={student.name}>{student.name}</bdi>
          </Link>
        )}
      </Table.Th>
      <Table.Td>{gradeTitle(student?.grade ?? '')}</Table.Td>
      <Table.Td>
        <bdi>{student?.homeroom}</bdi>
      </Table.Td>
      <Table.Td>
        <bdi>{student?.studentNumber}</bdi>
      </Table.Td>
      {showsRate && <Table.Td>{student !== undefined && <Rate rate={student.rate} />}</Table.Td>}
      <Table.Td>
        {student?.status === 'active' && text('students.status.active')}
        {student?.status === 'left' && text('students.status.left')}
      </Table.Td>
    </Table.Tr>
  );
});

/** The percentage, and the band where law or guidance has a word for it. */
function Rate({ rate }: Pick<StudentRow, 'rate'>) {
  if (rate?.percentText == null) {
    return (
      <Text span size="sm" c="dimmed">
        {text('students.rate.none')}
      </Text>
    );
  }
  return (
    <span className={classes.rate}>
      <span className={classes.percent}>{text('year.rate.percent', { percent: rate.percentText })}</span>
      {rate.band?.isFlagged === true && <span className={classes.band}>{ruleText(rate.band.title)}</span>}
    </span>
  );
}

/** The place in the list of the row that holds an element. */
function placeOf(element: Element): number | undefined {
  const index = element.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? undefined : Number(index);
}

interface ChosenBarProps {
  readonly selection: Selection;
  readonly pages: StudentPages;
  readonly total: number;
  readonly onClear: () => void;
}

/** How many are chosen, and what an action would take. */
function ChosenBar({ selection, pages, total, onClear }: ChosenBarProps) {
  const go = useGo();
  const count = chosenCount(selection, total);
  const first = firstChosen(selection, pages, total);
  return (
    <Group className={classes.chosen ?? ''} gap="md" role="group" aria-label={text('students.chosen.label')}>
      <Text fw={600} role="status">
        {text('students.chosen', { count, total })}
      </Text>
      <Text size="sm" c="dimmed">
        {count === total ? text('students.chosen.all') : text('students.chosen.some')}
      </Text>
      <Group gap="sm" ms="auto">
        <Button variant="default" size="xs" onClick={onClear}>
          {text('students.chosen.clear')}
        </Button>
        <Button
          size="xs"
          disabled={first === undefined}
          onClick={() => {
            if (first !== undefined) go(pathTo.student(first.id));
          }}
        >
          {text('students.chosen.open')}
        </Button>
      </Group>
    </Group>
  );
}

function firstChosen(selection: Selection, pages: StudentPages, total: number): StudentRow | undefined {
  for (let index = 0; index < total; index += 1) {
    const row = pages.rowAt(index);
    if (row !== undefined && isChosen(selection, row.id)) return row;
  }
  return undefined;
}

function SortIcon({ state }: { readonly state: 'ascending' | 'descending' | 'none' }) {
  if (state === 'ascending') return <IconArrowUp size={14} aria-hidden />;
  if (state === 'descending') return <IconArrowDown size={14} aria-hidden />;
  return <IconArrowsSort size={14} aria-hidden className={classes.unsorted ?? ''} />;
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { readonly height: number }) {
  return (
    <Table.Tr aria-hidden>
      <Table.Td colSpan={columnCount} h={height} className={classes.spacer ?? ''} />
    </Table.Tr>
  );
}

/** The row height of the user's density, in pixels. */
function useRowHeight(): number {
  const [height] = useState(() => {
    const root = getComputedStyle(document.documentElement);
    const inRem = Number.parseFloat(root.getPropertyValue('--rollkeep-row-height'));
    return (Number.isNaN(inRem) ? 2 : inRem) * Number.parseFloat(root.fontSize);
  });
  return height;
}

function nextIndex(key: string, index: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + 15,
    PageUp: index - 15,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.max(0, Math.min(next, count - 1));
}
