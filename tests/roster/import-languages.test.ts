import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { groupMember } from '../../db/people/schema.ts';
import { day } from '../../domain/ids.ts';
import { assert } from '../../domain/result.ts';
import { createTestDesk, createTestSchool, type TestDesk } from '../support/test-desk.ts';
import { importRoster } from '../support/two-schools.ts';
import { PackageDraft } from './fixtures.ts';
import { applyUpload, countsOf, importFiles, textOf, uploadFiles } from './vendor-fixtures.ts';

let desk: TestDesk;

afterEach(() => {
  desk.dispose();
});

async function school(): Promise<void> {
  desk = createTestDesk();
  await createTestSchool(desk);
}

const year = { firstDay: day.parse('2025-09-01'), lastDay: day.parse('2026-07-17') };

async function idOf(name: string) {
  const [found] = (await desk.must('students', 'find', { text: name })).students;
  assert(found !== undefined, 'the student is there');
  return found.id;
}

/** The languages of a student's guardians, as the contacts show them. */
async function languagesOf(name: string): Promise<readonly string[]> {
  const { guardians } = await desk.must('students', 'contacts', { student: await idOf(name) });
  return guardians.map(({ language }) => language);
}

const header =
  'Student Number,First Name,Last Name,Guardian 1,Guardian 1 Phone,Guardian 2,Guardian 2 Language';

test('H26: the home language of a list is what the guardians speak, but for one with a column of their own', async () => {
  await school();
  const lines = (home: string) =>
    textOf([
      `${header},Home Language`,
      `1,Testina,Samplewood,Parent Samplewood,1,Second Samplewood,urd,${home}`,
      '2,Fixture,Placeholder,Parent Placeholder,2,,,Chinese (Cantonese)',
      '3,Mocky,Dummyson,,,,,',
    ]);
  const first = await uploadFiles(desk, { 'list.csv': lines('Spanish') });
  expect(first.check.files[0]).toMatchObject({
    origin: 'guessed',
    mapping: { columns: { homeLanguage: 'Home Language', guardian2Language: 'Guardian 2 Language' } },
  });
  await importFiles(desk, { 'list.csv': lines('Spanish') }, { year });
  expect([await languagesOf('Testina'), await languagesOf('Fixture')]).toEqual([['es', 'ur'], ['yue']]);
  expect((await desk.must('students', 'filters', {})).languages).toEqual(['es', 'ur', 'yue']);

  // The same by another name is no change, an unknown word leaves what is known, a blank one takes it back.
  for (const [home, changed, languages] of [
    ['spa', {}, ['es', 'ur']],
    ['Samplish', {}, ['es', 'ur']],
    ['Polish', { guardian: { changed: 1 } }, ['pl', 'ur']],
    ['', { guardian: { changed: 1 } }, ['', 'ur']],
  ] as const) {
    const { upload, check } = await uploadFiles(desk, { 'list.csv': lines(home) });
    expect(check.files[0]).toMatchObject({ origin: 'remembered' });
    const applied = await applyUpload(desk, upload, check);
    expect({ home, ...countsOf(applied.differences) }).toEqual({ home, ...changed });
    expect(await languagesOf('Testina')).toEqual(languages);
  }
});

test('H26: a list without guardians brings the language of those whom the student has', async () => {
  await school();
  await importFiles(
    desk,
    { 'a.csv': textOf(['No,First Name,Last Name,Guardian 1', '1,Testina,Samplewood,Parent Samplewood']) },
    { year },
  );
  await importFiles(desk, {
    'b.csv': textOf(['No,First Name,Last Name,Home Language', '1,Testina,Samplewood,somali']),
  });
  expect(await languagesOf('Testina')).toEqual(['so']);
});

/** Invented package: guardian gua-1 belongs to student stu-1. */
function draftWith(
  version: '1.1' | '1.2',
  mode: 'bulk' | 'delta',
  column: string,
  languages: Readonly<Record<string, string>>,
): PackageDraft {
  const draft = new PackageDraft(version, mode);
  draft.table('users').header.push(column);
  for (const [id, language] of Object.entries(languages)) draft.row('users', id)[column] = language;
  return draft;
}

