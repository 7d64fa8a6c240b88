import { Button, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';

type Entry = Output<'students', 'accessRecord'>['entries'][number];

const actionTexts: Readonly<Record<string, PlainTextKey>> = {
  view: 'access.action.view',
  list: 'access.action.list',
  create: 'access.action.create',
  update: 'access.action.update',
  delete: 'access.action.delete',
  export: 'access.action.export',
  print: 'access.action.print',
};
const recordTexts: Readonly<Record<string, PlainTextKey>> = {
  student: 'access.record.student',
  guardian: 'access.record.guardian',
  register: 'access.record.register',
  audit: 'access.record.audit',
};

/** Who opened or changed one student's record, newest first (H23). Each page read is an entry itself. */
export function AccessRecord({ student }: { readonly student: StudentId }) {
  const [earlier, setEarlier] = useState<readonly Entry[]>([]);
  const [before, setBefore] = useState<number | null>(null);
  const { formatDayTime } = useFormat();
  const page = useCall('students', 'accessRecord', { student, before });
  const entries = [...earlier, ...(page.data?.entries ?? [])];

  if (page.error !== undefined) return <ErrorAlert error={page.error} onRetry={page.reload} />;
  if (page.data !== undefined && entries.length === 0) {
    return <EmptyState title={text('access.none.title')} text={text('access.none.next')} />;
  }
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={2} size="h4">
        {text('access.title')}
      </Title>
      {entries.length > 0 && (
        <Table.ScrollContainer type="native" minWidth={640} w="100%">
          <Table tabularNums aria-label={text('access.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{text('access.when')}</Table.Th>
                <Table.Th scope="col">{text('access.who')}</Table.Th>
                <Table.Th scope="col">{text('access.what')}</Table.Th>
                <Table.Th scope="col">{text('access.desk')}</Table.Th>
                <Table.Th scope="col">{text('access.outcome')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((entry) => (
                <Table.Tr key={entry.seq}>
                  <Table.Th scope="row" fw={400}>
                    <bdi>{formatDayTime(entry.atMs)}</bdi>
                  </Table.Th>
                  <Table.Td>
                    <bdi>{entry.userName === '' ? text('access.unknownUser') : entry.userName}</bdi>
                  </Table.Td>
                  <Table.Td>{whatWasDone(entry)}</Table.Td>
                  <Table.Td>
                    <bdi>{entry.desk}</bdi>
                  </Table.Td>
                  <Table.Td fw={entry.outcome === 'ok' ? 400 : 600}>
                    {entry.outcome === 'ok' ? text('access.outcome.ok') : text('access.outcome.other')}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {page.isPending && <Loading />}
      {page.data?.more === true && (
        <Button
          variant="default"
          onClick={() => {
            setEarlier(entries);
            setBefore(entries.at(-1)?.seq ?? null);
          }}
        >
          {text('access.more')}
        </Button>
      )}
      <Text size="xs" c="dimmed">
        {text('card.tabs')}
      </Text>
    </Stack>
  );
}

/** "opened: student record"; a word of the log that has no text yet is shown as the log has it. */
function whatWasDone({ action, record }: Entry): string {
  const actionKey = actionTexts[action];
  const recordKey = recordTexts[record];
  return text('access.sentence', {
    action: actionKey === undefined ? action : text(actionKey),
    record: recordKey === undefined ? record : text(recordKey),
  });
}
