import { rollHeightMm, rollSlip } from '../../domain/attendance/slip.ts';

const pageRule = new CSSStyleSheet();

/**
 * Makes the page of the roll as high as the sheet that stands in it, for the dialog as well, and gives that height in
 * millimetres.
 */
export function fitRollPage(sheet: HTMLElement): number {
  sheet.dataset['measured'] = '';
  const heightMm = rollHeightMm(sheet.getBoundingClientRect().height);
  delete sheet.dataset['measured'];
  pageRule.replaceSync(`@page slip-80mm { size: ${rollSlip.widthMm}mm ${heightMm}mm; }`);
  if (!document.adoptedStyleSheets.includes(pageRule)) document.adoptedStyleSheets.push(pageRule);
  return heightMm;
}