test.each(['1.1', '1.2'] as const)(
  'H26: a package of OneRoster %s brings languages in an extension column, of guardians or of homes',
  async (version) => {
    await school();
    const languages = async (draft: PackageDraft) => {
      await importRoster(desk, draft);
      const { guardians } = await desk.must('students', 'contacts', { student: await idOf('Testina') });
      return guardians.map(({ language }) => language);
    };
    expect(await languages(draftWith(version, 'bulk', 'metadata.homeLanguage', { 'stu-1': 'Urdu' }))).toEqual(
      ['ur'],
    );
    expect(
      await languages(
        draftWith(version, 'bulk', 'metadata.language', { 'stu-1': 'Urdu', 'gua-1': 'Punjabi' }),
      ),
    ).toEqual(['pa']);
    // Without the column, and in a delta with a blank cell, nothing is taken back.
    expect(await languages(new PackageDraft(version, 'bulk'))).toEqual(['pa']);
    expect(await languages(draftWith(version, 'delta', 'metadata.language', {}))).toEqual(['pa']);
    expect(await languages(draftWith(version, 'bulk', 'metadata.language', {}))).toEqual(['']);
  },
);

const buses = 'Student Number,First Name,Last Name,Bus Route,Bus Stop';

async function ridesOf(name: string) {
  const { groups } = await desk.must('students', 'card', { student: await idOf(name) });
  return groups.map(({ kind, title, stop }) => [kind, title, stop]);
}

test('H26: the bus of a list is a run of that title, and who is on another list leaves it', async () => {
  await school();
  const one = [
    buses,
    '1,Testina,Samplewood,Route 4,Mill Lane',
    '2,Fixture,Placeholder,Route 4,',
    '3,Mocky,Dummyson,,',
  ];
  await importFiles(desk, { 'list.csv': textOf(one) }, { year });
  expect([await ridesOf('Testina'), await ridesOf('Fixture'), await ridesOf('Mocky')]).toEqual([
    [['bus', 'Route 4', 'Mill Lane']],
    [['bus', 'Route 4', '']],
    [],
  ]);
  const again = await uploadFiles(desk, { 'list.csv': textOf(one) });
  const review = { upload: again.upload, school: again.check.schools[0]?.sourcedId ?? '' };
  expect(await desk.must('roster', 'review', review)).toMatchObject({ changes: 0 });

  const two = [
    buses,
    '1,Testina,Samplewood,route 4,Church',
    '2,Fixture,Placeholder,Route 5,',
    '3,Mocky,Dummyson,Route 5,',
  ];
  const applied = await importFiles(desk, { 'list.csv': textOf(two) });
  expect(countsOf(applied.differences)).toEqual({
    group: { added: 1 },
    groupMember: { added: 2, changed: 1, removed: 1 },
  });
  expect([await ridesOf('Testina'), await ridesOf('Fixture'), await ridesOf('Mocky')]).toEqual([
    [['bus', 'Route 4', 'Church']],
    [['bus', 'Route 5', '']],
    [['bus', 'Route 5', '']],
  ]);

  const begun = () =>
    desk
      .open()
      .unitParts.db.select({ stop: groupMember.stop, begin: groupMember.beginDay })
      .from(groupMember)
      .where(eq(groupMember.status, 'active'))
      .all();
  // Who is new on a run that was there begins today; a new run has had its riders from the beginning.
  expect(begun()).toEqual(
    expect.arrayContaining([
      { stop: 'Church', begin: '' },
      { stop: '', begin: '' },
    ]),
  );
  const joined = await importFiles(desk, {
    'list.csv': textOf([...two.slice(0, 3), '3,Mocky,Dummyson,Route 4,New']),
  });
  expect(countsOf(joined.differences)).toEqual({ groupMember: { added: 1, removed: 1 } });
  expect(begun()).toContainEqual({ stop: 'New', begin: '2026-03-03' });
  const empty = await importFiles(desk, {
    'list.csv': textOf([...two.slice(0, 2), '2,Fixture,Placeholder,,', '3,Mocky,Dummyson,Route 4,New']),
  });
  expect(countsOf(empty.differences)).toEqual({ group: { removed: 1 }, groupMember: { removed: 1 } });

  // Runs of our own files stay where a list names them, and where it does not.
  await importFiles(desk, {
    'groups.csv': 'sourcedId,kind,title\nbus-9,bus,Route 9\nbus-8,bus,Route 8\n',
    'groupMembers.csv': 'groupSourcedId,studentNumber\nbus-8,1\nbus-9,2\n',
  });
  const three = [buses, '1,Testina,Samplewood,Route 9,', '2,Fixture,Placeholder,,', '3,Mocky,Dummyson,,'];
  await importFiles(desk, { 'list.csv': textOf(three) });
  expect((await desk.must('students', 'filters', {})).groups.map(({ title }) => title)).toEqual([
    'Route 8',
    'Route 9',
  ]);
  expect([await ridesOf('Testina'), await ridesOf('Fixture')]).toEqual([
    [
      ['bus', 'Route 8', ''],
      ['bus', 'Route 9', ''],
    ],
    [],
  ]);
});
