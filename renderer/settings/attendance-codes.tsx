import { Kbd, Stack, Text } from '@mantine/core';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import classes from './settings.module.css';

type Codes = Output<'attendance', 'codes'>;
type Code = Codes['codes'][number];

const statisticalTexts: Readonly<Record<string, PlainTextKey>> = {
  attending: 'codes.statistical.attending',
  'approved-activity': 'codes.statistical.approved-activity',
  authorised: 'codes.statistical.authorised',
  unauthorised: 'codes.statistical.unauthorised',
  'not-possible': 'codes.statistical.not-possible',
};

/** Which codes are there, what do they mean, and who says so? To read: they come with the program. */
export function AttendanceCodes() {
  const codes = useCall('attendance', 'codes', { day: useToday() });
  if (codes.error !== undefined) return <ErrorAlert error={codes.error} onRetry={codes.reload} />;
  if (codes.data === undefined) return <Loading rows={10} />;
  return (
    <Stack gap="lg">
      <Text>{text('codes.state')}</Text>
      <DataTable
        label={text('codes.table')}
        rows={codes.data.codes}
        rowKey={({ code }) => code}
        minWidth="60rem"
        maxHeight="none"
        columns={codeColumns()}
      />
      <Sources codes={codes.data} />
    </Stack>
  );
}

const codeColumns = (): readonly DataColumn<Code>[] => [
  {
    key: 'code',
    title: text('codes.code'),
    cell: ({ code, category }) => <StatusMark category={category} code={code} />,
  },
  {
    key: 'key',
    title: text('codes.key'),
    cell: ({ key }) =>
      key === null ? (
        <Text span size="sm" c="dimmed" className={classes.word ?? ''}>
          {text('codes.key.list')}
        </Text>
      ) : (
        <Kbd>
          <bdi>{key}</bdi>
        </Kbd>
      ),
  },
  { key: 'meaning', title: text('codes.meaning'), cell: ({ meaning }) => meaning },
  {
    key: 'category',
    title: text('codes.category'),
    cell: ({ category }) => text(`status.${category}`),
  },
  {
    key: 'statistics',
    title: text('codes.statistics'),
    cell: ({ statisticalCategory }) => statisticalText(statisticalCategory),
  },
  {
    key: 'sessions',
    title: text('codes.sessions'),
    cell: ({ sessions }) =>
      sessions === null ? text('codes.sessions.any') : sessions.map(sessionTitle).join(', '),
  },
  {
    key: 'minutes',
    title: text('codes.minutes'),
    cell: ({ takesMinutes }) =>
      takesMinutes && <span className={classes.word}>{text('codes.minutes.yes')}</span>,
  },
];

function Sources({ codes: { country, source, checked, effectiveFrom } }: { readonly codes: Codes }) {
  const { formatDayLong } = useFormat();
  return (
    <dl className={classes.facts}>
      <dt>{text('codes.pack')}</dt>
      <dd>{country === 'england' ? text('setUp.country.england') : text('setUp.country.us')}</dd>
      <dt>{text('codes.from')}</dt>
      <dd>{formatDayLong(effectiveFrom)}</dd>
      {checked !== '' && (
        <>
          <dt>{text('codes.checked')}</dt>
          <dd>{formatDayLong(checked)}</dd>
        </>
      )}
      <dt>{text('codes.source')}</dt>
      <dd>
        {source.split('; ').map((each) => (
          <span key={each} className={classes.source}>
            {each}
          </span>
        ))}
      </dd>
    </dl>
  );
}

/** A category that has no text yet is shown as the pack has it. */
function statisticalText(category: string): string {
  const key = Object.hasOwn(statisticalTexts, category) ? statisticalTexts[category] : undefined;
  return key === undefined ? category : text(key);
}
