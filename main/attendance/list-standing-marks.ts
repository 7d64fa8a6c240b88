import { listMembersOfGroup } from '../../db/people/student-groups.ts';
import { readStudentLines } from '../../db/people/students.ts';
import { mostMarksCorrected, type StudentMark } from '../../domain/attendance/register.ts';
import type { Contract, OutputOf, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { readRegisters } from './list-registers.ts';

type Asked = ParsedInputOf<Contract['attendance']['standingMarks']>;
type Listed = OutputOf<Contract['attendance']['standingMarks']>;

/**
 * Where a code stands in the day's registers within the scope: the office's mark, else a planned absence that counts, else
 * the teacher's. In the order of the registers and of their students' names, no more than one correction takes.
 */
export function listStandingMarks(unit: QueryUnit, asked: Asked): Listed {
  const { db, scope } = unit;
  const inGroup = asked.group === null ? null : listMembersOfGroup(db, scope, asked.group, asked.day);
  const all = readRegisters(unit, asked.day)
    .filter(({ key }) => asked.class === null || key.classId === asked.class)
    .filter(({ key }) => asked.session === null || key.session === asked.session)
    .flatMap(({ key, class: { title }, register }) =>
      register.students
        .filter(({ effective }) => effective?.code === asked.code)
        .filter(({ studentId }) => inGroup === null || inGroup.has(studentId))
        .map((mark) => ({ key, title, mark })),
    );
  const shown = all.slice(0, mostMarksCorrected);
  const lines = readStudentLines(
    db,
    scope,
    shown.map(({ mark }) => mark.studentId),
    asked.day,
  );
  return {
    marks: shown.map(({ key, title, mark }) => ({
      class: key.classId,
      title,
      session: key.session,
      student: mark.studentId,
      name: lines.get(mark.studentId)?.name ?? '',
      minutes: mark.effective?.minutesLate ?? null,
      by: whoseStands(mark),
    })),
    total: all.length,
  };
}

function whoseStands({ effective, office }: StudentMark): Listed['marks'][number]['by'] {
  if (effective?.kind === 'plan') return 'plan';
  return office === null ? 'teacher' : 'office';
}
