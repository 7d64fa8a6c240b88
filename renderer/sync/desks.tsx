import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCircleDashed, type Icon } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { focusPageHeader } from '../components/page-header.tsx';
import { EndDesk } from './end-desk.tsx';

export type Desk = Output<'sync', 'overview'>['desks'][number];

const states: {
  readonly [S in 'active' | NonNullable<Desk['ended']>]: { text: PlainTextKey; icon: Icon };
} = {
  active: { text: 'sync.desks.active', icon: IconCheck },
  retired: { text: 'sync.desks.retired', icon: IconCircleDashed },
  stolen: { text: 'sync.desks.stolen', icon: IconAlertTriangle },
};

/** The computers of the school: when each was heard last, and the way to end one. */
export function Desks({ desks }: { readonly desks: readonly Desk[] }) {
  const format = useFormat();
  const [ending, setEnding] = useState<Desk | null>(null);
  return (
    <Stack gap="sm">
      <Title order={2}>{text('sync.desks.title')}</Title>
      <DataTable
        label={text('sync.desks.title')}
        columns={columnsOf(format, setEnding)}
        rows={desks}
        rowKey={({ id }) => id}
        minWidth="44rem"
      />
      <EndDesk
        desk={ending}
        onClose={() => {
          setEnding(null);
        }}
        onEnded={() => {
          setEnding(null);
          // The button that opened the dialog goes with what it did.
          setTimeout(focusPageHeader);
        }}
      />
    </Stack>
  );
}

function columnsOf(
  { formatDayTime, formatNumber }: Format,
  onEnd: (desk: Desk) => void,
): readonly DataColumn<Desk>[] {
  return [
    {
      key: 'label',
      title: text('sync.desks.column.label'),
      cell: ({ label, isSelf }) => <bdi>{isSelf ? text('sync.desks.self', { label }) : label}</bdi>,
    },
    {
      key: 'heard',
      title: text('sync.desks.column.heard'),
      cell: ({ lastHeardMs }) =>
        lastHeardMs === null ? (
          <Text span size="sm" c="dimmed">
            {text('sync.desks.never')}
          </Text>
        ) : (
          <bdi>{formatDayTime(lastHeardMs)}</bdi>
        ),
    },
    {
      key: 'batch',
      title: text('sync.desks.column.batch'),
      isNumber: true,
      cell: ({ batch }) => formatNumber(batch),
    },
    {
      key: 'state',
      title: text('sync.desks.column.state'),
      cell: ({ ended }) => {
        const { text: key, icon: Shape } = states[ended ?? 'active'];
        return (
          <Group gap={6} wrap="nowrap">
            <Shape size={18} aria-hidden />
            {text(key)}
          </Group>
        );
      },
    },
    {
      key: 'end',
      title: text('sync.desks.column.action'),
      cell: (desk) =>
        desk.ended === null &&
        !desk.isSelf && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={text('sync.desks.end.of', { label: desk.label })}
            onClick={() => {
              onEnd(desk);
            }}
          >
            {text('sync.desks.end')}
          </Button>
        ),
    },
  ];
}
