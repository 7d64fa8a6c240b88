import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { Output } from '../app/api.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';

type Review = Output<'roster', 'reviewMarks'>;
type Reason = 'conflicts' | 'unknownStudents' | 'closedDays' | 'notExpected' | 'inFuture' | 'codeRefused';
type Example = Review['conflicts']['examples'][number];

const reasons: readonly Reason[] = [
  'conflicts',
  'unknownStudents',
  'codeRefused',
  'notExpected',
  'closedDays',
  'inFuture',
];

const whatToDo: { readonly [R in Reason]: PlainTextKey } = {
  conflicts: 'import.marks.do.conflicts',
  unknownStudents: 'import.marks.do.unknownStudents',
  closedDays: 'import.marks.do.closedDays',
  notExpected: 'import.marks.do.notExpected',
  inFuture: 'import.marks.do.inFuture',
  codeRefused: 'import.marks.do.codeRefused',
};

function titleOf(reason: Reason, count: number): string {
  switch (reason) {
    case 'conflicts':
      return text('import.marks.conflicts', { count });
    case 'unknownStudents':
      return text('import.marks.unknownStudents', { count });
    case 'closedDays':
      return text('import.marks.closedDays', { count });
    case 'notExpected':
      return text('import.marks.notExpected', { count });
    case 'inFuture':
      return text('import.marks.inFuture', { count });
    case 'codeRefused':
      return text('import.marks.codeRefused', { count });
  }
}

interface ReviewMarksProps {
  readonly review: Review;
  readonly onApply: () => void;
  readonly onAnother: () => void;
}

/** How many marks would be entered, and every row that would not be, with why. */
export function ReviewMarks({ review, onApply, onAnother }: ReviewMarksProps) {
  const format = useFormat();
  const { marks, days, students, firstDay, lastDay, same, leftOut } = review;
  const another = (
    <Button variant="default" onClick={onAnother}>
      {text('import.another')}
    </Button>
  );
  return (
    <Stack gap="lg">
      {marks === 0 ? (
        <EmptyState
          title={text('import.marks.none.title')}
          text={text('import.marks.none.text')}
          action={another}
        />
      ) : (
        <>
          <div>
            <Text fw={600}>{text('import.marks.summary', { count: marks })}</Text>
            {firstDay !== null && lastDay !== null && (
              <Text c="dimmed">
                {text('import.marks.span', {
                  students: format.formatNumber(students),
                  days: format.formatNumber(days),
                  first: format.formatDayLong(firstDay),
                  last: format.formatDayLong(lastDay),
                })}
              </Text>
            )}
          </div>
          <Group gap="sm">
            <Button onClick={onApply}>{text('import.marks.apply', { count: marks })}</Button>
            {another}
          </Group>
        </>
      )}
      <div>
        {same > 0 && <Text>{text('import.marks.same', { count: same })}</Text>}
        {leftOut > 0 && <Text>{text('import.marks.leftOut', { count: leftOut })}</Text>}
      </div>
      {reasons.map((reason) => {
        const { rows, examples } = review[reason];
        if (rows === 0) return null;
        const title = titleOf(reason, rows);
        return (
          <section key={reason}>
            <Title order={2}>{title}</Title>
            <Text mb="sm" c="dimmed">
              {text(whatToDo[reason])}
            </Text>
            <DataTable
              label={title}
              columns={columnsOf(format, reason)}
              rows={examples}
              rowKey={(row) => `${row.file} ${row.line}`}
              maxHeight="20rem"
            />
            {examples.length < rows && (
              <Text size="xs" c="dimmed" mt="xs">
                {text('import.marks.listed', { listed: examples.length, total: format.formatNumber(rows) })}
              </Text>
            )}
          </section>
        );
      })}
    </Stack>
  );
}

function columnsOf({ formatDay }: Format, reason: Reason): readonly DataColumn<Example>[] {
  const columns: DataColumn<Example>[] = [
    { key: 'file', title: text('import.finding.file'), cell: ({ file }) => <bdi>{file}</bdi> },
    { key: 'line', title: text('import.marks.line'), cell: ({ line }) => line, isNumber: true },
    { key: 'day', title: text('import.marks.day'), cell: ({ day }) => <bdi>{formatDay(day)}</bdi> },
    {
      key: 'student',
      title: text('import.marks.student'),
      cell: ({ studentNumber }) => <bdi>{studentNumber}</bdi>,
    },
    {
      key: 'session',
      title: text('import.marks.session'),
      cell: ({ session }) => session.toUpperCase() || '–',
    },
    { key: 'code', title: text('import.marks.code'), cell: ({ code }) => <bdi>{code}</bdi> },
  ];
  if (reason !== 'conflicts') return columns;
  return [
    ...columns,
    {
      key: 'standing',
      title: text('import.marks.standing'),
      cell: ({ standing }) => (standing === '' ? text('import.marks.withdrawn') : <bdi>{standing}</bdi>),
    },
  ];
}
