import { text } from './catalogue.ts';

/** A year group as people write it: rosters pad the number (`07`); letters such as `KG` stand as they are. */
export function gradeTitle(grade: string): string {
  return grade.replace(/^0+(?=\d)/, '');
}

interface Place {
  /** Empty for a student without one. */
  readonly homeroom: string;
  /** As in the roster; empty where the roster has none. */
  readonly grade: string;
}

/** Where a student is: `7B, year 7`, or as much of it as is known. */
export function placeTitle({ homeroom, grade: rosterGrade }: Place): string {
  const grade = gradeTitle(rosterGrade);
  if (homeroom !== '' && grade !== '') return text('student.place', { homeroom, grade });
  if (homeroom !== '') return homeroom;
  return grade === '' ? text('student.place.none') : text('student.place.year', { grade });
}
