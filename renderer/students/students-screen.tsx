import { Button, Checkbox, Group, Pill, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'wouter';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { gradeTitle } from '../app/grade.ts';
import { pathTo } from '../app/router.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import classes from './students-screen.module.css';
import { useStudentPages, type StudentFilter, type StudentPages } from './use-student-pages.ts';

const noFilter: StudentFilter = { text: '', grade: null, homeroom: null, status: 'active' };

/** Every search is an audited read: it waits until the typing pauses. */
const searchAfterMs = 250;

/** The students: find one, or a group. */
export function StudentsScreen() {
  const [filter, setFilter] = useState(noFilter);
  const [searched] = useDebouncedValue(filter, searchAfterMs);
  const [total, setTotal] = useState<number | undefined>(undefined);

  return (
    <Stack gap="md">
      <PageHeader title={text('students.title')} state={total !== undefined && stateOf(searched, total)} />
      <Filters filter={filter} onChange={setFilter} />
      <Found key={JSON.stringify(searched)} filter={searched} onChange={setFilter} onTotal={setTotal} />
    </Stack>
  );
}

function stateOf({ status }: StudentFilter, count: number): string {
  const students =
    status === 'left' ? text('students.state.leavers', { count }) : text('students.state', { count });
  return text('students.state.recorded', { students });
}

interface FiltersProps {
  readonly filter: StudentFilter;
  readonly onChange: (filter: StudentFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const filters = useCall('students', 'filters', {});
  const homerooms = filters.data?.homerooms ?? [];
  const homeroom = homerooms.find(({ id }) => id === filter.homeroom);
  return (
    <Stack gap="xs">
      <ErrorAlert error={filters.error} onRetry={filters.reload} />
      <Group align="flex-end" gap="sm">
        <TextInput
          type="search"
          label={text('students.search')}
          placeholder={text('students.search.hint')}
          w="20rem"
          maxLength={100}
          value={filter.text}
          onChange={(event) => {
            onChange({ ...filter, text: event.currentTarget.value });
          }}
        />
        <Select
          label={text('students.grade')}
          placeholder={text('students.grade.any')}
          w="8rem"
          clearable
          data={(filters.data?.grades ?? []).map((grade) => ({ value: grade, label: gradeTitle(grade) }))}
          value={filter.grade}
          onChange={(grade) => {
            onChange({ ...filter, grade });
          }}
        />
        <Select
          label={text('students.homeroom')}
          placeholder={text('students.homeroom.any')}
          w="11rem"
          clearable
          searchable
          data={homerooms.map(({ id, title }) => ({ value: id, label: title }))}
          value={filter.homeroom}
          onChange={(chosen) => {
            onChange({ ...filter, homeroom: homerooms.find(({ id }) => id === chosen)?.id ?? null });
          }}
        />
        <Checkbox
          label={text('students.filter.showLeavers')}
          checked={filter.status === 'left'}
          mb={8}
          onChange={(event) => {
            onChange({ ...filter, status: event.currentTarget.checked ? 'left' : 'active' });
          }}
        />
      </Group>
      <Pill.Group>
        {filter.text.trim() !== '' && (
          <FilterPill
            label={text('students.filter.text', { text: filter.text.trim() })}
            onRemove={() => {
              onChange({ ...filter, text: '' });
            }}
          />
        )}
        {filter.grade !== null && (
          <FilterPill
            label={text('students.filter.grade', { grade: gradeTitle(filter.grade) })}
            onRemove={() => {
              onChange({ ...filter, grade: null });
            }}
          />
        )}
        {homeroom !== undefined && (
          <FilterPill
            label={text('students.filter.homeroom', { title: homeroom.title })}
            onRemove={() => {
              onChange({ ...filter, homeroom: null });
            }}
          />
        )}
        {filter.status === 'left' && (
          <FilterPill
            label={text('students.filter.leavers')}
            onRemove={() => {
              onChange({ ...filter, status: 'active' });
            }}
          />
        )}
      </Pill.Group>
    </Stack>
  );
}

function FilterPill({ label, onRemove }: { readonly label: string; readonly onRemove: () => void }) {
  return (
    <Pill
      withRemoveButton
      size="md"
      onRemove={onRemove}
      removeButtonProps={{
        'aria-label': `${text('students.filter.remove')}: ${label}`,
        'aria-hidden': false,
        tabIndex: 0,
      }}
    >
      <bdi>{label}</bdi>
    </Pill>
  );
}

interface FoundProps extends FiltersProps {
  readonly onTotal: (total: number) => void;
}

function Found({ filter, onChange, onTotal }: FoundProps) {
  const pages = useStudentPages({ ...filter, text: filter.text.trim() });
  const { total } = pages;
  useEffect(() => {
    if (total !== undefined) onTotal(total);
  }, [total, onTotal]);

  if (pages.error !== undefined) return <ErrorAlert error={pages.error} onRetry={pages.reload} />;
  if (total === undefined) return <Loading rows={12} />;
  if (total > 0) return <StudentTable pages={pages} total={total} />;

  const isFiltered = filter.text.trim() !== '' || filter.grade !== null || filter.homeroom !== null;
  if (!isFiltered && filter.status === 'active') {
    return <EmptyState title={text('students.noneAtAll.title')} text={text('students.noneAtAll.next')} />;
  }
  return filter.status === 'active' ? (
    <EmptyState
      title={text('students.none.title')}
      text={text('students.none.leavers')}
      action={
        <Button
          onClick={() => {
            onChange({ ...filter, status: 'left' });
          }}
        >
          {text('students.none.action')}
        </Button>
      }
    />
  ) : (
    <EmptyState
      title={text('students.none.title')}
      text={text('students.none.clearNext')}
      action={
        <Button
          variant="default"
          onClick={() => {
            onChange(noFilter);
          }}
        >
          {text('students.none.clear')}
        </Button>
      }
    />
  );
}

interface StudentTableProps {
  readonly pages: StudentPages;
  readonly total: number;
}

/** Thousands of rows, of which those in sight are drawn; one of them is the table's tab stop. */
function StudentTable({ pages, total }: StudentTableProps) {
  const scrollRef = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
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
  const firstIndex = rows[0]?.index ?? 0;
  const lastIndex = rows.at(-1)?.index ?? 0;
  const { show } = pages;

  useEffect(() => {
    show(firstIndex);
    show(lastIndex);
  });

  useEffect(() => {
    if (!mayTakeFocus.current) return;
    scrollRef.current
      ?.querySelector<HTMLElement>(`[data-index="${active}"] a`)
      ?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, active, total);
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    mayTakeFocus.current = true;
    virtualizer.scrollToIndex(next);
    setActive(next);
  };

  const before = rows[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    <>
      <div ref={scrollRef} className={classes.scroll}>
        <Table
          className={classes.table ?? ''}
          aria-label={text('students.table.label')}
          aria-rowcount={total + 1}
          highlightOnHover
        >
          <Table.Thead>
            <Table.Tr aria-rowindex={1}>
              <Table.Th scope="col">{text('students.column.name')}</Table.Th>
              <Table.Th scope="col">{text('students.column.grade')}</Table.Th>
              <Table.Th scope="col">{text('students.column.homeroom')}</Table.Th>
              <Table.Th scope="col">{text('students.column.status')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody
            onKeyDown={onKeyDown}
            onFocus={() => {
              mayTakeFocus.current = true;
            }}
            onBlur={(event) => {
              mayTakeFocus.current = event.currentTarget.contains(event.relatedTarget);
            }}
          >
            {before > 0 && <Spacer height={before} />}
            {rows.map(({ index, key }) => {
              const student = pages.rowAt(index);
              return (
                <Table.Tr
                  key={key}
                  data-index={index}
                  aria-rowindex={index + 2}
                  className={classes.row ?? ''}
                >
                  <Table.Th scope="row">
                    {student === undefined ? (
                      <Text span size="sm" c="dimmed">
                        {text('students.row.reading')}
                      </Text>
                    ) : (
                      <Link
                        to={pathTo.student(student.id)}
                        tabIndex={index === active ? 0 : -1}
                        className={classes.link ?? ''}
                        onFocus={() => {
                          setActive(index);
                        }}
                      >
                        <bdi title={student.name}>{student.name}</bdi>
                      </Link>
                    )}
                  </Table.Th>
                  <Table.Td>{gradeTitle(student?.grade ?? '')}</Table.Td>
                  <Table.Td>
                    <bdi>{student?.homeroom}</bdi>
                  </Table.Td>
                  <Table.Td>
                    {student?.status === 'active' && text('students.status.active')}
                    {student?.status === 'left' && text('students.status.left')}
                  </Table.Td>
                </Table.Tr>
              );
            })}
            {after > 0 && <Spacer height={after} />}
          </Table.Tbody>
        </Table>
      </div>
      <Text size="xs" c="dimmed">
        {text('students.keys')}
      </Text>
    </>
  );
}

/** Stands for the rows that are not drawn. */
function Spacer({ height }: { readonly height: number }) {
  return (
    <Table.Tr aria-hidden>
      <Table.Td colSpan={4} h={height} className={classes.spacer ?? ''} />
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
