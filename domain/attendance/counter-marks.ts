import type { Day } from '../ids.ts';
import { assert } from '../result.ts';
import {
  codeForMark,
  codeOn,
  type CodePack,
  type CounterReason,
  type CounterReasonId,
  type CounterRules,
} from './code-pack.ts';
import type { RegisterSession } from './session.ts';

/** A student who came late, left, or came back, as the front desk entered it. Minutes after midnight, wall clock. */
export type CounterMovement =
  | { readonly kind: 'arrival'; readonly minute: number; readonly reason: string }
  | {
      readonly kind: 'departure';
      readonly minute: number;
      readonly reason: string;
      /** When the student is expected back; null: not today. */
      readonly expectedMinute: number | null;
    }
  | { readonly kind: 'return'; readonly minute: number };

/** A register that the student is in, with the hours of its session. */
export interface CounterRegister {
  readonly session: RegisterSession;
  readonly opensAt: number;
  readonly closesAt: number;
  /** When it is over, exclusive: the next of its kind opens, or the school day ends. */
  readonly endsAt: number;
  /** The code that stands in it without the desk's own marks; null while it is blank. */
  readonly standing: string | null;
  /** The code of what explains an absence in it, a mark or a planned absence; null where nothing does. */
  readonly explainedBy: string | null;
}

/** What the office's column of a register says because of the movements. */
export interface CounterMark {
  readonly code: string;
  /** Late or missed; null where the session was missed whole. */
  readonly minutes: number | null;
}

/** A time out of school. `until` is exclusive: at that minute the student is there. */
export interface AwaySpell {
  /** Null: since the day began. */
  readonly from: number | null;
  /** Null: for the rest of the day. */
  readonly until: number | null;
  readonly reason: string;
  /** False while the student is still out and only expected. */
  readonly isOver: boolean;
}

/**
 * The times out of school that a day's movements come to, in order. Several arrivals are one that was entered twice, and
 * the first counts; a return ends every departure before it.
 */
export function awaySpells(movements: readonly CounterMovement[]): readonly AwaySpell[] {
  const inOrder = movements.toSorted((one, other) => one.minute - other.minute);
  const arrival = inOrder.find((each) => each.kind === 'arrival');
  const spells: AwaySpell[] =
    arrival === undefined
      ? []
      : [{ from: null, until: arrival.minute, reason: arrival.reason, isOver: true }];
  for (const departure of inOrder) {
    if (departure.kind !== 'departure') continue;
    const back = inOrder.find((each) => each.kind === 'return' && each.minute >= departure.minute);
    spells.push({
      from: departure.minute,
      until: back?.minute ?? departure.expectedMinute,
      reason: departure.reason,
      isOver: back !== undefined,
    });
  }
  return spells;
}

/**
 * The mark that a day's movements give in one register; null where they give none: the session was attended, or its
 * code stands already.
 *
 * A session that opens at or after an arrival is never touched. Of several spells in one session the first decides. Who
 * leaves within a session and is not back has left for the rest of it, also while expected: the minutes from then to its
 * end are missed, until a return says otherwise. The day's last session ends with the school day, and who leaves after it
 * has missed nothing.
 * Source: the pack's rule (`counter`), which names its own; without effect before its first day.
 */
export function counterMark(
  pack: CodePack,
  on: Day,
  register: CounterRegister,
  movements: readonly CounterMovement[],
): CounterMark | null {
  if (on < pack.counter.effectiveFrom) return null;
  for (const spell of awaySpells(movements)) {
    const given = markOfSpell(pack, register, spell);
    if (given === null || given.code === register.standing) continue;
    if (codeForMark(pack, given.code, on, register.session).ok) return given;
  }
  return null;
}

/** The code where it explains that the student is not in the room; null for any other, and for none. */
export function explainingCode(pack: CodePack, on: Day, code: string | null): string | null {
  const found = code === null ? undefined : codeOn(pack, code, on);
  if (found === undefined || found.isLate) return null;
  const explains = ['authorised', 'not-possible', 'approved-activity'].includes(found.category);
  return explains ? found.code : null;
}

/** The reasons that can be given for a movement, in the pack's order. */
export function counterReasonsFor(pack: CodePack, kind: 'arrival' | 'departure'): readonly CounterReasonId[] {
  return pack.counter.reasons.filter(({ at }) => at.includes(kind)).map(({ id }) => id);
}

function markOfSpell(pack: CodePack, register: CounterRegister, spell: AwaySpell): CounterMark | null {
  const { opensAt, closesAt, endsAt, explainedBy } = register;
  const { from, until } = spell;
  const rules = pack.counter;
  const isBefore = until !== null && until <= opensAt;
  const isAfter = from !== null && from >= endsAt;
  if (isBefore || isAfter) return null;

  const reason = reasonOf(rules, spell.reason);
  const isExcused = reason.excused || explainedBy !== null;
  const missed = { code: explainedBy ?? reason.missedCode, minutes: null };
  const pick = <C>(pair: { readonly excused: C; readonly unexcused: C }): C =>
    isExcused ? pair.excused : pair.unexcused;
  const isBackInTime = until !== null && until < endsAt;

  if (from !== null && from > opensAt) {
    // There when the session began: it was attended at its register.
    if (!isBackInTime || !spell.isOver) return markOf(pick(rules.left), endsAt - from);
    const minutes = until - from;
    return rules.away !== null && minutes > rules.away.overMinutes ? markOf(pick(rules.away), minutes) : null;
  }
  if (!isBackInTime) return missed;
  const closes = Math.min(closesAt, opensAt + (pack.registerOpenMinutes ?? Infinity));
  const isOpen = until < closes;
  // Who is only expected may come in time; once the register has closed, the session is missed until then.
  if (!spell.isOver) return isOpen ? null : missed;
  const minutes = until - opensAt;
  const { longLate } = rules;
  if (longLate !== null && minutes > longLate.overMinutes) return markOf(pick(longLate), minutes);
  if (isOpen) return markOf(pick(rules.lateBeforeClose), minutes);
  const code = pick(rules.lateAfterClose);
  return code === null ? { ...missed, minutes } : markOf(code, minutes);
}

function markOf(code: string | null, minutes: number | null): CounterMark | null {
  return code === null ? null : { code, minutes };
}

/** A reason of a newer desk's pack is one that is not known here. */
function reasonOf({ reasons }: CounterRules, id: string): CounterReason {
  const found = reasons.find((each) => each.id === id) ?? reasons.find((each) => each.id === 'unknown');
  assert(found !== undefined, 'a pack says what holds for a reason that is not known');
  return found;
}
