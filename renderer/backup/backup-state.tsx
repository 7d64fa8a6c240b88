import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { sheetProofMs } from '../../domain/backup/schedule.ts';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import classes from './backup.module.css';
import { durationText } from './took-text.ts';

type Status = Output<'backup', 'status'>;

interface Row {
  readonly what: string;
  readonly last: string;
  readonly next: string;
  readonly where: ReactNode;
  readonly isBad?: boolean;
}

/** Last and next of all that makes backups worth something: the backup, its copy, the drill, the sheet. */
export function BackupState({ status }: { readonly status: Status }) {
  const format = useFormat();
  const { nowMs } = useDesk().status;
  const rows = [
    backupRow(status, nowMs, format),
    copyRow(status, format),
    drillRow(status, nowMs, format),
    sheetRow(status, nowMs, format),
  ];
  return (
    <Table.ScrollContainer
      minWidth="44rem"
      type="native"
      tabIndex={0}
      role="region"
      aria-label={text('backup.now.label')}
    >
      <Table aria-label={text('backup.now.label')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{text('backup.now.what')}</Table.Th>
            <Table.Th scope="col">{text('backup.now.last')}</Table.Th>
            <Table.Th scope="col">{text('backup.now.next')}</Table.Th>
            <Table.Th scope="col">{text('backup.now.where')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.what}>
              <Table.Th scope="row">{row.what}</Table.Th>
              <Table.Td {...(row.isBad === true ? { c: 'var(--mantine-color-error)' } : {})}>
                {row.last}
              </Table.Td>
              <Table.Td>{row.next}</Table.Td>
              <Table.Td>{row.where}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Path({ children }: { readonly children: string }) {
  return (
    <code className={classes.path} dir="ltr">
      {children}
    </code>
  );
}

function ago(atMs: number, nowMs: number, { formatDayTime, formatAge }: Format): string {
  return text('backup.now.ago', { time: formatDayTime(atMs), age: formatAge(atMs, nowMs) });
}

function due(atMs: number, nowMs: number, { formatDayTime }: Format): string {
  return atMs <= nowMs ? text('backup.now.soon') : text('backup.now.atUse', { time: formatDayTime(atMs) });
}

function backupRow({ lastAtMs, nextDueAtMs, folder }: Status, nowMs: number, format: Format): Row {
  return {
    what: text('backup.now.backup'),
    last: lastAtMs === null ? text('backup.now.never') : ago(lastAtMs, nowMs, format),
    next: due(nextDueAtMs, nowMs, format),
    where: <Path>{folder}</Path>,
  };
}

function copyRow({ copy, settings: { secondFolder } }: Status, { formatDayTime }: Format): Row {
  const what = text('backup.now.copy');
  if (secondFolder === null) return { what, last: text('backup.now.copy.none'), next: '', where: '' };
  const row = { what, next: text('backup.now.copy.after'), where: <Path>{secondFolder}</Path> };
  if (copy === null) return { ...row, last: text('backup.now.copy.waits') };
  const { okMs, problem } = copy;
  if (problem === null) return { ...row, last: okMs === null ? '' : formatDayTime(okMs) };
  if (problem !== 'away') return { ...row, last: text(`backup.now.copy.${problem}`), isBad: true };
  return {
    ...row,
    last:
      okMs === null
        ? text('backup.now.copy.neverThere')
        : text('backup.now.copy.away', { time: formatDayTime(okMs) }),
  };
}

function drillRow({ drills: [last], nextDrillAtMs }: Status, nowMs: number, format: Format): Row {
  const row = {
    what: text('backup.now.drill'),
    next: due(nextDrillAtMs, nowMs, format),
    where: text('backup.now.scratch'),
  };
  if (last === undefined) return { ...row, last: text('backup.now.never') };
  const when = ago(last.atMs, nowMs, format);
  const { problem, found, tookMs } = last;
  if (problem !== null || found === null) {
    return { ...row, last: `${when}: ${text('backup.now.drillBad')}`, isBad: true };
  }
  const result = text('backup.now.drillOk', {
    count: found.rows,
    tables: found.tables,
    took: durationText(tookMs),
  });
  return { ...row, last: `${when}: ${result}` };
}

function sheetRow({ sheetProvenAtMs: atMs }: Status, nowMs: number, { formatDayTime }: Format): Row {
  const row = { what: text('backup.now.sheet'), where: text('backup.now.sheet.where') };
  if (atMs === null) return { ...row, last: text('backup.now.sheet.never'), next: '' };
  const time = formatDayTime(atMs);
  const next = text('backup.now.sheet.due', { time: formatDayTime(atMs + sheetProofMs) });
  return isSheetDue(atMs, nowMs)
    ? { ...row, last: text('backup.now.sheet.old', { time }), next, isBad: true }
    : { ...row, last: text('backup.now.sheet.proven', { time }), next };
}

/** The sheet has not opened a backup for a year. */
export function isSheetDue(provenAtMs: number, nowMs: number): boolean {
  return nowMs > provenAtMs + sheetProofMs;
}
