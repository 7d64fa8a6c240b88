import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { placeTitle } from '../app/grade.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { focusPageHeader, PageHeader } from '../components/page-header.tsx';
import { CompareRecords } from './compare-records.tsx';

type Duplicates = Output<'students', 'duplicates'>;
type Pair = Duplicates['pairs'][number];
type Merged = Duplicates['merged'][number];
type Apart = Duplicates['apart'][number];
type RecordLine = Pair['records'][number];

const reasonTexts: { readonly [R in Pair['reasons'][number]]: PlainTextKey } = {
  'student-number': 'duplicates.reason.student-number',
  'national-id': 'duplicates.reason.national-id',
  'birth-date-same-name': 'duplicates.reason.birth-date-same-name',
  'birth-date-swapped-name': 'duplicates.reason.birth-date-swapped-name',
  'birth-date-similar-name': 'duplicates.reason.birth-date-similar-name',
  'birth-date-other-script': 'duplicates.reason.birth-date-other-script',
};

/** Records that may be one person: why, compared side by side, and merged. What was merged is parted here too. */
export function DuplicatesScreen() {
  const duplicates = useCall('students', 'duplicates', {});
  const unmerge = useCommand('students', 'unmerge', { reloads: ['students'] });
  const keepApart = useCommand('students', 'keepApart', { reloads: ['students'] });
  const [open, setOpen] = useState<Pair | null>(null);
  const [isMerged, setIsMerged] = useState(false);
  if (duplicates.error !== undefined) {
    return <ErrorAlert error={duplicates.error} onRetry={duplicates.reload} />;
  }
  // After a merge the list from before would still offer the pair.
  if (duplicates.data === undefined || (duplicates.isReading && isMerged)) return <Loading />;
  const { pairs, more, merged, apart } = duplicates.data;
  const say = async ([one, other]: Pair['records'], isApart: boolean): Promise<void> => {
    setIsMerged(false);
    const reply = await keepApart.run({ one: one.id, other: other.id, apart: isApart });
    if (reply.ok) focusPageHeader();
  };

  if (open !== null) {
    const [one, other] = open.records;
    return (
      <CompareRecords
        one={one.id}
        other={other.id}
        reasons={reasonsInWords(open)}
        onMerged={() => {
          setOpen(null);
          setIsMerged(true);
        }}
        onBack={() => {
          setOpen(null);
        }}
      />
    );
  }
  return (
    <Stack gap="md">
      <PageHeader
        title={text('duplicates.title')}
        state={text(more ? 'duplicates.state.more' : 'duplicates.state', { count: pairs.length })}
      />
      {isMerged && (
        <Alert color="teal" variant="outline">
          {text('duplicates.merged.done')}
        </Alert>
      )}
      {pairs.length === 0 ? (
        <EmptyState title={text('duplicates.none.title')} text={text('duplicates.none.next')} />
      ) : (
        <PairTable
          pairs={pairs}
          isRunning={keepApart.isRunning}
          onApart={({ records }) => void say(records, true)}
          onOpen={(pair) => {
            setIsMerged(false);
            setOpen(pair);
          }}
        />
      )}
      <ErrorAlert error={unmerge.error ?? keepApart.error} />
      {merged.length > 0 && (
        <MergedTable
          merged={merged}
          isRunning={unmerge.isRunning}
          onPart={(each) => {
            setIsMerged(false);
            void unmerge.run({ merged: each.merged.id }).then((reply) => {
              if (reply.ok) focusPageHeader();
            });
          }}
        />
      )}
      {apart.length > 0 && (
        <ApartTable
          apart={apart}
          isRunning={keepApart.isRunning}
          onAgain={({ records }) => void say(records, false)}
        />
      )}
    </Stack>
  );
}

interface PairTableProps {
  readonly pairs: readonly Pair[];
  readonly isRunning: boolean;
  readonly onApart: (pair: Pair) => void;
  readonly onOpen: (pair: Pair) => void;
}

function PairTable({ pairs, ...actions }: PairTableProps) {
  return (
    <DataTable
      label={text('duplicates.title')}
      rows={pairs}
      rowKey={({ records: [one, other] }) => `${one.id} ${other.id}`}
      columns={pairColumns(actions)}
    />
  );
}

function pairColumns({
  isRunning,
  onApart,
  onOpen,
}: Omit<PairTableProps, 'pairs'>): readonly DataColumn<Pair>[] {
  return [
    ...recordColumns<Pair>(),
    { key: 'why', title: text('duplicates.why'), cell: reasonsInWords },
    {
      key: 'open',
      title: text('duplicates.action'),
      cell: (pair) => (
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            aria-label={text('duplicates.compare.of', namesOf(pair))}
            onClick={() => {
              onOpen(pair);
            }}
          >
            {text('duplicates.compare')}
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={isRunning}
            aria-label={text('duplicates.apart.of', namesOf(pair))}
            onClick={() => {
              onApart(pair);
            }}
          >
            {text('duplicates.apart')}
          </Button>
        </Group>
      ),
    },
  ];
}

