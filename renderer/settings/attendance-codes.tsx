import { Button, Group, Kbd, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { ruleText } from '../app/rule-texts.ts';
import { text } from '../app/catalogue.ts';
import { useToday, useUser } from '../app/desk-state.tsx';
import { useFormat } from '../app/format.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { DataTable, type DataColumn } from '../components/data-table.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import { ChangeCode, type CodeToChange } from './change-code.tsx';
import { CodeChanges } from './code-changes.tsx';
import classes from './settings.module.css';
import { statisticalText } from './statistical-text.ts';

type Codes = Output<'attendance', 'codes'>;
type Code = Codes['codes'][number];

/** Which codes are there, what do they mean, and who says so? They come with the program; the school may change them from a day on. */
export function AttendanceCodes() {
  const codes = useCall('attendance', 'codes', { day: useToday() });
  const { role } = useUser();
  const mayChange = reachOf(role, 'codes.edit') !== undefined;
  const [changing, setChanging] = useState<CodeToChange | null>(null);
  if (codes.error !== undefined) return <ErrorAlert error={codes.error} onRetry={codes.reload} />;
  if (codes.data === undefined) return <Loading rows={10} />;
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Text>{mayChange ? text('codes.state') : text('codes.state.readOnly')}</Text>
        {mayChange && (
          <Button
            variant="default"
            onClick={() => {
              setChanging({ code: null });
            }}
          >
            {text('codes.add')}
          </Button>
        )}
      </Group>
      <DataTable
        label={text('codes.table')}
        rows={codes.data.codes}
        rowKey={({ code }) => code}
        minWidth="60rem"
        maxHeight="none"
        columns={mayChange ? [...codeColumns(), changeColumn(setChanging)] : codeColumns()}
      />
      <CodeChanges mayChange={mayChange} />
      <ChangeCode
        task={changing}
        onClose={() => {
          setChanging(null);
        }}
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
  { key: 'meaning', title: text('codes.meaning'), cell: ({ meaning }) => <Meaning wording={meaning} /> },
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

/** The meaning in the window's language, and under a translation the wording that is in force. */
function Meaning({ wording }: { readonly wording: string }) {
  const shown = ruleText(wording);
  return (
    <>
      {shown}
      {shown !== wording && (
        <Text size="xs" c="dimmed" lang="en" dir="ltr" ta="start">
          {wording}
        </Text>
      )}
    </>
  );
}

function changeColumn(onChange: (task: CodeToChange) => void): DataColumn<Code> {
  return {
    key: 'change',
    title: text('codes.change.column'),
    cell: (code) => (
      <Button
        variant="default"
        size="compact-sm"
        aria-label={text('codes.change.of', { code: code.code })}
        onClick={() => {
          onChange({ code });
        }}
      >
        {text('codes.change')}
      </Button>
    ),
  };
}

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
