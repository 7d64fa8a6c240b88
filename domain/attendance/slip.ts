import type { SlipPaper } from '../contract/counter.ts';

/**
 * The size of one slip. A roll has no height of its own: 110 mm hold a name of four lines and a line to sign. A6 is
 * ISO 216.
 */
export const slipSizes: {
  readonly [P in SlipPaper]: { readonly widthMm: number; readonly heightMm: number };
} = {
  '80mm': { widthMm: 80, heightMm: 110 },
  a6: { widthMm: 105, heightMm: 148 },
};
