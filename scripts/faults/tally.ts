import type { Findings } from './check-school.ts';

/** What came of many rounds of one fault. */
export interface Tally {
  readonly name: string;
  rounds: number;
  acknowledged: number;
  lost: number;
  unopenable: number;
  /** One sentence each, with what is needed to find it again. */
  readonly problems: string[];
}

export function emptyTally(name: string): Tally {
  return { name, rounds: 0, acknowledged: 0, lost: 0, unopenable: 0, problems: [] };
}

/** One line of the report. */
export function tallyToText({ name, rounds, acknowledged, lost, unopenable, problems }: Tally): string {
  const counts = `${rounds} rounds, ${acknowledged} writes acknowledged: ${lost} lost, ${unopenable} stores that do not open`;
  const shown = problems.slice(0, 5).map((problem) => `\n    ${problem}`);
  return `${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${counts}, ${problems.length} problems${shown.join('')}`;
}

/** What is wrong, as text. */
export function describeFindings({ isOpen, lost, broken }: Findings): string {
  const parts = [
    ...(isOpen ? [] : ['does not open']),
    ...(lost.length > 0 ? [`lost: ${lost.slice(0, 5).join(', ')}`] : []),
    ...broken.slice(0, 5),
  ];
  return parts.join('; ');
}
