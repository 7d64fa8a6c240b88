import { Combobox, Loader, TextInput, useCombobox } from '@mantine/core';
import { useEffect, useState, type Ref } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { placeTitle } from '../app/grade.ts';
import { answerTo, useStudentSearch } from '../app/use-student-search.ts';

type Listed = FoundStudent & { readonly grade: string };

export interface FoundStudent {
  readonly id: StudentId;
  readonly name: string;
  readonly homeroom: string;
}

interface StudentSearchProps {
  readonly label: string;
  readonly error?: string | null;
  readonly onChoose: (student: FoundStudent) => void;
  readonly ref?: Ref<HTMLInputElement>;
}

/**
 * Three letters, arrows, Enter: Enter takes the first one found, and before the answer the only one. Empty again afterwards, for
 * the next.
 */
export function StudentSearch({ label, error = null, onChoose, ref }: StudentSearchProps) {
  const [typed, setTyped] = useState('');
  const combobox = useCombobox();
  const search = useStudentSearch(typed);
  const { isLong, hurry } = search;
  const { data, isReading } = useCall(
    'students',
    'find',
    { text: search.asked },
    { enabled: search.isAsked },
  );
  const active = data?.students.filter(({ status }) => status === 'active');
  const { isAnswered, students, sole } = answerTo(search, { students: active, isReading });
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
      <Combobox.Target>
        <TextInput
          ref={ref}
          label={label}
          error={error}
          placeholder={text('absence.find.hint')}
          w="20rem"
          maw="100%"
          maxLength={100}
          value={typed}
          rightSection={isLong && !isAnswered ? <Loader size={14} aria-hidden /> : undefined}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing && !isAnswered) hurry();
          }}
          onBlur={() => {
            combobox.closeDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={typed === ''}>
        <Combobox.Options mah={320} className="rollkeep-scroll" aria-label={label}>
          {isAnswered && (
            // Made anew for each answer, so that Enter takes the first one found.
            <Found
              key={typed.trim()}
              students={students}
              onShow={combobox.selectFirstOption}
              chosen={sole}
              onChoose={choose}
            />
          )}
          {students.length === 0 && (
            <Combobox.Empty>
              {!isLong
                ? text('absence.find.more')
                : isAnswered
                  ? text('absence.find.none')
                  : text('absence.find.searching')}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface FoundProps {
  readonly students: readonly Listed[];
  readonly onShow: () => void;
  /** Found alone after Enter: taken at once. */
  readonly chosen: FoundStudent | undefined;
  readonly onChoose: (student: FoundStudent) => void;
}

function Found({ students, onShow, chosen, onChoose }: FoundProps) {
  useEffect(() => {
    if (chosen === undefined) onShow();
    else onChoose(chosen);
    // Once for each answer: what comes later is another answer.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  return students.map(({ id, name, grade, homeroom }) => (
    <Combobox.Option value={id} key={id}>
      <bdi>{text('absence.find.option', { name, place: placeTitle({ homeroom, grade }) })}</bdi>
    </Combobox.Option>
  ));
}
