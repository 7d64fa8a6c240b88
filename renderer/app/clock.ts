/**
 * The minute of the day that was typed: `9:05`, `9.05`, `905`, `0905`, and `9` for nine o'clock; undefined for anything
 * else. Always 24 hours.
 */
export function parseClock(typed: string): number | undefined {
  const found = /^(\d{1,2})(?:[:.h ]?([0-5]\d))?$/.exec(typed.trim());
  if (found === null) return undefined;
  const hours = Number(found[1]);
  return hours > 23 ? undefined : hours * 60 + Number(found[2] ?? 0);
}

/** `09:05`. */
export function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
