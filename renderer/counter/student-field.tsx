import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core';
import { useEffect, useState, type Ref } from 'react';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';

export type FoundStudent = Output<'counter', 'find'>['students'][number];

/** Fewer letters name half the school, and each search is an entry of the audit log. */
const leastLetters = 3;
const waitMs = 150;

interface StudentFieldProps {
  readonly inputRef: Ref<HTMLInputElement>;
  readonly label: string;
  /** What the day says of a student already; empty for nothing. */
  readonly noteOf: (student: FoundStudent) => string;
  readonly onChoose: (student: FoundStudent) => void;
  /** Enter with nothing typed. */
  readonly onEnter: () => void;
  /** Space with nothing typed. */
  readonly onSpace: () => void;
  /** Backspace with nothing typed. */
  readonly onBackspace: () => void;
}

/** Finds a student: three letters, arrows, Enter. With one student found, Enter need not wait for the list. */
export function StudentField({
  inputRef,
  label,
  noteOf,
  onChoose,
  onEnter,
  onSpace,
  onBackspace,
}: StudentFieldProps) {
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  /** Enter was pressed before the answer was there. */
  const [isHurried, setIsHurried] = useState(false);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const wanted = typed.trim();
  const isLong = Array.from(wanted).length >= leastLetters;

  useEffect(() => {
    if (!isLong || wanted === asked) return undefined;
    const timer = setTimeout(() => {
      setAsked(wanted);
    }, waitMs);
    return () => {
      clearTimeout(timer);
    };
  }, [wanted, asked, isLong]);

  const isAsked = isLong && asked === wanted;
  const found = useCall('counter', 'find', { text: asked }, { enabled: isAsked });
  const students = isAsked ? (found.data?.students ?? []) : [];
  const isAnswered = isAsked && found.data !== undefined && !found.isReading;

  const choose = (student: FoundStudent): void => {
    setTyped('');
    setAsked('');
    setIsHurried(false);
    combobox.closeDropdown();
    onChoose(student);
  };

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const student = students.find((each) => each.id === id);
        if (student !== undefined) choose(student);
      }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={inputRef}
          size="lg"
          label={label}
          placeholder={text('counter.student.place')}
          value={typed}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setIsHurried(false);
            combobox.openDropdown();
          }}
          onBlur={() => {
            combobox.closeDropdown();
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (wanted === '' && event.key === ' ') {
              event.preventDefault();
              onSpace();
            } else if (typed === '' && event.key === 'Backspace') {
              onBackspace();
            } else if (event.key === 'Enter') {
              event.preventDefault();
              if (wanted === '') onEnter();
              else if (isLong && !isAnswered) {
                setAsked(wanted);
                setIsHurried(true);
                combobox.openDropdown();
              }
            }
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isLong}>
        <Combobox.Options aria-label={text('counter.student.list')}>
          {isAnswered && (
            // Made anew for each answer, so that Enter takes the first one found.
            <Found
              key={asked}
              students={students}
              noteOf={noteOf}
              onShow={combobox.selectFirstOption}
              chosen={isHurried && students.length === 1 ? students[0] : undefined}
              onChoose={choose}
            />
          )}
          {isAnswered && students.length === 0 && (
            <Combobox.Empty>{text('counter.student.none')}</Combobox.Empty>
          )}
          {!isAnswered && <Combobox.Empty>{text('counter.student.searching')}</Combobox.Empty>}
        </Combobox.Options>
        {isAnswered && found.data.more && (
          <Combobox.Footer>
            <Text size="sm">{text('counter.student.more')}</Text>
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface FoundProps {
  readonly students: readonly FoundStudent[];
  readonly noteOf: (student: FoundStudent) => string;
  readonly onShow: () => void;
  /** Found alone after Enter: taken at once. */
  readonly chosen: FoundStudent | undefined;
  readonly onChoose: (student: FoundStudent) => void;
}

function Found({ students, noteOf, onShow, chosen, onChoose }: FoundProps) {
  useEffect(() => {
    if (chosen === undefined) onShow();
    else onChoose(chosen);
    // Once for each answer: what comes later is another answer.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  return students.map((student) => (
    <Combobox.Option value={student.id} key={student.id}>
      <Group gap="sm" wrap="nowrap" justify="space-between">
        <Text size="lg">
          <bdi>{student.name}</bdi>
        </Text>
        <Text size="lg">
          <bdi>{student.homeroom}</bdi>
          {noteOf(student) !== '' && ` · ${noteOf(student)}`}
        </Text>
      </Group>
    </Combobox.Option>
  ));
}
