import { Button, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { pathTo, useGo } from '../app/router.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { NoRoster } from '../roster/no-roster.tsx';
import { SavedLists } from './saved-lists.tsx';
import { isNarrowed, noFilter, type StudentFilter } from './student-filter.ts';
import { StudentFilters } from './student-filters.tsx';
import { StudentTable } from './student-table.tsx';
import { useStudentPages } from './use-student-pages.ts';

/** Every search is an audited read: it waits until the typing pauses. */
const searchAfterMs = 250;

/** The students: find one, or a group. */
export function StudentsScreen() {
  const { role } = useUser();
  const go = useGo();
  const choices = useCall('students', 'filters', {});
  const [filter, setFilter] = useState(noFilter);
  const [settled] = useDebouncedValue(filter, searchAfterMs);
  // Only typing waits; what is chosen or pressed is read at once.
  const searched = filter.text === settled.text ? filter : settled;
  const pages = useStudentPages({ ...searched, text: searched.text.trim() });
  const { total } = pages;

  return (
    <Stack gap="md">
      <PageHeader
        title={text('students.title')}
        state={total !== undefined && stateOf(searched, total)}
        action={
          <>
            {reachOf(role, 'students.edit') === 'school' && (
              <Button
                variant="default"
                leftSection={<IconUsersGroup size={18} aria-hidden />}
                onClick={() => {
                  go(pathTo.duplicates());
                }}
              >
                {text('duplicates.open')}
              </Button>
            )}
            <SavedLists filter={filter} onOpen={setFilter} />
          </>
        }
      />
      <StudentFilters filter={filter} choices={choices.data} onChange={setFilter} />
      <ErrorAlert
        error={pages.error ?? choices.error}
        onRetry={() => {
          pages.reload();
          if (choices.error !== undefined) choices.reload();
        }}
      />
      {total === undefined && pages.error === undefined && <Loading rows={12} />}
      {total === 0 && pages.isRead && <Nobody filter={filter} onChange={setFilter} />}
      {total !== undefined && total > 0 && (
        <StudentTable
          filter={searched}
          pages={pages}
          total={total}
          onSort={(sorted) => {
            setFilter({ ...filter, sort: sorted.sort, descending: sorted.descending });
          }}
        />
      )}
    </Stack>
  );
}

function stateOf({ status }: StudentFilter, count: number): string {
  const students =
    status === 'left' ? text('students.state.leavers', { count }) : text('students.state', { count });
  return text('students.state.recorded', { students });
}

interface NobodyProps {
  readonly filter: StudentFilter;
  readonly onChange: (filter: StudentFilter) => void;
}

function Nobody({ filter, onChange }: NobodyProps) {
  if (!isNarrowed(filter) && filter.status === 'active') {
    return <NoRoster willBe={text('students.willBe')} />;
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
