import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { text } from '../app/catalogue.ts';
import { codeGroups, countdown } from './six-words-model.ts';
import classes from './sync.module.css';

interface EnrolmentCodeProps {
  readonly code: string;
  readonly expiresAtMs: number;
}

/** The code for joining, in groups, with the time that is left. */
export function EnrolmentCode({ code, expiresAtMs }: EnrolmentCodeProps) {
  const shown = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const nowMs = useNow();
  return (
    <Stack gap="sm">
      <Text>{text('sync.enrol.code.text')}</Text>
      <code
        ref={shown}
        className={classes.code}
        dir="ltr"
        translate="no"
        role="group"
        aria-label={text('sync.enrol.code')}
      >
        {codeGroups(code).join(' ')}
      </code>
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconCopy size={18} aria-hidden />}
          data-autofocus
          onClick={() => {
            setCopied(copy(shown.current, code));
          }}
        >
          {text('sync.enrol.copy')}
        </Button>
        <Text className="rollkeep-numbers" role="timer">
          {text('sync.enrol.left', { time: countdown(expiresAtMs, nowMs) })}
        </Text>
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {copied !== null && (copied ? text('sync.enrol.copied') : text('sync.enrol.notCopied'))}
      </Text>
    </Stack>
  );
}

/** The time, each second. */
function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return nowMs;
}

/** Selects what is shown and copies the code; false where only the selection could be made. */
function copy(shown: HTMLElement | null, code: string): boolean {
  if (shown === null) return false;
  getSelection()?.selectAllChildren(shown);
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', code);
    event.preventDefault();
  };
  document.addEventListener('copy', put, { once: true });
  // The window has no permission for the clipboard interface; this way needs a press of a button and no permission.
  // oxlint-disable-next-line typescript/no-deprecated
  const isCopied = document.execCommand('copy');
  document.removeEventListener('copy', put);
  return isCopied;
}
