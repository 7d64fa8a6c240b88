import type { Output } from '../app/api.ts';

/** What a list of students is narrowed to and how it is sorted, as the contract and saved lists have it. */
export type StudentFilter = NonNullable<Output<'students', 'lists'>['lists'][number]['filter']>;

/** Everybody who is here, by name. */
export const noFilter: StudentFilter = {
  text: '',
  grade: null,
  homeroom: null,
  status: 'active',
  group: null,
  language: null,
  today: null,
  absence: null,
  sort: 'name',
  descending: false,
};

/** Whether the filter leaves anybody out, leavers aside. */
export function isNarrowed(filter: StudentFilter): boolean {
  const { grade, homeroom, group, language, today, absence } = filter;
  const chosen = [grade, homeroom, group, language, today, absence];
  return filter.text.trim() !== '' || chosen.some((value) => value !== null);
}

/**
 * The filter after the head of a column was pressed: by that column, and the second time the other way round. Of rates the
 * highest come first: they are what is looked for.
 */
export function sortedBy(filter: StudentFilter, sort: StudentFilter['sort']): StudentFilter {
  return filter.sort === sort
    ? { ...filter, descending: !filter.descending }
    : { ...filter, sort, descending: sort === 'rate' };
}

/** The value of `aria-sort` of a column. */
export function sortStateOf(
  filter: StudentFilter,
  sort: StudentFilter['sort'],
): 'ascending' | 'descending' | 'none' {
  if (filter.sort !== sort) return 'none';
  return filter.descending ? 'descending' : 'ascending';
}
