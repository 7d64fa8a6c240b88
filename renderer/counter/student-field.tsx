import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core';
import { useEffect, useState, type Ref } from 'react';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { answerTo, useStudentSearch } from '../app/use-student-search.ts';
import classes from './counter.module.css';

export type FoundStudent = Output<'counter', 'find'>['students'][number];

interface StudentFieldProps {
  readonly inputRef: Ref<HTMLInputElement>;
  readonly label: string;
  readonly error: string | undefined;
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
  error,
  noteOf,
  onChoose,
  onEnter,
  onSpace,
  onBackspace,
}: StudentFieldProps) {
  const [typed, setTyped] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const search = useStudentSearch(typed);
  const { isLong, hurry } = search;
  const { data, isReading } = useCall('counter', 'find', { text: search.asked }, { enabled: search.isAsked });
  const { isAnswered, students, sole } = answerTo(search, { students: data?.students, isReading });
  const isEmpty = typed.trim() === '';

  const choose = (student: FoundStudent): void => {
    setTyped('');
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
          error={error}
          placeholder={text('counter.student.place')}
          value={typed}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onBlur={() => {
            combobox.closeDropdown();
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (isEmpty && event.key === ' ') {
              event.preventDefault();
              onSpace();
            } else if (typed === '' && event.key === 'Backspace') {
              onBackspace();
            } else if (event.key === 'Enter') {
              event.preventDefault();
              if (event.repeat) return;
              if (isEmpty) onEnter();
              else if (!isAnswered) {
                hurry();
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
              key={typed.trim()}
              students={students}
              noteOf={noteOf}
              onShow={combobox.selectFirstOption}
              chosen={sole}
              onChoose={choose}
            />
          )}
          {isAnswered && students.length === 0 && (
            <Combobox.Empty>{text('counter.student.none')}</Combobox.Empty>
          )}
          {!isAnswered && <Combobox.Empty>{text('counter.student.searching')}</Combobox.Empty>}
        </Combobox.Options>
        {isAnswered && data?.more === true && (
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
        <Text size="lg" className={classes.foundName ?? ''}>
          <bdi>{student.name}</bdi>
        </Text>
        <Text size="lg" className={classes.foundPlace ?? ''}>
          <bdi>{student.homeroom}</bdi>
          {noteOf(student) !== '' && ` · ${noteOf(student)}`}
        </Text>
      </Group>
    </Combobox.Option>
  ));
}
