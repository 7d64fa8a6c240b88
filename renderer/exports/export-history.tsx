import { Text, Title } from '@mantine/core';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';

type Exported = Output<'exports', 'history'>['exports'][number];

/** The files that left in the last year, newest first, from the audit log. */
export function ExportHistory() {
  const history = useCall('exports', 'history', {});
  const format = useFormat();
  const exports = history.data?.exports ?? [];
  return (
    <section>
      <Title order={2} mb="sm">
        {text('exports.history')}
      </Title>
      <ErrorAlert error={history.error} onRetry={history.reload} />
      {history.isPending && <Loading rows={3} />}
      {history.data !== undefined && exports.length === 0 && (
        <Text c="dimmed">{text('exports.history.none')}</Text>
      )}
      {exports.length > 0 && (
        <DataTable
          label={text('exports.history')}
          rows={exports}
          rowKey={({ seq }) => String(seq)}
          maxHeight="24rem"
          columns={columnsOf(format)}
        />
      )}
    </section>
  );
}

const whatTexts: { readonly [W in Exported['what']]: PlainTextKey } = {
  roster: 'exports.history.roster',
  register: 'exports.history.register',
  school: 'exports.history.school',
};
/** Of this screen and of the school's export on the backup screen. */
const reasonTexts: Readonly<Record<string, PlainTextKey>> = {
  authority: 'exports.reason.authority',
  transfer: 'exports.reason.transfer',
  'other-system': 'exports.reason.other-system',
  'own-evaluation': 'exports.reason.own-evaluation',
  'parent-request': 'exports.reason.parent-request',
  closing: 'exports.reason.closing',
  other: 'exports.reason.other',
};

function columnsOf({ formatDayTime, formatNumber }: Format): readonly DataColumn<Exported>[] {
  return [
    {
      key: 'when',
      title: text('exports.history.when'),
      cell: ({ atMs }) => <bdi>{formatDayTime(atMs)}</bdi>,
    },
    { key: 'by', title: text('exports.history.by'), cell: ({ by }) => <bdi>{by}</bdi> },
    { key: 'what', title: text('exports.history.what'), cell: ({ what }) => text(whatTexts[what]) },
    {
      key: 'rows',
      title: text('exports.history.rows'),
      isNumber: true,
      cell: ({ rows }) => formatNumber(rows),
    },
    {
      key: 'how',
      title: text('exports.history.how'),
      cell: ({ isPlain }) => (
        <Text fw={isPlain ? 600 : 400} inherit>
          {isPlain ? text('exports.history.plain') : text('exports.history.encrypted')}
        </Text>
      ),
    },
    {
      key: 'reason',
      title: text('exports.history.reason'),
      cell: ({ reason }) => text(reasonTexts[reason] ?? 'exports.reason.other'),
    },
    {
      key: 'sha256',
      title: text('exports.history.sha256'),
      cell: ({ sha256 }) => (
        <code dir="ltr" title={sha256}>
          {sha256.slice(0, 16)}
        </code>
      ),
    },
  ];
}