interface ApartTableProps {
  readonly apart: readonly Apart[];
  readonly isRunning: boolean;
  readonly onAgain: (apart: Apart) => void;
}

function ApartTable({ apart, isRunning, onAgain }: ApartTableProps) {
  const { formatDayTime } = useFormat();
  return (
    <Stack gap="sm">
      <div>
        <Title order={2}>{text('duplicates.apart.title')}</Title>
        <Text size="sm" c="dimmed">
          {text('duplicates.apart.explained')}
        </Text>
      </div>
      <DataTable
        label={text('duplicates.apart.title')}
        rows={apart}
        rowKey={({ records: [one, other] }) => `${one.id} ${other.id}`}
        columns={apartColumns({ isRunning, onAgain, formatDayTime })}
      />
    </Stack>
  );
}

function apartColumns({
  isRunning,
  onAgain,
  formatDayTime,
}: Omit<ApartTableProps, 'apart'> & Pick<Format, 'formatDayTime'>): readonly DataColumn<Apart>[] {
  return [
    ...recordColumns<Apart>(),
    {
      key: 'by',
      title: text('duplicates.apart.by'),
      cell: ({ by, atMs }) => <bdi>{text('duplicates.by.at', { name: by, time: formatDayTime(atMs) })}</bdi>,
    },
    {
      key: 'again',
      title: text('duplicates.action'),
      cell: (each) => (
        <Button
          size="xs"
          variant="default"
          disabled={isRunning}
          aria-label={text('duplicates.again.of', namesOf(each))}
          onClick={() => {
            onAgain(each);
          }}
        >
          {text('duplicates.again')}
        </Button>
      ),
    },
  ];
}

function namesOf({ records: [one, other] }: Pick<Pair, 'records'>): { one: string; other: string } {
  return { one: one.name, other: other.name };
}

/** The two records of a pair. */
function recordColumns<Row extends Pick<Pair, 'records'>>(): readonly DataColumn<Row>[] {
  return [
    { key: 'one', title: text('duplicates.one'), cell: ({ records: [one] }) => <Line record={one} /> },
    {
      key: 'other',
      title: text('duplicates.other'),
      cell: ({ records: [, other] }) => <Line record={other} />,
    },
  ];
}

interface MergedTableProps {
  readonly merged: readonly Merged[];
  readonly isRunning: boolean;
  readonly onPart: (merged: Merged) => void;
}

function MergedTable({ merged, isRunning, onPart }: MergedTableProps) {
  const { formatDayTime } = useFormat();
  return (
    <Stack gap="sm">
      <Title order={2}>{text('duplicates.merged.title')}</Title>
      <DataTable
        label={text('duplicates.merged.title')}
        rows={merged}
        rowKey={({ kept, merged: other }) => `${kept.id} ${other.id}`}
        columns={mergedColumns({ isRunning, onPart, formatDayTime })}
      />
    </Stack>
  );
}

function mergedColumns({
  isRunning,
  onPart,
  formatDayTime,
}: Omit<MergedTableProps, 'merged'> & Pick<Format, 'formatDayTime'>): readonly DataColumn<Merged>[] {
  return [
    { key: 'kept', title: text('duplicates.kept'), cell: ({ kept }) => <Line record={kept} /> },
    { key: 'merged', title: text('duplicates.with'), cell: (each) => <Line record={each.merged} /> },
    {
      key: 'by',
      title: text('duplicates.by'),
      cell: ({ by, atMs }) => <bdi>{text('duplicates.by.at', { name: by, time: formatDayTime(atMs) })}</bdi>,
    },
    {
      key: 'part',
      title: text('duplicates.action'),
      cell: (each) => (
        <Button
          size="xs"
          variant="default"
          disabled={isRunning}
          aria-label={text('merged.part.of', {
            name: each.merged.name,
            number: each.merged.studentNumber,
          })}
          onClick={() => {
            onPart(each);
          }}
        >
          {text('merged.part')}
        </Button>
      ),
    },
  ];
}

function Line({ record }: { readonly record: RecordLine }) {
  return (
    <>
      <bdi>{record.name}</bdi>
      <Text size="xs" c="dimmed">
        <bdi>
          {text('duplicates.line', { number: record.studentNumber, place: placeTitle(record) })}
          {record.status === 'left' && `, ${text('students.status.left')}`}
        </bdi>
      </Text>
    </>
  );
}

function reasonsInWords({ reasons }: Pair): string {
  return reasons.map((reason) => text(reasonTexts[reason])).join('; ');
}
