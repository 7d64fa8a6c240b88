import { Button, Group, Radio, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { gradeTitle } from '../app/grade.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';

type Comparison = Output<'students', 'compareRecords'>;
type Compared = Comparison['records'][number];

const likenessTexts: { readonly [L in Comparison['likeness']['birthDate']]: PlainTextKey } = {
  same: 'compare.same',
  different: 'compare.different',
  'one-missing': 'compare.one-missing',
  'both-missing': 'compare.both-missing',
};

interface CompareRecordsProps {
  readonly one: StudentId;
  readonly other: StudentId;
  readonly reasons: string;
  readonly onMerged: () => void;
  readonly onBack: () => void;
}

/** Two records side by side: what agrees, which of them is kept, and what merging does, before it does it. */
export function CompareRecords({ one, other, reasons, onMerged, onBack }: CompareRecordsProps) {
  const comparison = useCall('students', 'compareRecords', { one, other });
  const merge = useCommand('students', 'merge', { reloads: ['students'] });
  const [keptId, setKeptId] = useState(one);
  if (comparison.error !== undefined) {
    return <ErrorAlert error={comparison.error} onRetry={comparison.reload} />;
  }
  if (comparison.data === undefined) return <Loading />;
  const { records, likeness, sharedClasses } = comparison.data;
  const [first, second] = records;
  const [kept, merged] = keptId === first.id ? [first, second] : [second, first];

  return (
    <Stack gap="md" align="flex-start">
      <PageHeader title={text('compare.title')} state={text('compare.why', { reasons })} />
      <Table w="auto" aria-label={text('compare.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            {records.map((record) => (
              <Table.Th scope="col" key={record.id}>
                <Radio
                  name="kept"
                  label={text('compare.keep', { name: record.name, number: record.studentNumber })}
                  checked={record.id === keptId}
                  onChange={() => {
                    setKeptId(record.id);
                  }}
                />
              </Table.Th>
            ))}
            <Table.Th scope="col">{text('compare.agree')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Shown title="card.legalName" records={records} value={({ legalName }) => legalName} />
          <Shown title="card.number" records={records} value={({ studentNumber }) => studentNumber} />
          <Shown title="students.column.grade" records={records} value={({ grade }) => gradeTitle(grade)} />
          <Shown title="students.column.homeroom" records={records} value={({ homeroom }) => homeroom} />
          <Shown
            title="students.column.status"
            records={records}
            value={({ status }) =>
              text(status === 'active' ? 'students.status.active' : 'students.status.left')
            }
          />
          <Shown title="card.classes.title" records={records} value={({ classes }) => classes.join(', ')} />
          <Shown
            title="compare.guardians"
            records={records}
            value={({ guardians }) => guardians.join(', ')}
          />
          <Shown title="groups.title" records={records} value={({ groups }) => groups.join(', ')} />
          <Shown title="compare.marks" records={records} value={({ marks }) => String(marks)} isCount />
          <Sealed title="identity.birthDate" likeness={likeness.birthDate} />
          <Sealed title="identity.nationalId" likeness={likeness.nationalId} />
          <Sealed title="contacts.address" likeness={likeness.address} />
        </Table.Tbody>
      </Table>
      <Stack gap="xs" component="section" aria-label={text('compare.effect')}>
        <Text fw={600}>{text('compare.effect')}</Text>
        <Text size="sm">
          <bdi>{text('compare.effect.kept', { name: kept.name, number: kept.studentNumber })}</bdi>
        </Text>
        <Text size="sm">
          {text('compare.effect.with', {
            classes: text('compare.count.classes', { count: merged.classes.length }),
            guardians: text('compare.count.guardians', { count: merged.guardians.length }),
            marks: text('compare.count.marks', { count: merged.marks }),
          })}
        </Text>
        {sharedClasses.length > 0 && (
          <Text size="sm">{text('compare.effect.registers', { classes: sharedClasses.join(', ') })}</Text>
        )}
        <Text size="sm">{text('compare.effect.back')}</Text>
      </Stack>
      <ErrorAlert error={merge.error} />
      <Group>
        <Button variant="default" onClick={onBack}>
          {text('compare.back')}
        </Button>
        <Button
          loading={merge.isRunning}
          onClick={() => {
            void merge.run({ kept: kept.id, merged: merged.id }).then((reply) => {
              if (reply.ok) onMerged();
            });
          }}
        >
          {text('compare.merge')}
        </Button>
      </Group>
    </Stack>
  );
}

interface ShownProps {
  readonly title: PlainTextKey;
  readonly records: Comparison['records'];
  readonly value: (record: Compared) => string;
  /** A figure whose likeness says nothing. */
  readonly isCount?: boolean;
}

function Shown({ title, records, value, isCount = false }: ShownProps) {
  const [first, second] = records.map(value);
  return (
    <Table.Tr>
      <Table.Th scope="row">{text(title)}</Table.Th>
      <Table.Td>
        <bdi>{first === '' ? text('card.notEntered') : first}</bdi>
      </Table.Td>
      <Table.Td>
        <bdi>{second === '' ? text('card.notEntered') : second}</bdi>
      </Table.Td>
      <Table.Td fw={first === second ? 400 : 600}>
        {!isCount && text(first === second ? 'compare.same' : 'compare.different')}
      </Table.Td>
    </Table.Tr>
  );
}

/** A value that is sealed: only whether it agrees. */
function Sealed({
  title,
  likeness,
}: {
  readonly title: PlainTextKey;
  readonly likeness: Comparison['likeness']['birthDate'];
}) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{text(title)}</Table.Th>
      <Table.Td colSpan={2} c="dimmed">
        {text('compare.notShown')}
      </Table.Td>
      <Table.Td fw={likeness === 'different' ? 600 : 400}>{text(likenessTexts[likeness])}</Table.Td>
    </Table.Tr>
  );
}
