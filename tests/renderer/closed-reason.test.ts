import { afterEach, beforeAll, expect, test } from 'vitest';
import { noSchool, type NoSchool } from '../../domain/calendar/no-school.ts';
import { loadCatalogue } from '../../renderer/app/catalogue.ts';
import { languages, setLanguage, type Language } from '../../renderer/app/language.ts';
import { closedReason } from '../../renderer/attendance/closed-reason.ts';

const spoken = Object.keys(languages) as Language[];

beforeAll(async () => {
  // The window's document, as far as a switch writes to it.
  Object.assign(globalThis, { window: {}, document: { documentElement: {} } });
  await Promise.all(spoken.map(loadCatalogue));
});

afterEach(() => {
  setLanguage('en');
});

const said = (because: NoSchool): string[] =>
  spoken.map((language) => {
    setLanguage(language);
    return closedReason(because);
  });

test('every reason of Rollkeep itself has words of its own in each language', () => {
  const own = noSchool.options
    .map(({ shape }) => shape.type.value)
    .filter((type) => type !== 'closure')
    .map((type): NoSchool => ({ type }));
  expect(own).toHaveLength(3);
  const all = own.flatMap(said);
  expect(new Set(all).size).toBe(own.length * spoken.length);
});

test('a closure keeps the words of whoever entered it, though they be those of a reason of ours', () => {
  for (const reason of ['Snow', 'weekend', 'outside the school year'])
    expect(said({ type: 'closure', reason })).toEqual([reason, reason, reason]);
});
