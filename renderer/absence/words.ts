import type { ContactChannel, ContactOutcome, NextStep } from '../../domain/contract/absence.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';

const channels: { readonly [C in ContactChannel]: PlainTextKey } = {
  'call-in': 'absence.channel.call-in',
  voicemail: 'absence.channel.voicemail',
  'call-out': 'absence.channel.call-out',
  message: 'absence.channel.message',
  letter: 'absence.channel.letter',
  'in-person': 'absence.channel.in-person',
};
const outcomes: { readonly [O in ContactOutcome]: PlainTextKey } = {
  'reason-given': 'absence.outcome.reason-given',
  reached: 'absence.outcome.reached',
  'promised-note': 'absence.outcome.promised-note',
  'left-message': 'absence.outcome.left-message',
  'no-answer': 'absence.outcome.no-answer',
  'wrong-number': 'absence.outcome.wrong-number',
};
const steps: { readonly [S in NextStep]: PlainTextKey } = {
  none: 'absence.next.none',
  'call-back': 'absence.next.call-back',
  'note-due': 'absence.next.note-due',
  visit: 'absence.next.visit',
};

export function channelText(channel: ContactChannel): string {
  return text(channels[channel]);
}

export function outcomeText(outcome: ContactOutcome): string {
  return text(outcomes[outcome]);
}

export function stepText(step: NextStep): string {
  return text(steps[step]);
}

export const channelOptions = optionsOf(channels);
export const outcomeOptions = optionsOf(outcomes);
export const stepOptions = optionsOf(steps);

function optionsOf<W extends string>(
  words: Readonly<Record<W, PlainTextKey>>,
): readonly { readonly value: string; readonly label: PlainTextKey }[] {
  return Object.entries<PlainTextKey>(words).map(([value, label]) => ({ value, label }));
}
