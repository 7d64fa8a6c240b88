import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearch } from 'wouter';
import { studentId } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { useCall } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useDesk, useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { firstFilter, toAuditInput, type AuditFilter } from './audit-filter.ts';
import { AuditFilters } from './audit-filters.tsx';
import classes from './audit.module.css';
import { EntryDrawer } from './entry-drawer.tsx';
import { actionTexts, entrySentence, outcomeText, recordTexts, type Entry } from './entry-sentence.ts';
import { LogIntegrity } from './log-integrity.tsx';

/** Who looked at this child, and what else was done? Reading the log is itself on the log. */
export function AuditScreen() {
  const today = useToday();
  const asked = studentId.safeParse(new URLSearchParams(useSearch()).get('student'));
  const [filter, setFilter] = useState(() => firstFilter(today, asked.success ? asked.data : null));
  return (
    <Stack gap="lg">
      <PageHeader title={text('audit.title')} state={text('audit.state.recorded')} />
      <AuditFilters
        filter={filter}
        onChange={setFilter}
        onClear={() => {
          setFilter(firstFilter(today, null));
        }}
      />
      <Entries key={JSON.stringify(filter)} filter={filter} />
      <LogIntegrity />
    </Stack>
  );
}

function Entries({ filter }: { readonly filter: AuditFilter }) {
  const timeZone = useDesk().status.school?.timeZone;
  assert(timeZone != null, 'a signed-in desk has a school and its time zone');
  const [earlier, setEarlier] = useState<readonly Entry[]>([]);
  const [opened, setOpened] = useState<number | null>(null);
  const { formatDayTime, formatDay } = useFormat();
  const page = useCall('audit', 'list', toAuditInput(filter, timeZone, earlier.at(-1)?.seq ?? null));
  const entries = [...earlier, ...(page.data?.entries ?? [])];

  if (page.error !== undefined) return <ErrorAlert error={page.error} onRetry={page.reload} />;
  if (page.data !== undefined && entries.length === 0) {
    const words = filterWords(filter, formatDay);
    return (
      <EmptyState
        title={words === '' ? text('audit.none.unfiltered') : text('audit.none.title', { filter: words })}
        text={text('audit.none.text')}
      />
    );
  }
  return (
    <Stack gap="sm">
      {entries.length > 0 && (
        <DataTable
          label={text('audit.table')}
          columns={columnsOf(formatDayTime, setOpened)}
          rows={entries}
          rowKey={({ seq }) => String(seq)}
          minWidth="50rem"
          maxHeight="calc(100dvh - 20rem)"
        />
      )}
      {page.isPending && <Loading />}
      {page.data !== undefined && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" component="output">
            {text('audit.shown', { count: entries.length })}
          </Text>
          {page.data.more && (
            <Button
              variant="default"
              onClick={() => {
                setEarlier(entries);
              }}
            >
              {text('audit.older')}
            </Button>
          )}
        </Group>
      )}
      <EntryDrawer
        seq={opened}
        onClose={() => {
          setOpened(null);
        }}
      />
    </Stack>
  );
}

function columnsOf(
  formatDayTime: (atMs: number) => string,
  onOpen: (seq: number) => void,
): readonly DataColumn<Entry>[] {
  return [
    {
      key: 'when',
      title: text('audit.column.when'),
      width: '9rem',
      cell: ({ atMs }) => <bdi>{formatDayTime(atMs)}</bdi>,
    },
    { key: 'what', title: text('audit.column.what'), cell: (entry) => entrySentence(entry) },
    { key: 'desk', title: text('audit.column.desk'), cell: ({ desk }) => <bdi>{desk}</bdi> },
    {
      key: 'outcome',
      title: text('audit.column.outcome'),
      cell: ({ outcome }) => <Outcome outcome={outcome} />,
    },
    {
      key: 'number',
      title: text('audit.column.number'),
      isNumber: true,
      cell: ({ seq }) => (
        <UnstyledButton
          className={classes.open ?? ''}
          aria-label={text('audit.entry.open', { seq })}
          onClick={() => {
            onOpen(seq);
          }}
        >
          <bdi>{seq}</bdi>
        </UnstyledButton>
      ),
    },
  ];
}

function Outcome({ outcome }: { readonly outcome: string }) {
  if (outcome === 'ok') return outcomeText(outcome);
  return (
    <Group gap={6} wrap="nowrap" className={classes.notDone ?? ''}>
      <IconAlertTriangle size={18} aria-hidden />
      {outcomeText(outcome)}
    </Group>
  );
}

/** The filter in words, for who finds nothing with it. */
function filterWords(filter: AuditFilter, formatDay: (day: string) => string): string {
  const { days, student, action, record, outcome } = filter;
  const word = (texts: Readonly<Record<string, PlainTextKey>>, chosen: string | null): string => {
    const key = chosen === null ? undefined : texts[chosen];
    return key === undefined ? '' : text(key);
  };
  const dayWords =
    days === null
      ? ''
      : days.from === days.to
        ? formatDay(days.from)
        : text('audit.filterText.days', { from: formatDay(days.from), to: formatDay(days.to) });
  const studentWords = student === null ? '' : student.name || text('audit.filter.student.chosen');
  return [
    dayWords,
    studentWords,
    word(actionTexts, action),
    word(recordTexts, record),
    outcome === null ? '' : outcomeText(outcome),
  ]
    .filter((words) => words !== '')
    .join(text('audit.filterText.separator'));
}
