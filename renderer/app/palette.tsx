import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { openSpotlight, Spotlight } from '@mantine/spotlight';
import { IconKey, IconLock, IconMoon, IconSearch, IconSun, IconUser, type Icon } from '@tabler/icons-react';
import { useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import { areasOf } from './areas.ts';
import { useCall } from './calls.ts';
import { text } from './catalogue.ts';
import { placeTitle } from './grade.ts';
import { useDesk, useUser } from './desk-state.tsx';
import { useChangeDisplay } from './display.tsx';
import { pathTo, useGo } from './router.tsx';

/** Fewer letters name half the school, and each search is an entry of the audit log. */
const leastLetters = 3;
const waitMs = 150;

interface Command {
  readonly label: string;
  readonly icon: Icon;
  readonly run: () => void;
}

/** Students and commands from anywhere, also while a field has the focus. Moving through the results opens nothing. */
export function Palette({ onChangePassword }: { readonly onChangePassword: () => void }) {
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query.trim(), waitMs);
  const { role } = useUser();
  const go = useGo();
  // No tag is ignored: the palette opens from inside a field as well (UI §1).
  const open = (): void => {
    if (isInDialog()) return;
    openSpotlight();
    holdLettersUntilFocus((letter) => {
      setQuery((typed) => typed + letter);
    });
  };
  useHotkeys([['mod+K', open]], [], true);
  const commands = useCommands(onChangePassword).filter(({ label }) => matches(label, query));

  const canFind = reachOf(role, 'students.find') !== undefined;
  const isAsked = canFind && query !== '' && Array.from(settled).length >= leastLetters;
  const found = useCall('students', 'find', { text: settled }, { enabled: isAsked });
  const students = isAsked ? (found.data?.students ?? []) : [];

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={420}
      centered={false}
      yOffset={72}
      overlayProps={{ blur: 0 }}
      transitionProps={{ duration: 0 }}
      attributes={{ content: { 'aria-label': text('palette.title') } }}
    >
      <Spotlight.Search
        placeholder={canFind ? text('frame.search') : text('frame.search.short')}
        aria-label={text('palette.title')}
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {students.length > 0 && (
          <Spotlight.ActionsGroup label={text('palette.students')}>
            {students.map(({ id, name, grade, homeroom, status }) => (
              <Spotlight.Action
                key={id}
                leftSection={<IconUser size={18} aria-hidden />}
                label={name}
                description={
                  status === 'left'
                    ? text('palette.left', { place: placeTitle({ homeroom: '', grade }) })
                    : placeTitle({ homeroom, grade })
                }
                onClick={() => {
                  go(pathTo.student(id));
                }}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {commands.length > 0 && (
          <Spotlight.ActionsGroup label={text('palette.commands')}>
            {commands.map(({ label, icon: CommandIcon, run }) => (
              <Spotlight.Action
                key={label}
                leftSection={<CommandIcon size={18} aria-hidden />}
                label={label}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {isAsked && found.isReading && <Spotlight.Empty>{text('palette.searching')}</Spotlight.Empty>}
        {students.length + commands.length === 0 && !found.isReading && (
          <Spotlight.Empty>
            {isAsked ? text('palette.nothing') : text('palette.nothing.command')}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
      {canFind && (
        <Spotlight.Footer>
          {found.data?.more === true && isAsked ? text('palette.more') : text('palette.hint')}
        </Spotlight.Footer>
      )}
    </Spotlight.Root>
  );
}

/** An open menu or dialog keeps the focus that it has: two of them would fight over it. */
function isInDialog(): boolean {
  return document.activeElement?.closest('[role="menu"], [role="dialog"]') != null;
}

/** The palette's field has the focus well within this time; after it the keys are everybody's again. */
const longestHoldMs = 1000;

/**
 * Letters typed before the palette's field has the focus go into the palette, in order. Without this they are lost, or
 * worse: a register that has the focus takes them for marks.
 */
function holdLettersUntilFocus(onLetter: (letter: string) => void): void {
  const hold = (event: KeyboardEvent): void => {
    if (isInDialog()) {
      release();
      return;
    }
    // Named keys, such as Enter, have names of two letters and more.
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    onLetter(event.key);
  };
  const release = (): void => {
    window.removeEventListener('keydown', hold, true);
    clearTimeout(timer);
  };
  const timer = setTimeout(release, longestHoldMs);
  window.addEventListener('keydown', hold, true);
}

function useCommands(onChangePassword: () => void): readonly Command[] {
  const { lock } = useDesk();
  const { role } = useUser();
  const go = useGo();
  const changeDisplay = useChangeDisplay();
  return [
    ...areasOf(role).map(({ path, label, icon }) => ({
      label: text('palette.open', { area: text(label) }),
      icon,
      run: () => {
        go(path);
      },
    })),
    { label: text('frame.lock'), icon: IconLock, run: () => void lock() },
    { label: text('user.password'), icon: IconKey, run: onChangePassword },
    {
      label: text('user.scheme.light'),
      icon: IconSun,
      run: () => {
        changeDisplay({ colorScheme: 'light' });
      },
    },
    {
      label: text('user.scheme.dark'),
      icon: IconMoon,
      run: () => {
        changeDisplay({ colorScheme: 'dark' });
      },
    },
  ];
}

/** Every typed word begins a word of the label, in any case. */
function matches(label: string, query: string): boolean {
  const words = label.toLocaleLowerCase().split(/\s+/);
  const typed = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return typed.every((part) => words.some((word) => word.startsWith(part)));
}
