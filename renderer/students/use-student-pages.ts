import { useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { Output, Reply } from '../app/api.ts';
import { call } from '../app/calls.ts';
import type { StudentFilter } from './student-filter.ts';

export type StudentRow = Output<'students', 'list'>['students'][number];

/** How many students one audited read lists: the most that the contract allows, so that scrolling reads seldom. */
const pageLength = 500;

export interface StudentPages {
  /** How many match; undefined until the first answer. While a changed filter is read it is still the last one's. */
  readonly total: number | undefined;
  /** Whether the first answer of this filter is there. */
  readonly isRead: boolean;
  /** The student at a place in the list, or undefined while its page is being read. */
  readonly rowAt: (index: number) => StudentRow | undefined;
  /** Asks for the pages that hold the places. The same function for as long as the filter is the same. */
  readonly show: (places: readonly number[]) => void;
  readonly error: Extract<Reply<'students', 'list'>, { readonly ok: false }>['error'] | undefined;
  readonly reload: () => void;
}

/** Reads a list of students page by page, as far as it is shown. Pages once read stay for as long as the filter does. */
export function useStudentPages(filter: StudentFilter): StudentPages {
  const key = JSON.stringify(filter);
  const [asked, setAsked] = useState<{ readonly key: string; readonly pages: readonly number[] }>({
    key,
    pages: [0],
  });
  // Another filter begins with its first page, also when it is one from before.
  if (asked.key !== key) setAsked({ key, pages: [0] });
  const pages = asked.key === key ? asked.pages : [0];
  const queries = useQueries({
    queries: pages.map((page) => {
      const input = { ...filter, page: { offset: page * pageLength, limit: pageLength } };
      return { queryKey: ['students', 'list', input], queryFn: () => call('students', 'list', input) };
    }),
  });
  const replies = queries.map(({ data }) => data);
  const failed = replies.find((reply) => reply?.ok === false);
  const firstReply = replies[0];
  const total = firstReply?.ok === true ? firstReply.value.total : undefined;
  const [lastTotal, setLastTotal] = useState(total);
  if (total !== undefined && total !== lastTotal) setLastTotal(total);

  const show = useCallback(
    (places: readonly number[]) => {
      setAsked((before) => {
        const known = before.key === key ? before.pages : [0];
        const wanted = new Set(places.map((place) => Math.floor(place / pageLength)));
        const missing = [...wanted].filter((page) => !known.includes(page));
        return missing.length === 0 ? before : { key, pages: [...known, ...missing] };
      });
    },
    [key],
  );

  return {
    total: total ?? lastTotal,
    isRead: total !== undefined,
    show,
    rowAt: (index) => {
      const reply = replies[pages.indexOf(Math.floor(index / pageLength))];
      return reply?.ok === true ? reply.value.students[index % pageLength] : undefined;
    },
    error: failed?.ok === false ? failed.error : undefined,
    reload: () => {
      for (const query of queries) {
        if (query.data?.ok !== true) void query.refetch();
      }
    },
  };
}
