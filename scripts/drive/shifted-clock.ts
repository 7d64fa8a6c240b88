import { readFileSync } from 'node:fs';

/**
 * Loaded into the application before its own code (`--import`), in a tour that plays a whole day: the wall clock is ahead by as
 * many milliseconds as the file named in `ROLLKEEP_TOUR_CLOCK` says, and goes on from there when the file changes.
 */
const file = process.env['ROLLKEEP_TOUR_CLOCK'];
if (file === undefined) throw new Error('ROLLKEEP_TOUR_CLOCK names the file with the milliseconds');

const RealDate = Date;
let aheadMs = 0;
let readAtMs = -Infinity;

function now(): number {
  if (performance.now() - readAtMs > 20) {
    readAtMs = performance.now();
    aheadMs = Number(readFileSync(file ?? '', 'utf8'));
  }
  return RealDate.now() + aheadMs;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: unknown[], newTarget: Function) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
});
