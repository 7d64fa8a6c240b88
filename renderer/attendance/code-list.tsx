import { Combobox, Group, Kbd, Text, useCombobox } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { text } from '../app/catalogue.ts';
import { StatusMark } from '../components/status-mark.tsx';
import { codesMatching, codeTypedWhole, type RegisterCode } from './grid-model.ts';

interface CodeListProps {
  readonly codes: readonly RegisterCode[];
  /** What the search begins with: the letter that opened the list. */
  readonly start?: string;
  readonly onChoose: (code: RegisterCode) => void;
  readonly onClose: () => void;
  /** The cell's content, beside which the list opens. */
  readonly children: ReactNode;
}

/**
 * The list of codes at one cell: type part of a code or of its meaning, Enter writes it, Esc writes nothing. A code that
 * ends in a digit needs no Enter.
 */
export function CodeList({ codes, start = '', onChoose, onClose, children }: CodeListProps) {
  const [search, setSearch] = useState(start);
  const combobox = useCombobox({ opened: true, onOpenedChange: (opened) => !opened && onClose() });
  const found = codesMatching(codes, search);

  return (
    <Combobox
      store={combobox}
      width={400}
      position="bottom-start"
      onOptionSubmit={(chosen) => {
        const code = codes.find((each) => each.code === chosen);
        if (code !== undefined) onChoose(code);
      }}
    >
      <Combobox.DropdownTarget>
        <div>{children}</div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Combobox.Search
          ref={focusInPlace}
          value={search}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            const whole = codeTypedWhole(codes, typed);
            if (whole === undefined) setSearch(typed);
            else onChoose(whole);
          }}
          aria-label={text('register.codes.search')}
          placeholder={text('register.codes.search')}
        />
        <Combobox.Options mah={280} className="rollkeep-scroll" aria-label={text('register.codes.label')}>
          {/* Made anew for each search, so that Enter takes the first one found. */}
          <FoundCodes key={search} found={found} onShow={combobox.selectFirstOption} />
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** As soon as the field is there, which is after the list has been placed; the page must not run after where it was before. */
function focusInPlace(field: HTMLInputElement | null): void {
  field?.focus({ preventScroll: true });
}

interface FoundCodesProps {
  readonly found: readonly RegisterCode[];
  readonly onShow: () => void;
}

function FoundCodes({ found, onShow }: FoundCodesProps) {
  useEffect(() => {
    onShow();
  }, [onShow]);
  return (
    <>
      {found.map((code) => (
        <Combobox.Option value={code.code} key={code.code}>
          <Group gap="xs" wrap="nowrap">
            <StatusMark category={code.category} code={code.code} meaning={code.meaning} />
            <Text size="sm" flex={1} aria-hidden>
              {code.meaning}
            </Text>
            {code.key !== null && <Kbd aria-hidden>{code.key}</Kbd>}
          </Group>
        </Combobox.Option>
      ))}
      {found.length === 0 && <Combobox.Empty>{text('register.codes.none')}</Combobox.Empty>}
    </>
  );
}
