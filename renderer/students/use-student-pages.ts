import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClassId } from '../../domain/ids.ts';
import type { Output, Reply } from '../app/api.ts';
import { call } from '../app/calls.ts';

/** What the list is narrowed to; empty text and nulls do not narrow it. */
export interface StudentFilter {
  readonly text: string;
  readonly grade: string | null;
  readonly homeroom: ClassId | null;
  readonly status: 'active' | 'left';
}

export type StudentRow = Output<'students', 'list'>['students'][number];

/** How many students one audited read lists: the most that the contract allows, so that scrolling reads seldom. */
const pageLength = 500;

export interface StudentPages {
  /** How many match; undefined until the first answer. */
  readonly total: number | undefined;
  /** The student at a place in the list, or undefined while its page is being read. */
  readonly rowAt: (index: number) => StudentRow | undefined;
  /** Asks for the page that holds a place. Pages once read stay for as long as the filter does. */
  readonly show: (index: number) => void;
  readonly error: Extract<Reply<'students', 'list'>, { readonly ok: false }>['error'] | undefined;
  readonly reload: () => void;
}

/** Reads a list of students page by page, as far as it is scrolled. Give the caller a `key` of the filter. */
export function useStudentPages(filter: StudentFilter): StudentPages {
  const [pages, setPages] = useState<readonly number[]>([0]);
  const queries = useQueries({
    queries: pages.map((page) => {
      const input = { ...filter, page: { offset: page * pageLength, limit: pageLength } };
      return { queryKey: ['students', 'list', input], queryFn: () => call('students', 'list', input) };
    }),
  });
  const replies = queries.map(({ data }) => data);
  const failed = replies.find((reply) => reply?.ok === false);
  const first = replies[0];
  return {
    total: first?.ok === true ? first.value.total : undefined,
    rowAt: (index) => {
      const reply = replies[pages.indexOf(Math.floor(index / pageLength))];
      return reply?.ok === true ? reply.value.students[index % pageLength] : undefined;
    },
    show: (index) => {
      const page = Math.floor(index / pageLength);
      if (!pages.includes(page)) setPages([...pages, page]);
    },
    error: failed?.ok === false ? failed.error : undefined,
    reload: () => {
      for (const query of queries) {
        if (query.data?.ok !== true) void query.refetch();
      }
    },
  };
}
