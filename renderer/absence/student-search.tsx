import { Combobox, Loader, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState, type Ref } from 'react';
import type { StudentId } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { placeTitle } from '../app/grade.ts';

/** As in the palette: fewer letters name half the school, and each search is an entry of the audit log. */
const leastLetters = 3;
const searchAfterMs = 150;

export interface FoundStudent {
  readonly id: StudentId;
  readonly name: string;
  readonly homeroom: string;
}

interface StudentSearchProps {
  readonly label: string;
  readonly onChoose: (student: FoundStudent) => void;
  readonly ref?: Ref<HTMLInputElement>;
}

/** Three letters, arrows, Enter: Enter takes the first one found. Empty again afterwards, for the next. */
export function StudentSearch({ label, onChoose, ref }: StudentSearchProps) {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), searchAfterMs);
  const combobox = useCombobox();
  // What was found for other letters is not offered: Enter would take somebody else.
  const isAsked = settled === typed.trim() && Array.from(settled).length >= leastLetters;
  const found = useCall('students', 'find', { text: settled }, { enabled: isAsked });
  const students = isAsked ? (found.data?.students ?? []).filter(({ status }) => status === 'active') : [];
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const student = students.find((each) => each.id === id);
        if (student === undefined) return;
        setTyped('');
        combobox.closeDropdown();
        onChoose(student);
      }}
    >
      <Combobox.Target>
        <TextInput
          ref={ref}
          label={label}
          placeholder={text('absence.find.hint')}
          w="20rem"
          maw="100%"
          maxLength={100}
          value={typed}
          rightSection={found.isReading ? <Loader size={14} aria-hidden /> : undefined}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onBlur={() => {
            combobox.closeDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={typed === ''}>
        <Combobox.Options mah={320} className="rollkeep-scroll" aria-label={label}>
          <Found
            key={students.map(({ id }) => id).join(' ')}
            students={students}
            onShow={combobox.selectFirstOption}
          />
          {students.length === 0 && (
            <Combobox.Empty>
              {!isAsked
                ? text('absence.find.more')
                : found.isReading
                  ? text('absence.find.searching')
                  : text('absence.find.none')}
            </Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface FoundProps {
  readonly students: readonly (FoundStudent & { readonly grade: string })[];
  readonly onShow: () => void;
}

function Found({ students, onShow }: FoundProps) {
  useEffect(() => {
    onShow();
  }, [onShow]);
  return students.map(({ id, name, grade, homeroom }) => (
    <Combobox.Option value={id} key={id}>
      <bdi>{text('absence.find.option', { name, place: placeTitle({ homeroom, grade }) })}</bdi>
    </Combobox.Option>
  ));
}
