import { codeOn, isAbsence, type AttendanceCode } from '../../domain/attendance/code-pack.ts';
import type { StudentsToday } from '../../domain/contract/students.ts';
import type { StudentId } from '../../domain/ids.ts';
import { codePackOf } from '../attendance/code-packs.ts';
import { readRegisters } from '../attendance/list-registers.ts';
import type { QueryUnit } from '../gate/unit.ts';

/** Whom a filter by today's registers finds, within the scope: by the mark that stands in any of them; `unmarked` has none in all. */
export function studentsToday(unit: QueryUnit, which: StudentsToday): readonly StudentId[] {
  const pack = codePackOf(unit);
  const codesByStudent = new Map<StudentId, AttendanceCode[]>();
  for (const { register } of readRegisters(unit, unit.today)) {
    for (const { studentId, effective } of register.students) {
      const codes = codesByStudent.get(studentId) ?? [];
      codesByStudent.set(studentId, codes);
      const code = effective?.code == null ? undefined : codeOn(pack, effective.code, unit.today);
      if (code !== undefined) codes.push(code);
    }
  }
  const isMeant = meanings[which];
  return [...codesByStudent].flatMap(([student, codes]) => (isMeant(codes) ? [student] : []));
}

const meanings: { readonly [T in StudentsToday]: (codes: readonly AttendanceCode[]) => boolean } = {
  absent: (codes) => codes.some(isAbsence),
  unexplained: (codes) => codes.some(({ awaitsReason }) => awaitsReason),
  late: (codes) => codes.some(({ isLate }) => isLate),
  unmarked: (codes) => codes.length === 0,
};
