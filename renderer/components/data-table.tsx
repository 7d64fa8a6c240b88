import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

/** One column of a table. The first names its row. */
export interface DataColumn<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the end of their column, so that they can be compared. */
  readonly isNumber?: boolean;
  /** A CSS width; without it the content decides. */
  readonly width?: string;
}

interface DataTableProps<Row> {
  /** What the table lists, for who cannot see it. */
  readonly label: string;
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Under this width (a CSS length) the table scrolls sideways, not the page. */
  readonly minWidth?: string;
  readonly maxHeight?: string;
}

/**
 * A table to read: header and first column stay in sight, and what has the focus is never under them (WCAG 2.4.11).
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  minWidth = '40rem',
  maxHeight = 'calc(100dvh - 13rem)',
}: DataTableProps<Row>) {
  return (
    <Table.ScrollContainer
      type="native"
      minWidth={minWidth}
      maxHeight={maxHeight}
      className={classes.scroll ?? ''}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table stickyHeader className={classes.table ?? ''} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, title, isNumber, width }) => (
              <Table.Th
                key={key}
                scope="col"
                data-number={isNumber === true || undefined}
                {...(width === undefined ? {} : { w: width })}
              >
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map(({ key, cell, isNumber }, index) =>
                index === 0 ? (
                  <Table.Th key={key} scope="row">
                    {cell(row)}
                  </Table.Th>
                ) : (
                  <Table.Td key={key} data-number={isNumber === true || undefined}>
                    {cell(row)}
                  </Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
