import { useHotkeys } from '@mantine/hooks';
import { closeSpotlight, openSpotlight, Spotlight } from '@mantine/spotlight';
import { IconKey, IconLock, IconMoon, IconSearch, IconSun, IconUser, type Icon } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { reachOf } from '../../domain/access/policy.ts';
import { areasOf } from './areas.ts';
import { useCall } from './calls.ts';
import { text } from './catalogue.ts';
import classes from './palette.module.css';
import { placeTitle } from './grade.ts';
import { isInDialog } from './move-focus.ts';
import { useDesk, useUser } from './desk-state.tsx';
import { useChangeDisplay } from './display.tsx';
import { pathTo, useGo } from './router.tsx';
import { answerTo, useStudentSearch } from './use-student-search.ts';
import { withoutIsolates } from './isolate.ts';

interface Command {
  readonly label: string;
  readonly icon: Icon;
  readonly run: () => void;
}

/** Students and commands from anywhere, also while a field has the focus. Moving through the results opens nothing. */
export function Palette({ onChangePassword }: { readonly onChangePassword: () => void }) {
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { role } = useUser();
  const go = useGo();
  // No tag is ignored: the palette opens from inside a field as well (UI §1).
  const open = (): void => {
    if (isInDialog()) return;
    // The next key may follow at once: it belongs to the palette, and not to the page, where it could be a mark.
    flushSync(openSpotlight);
    field.current?.focus();
  };
  useHotkeys([['mod+K', open]], [], true);
  const commands = useCommands(onChangePassword).filter(({ label }) => matches(label, query));

  const canFind = reachOf(role, 'students.find') !== undefined;
  const search = useStudentSearch(canFind ? query : '');
  const { data, isReading } = useCall(
    'students',
    'find',
    { text: search.asked },
    { enabled: search.isAsked },
  );
  const { isAnswered, students, sole } = answerTo(search, { students: data?.students, isReading });
  const isCommand = commands.length > 0;

  useEffect(() => {
    if (!isAnswered || isCommand) return;
    if (sole === undefined) {
      // The library chooses the first entry when a letter is typed: then there was none yet.
      field.current?.dispatchEvent(new KeyboardEvent('keydown', { code: 'ArrowDown', bubbles: true }));
    } else {
      closeSpotlight();
      go(pathTo.student(sole.id));
    }
    // Once for each answer.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isAnswered, search.asked]);

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={420}
      classNames={{ action: classes.action ?? '' }}
      centered={false}
      yOffset={72}
      overlayProps={{ blur: 0 }}
      transitionProps={{ duration: 0 }}
      attributes={{ content: { 'aria-label': text('palette.title') } }}
    >
      <Spotlight.Search
        ref={field}
        placeholder={canFind ? text('frame.search') : text('frame.search.short')}
        aria-label={text('palette.title')}
        onKeyDown={({ key }) => {
          if (key === 'Enter' && !isCommand && !isAnswered) search.hurry();
        }}
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
        {isCommand && (
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
        {search.isLong && !isAnswered && <Spotlight.Empty>{text('palette.searching')}</Spotlight.Empty>}
        {students.length + commands.length === 0 && search.isLong === isAnswered && (
          <Spotlight.Empty>
            {isAnswered ? text('palette.nothing') : text('palette.nothing.command')}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
      {canFind && (
        <Spotlight.Footer>
          {isAnswered && data?.more === true ? text('palette.more') : text('palette.hint')}
        </Spotlight.Footer>
      )}
    </Spotlight.Root>
  );
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
  const words = withoutIsolates(label).toLocaleLowerCase().split(/\s+/);
  const typed = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return typed.every((part) => words.some((word) => word.startsWith(part)));
}
