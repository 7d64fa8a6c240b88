import { Button } from '@mantine/core';
import type { RosterKind } from '../../domain/roster/school-roster.ts';
import type { Input, Output } from '../app/api.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { DataTable } from '../components/data-table.tsx';
import classes from './import.module.css';

export type Difference = Output<'roster', 'review'>['differences'][number];
export type Change = Input<'roster', 'rows'>['change'];

export const kindTexts: { readonly [K in RosterKind]: PlainTextKey } = {
  session: 'import.kind.session',
  course: 'import.kind.course',
  class: 'import.kind.class',
  student: 'import.kind.student',
  staff: 'import.kind.staff',
  guardian: 'import.kind.guardian',
  guardianship: 'import.kind.guardianship',
  enrolment: 'import.kind.enrolment',
  group: 'import.kind.group',
  groupMember: 'import.kind.groupMember',
};

export const changeTexts: { readonly [C in Change | 'same']: PlainTextKey } = {
  added: 'import.change.added',
  changed: 'import.change.changed',
  removed: 'import.change.removed',
  revived: 'import.change.revived',
  same: 'import.change.same',
};

export const differenceColumns = ['added', 'changed', 'removed', 'revived', 'same'] as const;

interface DifferenceTableProps {
  readonly label: string;
  readonly differences: readonly Difference[];
  readonly columns: readonly (Change | 'same')[];
  /** Where given, every number but those of the same rows opens its rows. */
  readonly onOpen?: (kind: RosterKind, change: Change) => void;
}

/** Kinds of records by what happens to them. */
export function DifferenceTable({ label, differences, columns, onOpen }: DifferenceTableProps) {
  const { formatNumber } = useFormat();
  const cellOf = (difference: Difference, change: Change | 'same') => {
    const count = difference[change];
    const number = formatNumber(count);
    if (onOpen === undefined || change === 'same' || count === 0) return number;
    return (
      <Button
        variant="subtle"
        size="compact-sm"
        className={classes.count ?? ''}
        aria-label={text('import.open', {
          kind: text(kindTexts[difference.kind]),
          change: text(changeTexts[change]),
          count,
        })}
        onClick={() => {
          onOpen(difference.kind, change);
        }}
      >
        {number}
      </Button>
    );
  };
  return (
    <DataTable
      label={label}
      minWidth="34rem"
      rows={differences}
      rowKey={({ kind }) => kind}
      columns={[
        { key: 'kind', title: text('import.kind'), cell: ({ kind }) => text(kindTexts[kind]) },
        ...columns.map((change) => ({
          key: change,
          title: text(changeTexts[change]),
          cell: (difference: Difference) => cellOf(difference, change),
          isNumber: true,
        })),
      ]}
    />
  );
}
