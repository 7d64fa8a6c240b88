import { Button, Kbd, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { statisticalText } from './statistical-text.ts';

type CodeEdit = Output<'attendance', 'codeEdits'>['edits'][number];

/** What the school has changed about its codes, from when, and by whom; each can be taken back. */
export function CodeChanges({ mayChange }: { readonly mayChange: boolean }) {
  const { data, error, reload } = useCall('attendance', 'codeEdits', {});
  const format = useFormat();
  const withdraw = useCommand('attendance', 'withdrawCodeChange', { reloads: ['attendance'] });
  // What was confirmed was confirmed for one change only.
  const [asked, setAsked] = useState<CodeEdit['id'] | null>(null);
  const marks = withdraw.error?.type === 'code-has-marks' ? withdraw.error.marks : null;
  const takeBack = (id: CodeEdit['id']) => {
    void withdraw.run({ id, confirmedMarks: asked === id ? marks : null });
    setAsked(id);
  };
  if (error !== undefined) return <ErrorAlert error={error} onRetry={reload} />;
  if (data === undefined) return null;
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>{text('codes.changes.title')}</Title>
      <ErrorAlert error={withdraw.error} onClose={withdraw.clearError} />
      {data.edits.length === 0 ? (
        <Text c="dimmed">{text('codes.changes.none')}</Text>
      ) : (
        <DataTable
          label={text('codes.changes.title')}
          rows={data.edits}
          rowKey={({ id }) => id}
          maxHeight="none"
          columns={
            mayChange
              ? [...columnsFor(format), withdrawColumn(format, takeBack, asked, marks)]
              : columnsFor(format)
          }
        />
      )}
    </Stack>
  );
}

function columnsFor({ formatDayLong, formatDayTime }: Format): readonly DataColumn<CodeEdit>[] {
  return [
    { key: 'code', title: text('codes.code'), cell: ({ code }) => <bdi>{code}</bdi> },
    { key: 'from', title: text('codes.dialog.from'), cell: ({ from }) => formatDayLong(from) },
    {
      key: 'what',
      title: text('codes.changes.what'),
      cell: ({ isEnded, meaning, isInForce }) => (
        <>
          <bdi>{isEnded ? text('codes.changes.ended') : meaning}</bdi>
          {!isInForce && (
            <Text size="sm" c="var(--mantine-color-error)">
              {text('codes.changes.clash')}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'key',
      title: text('codes.key'),
      cell: ({ key }) => (key === null ? text('codes.key.list') : <Kbd>{key}</Kbd>),
    },
    {
      key: 'category',
      title: text('codes.statistics'),
      cell: ({ category, isEnded }) => (isEnded ? '' : statisticalText(category)),
    },
    {
      key: 'by',
      title: text('codes.changes.by'),
      cell: ({ by, atMs }) => (
        <>
          <bdi>{by}</bdi>, <bdi>{formatDayTime(atMs)}</bdi>
        </>
      ),
    },
  ];
}

function withdrawColumn(
  { formatDay }: Format,
  onWithdraw: (id: CodeEdit['id']) => void,
  asked: CodeEdit['id'] | null,
  marks: number | null,
): DataColumn<CodeEdit> {
  return {
    key: 'withdraw',
    title: text('codes.change.column'),
    cell: ({ id, code, from }) => (
      <Button
        variant="default"
        size="compact-sm"
        aria-label={
          asked === id && marks !== null
            ? text('codes.changes.withdrawMarks', { count: marks })
            : text('codes.changes.withdrawOf', { code, day: formatDay(from) })
        }
        onClick={() => {
          onWithdraw(id);
        }}
      >
        {asked === id && marks !== null
          ? text('codes.changes.withdrawMarks', { count: marks })
          : text('codes.changes.withdraw')}
      </Button>
    ),
  };
}
