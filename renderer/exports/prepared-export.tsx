import { Alert, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import type { PreparedExport } from './export-request.ts';

type File = PreparedExport['files'][number];
type Sensitivity = File['columns'][number]['sensitivity'];

/** Exactly what the file would hold: rows, people, columns by what they say of people, and what one should know. */
export function PreparedSummary({ prepared }: { readonly prepared: PreparedExport }) {
  const format = useFormat();
  const { rows, students, bytes, files, notes, readBack, checks } = prepared;
  return (
    <Stack component="section" gap="md" aria-labelledby="export-holds">
      <div>
        <Title order={2} id="export-holds">
          {text('exports.holds')}
        </Title>
        <Group gap="xs">
          <Text fw={600}>{text('exports.holds.text', { count: students, rows })}</Text>
          <Text c="dimmed">{text('exports.holds.size', { size: format.formatBytes(bytes) })}</Text>
        </Group>
      </div>
      <DataTable
        label={text('exports.holds')}
        rows={files}
        rowKey={({ name }) => name}
        columns={columnsOf(format)}
        minWidth="52rem"
        maxHeight="26rem"
      />
      {checks !== null && checks.failed > 0 && (
        <Problem>{text('exports.checks.failed', { count: checks.failed })}</Problem>
      )}
      {checks !== null && checks.failed === 0 && (
        <Good>{text('exports.checks', { count: checks.made })}</Good>
      )}
      {readBack !== null && <ReadBack readBack={readBack} />}
      {notes.length > 0 && (
        <List size="sm" maw="44rem">
          {notes.map(({ note, count }) => (
            <List.Item key={note}>{text(`exports.note.${note}`, { count })}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function ReadBack({ readBack }: { readonly readBack: NonNullable<PreparedExport['readBack']> }) {
  const { refusals, warnings, changes } = readBack;
  if (refusals + warnings > 0)
    return <Problem>{text('exports.readBack.problems', { refusals, warnings })}</Problem>;
  if (changes > 0) return <Problem>{text('exports.readBack.changes', { count: changes })}</Problem>;
  return <Good>{text('exports.readBack')}</Good>;
}

function Good({ children }: { readonly children: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" maw="44rem">
      <IconCheck size={18} aria-hidden color="var(--mantine-color-teal-text)" style={{ flexShrink: 0 }} />
      <Text size="sm">{children}</Text>
    </Group>
  );
}

function Problem({ children }: { readonly children: string }) {
  return (
    <Alert variant="outline" color="orange" maw="44rem" icon={<IconAlertTriangle size={18} aria-hidden />}>
      {children}
    </Alert>
  );
}

function columnsOf({ formatNumber }: Format): readonly DataColumn<File>[] {
  const ofSensitivity = (sensitivity: Sensitivity) => ({
    key: sensitivity,
    title: text(`exports.column.${sensitivity}`),
    cell: ({ columns }: File) => {
      const names = columns.filter((column) => column.sensitivity === sensitivity).map(({ name }) => name);
      if (names.length === 0) return <Text c="dimmed">{text('exports.column.none')}</Text>;
      return <bdi style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>{names.join(', ')}</bdi>;
    },
  });
  return [
    {
      key: 'file',
      title: text('exports.column.file'),
      cell: ({ name }) => <bdi style={{ whiteSpace: 'nowrap' }}>{name}</bdi>,
    },
    {
      key: 'rows',
      title: text('exports.column.rows'),
      isNumber: true,
      cell: ({ rows }) => formatNumber(rows),
    },
    { ...ofSensitivity('high'), width: '18%' },
    { ...ofSensitivity('personal'), width: '30%' },
    { ...ofSensitivity('internal'), width: '26%' },
  ];
}
