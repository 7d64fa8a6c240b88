import { Table, Text, Title } from '@mantine/core';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { perLocale } from '../app/language.ts';

type Groups = Output<'students', 'card'>['groups'];

const weekdayFormat = perLocale((of) => new Intl.DateTimeFormat(of, { weekday: 'short', timeZone: 'UTC' }));
/** A Monday. */
const monday = Date.UTC(2024, 0, 1);

/** The bus runs and activities of a student. */
export function GroupsTable({ groups }: { readonly groups: Groups }) {
  return (
    <>
      <Title order={2} size="h4">
        {text('groups.title')}
      </Title>
      {groups.length === 0 ? (
        <Text size="sm">{text('groups.none')}</Text>
      ) : (
        <Table w="auto" aria-label={text('groups.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{text('groups.group')}</Table.Th>
              <Table.Th scope="col">{text('groups.days')}</Table.Th>
              <Table.Th scope="col">{text('groups.time')}</Table.Th>
              <Table.Th scope="col">{text('groups.stop')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {groups.map(({ id, title, weekdays, fromMinute, untilMinute, stop }) => (
              <Table.Tr key={`${id} ${stop}`}>
                <Table.Th scope="row" fw={400}>
                  <bdi>{title}</bdi>
                </Table.Th>
                <Table.Td>{weekdaysInWords(weekdays)}</Table.Td>
                <Table.Td>
                  <bdi>
                    {[fromMinute, untilMinute]
                      .filter((minute) => minute !== null)
                      .map(clock)
                      .join('–')}
                  </bdi>
                </Table.Td>
                <Table.Td>
                  <bdi>{stop}</bdi>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}

function weekdaysInWords(weekdays: readonly number[]): string {
  if ([1, 2, 3, 4, 5].every((weekday) => weekdays.includes(weekday)) && weekdays.length === 5)
    return text('groups.days.school');
  return weekdays
    .toSorted((one, other) => one - other)
    .map((weekday) => weekdayFormat().format(monday + (weekday - 1) * 86_400_000))
    .join(', ');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
