import { Button, Checkbox, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { gradeTitle } from '../app/grade.ts';
import { DayField } from '../components/day-field.tsx';
import { useNeeds } from '../components/use-needs.ts';
import {
  daysOf,
  rangesOf,
  schoolIdOf,
  withKind,
  type Choices,
  type ExportForm,
  type ExportKind,
} from './export-request.ts';

interface ChooseExportProps {
  readonly choices: Choices;
  readonly kinds: readonly ExportKind[];
  readonly form: ExportForm;
  readonly onChange: (changed: Partial<ExportForm>) => void;
  readonly onPrepare: () => void;
}

/** What leaves: the kind, and for attendance the days and of whom. Nothing is read before *Show*. */
export function ChooseExport({ choices, kinds, form, onChange, onPrepare }: ChooseExportProps) {
  const needs = useNeeds({
    schoolId:
      form.kind === 'ed-fi' && schoolIdOf(form.schoolId) === undefined && text('exports.schoolId.wrong'),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, onPrepare);
      }}
    >
      <Stack gap="md" maw="36rem">
        <Radio.Group
          label={text('exports.what')}
          value={form.kind}
          onChange={(value) => {
            onChange(withKind(form, kinds.find((each) => each === value) ?? form.kind, choices));
          }}
        >
          <Stack gap="sm" mt="xs">
            {kinds.map((kind) => {
              const [label, description] = kindTexts(kind, choices.country);
              return <Radio key={kind} value={kind} label={text(label)} description={text(description)} />;
            })}
          </Stack>
        </Radio.Group>
        {form.kind === 'roster' ? (
          <Radio.Group
            label={text('exports.version')}
            value={form.version}
            onChange={(value) => {
              onChange({ version: value === '1.1' ? '1.1' : '1.2' });
            }}
          >
            <Stack gap="sm" mt="xs">
              <Radio value="1.2" label={text('exports.version.1.2')} />
              <Radio value="1.1" label={text('exports.version.1.1')} />
            </Stack>
          </Radio.Group>
        ) : (
          <AttendanceChoice choices={choices} form={form} need={needs.of('schoolId')} onChange={onChange} />
        )}
        <Group>
          <Button type="submit">{text('exports.prepare')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

interface AttendanceChoiceProps extends Pick<ChooseExportProps, 'choices' | 'form' | 'onChange'> {
  /** What to say at the school's number. */
  readonly need: string | null;
}

function AttendanceChoice({ choices, form, need, onChange }: AttendanceChoiceProps) {
  const { formatDay } = useFormat();
  const ranges = [
    ...rangesOf(choices).map(({ title, from, to }, index) => ({
      value: String(index),
      label: text('exports.range.title', {
        title: title ?? text(index === 0 ? 'exports.range.thisMonth' : 'exports.range.lastMonth'),
        from: formatDay(from),
        to: formatDay(to),
      }),
    })),
    { value: 'own', label: text('exports.range.own') },
  ];
  return (
    <>
      <Select
        label={text('exports.range')}
        data={ranges}
        value={form.range}
        allowDeselect={false}
        onChange={(range) => {
          if (range !== null) onChange({ range, ...daysOf({ ...form, range }, choices) });
        }}
      />
      {form.range === 'own' && (
        <Group gap="md" align="flex-start">
          <DayField
            label={text('exports.from')}
            max={choices.today}
            value={form.from}
            onChange={(from) => {
              onChange({ from, ...(form.to < from && { to: from }) });
            }}
          />
          <DayField
            label={text('exports.to')}
            min={form.from}
            max={choices.today}
            value={form.to}
            onChange={(to) => {
              onChange({ to });
            }}
          />
        </Group>
      )}
      <Select
        label={text('exports.limit')}
        data={limitsOf(choices, form.kind)}
        value={form.limit}
        allowDeselect={false}
        searchable
        onChange={(limit) => {
          if (limit !== null) onChange({ limit });
        }}
      />
      {form.kind === 'marks' && (
        <Checkbox
          label={text('exports.notes')}
          description={text('exports.notes.hint')}
          checked={form.notes}
          onChange={(event) => {
            onChange({ notes: event.currentTarget.checked });
          }}
        />
      )}
      {form.kind === 'ed-fi' && (
        <TextInput
          label={text('exports.schoolId')}
          description={text('exports.schoolId.hint')}
          inputMode="numeric"
          autoComplete="off"
          dir="ltr"
          maxLength={15}
          value={form.schoolId}
          error={need ?? (schoolIdOf(form.schoolId) === undefined && text('exports.schoolId.wrong'))}
          onChange={(event) => {
            onChange({ schoolId: event.currentTarget.value });
          }}
        />
      )}
    </>
  );
}

/** Counts are of daily registers: those of other classes come to nothing, so that only homerooms are offered. */
function limitsOf({ grades, classes }: Choices, kind: ExportKind) {
  const toItem = ({ id, title }: Choices['classes'][number]) => ({ value: `class ${id}`, label: title });
  const others = kind === 'counts' ? [] : classes.filter(({ isHomeroom }) => !isHomeroom);
  return [
    { group: text('exports.limit'), items: [{ value: 'all', label: text('exports.limit.all') }] },
    {
      group: text('exports.limit.grades'),
      items: grades.map((grade) => ({ value: `grade ${grade}`, label: gradeTitle(grade) })),
    },
    {
      group: text('exports.limit.homerooms'),
      items: classes.filter(({ isHomeroom }) => isHomeroom).map(toItem),
    },
    { group: text('exports.limit.classes'), items: others.map(toItem) },
  ].filter(({ items }) => items.length > 0);
}

function kindTexts(
  kind: ExportKind,
  country: Choices['country'],
): readonly [label: PlainTextKey, description: PlainTextKey] {
  switch (kind) {
    case 'roster':
      return ['exports.what.roster', 'exports.what.roster.text'];
    case 'marks':
      return ['exports.what.marks', 'exports.what.marks.text'];
    case 'ed-fi':
      return ['exports.what.ed-fi', 'exports.what.ed-fi.text'];
    case 'counts':
      return country === 'england'
        ? ['exports.what.counts.england', 'exports.what.counts.england.text']
        : ['exports.what.counts.us', 'exports.what.counts.us.text'];
  }
}
