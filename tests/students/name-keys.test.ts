import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLocalNumber, writeLocalNumber } from '../../db/school/local-state.ts';
import { deriveStudentKeys, nameKeysVersion, toSearchNeedles } from '../../db/people/name-keys.ts';
import { areNameKeysOld, refreshNameKeys } from '../../db/people/refresh-name-keys.ts';
import { student as studentTable } from '../../db/people/schema.ts';
import { filledSchool } from '../support/filled-school.ts';

/** Whether the text finds a student of that name, as the store's `instr` does. */
function finds(text: string, name: string, studentNumber = ''): boolean {
  const [givenName = '', ...rest] = name.split(' ');
  const { searchKey } = deriveStudentKeys({ givenName, familyName: rest.join(' '), studentNumber });
  const words = toSearchNeedles(text);
  return (
    words.length > 0 &&
    words.every((alternatives) =>
      alternatives.some((needles) => needles.every((needle) => searchKey.includes(needle))),
    )
  );
}

const sixtyLetters = 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewiss';

test.each([
  ['muhammad', 'محمد خان'],
  ['Mohamed Khan', 'محمد خان'],
  ['khan muhammad', 'محمد خان'],
  ['محمد', 'Muhammad Khan'],
  ['محمد', 'Mohamed Ali'],
  ['خان', 'Muhammad Khan'],
  ['علی', 'Ali Reza'],
  ['علي', 'علی رضا'],
  ['ali', 'علی رضا'],
  ['reza', 'علی رضا'],
  ['Raza', 'علی رضا'],
  ['Ayesha', 'عائشہ صدیقی'],
  ['siddiqui', 'عائشہ صدیقی'],
  ['fatima', 'فاطمة چوہدری'],
  ['Fatimah Chaudhry', 'فاطمة چوہدری'],
  ['usman', 'عثمان'],
  ['uthman', 'عثمان'],
  ['Zulfiqar', 'ذوالفقار'],
  ['javed', 'جاوید'],
  ['ibrahim', 'ابراہیم'],
  ['Abdul Rahman', 'عبدالرحمن'],
  ['عبدالرحمن', 'Abdul Rahman'],
  ['sayed', 'السيد'],
  ['مُحَمَّد', 'محمد'],
  ['Avraham', 'אברהם'],
  ['Yosef', 'יוסף'],
  ['שרה', 'Sarah Levi'],
  ['Иванов', 'Anna Ivanov'],
  ['ivanov', 'Анна Иванов'],
  ['anna ivan', 'Анна Иванов'],
  ['Yuri', 'Юрий Щербаков'],
  ['shcherb', 'Юрий Щербаков'],
  ['Xenia', 'Ксения'],
  ['елкина', 'Юлия Ёлкина'],
  ['Papadopoulos', 'Γεώργιος Παπαδόπουλος'],
  ['Παπαδόπουλος', 'Giorgos Papadopoulos'],
  ['Li Wei', '李伟'],
  ['wei li', '李伟'],
  ['liwei', '李伟'],
  ['李伟', 'Wei Li'],
  ['李伟', '李伟'],
  ['ouyang', '欧阳娜娜'],
  ['kim', 'Kim Minjun'],
  ['김', '김민준'],
  ['isik', 'Işık Yılmaz'],
  ['IŞIK yilmaz', 'Işık Yılmaz'],
  ['istanbullu', 'İSTANBULLU'],
  ['madonna', 'Madonna'],
  ['onna', 'Madonna'],
  ['محمد', 'محمد'],
  ['bergerdorff', sixtyLetters],
  [sixtyLetters.toUpperCase(), sixtyLetters],
  ['obrien', 'Sean Obrien'],
  ["o'brien", 'Sean O’Brien'],
  ['4711', 'Ana Abbot'],
  ['71 ana', 'Ana Abbot'],
])('%s finds %s', (text, name) => {
  expect(finds(text, name, 'N-4711')).toBe(true);
});

test.each([
  ['Ali', 'علی'],
  ['Zoya', 'زویا'],
  ['Asma', 'اسماء'],
  ['Umar', 'عمر'],
  ['Omar', 'عمر'],
  ['Noor', 'نور'],
  ['Nur', 'نور'],
  ['Aisha', 'عائشہ'],
  ['Ayesha', 'عائشہ'],
  ['Hina', 'حنا'],
  ['Saad', 'سعد'],
  ['Musa', 'موسیٰ'],
  ['Zain', 'زین'],
  ['Layla', 'لیلیٰ'],
  ['Reem', 'ریم'],
  ['Raza', 'رضا'],
])('a name of few consonants is found across scripts both ways: %s and %s', (latin, arabic) => {
  expect([finds(latin, arabic), finds(arabic, latin)]).toEqual([true, true]);
});

test.each([
  ['ana', 'Annie Oak'],
  ['muhammad', 'Mahmoud Khan'],
  ['mohamed', 'Muhammad Khan'],
  ['eva', 'عبدالله'],
  ['hamid', 'محمد'],
  ['Петров', 'Anna Ivanov'],
  ['محمد', 'Ana Abbot'],
  ['李伟', 'Lisa Weil'],
  ['+mhmd', '-'],
  ['--', 'Ana Abbot'],
])('%s does not find %s', (text, name) => {
  expect(finds(text, name)).toBe(false);
});

const someWords = [
  'Zoë',
  'Łukasz',
  'محمد',
  'صدیقی',
  'Иванов',
  'Ёлкина',
  'Γεωργίου',
  '李伟',
  'Işık',
  'שרה',
  'राम',
  'O’Brien',
];
const formOf = [
  (part: string) => part,
  (part: string) => part.toUpperCase(),
  (part: string) => part.normalize('NFD'),
] as const;

test('any part of any word of a name finds it, in any order, case and form, whatever its script', () => {
  const typedWord = fc.record({
    word: fc.constantFrom(...someWords),
    from: fc.nat(20),
    length: fc.nat(20),
    form: fc.constantFrom(...formOf),
  });
  fc.assert(
    fc.property(fc.array(typedWord, { minLength: 1, maxLength: 4 }), (typed) => {
      const parts = typed.map(({ word, from, length, form }) => {
        const letters = Array.from(word.normalize('NFC'));
        const start = from % letters.length;
        return form(letters.slice(start, start + 1 + length).join(''));
      });
      const name = typed.map(({ word }) => word).join(' ');
      const text = parts
        .filter((part) => /[\p{L}\p{N}]/u.test(part))
        .toReversed()
        .join(' ');
      return text === '' || finds(text, name);
    }),
    { numRuns: 2000 },
  );
});

test('the store finds by script, and a store with older keys is derived anew', () => {
  const { store, office } = filledSchool();
  const student = store.addStudent('محمد خان');
  const find = (text: string) => store.get(office, 'students', 'find', { text }).students.map(({ id }) => id);
  expect(find('Mohammed Khan')).toEqual([student]);

  store.db.update(studentTable).set({ searchKey: ' ', sortKey: '' }).run();
  writeLocalNumber(store.db, 'name-keys-version', nameKeysVersion - 1);
  expect(find('Mohammed')).toEqual([]);
  expect(areNameKeysOld(store.db)).toBe(true);
  refreshNameKeys(store.db);
  expect([find('Mohammed'), readLocalNumber(store.db, 'name-keys-version')]).toEqual([
    [student],
    nameKeysVersion,
  ]);
  expect(areNameKeysOld(store.db)).toBe(false);
});
