import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { ruleText } from '../app/rule-texts.ts';
import type { StudentFilter } from './student-filter.ts';

type Band = Output<'students', 'filters'>['bands'][number];
type BandFilter = NonNullable<StudentFilter['absence']>;

/** What can be chosen of the bands of absence, in two groups: one band, or a band and all above it. */
export interface BandChoice {
  readonly filter: BandFilter;
  readonly value: string;
  readonly label: string;
}

/** Each band by itself; and from each that is neither the lowest nor the highest up. */
export function bandChoices(bands: readonly Band[]): {
  readonly single: readonly BandChoice[];
  readonly andAbove: readonly BandChoice[];
} {
  return {
    single: bands.map((band) => choiceOf({ band: band.id, andAbove: false }, bands)),
    andAbove: bands.slice(1, -1).map((band) => choiceOf({ band: band.id, andAbove: true }, bands)),
  };
}

/** What the filter looks for, in words. A saved list may ask for a band that the country's measure no longer has. */
export function bandFilterTitle(filter: BandFilter, bands: readonly Band[]): string {
  const place = bands.findIndex(({ id }) => id === filter.band);
  const [found, next] = [bands[place], bands[place + 1]];
  if (found === undefined) return text('students.filter.gone');
  const band = ruleText(found.title);
  const from = found.percent;
  if (filter.andAbove) return text('students.absence.orAbove', { band, from });
  if (place === 0) return band;
  return next === undefined
    ? text('students.absence.from', { band, from })
    : text('students.absence.between', { band, from, below: next.percent });
}

/** The value of a filter in the field. */
export function valueOfBand({ band, andAbove }: BandFilter): string {
  return andAbove ? `${band}+` : band;
}

function choiceOf(filter: BandFilter, bands: readonly Band[]): BandChoice {
  return { filter, value: valueOfBand(filter), label: bandFilterTitle(filter, bands) };
}
