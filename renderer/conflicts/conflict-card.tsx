import { Badge, Box, Button, Group, Kbd, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import { text } from '../app/catalogue.ts';
import { useFormat, type Format } from '../app/format.ts';
import { isolate } from '../app/isolate.ts';
import { sessionTitle } from '../attendance/session-title.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import type { Choice, Conflict } from './conflict-model.ts';
import type { Decision } from './decision-queue.ts';
import { fieldText, valueText } from './field-text.ts';
import { OtherValue } from './other-value.tsx';
import classes from './conflicts.module.css';

interface ConflictCardProps {
  readonly conflict: Conflict;
  readonly decision: Decision | undefined;
  /** The one that Tab comes to. */
  readonly isActive: boolean;
  readonly isEditing: boolean;
  readonly onFocus: () => void;
  readonly onChoose: (choice: Choice) => void;
  readonly onEdit: () => void;
  readonly onCloseEdit: () => void;
  readonly onUndo: () => void;
  readonly onHold: () => void;
  readonly onResume: () => void;
}

/** One field that computers disagree about: the values side by side, each with who wrote it, where and when. */
export function ConflictCard(props: ConflictCardProps) {
  const { conflict, decision, isActive, isEditing, onFocus, onChoose, onEdit, onCloseEdit } = props;
  const titleId = useId();
  const isOpen = decision === undefined || decision.step === 'failed';
  const format = useFormat();
  const field = fieldText(conflict.table, conflict.field);
  const { register } = conflict;
  return (
    <li className={classes.item}>
      <Box
        data-conflict
        role="group"
        aria-labelledby={titleId}
        tabIndex={isActive ? 0 : -1}
        className={classes.card ?? ''}
        data-decided={!isOpen || undefined}
        onFocus={onFocus}
      >
        <Title order={2} id={titleId} className={classes.title ?? ''}>
          <bdi>{conflict.title}</bdi>
          <Text span c="dimmed" fw={400}>
            {' '}
            {field}
            {register !== null &&
              `, ${text('register.title', {
                class: register.class,
                session: sessionTitle(register.session),
                day: format.formatDay(register.day),
              })}`}
          </Text>
        </Title>
        {decision?.step === 'failed' && <ErrorAlert error={decision.error} />}
        {isOpen ? (
          <>
            <Values conflict={conflict} onChoose={onChoose} />
            {isEditing ? (
              <OtherValue conflict={conflict} onChoose={onChoose} onClose={onCloseEdit} />
            ) : (
              <Group gap="sm">
                {conflict.canKeepBoth && (
                  <Button
                    variant="default"
                    size="xs"
                    rightSection={<Kbd aria-hidden>B</Kbd>}
                    aria-keyshortcuts="B"
                    onClick={() => {
                      onChoose({ keep: 'both' });
                    }}
                  >
                    {text('conflicts.both')}
                  </Button>
                )}
                {conflict.input !== 'none' && (
                  <Button
                    variant="default"
                    size="xs"
                    rightSection={<Kbd aria-hidden>E</Kbd>}
                    aria-keyshortcuts="E"
                    onClick={onEdit}
                  >
                    {text('conflicts.other')}
                  </Button>
                )}
              </Group>
            )}
          </>
        ) : (
          <Decided {...props} decision={decision} />
        )}
      </Box>
    </li>
  );
}

function Values({ conflict, onChoose }: Pick<ConflictCardProps, 'conflict' | 'onChoose'>) {
  const format = useFormat();
  return (
    <ol className={classes.values}>
      {conflict.values.map(({ version, value, by, desk, atMs, isShown }, index) => {
        const words = valueText(conflict, value, format);
        const number = index + 1;
        return (
          <li key={version} className={classes.value}>
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <Kbd aria-hidden>{number}</Kbd>
              <Text fw={600} component="bdi" className={classes.words ?? ''}>
                {words}
              </Text>
              {isShown && (
                <Badge variant="outline" color="gray" flex="none" tt="none">
                  {text('conflicts.value.shown')}
                </Badge>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              {text('conflicts.meta', {
                who: by === null ? text('conflicts.by.unknown') : isolate(by),
                desk: isolate(desk),
              })}
              {', '}
              <bdi>{format.formatDayTime(atMs)}</bdi>
            </Text>
            <Button
              variant="default"
              size="xs"
              aria-label={text('conflicts.keep.of', { value: isolate(words), number })}
              onClick={() => {
                onChoose({ keep: 'one', version });
              }}
            >
              {text('conflicts.keep')}
            </Button>
          </li>
        );
      })}
    </ol>
  );
}

function Decided({
  conflict,
  decision,
  onUndo,
  onHold,
  onResume,
}: ConflictCardProps & { readonly decision: Decision }) {
  const format = useFormat();
  return (
    <Group gap="md">
      <IconCheck size={18} aria-hidden className={classes.check} />
      <Text>{decisionText(conflict, decision.choice, format)}</Text>
      <Text size="sm" c="dimmed">
        {decision.step === 'waiting'
          ? text('conflicts.decided.soon')
          : decision.step === 'sending'
            ? text('conflicts.decided.sending')
            : text('conflicts.decided.sent')}
      </Text>
      {decision.step === 'waiting' && (
        <Button
          variant="default"
          size="xs"
          rightSection={<Kbd aria-hidden>U</Kbd>}
          aria-label={text('conflicts.undo.of', { title: conflict.title })}
          aria-keyshortcuts="U"
          onFocus={onHold}
          onBlur={onResume}
          onMouseEnter={onHold}
          onMouseLeave={onResume}
          onClick={onUndo}
        >
          {text('conflicts.undo')}
        </Button>
      )}
    </Group>
  );
}

/** What was decided, as a sentence's part. */
export function decisionText(
  conflict: Conflict,
  choice: Choice,
  format: Pick<Format, 'formatDayLong' | 'formatNumber'>,
): string {
  if (choice.keep === 'both') return text('conflicts.decided.both');
  if (choice.keep === 'other') {
    return text('conflicts.decided.other', { value: isolate(valueText(conflict, choice.value, format)) });
  }
  const kept = conflict.values.find(({ version }) => version === choice.version);
  return text('conflicts.decided.one', {
    value: isolate(valueText(conflict, kept?.value ?? null, format)),
  });
}
