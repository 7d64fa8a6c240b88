import { Text, Title } from '@mantine/core';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { changeTexts, type Change } from './difference-table.tsx';

type Import = Output<'roster', 'history'>['imports'][number];

const changes: readonly Change[] = ['added', 'changed', 'removed', 'revived'];

/** The imports that were applied, newest first. */
export function ImportHistory() {
  const history = useCall('roster', 'history', {});
  const format = useFormat();
  const imports = history.data?.imports ?? [];
  return (
    <section>
      <Title order={2} mb="sm">
        {text('import.history')}
      </Title>
      <ErrorAlert error={history.error} onRetry={history.reload} />
      {history.isPending && <Loading rows={3} />}
      {history.data !== undefined && imports.length === 0 && (
        <Text c="dimmed">{text('import.history.none')}</Text>
      )}
      {imports.length > 0 && (
        <DataTable
          label={text('import.history')}
          rows={imports}
          rowKey={({ atMs }) => String(atMs)}
          maxHeight="24rem"
          columns={columnsOf(format)}
        />
      )}
    </section>
  );
}

function columnsOf({ formatDayTime, formatNumber }: Format): readonly DataColumn<Import>[] {
  return [
    {
      key: 'when',
      title: text('import.history.when'),
      cell: ({ atMs }) => <bdi>{formatDayTime(atMs)}</bdi>,
    },
    {
      key: 'by',
      title: text('import.history.by'),
      cell: ({ by, isAutomatic }) => (isAutomatic ? text('import.history.automatic') : <bdi>{by}</bdi>),
    },
    { key: 'format', title: text('import.history.format'), cell: formatOf },
    ...changes.map((change) => ({
      key: change,
      title: text(changeTexts[change]),
      isNumber: true,
      cell: ({ differences }: Import) =>
        formatNumber(differences.reduce((sum, difference) => sum + difference[change], 0)),
    })),
  ];
}

function formatOf({ version, mode }: Import): string {
  if (version === 'mapped') return text('import.history.format.mapped');
  if (version === 'groups') return text('import.history.format.groups');
  if (version === 'attendance') return text('import.history.format.attendance');
  return mode === 'delta'
    ? text('import.history.format.delta', { version })
    : text('import.history.format.bulk', { version });
}
