import { Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconBan, IconInfoCircle, type Icon } from '@tabler/icons-react';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { findingTexts } from './finding-texts.ts';
import classes from './import.module.css';

type Check = Output<'roster', 'check'>;
type Finding = Check['findings'][number];
type Severity = Finding['severity'];

interface FindingsProps {
  readonly findings: readonly Finding[];
  readonly counts: Check['findingCounts'];
}

const severities: readonly Severity[] = ['refuse', 'warning', 'information'];

const icons: { readonly [S in Severity]: Icon } = {
  refuse: IconBan,
  warning: IconAlertTriangle,
  information: IconInfoCircle,
};

const columnsOf = (): readonly DataColumn<Finding>[] => [
  {
    key: 'file',
    title: text('import.finding.file'),
    width: '12rem',
    cell: ({ file }) => <bdi>{file ?? '–'}</bdi>,
  },
  { key: 'line', title: text('import.finding.line'), cell: ({ line }) => line ?? '–', isNumber: true },
  { key: 'column', title: text('import.finding.column'), cell: ({ column }) => <bdi>{column ?? '–'}</bdi> },
  {
    key: 'value',
    title: text('import.finding.value'),
    width: '6rem',
    cell: ({ value }) => <bdi className={classes.value}>{value ?? '–'}</bdi>,
  },
  { key: 'message', title: text('import.finding.message'), cell: (finding) => findingTexts(finding).message },
  { key: 'do', title: text('import.finding.whatToDo'), cell: (finding) => findingTexts(finding).whatToDo },
];

/** Everything the check found, the gravest first: where it stands and what to do about it. */
export function Findings({ findings, counts }: FindingsProps) {
  const bySeverity = Map.groupBy(findings, ({ severity }) => severity);
  const total = counts.refuse + counts.warning + counts.information;
  if (total === 0) return null;
  return (
    <Stack gap="lg" component="section" aria-label={text('import.findings')}>
      {severities.map((severity) => {
        const rows = bySeverity.get(severity) ?? [];
        if (rows.length === 0) return null;
        const Shape = icons[severity];
        const title = titleOf(severity, counts[severity]);
        return (
          <section key={severity}>
            <Group gap="xs" mb="sm" className={classes.severity ?? ''} data-severity={severity}>
              <Shape size={18} aria-hidden />
              <Title order={2}>{title}</Title>
            </Group>
            <DataTable
              label={title}
              columns={columnsOf()}
              rows={rows}
              rowKey={(row) => String(rows.indexOf(row))}
              minWidth="60rem"
              maxHeight="28rem"
            />
          </section>
        );
      })}
      {findings.length < total && (
        <Text c="dimmed">{text('import.finding.listed', { listed: findings.length, total })}</Text>
      )}
    </Stack>
  );
}

function titleOf(severity: Severity, count: number): string {
  switch (severity) {
    case 'refuse':
      return text('import.finding.refuse', { count });
    case 'warning':
      return text('import.finding.warning', { count });
    case 'information':
      return text('import.finding.information', { count });
  }
}
