import { addDays } from '../../domain/calendar/day.ts';
import { day as daySchema } from '../../domain/ids.ts';
import { newId } from '../../main/desk/desk.ts';
import { inTransaction, type ScriptDesk } from '../harness/script-desk.ts';

/** A year that keeps the day of the week. */
const yearDays = 364;

/**
 * Lays the school's year of marks under the days of so many years before it, with their school years, so that a store is as
 * large as after years of use. Marks, taken registers and their changes are copied as rows: what is measured is reading beside them.
 */
export function addEarlierYears(script: ScriptDesk, years: number): void {
  const { connection, unitParts } = script.open;
  const sessions = connection
    .prepare<[], { title: string; type: string; start_day: string; end_day: string }>(
      `SELECT title, type, start_day, end_day FROM academic_session WHERE type = 'schoolYear'`,
    )
    .all();
  const earlier = (text: string, back: number): string => addDays(daySchema.parse(text), -back * yearDays);
  inTransaction(script.open, () => {
    for (let back = 1; back <= years; back += 1) {
      unitParts.changes.write({ type: 'school', id: unitParts.school.id }, (change) => {
        for (const { title, type, start_day: startDay, end_day: endDay } of sessions) {
          const end = earlier(endDay, back);
          change.put('academic_session', {
            id: newId<'academic-session'>(script.desk.random),
            school: unitParts.school.id,
            sourceId: null,
            title: `${title}, ${back} before`,
            type,
            startDay: earlier(startDay, back),
            endDay: end,
            schoolYear: end.slice(0, 4),
            status: 'active',
          });
        }
      });
    }
  });
  connection.exec('BEGIN IMMEDIATE');
  for (let back = 1; back <= years; back += 1) {
    const shift = `-${back * yearDays} days`;
    const isOfThisYear = "day >= (SELECT max(start_day) FROM academic_session WHERE type = 'schoolYear')";
    connection
      .prepare(
        `INSERT INTO mark SELECT date(day, ?), class, session, student, hlc, desk, author_column, code, minutes, note,
           author, at_ms, seq FROM mark WHERE ${isOfThisYear}`,
      )
      .run(shift);
    connection
      .prepare(
        `INSERT INTO register_taken SELECT date(day, ?), class, session, hlc, desk, taken, author, at_ms, seq
           FROM register_taken WHERE ${isOfThisYear}`,
      )
      .run(shift);
  }
  // The changes once for each year, with numbers of their own behind the last.
  connection.exec(
    `CREATE TEMP TABLE change_of_year AS SELECT * FROM change WHERE aggregate_type = 'register'`,
  );
  for (let back = 1; back <= years; back += 1) {
    connection.exec(`INSERT INTO change SELECT (SELECT max(seq) FROM change) + row_number() OVER (ORDER BY seq), hlc,
      aggregate_type, aggregate_id, body FROM change_of_year`);
  }
  connection.exec('DROP TABLE change_of_year');
  connection.exec('COMMIT');
  unitParts.changes.reset();
}
