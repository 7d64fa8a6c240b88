import { Accordion, Button, Drawer, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { KindRecords, RosterKind } from '../../domain/roster/school-roster.ts';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { languageName } from '../app/language-name.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { changeTexts, kindTexts, type Change } from './difference-table.tsx';
import classes from './import.module.css';

type Row = Output<'roster', 'rows'>['rows'][number];
type FieldName = { [K in RosterKind]: keyof KindRecords[K] }[RosterKind];

const rowsPerPage = 50;

const fieldTexts: { readonly [F in FieldName]: PlainTextKey } = {
  sourcedId: 'import.field.sourcedId',
  title: 'import.field.title',
  type: 'import.field.type',
  startDate: 'import.field.startDate',
  endDate: 'import.field.endDate',
  schoolYear: 'import.field.schoolYear',
  courseCode: 'import.field.courseCode',
  classCode: 'import.field.classCode',
  classType: 'import.field.classType',
  courseSourcedId: 'import.field.courseSourcedId',
  grades: 'import.field.grades',
  periods: 'import.field.periods',
  termSourcedIds: 'import.field.termSourcedIds',
  identifier: 'import.field.identifier',
  givenName: 'import.field.givenName',
  middleName: 'import.field.middleName',
  familyName: 'import.field.familyName',
  preferredGivenName: 'import.field.preferredGivenName',
  preferredFamilyName: 'import.field.preferredFamilyName',
  sex: 'import.field.sex',
  birthDate: 'import.field.birthDate',
  email: 'import.field.email',
  phones: 'import.field.phones',
  language: 'import.field.language',
  studentSourcedId: 'import.field.studentSourcedId',
  guardianSourcedId: 'import.field.guardianSourcedId',
  relation: 'import.field.relation',
  statedBy: 'import.field.statedBy',
  classSourcedId: 'import.field.classSourcedId',
  userSourcedId: 'import.field.userSourcedId',
  role: 'import.field.role',
  isPrimary: 'import.field.isPrimary',
  beginDate: 'import.field.beginDate',
  groupKind: 'import.field.groupKind',
  weekdays: 'import.field.weekdays',
  startTime: 'import.field.startTime',
  endTime: 'import.field.endTime',
  groupSourcedId: 'import.field.groupSourcedId',
  stop: 'import.field.stop',
};

interface ChangedRowsProps {
  readonly upload: string;
  readonly opened: { readonly kind: RosterKind; readonly change: Change } | null;
  readonly onClose: () => void;
}

/** The rows behind one number of the review, each of which opens to its fields, old and new. */
export function ChangedRows({ upload, opened, onClose }: ChangedRowsProps) {
  return (
    <Drawer
      opened={opened !== null}
      onClose={onClose}
      position="right"
      size="xl"
      title={
        opened !== null &&
        text('import.rows.title', {
          kind: text(kindTexts[opened.kind]),
          change: text(changeTexts[opened.change]),
        })
      }
      closeButtonProps={{ 'aria-label': text('component.closeDialog') }}
    >
      {opened !== null && <Rows key={`${opened.kind} ${opened.change}`} upload={upload} {...opened} />}
    </Drawer>
  );
}

interface RowsProps {
  readonly upload: string;
  readonly kind: RosterKind;
  readonly change: Change;
}

function Rows({ upload, kind, change }: RowsProps) {
  const [earlier, setEarlier] = useState<readonly Row[]>([]);
  const page = useCall('roster', 'rows', {
    upload,
    kind,
    change,
    page: { offset: earlier.length, limit: rowsPerPage },
  });
  const rows = [...earlier, ...(page.data?.rows ?? [])];
  const total = page.data?.total;
  return (
    <Stack gap="sm">
      <ErrorAlert error={page.error} onRetry={page.reload} />
      <Accordion multiple order={3} chevronPosition="left" classNames={{ label: classes.rowLabel ?? '' }}>
        {rows.map((row) => (
          <Accordion.Item key={row.sourcedId} value={row.sourcedId}>
            <Accordion.Control>
              <Group justify="space-between" gap="sm" wrap="nowrap">
                <bdi className={classes.rowTitle}>{row.title}</bdi>
                <Text component="span" size="xs" c="dimmed" className={classes.rowFacts ?? ''}>
                  {text('import.rows.fields', { count: row.fields.length })}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Fields row={row} change={change} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {page.isPending && <Loading />}
      {total !== undefined && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {text('import.rows.count', { shown: rows.length, total })}
          </Text>
          {rows.length < total && (
            <Button
              variant="default"
              onClick={() => {
                setEarlier(rows);
              }}
            >
              {text('import.rows.more')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

interface FieldsProps {
  readonly row: Row;
  readonly change: Change;
}

function Fields({ row: { sourcedId, title, fields }, change }: FieldsProps) {
  // Of what is new or leaves there is one state only.
  const hasBoth = change === 'changed' || change === 'revived';
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">
        {text('import.field.sourcedId')} <bdi>{sourcedId}</bdi>
      </Text>
      <Table aria-label={title} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{text('import.rows.field')}</Table.Th>
            {hasBoth ? (
              <>
                <Table.Th scope="col">{text('import.rows.before')}</Table.Th>
                <Table.Th scope="col">{text('import.rows.after')}</Table.Th>
              </>
            ) : (
              <Table.Th scope="col">{text('import.rows.value')}</Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" fw={400}>
                {isFieldName(field) ? text(fieldTexts[field]) : field}
              </Table.Th>
              {hasBoth && (
                <Table.Td className={classes.cell ?? ''}>
                  <FieldValue field={field} value={before} />
                </Table.Td>
              )}
              <Table.Td className={classes.cell ?? ''}>
                <FieldValue field={field} value={change === 'removed' ? before : after} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function FieldValue({ field, value }: { readonly field: string; readonly value: string | null }) {
  return value === null || value === '' ? (
    <Text span size="sm" c="dimmed">
      {text('import.rows.empty')}
    </Text>
  ) : (
    <bdi>{field === 'language' ? languageName(value) : value}</bdi>
  );
}

function isFieldName(field: string): field is FieldName {
  return Object.hasOwn(fieldTexts, field);
}
