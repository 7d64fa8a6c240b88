import { readMarkCodes } from '../../db/attendance/marks.ts';
import { awaitsReason, codeMeant } from '../../domain/attendance/code-pack.ts';
import { standingMark, type RegisterKey } from '../../domain/attendance/register.ts';
import { registerSession } from '../../domain/attendance/session.ts';
import type { Contract, OutputOf, ParsedInputOf } from '../../domain/contract/contract.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import type { ClassId, StudentId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { codePackOf } from './code-packs.ts';
import { openRegister } from './expected-registers.ts';
import { registerKeyText } from './register-facts.ts';
import { cellAt, type RegisterCells } from './standing-marks.ts';

type Correction = ParsedInputOf<Contract['attendance']['correct']>;
type Corrected = OutputOf<Contract['attendance']['correct']>;

interface RegisterToCorrect {
  readonly key: RegisterKey;
  /** What was asked for, by student. */
  readonly asked: ReadonlyMap<StudentId, AskedMark>;
}

type AskedMark = Pick<Correction['marks'][number], 'code' | 'seen'>;

interface CheckedRegister {
  readonly key: RegisterKey;
  readonly changes: readonly { readonly student: StudentId; readonly code: string }[];
}

/**
 * Writes office marks over those of several registers, with one reason as the note of each: all of them or none. The
 * teacher's marks stay beside. A mark that stands as it would become stays as it is, and so does, where
 * `onlyWithMarks`, a blank. So does a mark that says another code by now than the one that was `seen`: somebody has
 * decided about it since, here or on another computer, and the answer names it.
 *
 * Errors: `out-of-scope` for a class or student that is not there; `register-not-expected` and `day-in-future` for one
 * register of them; `code-unknown` with every code that may not stand where it is to stand.
 * Source: SI 2024/208 asks that an amended entry show the original, the amendment, who made it, when and why.
 */
export function correctMarks(
  unit: CommandUnit,
  { marks, reason, onlyWithMarks }: Correction,
): Result<Corrected, ErrorOf<'out-of-scope' | 'register-not-expected' | 'day-in-future' | 'code-unknown'>> {
  const pack = codePackOf(unit);
  const checked: CheckedRegister[] = [];
  const unknown = new Set<string>();
  const changedMeanwhile: Corrected['changedMeanwhile'] = [];
  let unchanged = 0;
  let blank = 0;
  for (const { key, asked } of registersOf(marks)) {
    const opened = openRegister(unit, key);
    if (!opened.ok) return err(opened.error);
    if (key.day > unit.today) return err({ type: 'day-in-future' });
    const members = new Set(opened.value.members.map(({ id }) => id));
    const cells = readCells(unit, key);
    const changes: { student: StudentId; code: string }[] = [];
    for (const [student, { code: wanted, seen }] of asked) {
      if (!members.has(student)) return err({ type: 'out-of-scope' });
      const code = codeMeant(pack, wanted, key.day, key.session);
      const planned = opened.value.plans.get(student)?.code ?? null;
      const standing = standingMark(cellAt(cells, student), planned, (text) =>
        awaitsReason(pack, text, key.day),
      );
      if (!code.ok) unknown.add(wanted);
      else if (seen !== undefined && seen !== standing) {
        const { day, classId, session } = key;
        changedMeanwhile.push({ day, class: classId, session, student, code: standing });
      } else if (standing === null && onlyWithMarks) blank += 1;
      else if (standing === code.value.code) unchanged += 1;
      else changes.push({ student, code: code.value.code });
    }
    checked.push({ key, changes });
  }
  if (unknown.size > 0) return err({ type: 'code-unknown', codes: [...unknown] });

  for (const [classId, ofClass] of Map.groupBy(checked, ({ key }) => key.classId)) {
    writeClass(unit, classId, ofClass, reason);
  }
  const changed = checked.reduce((sum, { changes }) => sum + changes.length, 0);
  return ok({ savedAtMs: unit.nowMs, changed, unchanged, blank, changedMeanwhile });
}

/** The registers that are named, each with what is asked for each student; of a cell that is named twice the last counts. */
function registersOf(marks: Correction['marks']): readonly RegisterToCorrect[] {
  const registers = new Map<
    string,
    { readonly key: RegisterKey; readonly asked: Map<StudentId, AskedMark> }
  >();
  for (const { day, class: classId, session, student, code, seen } of marks) {
    const key = { day, classId, session: registerSession.parse(session) };
    const name = registerKeyText(key);
    const register = registers.get(name) ?? { key, asked: new Map<StudentId, AskedMark>() };
    registers.set(name, register);
    register.asked.set(student, { code, seen });
  }
  return [...registers.values()];
}

function readCells({ db, scope }: CommandUnit, key: RegisterKey): RegisterCells {
  const cells: RegisterCells = new Map();
  // Facts come oldest first, so that of each column the newest stands.
  for (const { student, column, code } of readMarkCodes(db, scope, key))
    cellAt(cells, student)[column] = code;
  return cells;
}

/** One change for each class, whatever the number of its registers. */
function writeClass(
  unit: CommandUnit,
  classId: ClassId,
  registers: readonly CheckedRegister[],
  reason: string,
): void {
  const toWrite = registers.filter(({ changes }) => changes.length > 0);
  if (toWrite.length === 0) return;
  unit.changes.write({ type: 'register', id: classId }, (change) => {
    for (const { key, changes } of toWrite) {
      change.add(
        'mark',
        {
          day: key.day,
          class: classId,
          session: key.session,
          column: 'office',
          author: unit.actor.user,
          atMs: unit.nowMs,
        },
        changes.map(({ student, code }) => ({ student, code, minutes: null, note: reason })),
      );
    }
  });
}
