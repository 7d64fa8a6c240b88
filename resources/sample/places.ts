import type { CountryPack } from '../../domain/contract/shared.ts';

/** Everything about the sample that differs between the two countries, all of it invented. */
export interface SamplePlace {
  readonly districtName: string;
  readonly timeZone: string;
  readonly town: string;
  /** Codes that no post office delivers to. */
  readonly postcode: string;
  readonly schools: readonly [SampleSchoolPlace, SampleSchoolPlace];
  /** What share of students rides a school bus. */
  readonly busShare: number;
  /** A telephone number that can never be anybody's. */
  readonly phone: (digits: number) => string;
}

export interface SampleSchoolPlace {
  readonly name: string;
  readonly identifier: string;
  readonly mailDomain: string;
  readonly mode: 'daily' | 'am-pm' | 'period';
  readonly grades: readonly SampleGrade[];
  readonly subjects: readonly string[];
}

export interface SampleGrade {
  /** As in OneRoster files; the vocabulary is local. */
  readonly code: string;
  readonly label: string;
  /** Age reached at the latest on 1 September of the school year. */
  readonly age: number;
}

const grade = (code: string, age: number): SampleGrade => ({
  code,
  label: String(Number(code) || code),
  age,
});
const gradesFrom = (first: number, last: number, ageOfFirst: number): SampleGrade[] =>
  Array.from({ length: last - first + 1 }, (_, index) =>
    grade(String(first + index).padStart(2, '0'), ageOfFirst + index),
  );

export const samplePlaces: Readonly<Record<CountryPack, SamplePlace>> = {
  us: {
    districtName: 'Cedar Ridge Unified School District (sample)',
    timeZone: 'America/Los_Angeles',
    town: 'Cedar Ridge',
    postcode: 'CA 00000',
    schools: [
      {
        name: 'Cedar Ridge Secondary School (sample)',
        identifier: 'CR-SEC',
        mailDomain: 'secondary.cedar-ridge.example',
        mode: 'period',
        grades: gradesFrom(6, 12, 11),
        subjects: ['English', 'Mathematics', 'Science', 'History', 'Spanish', 'Art', 'Physical Education'],
      },
      {
        name: 'Otter Creek Elementary School (sample)',
        identifier: 'OC-ELE',
        mailDomain: 'elementary.cedar-ridge.example',
        mode: 'daily',
        grades: [{ code: 'KG', label: 'K', age: 5 }, ...gradesFrom(1, 5, 6)],
        subjects: ['Music', 'Physical Education'],
      },
    ],
    busShare: 0.45,
    // 555-0100 to 555-0199 are set aside for fiction in every area code.
    phone: (digits) =>
      `+1 ${[209, 559, 530, 661, 805][Math.floor(digits / 100) % 5]} 555 01${twoDigits(digits)}`,
  },
  england: {
    districtName: 'Otterby Learning Trust (sample)',
    timeZone: 'Europe/London',
    town: 'Otterby',
    postcode: 'ZZ1 1ZZ',
    schools: [
      {
        name: 'Otterby Academy (sample)',
        identifier: '999/4001',
        mailDomain: 'academy.otterby.example',
        mode: 'am-pm',
        grades: gradesFrom(7, 11, 11),
        subjects: ['English', 'Mathematics', 'Science', 'History', 'French', 'Art'],
      },
      {
        name: 'Millbrook Primary School (sample)',
        identifier: '999/2001',
        mailDomain: 'primary.otterby.example',
        mode: 'am-pm',
        grades: [{ code: 'R', label: 'R', age: 4 }, ...gradesFrom(1, 6, 5)],
        subjects: ['Music', 'Physical Education'],
      },
    ],
    busShare: 0.2,
    // Ofcom sets 07700 900000 to 900999 aside for drama.
    phone: (digits) => `+44 7700 900${String(digits % 1000).padStart(3, '0')}`,
  },
};

export const streets: readonly string[] = (
  'Alder Beacon Bramble Chapel Clover Cooper Dovecote Elder Falcon Foundry Gorse Hazel Heron Ironbridge Juniper ' +
  'Kestrel Larch Linden Maple Meadow Mill Nettle Orchard Pigeon Quarry Rookery Saddler Sorrel Tanner Thistle Vine ' +
  'Weaver Willow Yarrow'
)
  .split(' ')
  .flatMap((name) => [`${name} Lane`, `${name} Street`]);

export const medicalAlerts: readonly string[] = [
  'Asthma: blue inhaler in the bag, spare in the office.',
  'Peanut allergy: two adrenaline pens, one in the office.',
  'Bee sting allergy: adrenaline pen in the office.',
  'Type 1 diabetes: tests before lunch, may eat in class.',
  'Epilepsy: time every seizure; call after five minutes.',
  'Milk allergy: antihistamine in the office.',
  'Hearing aid in the left ear: sit near the front.',
  'Coeliac disease: no gluten.',
  'Sickle cell disease: water at all times, keep warm.',
  'Migraine: dark room, tell the guardian.',
];

export const activityNames: readonly string[] = [
  'Chess club',
  'Choir',
  'Robotics',
  'Track and field',
  'Drama group',
  'Garden club',
  'Football squad',
  'Homework club',
  'School newspaper',
  'Strings ensemble',
  'Swimming squad',
  'Debating',
];

function twoDigits(digits: number): string {
  return String(digits % 100).padStart(2, '0');
}
