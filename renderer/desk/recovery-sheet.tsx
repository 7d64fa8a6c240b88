import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useRef, useState, type ClipboardEvent, type ReactNode } from 'react';
import { digitsToText, textToDigits } from '../../domain/vault/crockford.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { Printable, PrintButton } from '../components/printable.tsx';
import classes from './recovery-sheet.module.css';

interface RecoverySheetProps {
  /** The school's name as it stands on the paper. */
  readonly school: string;
  readonly groups: readonly string[];
  readonly rootFingerprint: string;
  /** Called at each change with what was typed back, one text a group; `isRight` once all are as on the sheet. */
  readonly onTyped: (groups: readonly string[], isRight: boolean) => void;
  /** What to say when it has not been typed back. */
  readonly need: string | null;
  /** More to stand on the paper, under the key. */
  readonly paper?: ReactNode;
}

/**
 * The recovery key in groups: shown, printed, hidden, and typed back from the paper group by group. A tick that says
 * "I saved it" would be given without a sheet.
 */
export function RecoverySheet({ school, groups, rootFingerprint, onTyped, need, paper }: RecoverySheetProps) {
  const [isTyping, setIsTyping] = useState(false);
  return (
    <Stack>
      {isTyping ? <TypeBack groups={groups} onTyped={onTyped} need={need} /> : <Groups groups={groups} />}
      {need !== null && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {need}
        </Text>
      )}
      <Group>
        <PrintButton label={text('sheet.print')} />
        {isTyping ? (
          <Button
            variant="default"
            onClick={() => {
              setIsTyping(false);
              onTyped([], false);
            }}
          >
            {text('sheet.show')}
          </Button>
        ) : (
          <Button
            data-needed={need === null ? undefined : true}
            onClick={() => {
              setIsTyping(true);
            }}
          >
            {text('sheet.toTyping')}
          </Button>
        )}
      </Group>
      <Paper school={school} groups={groups} rootFingerprint={rootFingerprint}>
        {paper}
      </Paper>
    </Stack>
  );
}

function Groups({ groups }: Pick<RecoverySheetProps, 'groups'>) {
  return (
    <ol className={classes.groups} dir="ltr" aria-label={text('sheet.key')}>
      {groups.map((group, index) => (
        <li key={index} className={classes.group}>
          <span className={classes.number} aria-hidden>
            {index + 1}
          </span>
          <code>{group}</code>
        </li>
      ))}
    </ol>
  );
}

function TypeBack({ groups, onTyped, need }: Pick<RecoverySheetProps, 'groups' | 'onTyped' | 'need'>) {
  const [typed, setTyped] = useState<readonly string[]>(() => groups.map(() => ''));
  const fields = useRef<(HTMLInputElement | null)[]>([]);
  const right = groups.map((group, index) => isSameGroup(typed[index] ?? '', group));
  const total = groups.length;

  const change = (next: readonly string[]): void => {
    setTyped(next);
    onTyped(
      next,
      groups.every((group, index) => isSameGroup(next[index] ?? '', group)),
    );
  };
  const type = (index: number, value: string): void => {
    change(typed.map((each, other) => (other === index ? value : each)));
    // On to the next only when this one is right, so that a slip is seen where it was made.
    if (isSameGroup(value, groups[index] ?? '')) fields.current[index + 1]?.focus();
  };
  const paste = (event: ClipboardEvent): void => {
    const parts = event.clipboardData
      .getData('text')
      .trim()
      .split(/[\s-]+/);
    if (parts.length !== total) return;
    event.preventDefault();
    change(parts);
  };

  return (
    <div>
      <Text mb="sm">{text('sheet.typing')}</Text>
      <div className={classes.groups} dir="ltr" onPaste={paste}>
        {groups.map((group, index) => {
          const value = typed[index] ?? '';
          const isRight = right[index] === true;
          const isWrong = !isRight && value.length >= group.length;
          const number = index + 1;
          return (
            <TextInput
              key={index}
              ref={(field) => {
                fields.current[index] = field;
              }}
              aria-label={text('sheet.group', { number })}
              leftSection={
                <span className={classes.number} aria-hidden>
                  {number}
                </span>
              }
              leftSectionWidth={26}
              rightSection={
                isRight ? <IconCheck size={16} color="var(--rollkeep-present-text)" aria-hidden /> : null
              }
              rightSectionWidth={22}
              classNames={{ input: classes.field ?? '' }}
              maxLength={group.length + 1}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              autoFocus={index === 0}
              value={value}
              onChange={(event) => {
                type(index, event.currentTarget.value);
              }}
              error={isWrong || (need !== null && !isRight)}
            />
          );
        })}
      </div>
      <Text size="sm" mt="sm" role="status">
        {text('sheet.count', { right: right.filter(Boolean).length, total })}
        {groups.map((group, index) =>
          right[index] !== true && (typed[index] ?? '').length >= group.length ? (
            <Text key={index} span c="var(--mantine-color-error)" ms="sm">
              {text('sheet.wrong', { number: index + 1 })}
            </Text>
          ) : null,
        )}
      </Text>
    </div>
  );
}

/** What comes out of the printer. */
function Paper({
  school,
  groups,
  rootFingerprint,
  children,
}: Pick<RecoverySheetProps, 'school' | 'groups' | 'rootFingerprint'> & { readonly children: ReactNode }) {
  const { formatDayTime } = useFormat();
  const [madeAtMs] = useState(() => Date.now());
  return (
    <Printable>
      <h1>{text('sheet.title')}</h1>
      <dl className={classes.facts}>
        <dt>{text('sheet.paper.school')}</dt>
        <dd>
          <bdi>{school}</bdi>
        </dd>
        <dt>{text('sheet.paper.made')}</dt>
        <dd>{formatDayTime(madeAtMs)}</dd>
        <dt>{text('sheet.paper.root')}</dt>
        <dd>
          <code dir="ltr">{rootFingerprint}</code>
        </dd>
      </dl>
      <h2>{text('sheet.key')}</h2>
      <Groups groups={groups} />
      {children}
      <p>{text('sheet.paper.use')}</p>
      <p>{text('sheet.paper.keep')}</p>
    </Printable>
  );
}

/** Compares as the main process reads: any case, O for 0, I or L for 1. */
function isSameGroup(typed: string, group: string): boolean {
  const digits = textToDigits(typed);
  return digits.ok && digitsToText(digits.value) === group;
}
