import type { SlipSheet } from '../contract/counter.ts';

/** A roll of 80 mm is cut below its slip: never shorter than a printer can feed, never longer than a sheet of A4. */
export const rollSlip = { widthMm: 80, leastHeightMm: 40, mostHeightMm: 297 } as const;
/** CSS defines 96 pixels to the inch, whatever the screen. */
const mmPerPx = 25.4 / 96;
/** So that what is rounded down by a printer's driver is not cut off. */
const spareMm = 1;

/** Where a roll is cut below content of so many CSS pixels: whole millimetres, within what a roll may have. */
export function rollHeightMm(contentPx: number): number {
  const needed = Math.ceil(contentPx * mmPerPx) + spareMm;
  return Math.min(Math.max(needed, rollSlip.leastHeightMm), rollSlip.mostHeightMm);
}

/** The size of one slip: a cut of the roll, or A6 (ISO 216). */
export function slipSize(sheet: SlipSheet): { readonly widthMm: number; readonly heightMm: number } {
  return sheet.paper === 'a6'
    ? { widthMm: 105, heightMm: 148 }
    : { widthMm: rollSlip.widthMm, heightMm: sheet.heightMm };
}
