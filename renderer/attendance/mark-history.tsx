import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { Loading } from '../components/loading.tsx';
import type { RegisterCode } from './grid-model.ts';
import type { HistoryItem } from './register-writer.ts';

interface MarkHistoryProps {
  readonly title: string;
  /** Null while it is being read. */
  readonly history: readonly HistoryItem[] | null;
  readonly codesByText: ReadonlyMap<string, RegisterCode>;
  readonly onClose: () => void;
  /** Says of each entry whether it is the teacher's or the office's, where both are listed. */
  readonly showsColumn?: boolean;
}

/**
 * Everything that was entered in one cell, oldest first, with who and when.
 *
 * Source: SI 2024/208 asks that an amended entry show the original, the amendment, who made it and when.
 */
export function MarkHistory({ title, history, codesByText, onClose, showsColumn = false }: MarkHistoryProps) {
  const { formatDayTime } = useFormat();
  return (
    <Stack gap="xs">
      <Text fw={600}>
        <bdi>{title}</bdi>
      </Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {showsColumn && <Table.Th scope="col">{text('week.history.column')}</Table.Th>}
            <Table.Th scope="col">{text('register.history.mark')}</Table.Th>
            <Table.Th scope="col">{text('register.history.by')}</Table.Th>
            <Table.Th scope="col">{text('register.history.at')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {history?.map((item, index) => (
            <Table.Tr key={index}>
              {showsColumn && (
                <Table.Td>
                  {item.column === 'teacher'
                    ? text('register.column.teacher')
                    : text('register.column.office')}
                </Table.Td>
              )}
              <Table.Td>
                {item.code === null
                  ? text('register.history.withdrawn')
                  : markInWords(item, codesByText.get(item.code)?.meaning)}
                {item.note !== '' && (
                  <Text size="xs" dir="auto">
                    {item.note}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <bdi>{item.by}</bdi>
              </Table.Td>
              <Table.Td>
                <bdi>{formatDayTime(item.atMs)}</bdi>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {history === null && <Loading rows={2} />}
      <Group justify="flex-end">
        <Button variant="default" size="xs" onClick={onClose} data-autofocus>
          {text('register.history.close')}
        </Button>
      </Group>
    </Stack>
  );
}

function markInWords({ code, minutes }: HistoryItem, meaning = ''): string {
  const mark = meaning === '' ? (code ?? '') : `${code ?? ''}, ${meaning}`;
  return minutes === null ? mark : text('register.history.minutes', { mark, count: minutes });
}
