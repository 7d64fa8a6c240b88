import { describe, expect, test } from 'vitest';
import { factsOfTable, guessMapping } from '../../domain/roster/guess-mapping.ts';
import { vendorColumns } from '../../domain/roster/vendor-columns.ts';

/** What is guessed for a file that has only this header. */
function guess(header: string): { readonly kind: string; readonly columns: object } {
  const names = header.split(',');
  const facts = factsOfTable({ fileName: 'list.csv', header: names, rows: [] });
  const { kind, columns } = guessMapping(facts, []);
  return { kind, columns };
}

describe('the columns of a list of students', () => {
  test.each<[supplier: string, header: string, columns: Readonly<Record<string, string>>]>([
    [
      'SIMS',
      'UPN,Adm No,Legal Surname,Surname,Legal Forename,Forename(s),M/F,DOB,Year Group,Reg Group,Contact 1 Tel',
      {
        studentNumber: 'Adm No',
        familyName: 'Legal Surname',
        givenName: 'Legal Forename',
        sex: 'M/F',
        birthDate: 'DOB',
        grade: 'Year Group',
        homeroom: 'Reg Group',
        guardian1Phone: 'Contact 1 Tel',
      },
    ],
    [
      'Arbor',
      'Arbor Student ID,Legal First Name,Legal Last Name,Preferred First Name,Sex,Date of Birth,Year Group,Registration Form,Primary Guardian Full Name,Primary Guardian Mobile Number,Primary Guardian Email Address',
      {
        studentNumber: 'Arbor Student ID',
        givenName: 'Legal First Name',
        familyName: 'Legal Last Name',
        preferredGivenName: 'Preferred First Name',
        sex: 'Sex',
        birthDate: 'Date of Birth',
        grade: 'Year Group',
        homeroom: 'Registration Form',
        guardian1Name: 'Primary Guardian Full Name',
        guardian1Phone: 'Primary Guardian Mobile Number',
        guardian1Email: 'Primary Guardian Email Address',
      },
    ],
    [
      'Bromcom',
      'Pupil No.,Forename(s),Middle Name(s),Surname,Gender,Date Of Birth,NC Year,Reg Grp,Form Tutor,Parent/Carer 1,Contact 1 Relationship to Pupil,Contact 2 Telephone',
      {
        studentNumber: 'Pupil No.',
        givenName: 'Forename(s)',
        middleName: 'Middle Name(s)',
        familyName: 'Surname',
        sex: 'Gender',
        birthDate: 'Date Of Birth',
        grade: 'NC Year',
        homeroom: 'Reg Grp',
        homeroomTeacher: 'Form Tutor',
        guardian1Name: 'Parent/Carer 1',
        guardian1Relation: 'Contact 1 Relationship to Pupil',
        guardian2Phone: 'Contact 2 Telephone',
      },
    ],
    [
      'PowerSchool',
      'Student ID,State ID,Last Name,First Name,Grade Level,DOB,Gender,Homeroom,Home Phone,Mother,Father',
      {
        studentNumber: 'Student ID',
        familyName: 'Last Name',
        givenName: 'First Name',
        grade: 'Grade Level',
        birthDate: 'DOB',
        sex: 'Gender',
        homeroom: 'Homeroom',
        guardian1Phone: 'Home Phone',
        guardian1Name: 'Mother',
        guardian2Name: 'Father',
      },
    ],
    [
      'Infinite Campus',
      'Person ID,Local ID,Student Last First,Birth Date,Grade,Homeroom Teacher,Household Phone Number',
      {
        studentNumber: 'Local ID',
        fullName: 'Student Last First',
        birthDate: 'Birth Date',
        grade: 'Grade',
        homeroomTeacher: 'Homeroom Teacher',
        guardian1Phone: 'Household Phone Number',
      },
    ],
    [
      'Skyward',
      'Other ID,Stu First,Stu Last,Gr,Hmrm,Advisor,Guardian 1 Cell,Guardian 2 Home Phone',
      {
        studentNumber: 'Other ID',
        givenName: 'Stu First',
        familyName: 'Stu Last',
        grade: 'Gr',
        homeroom: 'Hmrm',
        homeroomTeacher: 'Advisor',
        guardian1Phone: 'Guardian 1 Cell',
        guardian2Phone: 'Guardian 2 Home Phone',
      },
    ],
    [
      'a spreadsheet',
      'No,Given,Family,Class,Birthday',
      { studentNumber: 'No', givenName: 'Given', familyName: 'Family', birthDate: 'Birthday' },
    ],
  ])('of %s are guessed by their names', (_, header, columns) => {
    expect(guess(header)).toEqual({ kind: 'students', columns });
  });

  test('a number of the state stands in only where the school has none of its own', () => {
    expect(guess('State ID,Surname').columns).toMatchObject({ studentNumber: 'State ID' });
    expect(guess('UPN,No,Surname').columns).toMatchObject({ studentNumber: 'UPN' });
    expect(guess('UPN,State ID,Local ID,Surname').columns).toMatchObject({ studentNumber: 'Local ID' });
  });
});

test('every name of the table is written as a header is compared, once for each field', () => {
  const names = Object.values(vendorColumns).flatMap((each) => {
    expect(new Set(each).size).toBe(each.length);
    return each;
  });
  expect(names.filter((name) => !/^[a-z0-9]+$/.test(name))).toEqual([]);
});
