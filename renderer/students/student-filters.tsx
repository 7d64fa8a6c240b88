import { Checkbox, Group, Pill, Select, Stack, TextInput } from '@mantine/core';
import { reachOf } from '../../domain/access/policy.ts';
import { studentsToday } from '../../domain/contract/students.ts';
import type { Output } from '../app/api.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { gradeTitle } from '../app/grade.ts';
import { bandChoices, bandFilterTitle, valueOfBand } from './absence-bands.ts';
import { languageName } from '../app/language-name.ts';
import type { StudentFilter } from './student-filter.ts';

interface StudentFiltersProps {
  readonly filter: StudentFilter;
  /** Undefined while they are being read. */
  readonly choices: Output<'students', 'filters'> | undefined;
  readonly onChange: (filter: StudentFilter) => void;
}

/** What the list is narrowed by: the fields, and under them a pill for each that is in force. */
export function StudentFilters({ filter, choices, onChange }: StudentFiltersProps) {
  const { role } = useUser();
  const { grades = [], homerooms = [], groups = [], languages = [], bands = [] } = choices ?? {};
  const { single, andAbove } = bandChoices(bands);
  const change = (changed: Partial<StudentFilter>) => {
    onChange({ ...filter, ...changed });
  };
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="sm">
        <TextInput
          type="search"
          label={text('students.search')}
          placeholder={text('students.search.hint')}
          w="16rem"
          maxLength={100}
          value={filter.text}
          onChange={(event) => {
            change({ text: event.currentTarget.value });
          }}
        />
        <Select
          label={text('students.grade')}
          placeholder={text('students.grade.any')}
          w="7rem"
          clearable
          data={grades.map((grade) => ({ value: grade, label: gradeTitle(grade) }))}
          value={filter.grade}
          onChange={(grade) => {
            change({ grade });
          }}
        />
        <Select
          label={text('students.homeroom')}
          placeholder={text('students.homeroom.any')}
          w="9rem"
          clearable
          searchable
          data={homerooms.map(({ id, title }) => ({ value: id, label: title }))}
          value={filter.homeroom}
          onChange={(chosen) => {
            change({ homeroom: homerooms.find(({ id }) => id === chosen)?.id ?? null });
          }}
        />
        {groups.length > 0 && (
          <Select
            label={text('students.group')}
            placeholder={text('students.group.any')}
            w="11rem"
            clearable
            searchable
            data={(['bus', 'activity'] as const).map((kind) => ({
              group: text(kind === 'bus' ? 'students.group.buses' : 'students.group.activities'),
              items: groups
                .filter((group) => group.kind === kind)
                .map(({ id, title }) => ({ value: id, label: title })),
            }))}
            value={filter.group}
            onChange={(chosen) => {
              change({ group: groups.find(({ id }) => id === chosen)?.id ?? null });
            }}
          />
        )}
        {languages.length > 1 && (
          <Select
            label={text('students.language')}
            placeholder={text('students.language.any')}
            w="10rem"
            clearable
            searchable
            data={languages.map((language) => ({ value: language, label: languageName(language) }))}
            value={filter.language}
            onChange={(language) => {
              change({ language });
            }}
          />
        )}
        {reachOf(role, 'attendance.see') !== undefined && (
          <Select
            label={text('students.today')}
            placeholder={text('students.today.any')}
            w="12rem"
            clearable
            data={studentsToday.options.map((value) => ({ value, label: text(todayTexts[value]) }))}
            value={filter.today}
            onChange={(chosen) => {
              change({ today: studentsToday.safeParse(chosen).data ?? null });
            }}
          />
        )}
        {bands.length > 0 && (
          <Select
            label={text('students.absence')}
            placeholder={text('students.absence.any')}
            w="19rem"
            maxDropdownHeight={320}
            clearable
            data={[
              { group: text('students.absence.bands'), items: [...single] },
              { group: text('students.absence.bandsUp'), items: [...andAbove] },
            ]}
            value={filter.absence === null ? null : valueOfBand(filter.absence)}
            onChange={(chosen) => {
              const found = [...single, ...andAbove].find(({ value }) => value === chosen);
              change({ absence: found?.filter ?? null });
            }}
          />
        )}
        <Checkbox
          label={text('students.filter.showLeavers')}
          checked={filter.status === 'left'}
          mb={8}
          onChange={(event) => {
            change({ status: event.currentTarget.checked ? 'left' : 'active' });
          }}
        />
      </Group>
      <Pill.Group>
        {pillsOf(filter, choices).map(({ label, without }) => (
          <Pill
            key={label}
            withRemoveButton
            size="md"
            onRemove={() => {
              change(without);
            }}
            removeButtonProps={{
              'aria-label': `${text('students.filter.remove')}: ${label}`,
              'aria-hidden': false,
              tabIndex: 0,
            }}
          >
            <bdi>{label}</bdi>
          </Pill>
        ))}
      </Pill.Group>
    </Stack>
  );
}

const todayTexts = {
  absent: 'students.today.absent',
  unexplained: 'students.today.unexplained',
  late: 'students.today.late',
  unmarked: 'students.today.unmarked',
} as const satisfies Record<NonNullable<StudentFilter['today']>, PlainTextKey>;

interface FilterPill {
  readonly label: string;
  /** The filter without it. */
  readonly without: Partial<StudentFilter>;
}

function pillsOf(filter: StudentFilter, choices: StudentFiltersProps['choices']): readonly FilterPill[] {
  const pills: FilterPill[] = [];
  const typed = filter.text.trim();
  if (typed !== '')
    pills.push({ label: text('students.filter.text', { text: typed }), without: { text: '' } });
  if (filter.grade !== null) {
    const grade = gradeTitle(filter.grade);
    pills.push({ label: text('students.filter.grade', { grade }), without: { grade: null } });
  }
  // What the school no longer has, a saved list may still ask for: then nobody is found, and the pill says why.
  if (filter.homeroom !== null && choices !== undefined) {
    const title = choices.homerooms.find(({ id }) => id === filter.homeroom)?.title;
    pills.push({
      label: text('students.filter.homeroom', { title: title ?? text('students.filter.gone') }),
      without: { homeroom: null },
    });
  }
  if (filter.group !== null && choices !== undefined) {
    const title = choices.groups.find(({ id }) => id === filter.group)?.title;
    pills.push({
      label: text('students.filter.group', { title: title ?? text('students.filter.gone') }),
      without: { group: null },
    });
  }
  if (filter.language !== null) {
    pills.push({
      label: text('students.filter.language', { language: languageName(filter.language) }),
      without: { language: null },
    });
  }
  if (filter.today !== null) {
    pills.push({
      label: text('students.filter.today', { what: text(todayTexts[filter.today]) }),
      without: { today: null },
    });
  }
  if (filter.absence !== null && choices !== undefined) {
    const band = bandFilterTitle(filter.absence, choices.bands);
    pills.push({ label: text('students.filter.absence', { band }), without: { absence: null } });
  }
  if (filter.status === 'left') {
    pills.push({ label: text('students.filter.leavers'), without: { status: 'active' } });
  }
  return pills;
}
