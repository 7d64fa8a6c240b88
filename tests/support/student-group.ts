import type { StudentId } from '../../domain/ids.ts';
import { testId, type SchoolStore } from './school-store.ts';

/** Puts a bus run with its riders into the store, all of them from and to the same days. */
export function addBusRun(
  store: SchoolStore,
  title: string,
  riders: readonly StudentId[],
  { beginDay = '', endDay = '' }: { readonly beginDay?: string; readonly endDay?: string } = {},
) {
  const id = testId<'student-group'>(title);
  store.write(({ changes }) =>
    changes.write({ type: 'student-group', id }, (change) => {
      change.put('student_group', {
        id,
        school: store.school,
        sourceId: null,
        kind: 'bus',
        title,
        weekdays: [1, 2, 3, 4, 5],
        fromMinute: 410,
        untilMinute: 440,
        status: 'active',
      });
      for (const student of riders) {
        change.put('group_member', {
          id: testId<'group-member'>(`${title} ${student}`),
          group: id,
          student,
          beginDay,
          endDay,
          stop: 'Stop A',
          status: 'active',
        });
      }
    }),
  );
  return id;
}
