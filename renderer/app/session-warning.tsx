import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from './calls.ts';
import { text } from './catalogue.ts';
import { useDesk } from './desk-state.tsx';

/** The countdown starts this long before the session ends (UI §1). */
const warningMs = 2 * 60_000;
/** How often at most the desk is told that somebody is typing or clicking. */
const activityEveryMs = 60_000;

/**
 * Says two minutes before that the session ends, and keeps it alive while somebody works. The end itself is the main
 * process's: it locks whether this window counts or not.
 */
export function SessionWarning() {
  const { status, reload, lock } = useDesk();
  const { session } = status;
  const [nowMs, setNowMs] = useState(() => Date.now());
  const stay = useStay();

  useInterval(
    () => {
      setNowMs(Date.now());
    },
    1000,
    { autoInvoke: true },
  );

  const endsAtMs = session === null ? Infinity : Math.min(session.idleEndsAtMs, session.endsAtMs);
  const secondsLeft = Math.max(0, Math.ceil((endsAtMs - nowMs) / 1000));
  const isEnding = endsAtMs - nowMs <= warningMs;
  const isLongest = session !== null && session.endsAtMs <= session.idleEndsAtMs;

  // What this window knows may be half a minute old: it asks before it disturbs, and again when the time is up.
  const isOver = secondsLeft === 0;
  useEffect(() => {
    if (isEnding || isOver) void reload();
  }, [isEnding, isOver, reload]);
  useActivity(stay, !isEnding);

  // The end after 12 hours cannot be put off: who has read it may work on until then.
  const [isRead, setIsRead] = useState(false);
  const close = isLongest
    ? () => {
        setIsRead(true);
      }
    : stay;

  return (
    <Modal
      opened={isEnding && !(isLongest && isRead)}
      onClose={close}
      title={text('session.title')}
      withCloseButton={false}
    >
      <Stack>
        <Text role="timer" className="rollkeep-numbers">
          {isLongest
            ? text('session.longest', { count: secondsLeft })
            : text('session.idle', { count: secondsLeft })}
        </Text>
        <Text>{text('session.kept')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => void lock()}>
            {text('session.lockNow')}
          </Button>
          <Button data-autofocus onClick={close}>
            {isLongest ? text('session.goOn') : text('session.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useStay(): () => void {
  const { reload } = useDesk();
  return useCallback(() => {
    void call('desk', 'stayActive', {}).then(reload);
  }, [reload]);
}

/** Tells the desk of keys and clicks: reading and typing make no call, and are work all the same. */
function useActivity(tell: () => void, isEnabled: boolean): void {
  const lastMs = useRef(0);
  useEffect(() => {
    if (!isEnabled) return undefined;
    const listen = (): void => {
      const nowMs = Date.now();
      if (nowMs - lastMs.current < activityEveryMs) return;
      lastMs.current = nowMs;
      tell();
    };
    const kinds = ['keydown', 'pointerdown', 'wheel'] as const;
    for (const kind of kinds) window.addEventListener(kind, listen, { passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, listen);
    };
  }, [tell, isEnabled]);
}
