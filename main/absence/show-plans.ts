import { readPlansOfStudent, type StoredPlan } from '../../db/attendance/planned-absences.ts';
import { readUserNames } from '../../db/people/actors.ts';
import { readStudentLines } from '../../db/people/students.ts';
import { codeOn } from '../../domain/attendance/code-pack.ts';
import { planFor, type PlannedAbsence } from '../../domain/attendance/planned-absence.ts';
import { schoolDaysBetween, sessionsOn } from '../../domain/calendar/school-calendar.ts';
import type { Contract, OutputOf } from '../../domain/contract/contract.ts';
import type { StudentId } from '../../domain/ids.ts';
import { readSchoolYears } from '../attendance/calendar.ts';
import { categoryOf, codePackOf } from '../attendance/code-packs.ts';
import type { QueryUnit } from '../gate/unit.ts';
import { planNote } from './open-rows.ts';

type PlanShown = OutputOf<Contract['absence']['plans']>['plans'][number];

/** Planned absences as the window shows them, in the order given. Those of a student out of the caller's reach are left out. */
export function showPlans(unit: QueryUnit, rows: readonly StoredPlan[]): PlanShown[] {
  const { db, scope, school, today, fields } = unit;
  const pack = codePackOf(school.country);
  const names = readUserNames(db);
  const lines = readStudentLines(
    db,
    scope,
    rows.map(({ studentId }) => studentId),
    today,
  );
  const { years } = readSchoolYears(db, school);
  const countByDays = new Map<string, number>();
  const schoolDays = ({ fromDay, toDay }: PlannedAbsence): number => {
    const key = `${fromDay} ${toDay}`;
    const known = countByDays.get(key);
    if (known !== undefined) return known;
    const count = years.reduce((sum, year) => sum + schoolDaysBetween(year, fromDay, toDay).length, 0);
    countByDays.set(key, count);
    return count;
  };
  const plansByStudent = new Map<StudentId, readonly PlannedAbsence[]>();
  const isOverlaid = (plan: StoredPlan): boolean => {
    const known = plansByStudent.get(plan.studentId);
    const own = known ?? readPlansOfStudent(db, scope, plan.studentId);
    if (known === undefined) plansByStudent.set(plan.studentId, own);
    if (own.length < 2) return false;
    return years.some((year) =>
      schoolDaysBetween(year, plan.fromDay, plan.toDay).some((day) =>
        sessionsOn(year, day).some(({ session }) => {
          if (plan.sessions.length > 0 && !plan.sessions.includes(session)) return false;
          return planFor(own, day, session)?.id !== plan.id;
        }),
      ),
    );
  };
  return rows.flatMap((plan): PlanShown[] => {
    const line = lines.get(plan.studentId);
    if (line === undefined) return [];
    return [
      {
        id: plan.id,
        student: plan.studentId,
        name: line.name,
        homeroom: line.homeroom,
        from: plan.fromDay,
        to: plan.toDay,
        sessions: [...plan.sessions],
        code: plan.code,
        meaning: codeOn(pack, plan.code, plan.fromDay)?.meaning ?? '',
        category: categoryOf(pack, plan.code, plan.fromDay),
        occasion: plan.occasion,
        occasionId: plan.occasionId,
        note: planNote(fields, plan),
        by: names.get(plan.madeBy) ?? '',
        atMs: plan.madeAtMs,
        schoolDays: schoolDays(plan),
        hasBegun: plan.fromDay < today,
        isOverlaid: isOverlaid(plan),
      },
    ];
  });
}
