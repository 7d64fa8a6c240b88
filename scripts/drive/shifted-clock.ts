import { readFileSync } from 'node:fs';

/**
 * Loaded into the application before its own code (`--import`), where a tour plays a whole day: the wall clock is ahead by as
 * many milliseconds as the file named in `ROLLKEEP_TOUR_CLOCK` says, and goes on from there when the file changes.
 */
const file = process.env['ROLLKEEP_TOUR_CLOCK'];
if (file === undefined) throw new Error('ROLLKEEP_TOUR_CLOCK names the file with the milliseconds');

const RealDate = Date;
const realMonotonicMs = performance.now.bind(performance);
let aheadMs = 0;
let readAtMs = -Infinity;

function now(): number {
  if (realMonotonicMs() - readAtMs > 20) {
    readAtMs = realMonotonicMs();
    aheadMs = Number(readFileSync(file ?? '', 'utf8'));
  }
  return RealDate.now() + aheadMs;
}

class ShiftedDate extends RealDate {
  constructor(...given: ConstructorParameters<typeof RealDate> | []) {
    if (given.length === 0) super(now());
    else super(...given);
  }

  static override now(): number {
    return now();
  }
}

Object.defineProperty(globalThis, 'Date', { value: ShiftedDate, configurable: true, writable: true });
// Both clocks go on together, or the application takes the difference for a sleep and locks.
performance.now = () => {
  now();
  return realMonotonicMs() + aheadMs;
};
