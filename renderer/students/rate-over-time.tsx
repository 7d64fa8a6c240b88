import { Button, Collapse, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, useId, useState } from 'react';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { perLocale } from '../app/language.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { pointsOf, thresholdsOf, topOf } from './absence-rate.ts';
import type { StudentAttendance } from './year-table.ts';

const AbsenceChart = lazy(async () => ({ default: (await import('./absence-chart.tsx')).AbsenceChart }));
const weekFormat = perLocale(
  (of) => new Intl.DateTimeFormat(of, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);

/** How the rate of absence grew over the year. Its title says what follows from the exact fraction. */
export function RateOverTime({ attendance }: { readonly attendance: StudentAttendance }) {
  const { rate, weeks } = attendance;
  const [isTable, setIsTable] = useState(false);
  const tableId = useId();
  const { formatDay } = useFormat();
  if (rate.percentText === null || weeks.length === 0) return null;
  const points = pointsOf(weeks, (week) => weekFormat().format(Date.parse(`${week}T00:00:00Z`)));
  return (
    <Stack gap="sm" component="section" align="stretch">
      <Title order={2}>{findingOf(rate)}</Title>
      <Text size="sm" c="dimmed">
        {text('rate.explained')}
      </Text>
      <Suspense fallback={<Skeleton h={240} />}>
        <AbsenceChart
          label={text('rate.picture', { finding: findingOf(rate), count: weeks.length })}
          points={points}
          thresholds={thresholdsOf(attendance)}
          top={topOf(attendance)}
        />
      </Suspense>
      <Group>
        <Button
          variant="default"
          size="xs"
          aria-expanded={isTable}
          aria-controls={tableId}
          onClick={() => {
            setIsTable(!isTable);
          }}
        >
          {text(isTable ? 'rate.table.hide' : 'rate.table.show')}
        </Button>
      </Group>
      <Collapse id={tableId} expanded={isTable} transitionDuration={0}>
        {isTable && (
          <DataTable
            label={text('rate.table.label')}
            minWidth="20rem"
            maxHeight="20rem"
            rows={weeks}
            rowKey={({ week }) => week}
            columns={weekColumns(formatDay)}
          />
        )}
      </Collapse>
    </Stack>
  );
}

function weekColumns(
  formatDay: Format['formatDay'],
): readonly DataColumn<StudentAttendance['weeks'][number]>[] {
  return [
    { key: 'week', title: text('rate.week'), cell: ({ week }) => <bdi>{formatDay(week)}</bdi> },
    { key: 'absent', title: text('rate.absent'), cell: ({ absent }) => absent, isNumber: true },
    {
      key: 'possible',
      title: text('rate.possible'),
      cell: ({ possible }) => possible,
      isNumber: true,
    },
    {
      key: 'percent',
      title: text('rate.series'),
      cell: ({ percentText }) => <bdi>{text('year.rate.percent', { percent: percentText })}</bdi>,
      isNumber: true,
    },
  ];
}

function findingOf({ percentText, threshold }: StudentAttendance['rate']): string {
  const percent = percentText ?? '';
  if (threshold === null) return text('rate.finding', { percent });
  const { percent: limit, title, reached } = threshold;
  return reached
    ? text('rate.finding.reached', { percent, limit, title })
    : text('rate.finding.below', { percent, limit });
}
