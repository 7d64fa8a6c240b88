import { text, type PlainTextKey } from '../app/catalogue.ts';

const statisticalTexts: Readonly<Record<string, PlainTextKey>> = {
  attending: 'codes.statistical.attending',
  'approved-activity': 'codes.statistical.approved-activity',
  authorised: 'codes.statistical.authorised',
  unauthorised: 'codes.statistical.unauthorised',
  'not-possible': 'codes.statistical.not-possible',
};

/** What a code counts as, in words. A category that has no text yet is shown as the pack has it. */
export function statisticalText(category: string): string {
  const key = Object.hasOwn(statisticalTexts, category) ? statisticalTexts[category] : undefined;
  return key === undefined ? category : text(key);
}
