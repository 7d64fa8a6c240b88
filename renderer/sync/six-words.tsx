import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { text } from '../app/catalogue.ts';
import { useNeeds } from '../components/use-needs.ts';
import {
  askedPlaces,
  askSentence,
  cleanWord,
  ordinal,
  shownWords,
  type SixWords as Words,
} from './six-words-model.ts';
import classes from './sync.module.css';

interface SixWordsProps {
  readonly words: Words;
  /** What typing them does: "Let it join". */
  readonly action: string;
  readonly running: string;
  readonly isRunning: boolean;
  readonly error: ReactNode;
  /** Gets the three words in the order of their places; answers whether they were right. */
  readonly onConfirm: (words: string[]) => Promise<boolean>;
  readonly onCancel: () => void;
}

/**
 * Three words to read to the other computer, and three to type from it. Typing, because "do they match?" is answered
 * without looking.
 */
export function SixWords(props: SixWordsProps) {
  const { words, action, running, isRunning, error, onConfirm, onCancel } = props;
  const places = askedPlaces(words);
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const first = useRef<HTMLInputElement>(null);
  const answers = places.map((place) => cleanWord(typed[place] ?? ''));

  const needs = useNeeds<string>(
    Object.fromEntries(
      places.map((place, index) => [place, answers[index] === '' && text('component.needed')]),
    ),
  );
  const submit = async (): Promise<void> => {
    if (await onConfirm(answers)) return;
    first.current?.focus();
    first.current?.select();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, submit);
      }}
    >
      <Stack>
        <div>
          <Text fw={600}>{text('sync.words.shown')}</Text>
          <Text size="sm" c="dimmed">
            {text('sync.words.shown.text')}
          </Text>
          <ul className={classes.words} aria-label={text('sync.words.shown')}>
            {shownWords(words).map(({ place, word }) => (
              <li key={place}>
                <bdi dir="ltr">{text('sync.words.place', { place, word })}</bdi>
              </li>
            ))}
          </ul>
        </div>
        <fieldset className={classes.asked}>
          <legend className={classes.legend}>{askSentence(words)}</legend>
          <div className={classes.fields}>
            {places.map((place, index) => (
              <TextInput
                key={place}
                ref={index === 0 ? first : null}
                label={text('sync.words.field', { place: ordinal(place) })}
                dir="ltr"
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={20}
                value={typed[place] ?? ''}
                error={needs.of(String(place))}
                onChange={(event) => {
                  setTyped({ ...typed, [place]: event.currentTarget.value });
                }}
                autoFocus={index === 0}
                required
              />
            ))}
          </div>
        </fieldset>
        {error}
        <Text size="sm" c="dimmed" role="status">
          {isRunning && running}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" disabled={isRunning} onClick={onCancel}>
            {text('component.cancel')}
          </Button>
          <Button type="submit" loading={isRunning}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
