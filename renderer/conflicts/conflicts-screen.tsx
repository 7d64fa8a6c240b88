import { Alert, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { call, useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { onSessionEnd } from '../app/session-end.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ConflictCard, decisionText } from './conflict-card.tsx';
import { actionOf, keyOf, type Choice, type Conflict } from './conflict-model.ts';
import { createDecisionQueue, type Decision, type DecisionQueue, type Decisions } from './decision-queue.ts';
import classes from './conflicts.module.css';

/** What do two computers disagree about, and what holds? A queue for when there is time; nothing is lost in it. */
export function ConflictsScreen() {
  const list = useCall('sync', 'conflicts', {});
  const conflicts = list.data?.conflicts ?? [];
  const { decisions, queue } = useDecisions();
  const changed = [...decisions.values()].filter(isOutdated).length;
  const [changedSeen, setChangedSeen] = useState(0);
  const { reload } = list;
  useEffect(() => {
    // Another value came before a decision was sent: it is decided on what is there now.
    if (changed > 0) reload();
  }, [changed, reload]);
  const open = conflicts.filter((each) => isOpen(decisions, each)).length;
  return (
    <Stack gap="md" onKeyDown={focusFirst}>
      <PageHeader
        title={text('conflicts.title')}
        state={
          conflicts.length > 0 &&
          (open === 0 ? text('conflicts.state.decided') : text('conflicts.state', { count: open }))
        }
      />
      <ErrorAlert error={list.error} onRetry={list.reload} />
      {changed > changedSeen && (
        <Alert
          variant="outline"
          color="var(--rollkeep-late-text)"
          icon={<IconInfoCircle size={18} aria-hidden />}
          title={text('conflicts.changed.title')}
          withCloseButton
          closeButtonLabel={text('component.close')}
          onClose={() => {
            setChangedSeen(changed);
          }}
        >
          {text('conflicts.changed.text')}
        </Alert>
      )}
      {list.isPending && <Loading />}
      {list.data !== undefined && conflicts.length === 0 && (
        <EmptyState title={text('conflicts.none.title')} text={text('conflicts.none.text')} />
      )}
      {conflicts.length > 0 && <Queue conflicts={conflicts} decisions={decisions} queue={queue} />}
    </Stack>
  );
}

/** From the screen's title, where the focus is when it opens, the first arrow leads into the list. */
function focusFirst(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' || !(event.target instanceof HTMLElement) || event.target.tagName !== 'H1')
    return;
  event.preventDefault();
  event.currentTarget.querySelector<HTMLElement>('[data-conflict]')?.focus();
}

interface QueueProps {
  readonly conflicts: readonly Conflict[];
  readonly decisions: Decisions;
  readonly queue: DecisionQueue;
}

function Queue({ conflicts, decisions, queue }: QueueProps) {
  const format = useFormat();
  const list = useRef<HTMLOListElement>(null);
  const [active, setActive] = useState(0);
  const [editing, setEditing] = useState<string | null>(null);
  const [said, setSaid] = useState('');

  const focusAt = (index: number): void => {
    const cards = list.current?.querySelectorAll<HTMLElement>('[data-conflict]');
    cards?.[Math.min(Math.max(index, 0), conflicts.length - 1)]?.focus();
  };
  const choose = (index: number, choice: Choice): void => {
    const conflict = conflicts[index];
    if (conflict === undefined) return;
    queue.decide(conflict, choice);
    setEditing(null);
    setSaid(
      text('conflicts.decided.say', {
        title: conflict.title,
        decision: decisionText(conflict, choice, format),
      }),
    );
    const next = conflicts.findIndex((each, at) => at > index && isOpen(decisions, each));
    focusAt(next === -1 ? index : next);
  };
  const undo = (conflict?: Conflict): void => {
    const again = queue.undo(conflict);
    if (again === undefined) return;
    setSaid(text('conflicts.undone', { title: again.title }));
    focusAt(conflicts.findIndex((each) => keyOf(each) === keyOf(again)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const conflict = conflicts[active];
    if (conflict === undefined || event.defaultPrevented || !(event.target instanceof HTMLElement)) return;
    const action = actionOf(
      {
        key: event.key,
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        isControl: (event.ctrlKey || event.metaKey) && !event.altKey,
        isTyping: event.target.closest('input, textarea') !== null,
      },
      conflict,
      !isOpen(decisions, conflict),
    );
    if (action === undefined) return;
    event.preventDefault();
    switch (action.type) {
      case 'choose':
        choose(active, action.choice);
        break;
      case 'edit':
        setEditing(keyOf(conflict));
        break;
      case 'move':
        focusAt(active + action.by);
        break;
      case 'undo':
        undo();
    }
  };

  return (
    <>
      <Text size="sm" c="dimmed">
        {text('conflicts.keys')}
      </Text>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of its groups, once */}
      <ol ref={list} className={classes.list} aria-label={text('conflicts.list')} onKeyDown={onKeyDown}>
        {conflicts.map((conflict, index) => {
          const key = keyOf(conflict);
          return (
            <ConflictCard
              key={key}
              conflict={conflict}
              decision={decisions.get(key)}
              isActive={index === Math.min(active, conflicts.length - 1)}
              isEditing={editing === key}
              onFocus={() => {
                setActive(index);
              }}
              onChoose={(choice) => {
                choose(index, choice);
              }}
              onEdit={() => {
                setEditing(key);
              }}
              onCloseEdit={() => {
                setEditing(null);
                focusAt(index);
              }}
              onUndo={() => {
                undo(conflict);
              }}
              onHold={() => {
                queue.hold(conflict);
              }}
              onResume={() => {
                queue.resume(conflict);
              }}
            />
          );
        })}
      </ol>
    </>
  );
}

function isOpen(decisions: Decisions, conflict: Conflict): boolean {
  const decision = decisions.get(keyOf(conflict));
  return decision === undefined || decision.step === 'failed';
}

function isOutdated(decision: Decision): boolean {
  return decision.step === 'failed' && decision.error.type === 'record-changed';
}

/** The screen's decisions: sent after their time, when the screen closes, or never when the session ends first. */
function useDecisions() {
  const [decisions, setDecisions] = useState<Decisions>(new Map());
  const [queue] = useState(() =>
    createDecisionQueue(async (conflict, choice) => {
      const versions = conflict.values.map(({ version }) => version);
      const reply = await call('sync', 'decide', { id: conflict.id, versions, choice });
      return reply.ok ? undefined : reply.error;
    }, setDecisions),
  );
  useEffect(() => onSessionEnd(queue.drop), [queue]);
  useEffect(() => queue.flush, [queue]);
  return { decisions, queue };
}
