import { Button, Popover, Stack, Text, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconDeviceFloppy,
  IconGitBranch,
  IconRefresh,
  type Icon,
} from '@tabler/icons-react';
import { useState } from 'react';
import { reachOf } from '../../domain/access/policy.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { announcedChange, stateExplanation, stateSentence, type SyncState } from '../sync/state-text.ts';
import { useCommand } from './calls.ts';
import { text } from './catalogue.ts';
import { useDesk, useUser } from './desk-state.tsx';
import { useFormat } from './format.ts';
import { pathTo, useGo } from './router.tsx';
import { useSyncing } from './sync-state.tsx';
import classes from './frame.module.css';

/** Everything is saved on this computer before it is shown as saved; what may be missing is a second copy. */
export function SavedState() {
  const { state } = useSyncing();
  if (state === undefined || state.phase === 'no-server') return <BackupState />;
  return <SyncStateView state={state} />;
}

function BackupState() {
  const { lastBackupAtMs, backupAlarms, nowMs } = useDesk().status;
  const { role } = useUser();
  const go = useGo();
  const { formatAge } = useFormat();
  const words =
    lastBackupAtMs === null
      ? text('frame.saved.noBackup')
      : text('frame.saved.backup', { age: formatAge(lastBackupAtMs, nowMs) });
  const mayManage = reachOf(role, 'backup.manage') !== undefined;
  // For the others it is no error: what they enter is saved.
  const isUnsafe =
    mayManage && backupAlarms.some(({ kind }) => kind === 'backup-failed' || kind === 'backup-overdue');
  return (
    <StateChip
      icon={isUnsafe ? IconAlertTriangle : IconDeviceFloppy}
      words={words}
      isOrange={isUnsafe}
      {...(!mayManage
        ? {}
        : {
            onClick: () => {
              go(pathTo.backup());
            },
          })}
    />
  );
}

const phaseIcons: { readonly [P in Exclude<SyncState['phase'], 'no-server'>]: Icon } = {
  synced: IconCloudCheck,
  running: IconCloudUp,
  waiting: IconCloudUp,
  offline: IconCloudOff,
  stopped: IconAlertTriangle,
};

function SyncStateView({ state }: { readonly state: SyncState }) {
  const { nowMs, backupAlarms } = useDesk().status;
  const { role } = useUser();
  const { hasNews, readAgain } = useSyncing();
  const go = useGo();
  const format = useFormat();
  const mayManage = reachOf(role, 'sync.manage') !== undefined;
  const mayDecide = reachOf(role, 'conflicts.decide') !== undefined;
  const sentence = stateSentence(state, nowMs, mayManage, format) ?? '';
  const conflicts = text('sync.state.conflicts', { count: state.conflicts });
  const icon = state.phase === 'no-server' ? IconDeviceFloppy : phaseIcons[state.phase];
  const isStopped = state.phase === 'stopped';
  const toSync = (): void => {
    go(pathTo.sync());
  };
  return (
    <>
      {mayManage ? (
        <StateChip
          icon={icon}
          words={sentence}
          isOrange={isStopped}
          hint={text('sync.state.open', { state: sentence })}
          onClick={toSync}
        />
      ) : (
        <ExplainedState state={state} icon={icon} sentence={sentence} isStopped={isStopped} />
      )}
      {state.conflicts > 0 && (
        <StateChip
          icon={IconGitBranch}
          words={conflicts}
          isOrange
          {...(mayDecide
            ? {
                onClick: () => {
                  go(pathTo.conflicts());
                },
              }
            : {})}
        />
      )}
      {mayManage && state.alarms > 0 && !isStopped && (
        <StateChip
          icon={IconAlertTriangle}
          words={text('sync.state.alarms', { count: state.alarms })}
          isOrange
          isLesser
          onClick={toSync}
        />
      )}
      {reachOf(role, 'backup.manage') !== undefined && backupAlarms.length > 0 && (
        <StateChip
          icon={IconAlertTriangle}
          words={text('frame.saved.backupAlarm')}
          isOrange
          isLesser
          onClick={() => {
            go(pathTo.backup());
          }}
        />
      )}
      {hasNews && (
        <StateChip
          icon={IconRefresh}
          words={text('sync.state.news')}
          hint={text('sync.state.news.text')}
          onClick={readAgain}
        />
      )}
      <Announcement state={state} sentence={sentence} conflicts={conflicts} />
    </>
  );
}

interface StateChipProps {
  readonly icon: Icon;
  readonly words: string;
  /** What the pointer or the focus shows beside it; the words themselves without one. */
  readonly hint?: string;
  readonly isOrange?: boolean;
  /** Goes first where there is little room. */
  readonly isLesser?: boolean;
  /** Without it, it is no button. */
  readonly onClick?: () => void;
}

function StateChip({
  icon: Shape,
  words,
  hint = words,
  isOrange = false,
  isLesser = false,
  onClick,
}: StateChipProps) {
  const content = (
    <>
      <Shape size={18} aria-hidden />
      <span className={isLesser ? classes.wide : classes.stateWords}>{words}</span>
    </>
  );
  const orange = isOrange ? { 'data-orange': true } : {};
  const className = `${classes.state ?? ''} ${isLesser ? (classes.lesser ?? '') : ''}`;
  return (
    <Tooltip label={hint}>
      {onClick === undefined ? (
        <span className={className} {...orange}>
          {content}
        </span>
      ) : (
        <UnstyledButton className={className} onClick={onClick} {...orange}>
          {content}
        </UnstyledButton>
      )}
    </Tooltip>
  );
}

interface ExplainedStateProps {
  readonly state: SyncState;
  readonly icon: Icon;
  readonly sentence: string;
  readonly isStopped: boolean;
}

/** For who has no Sync page: what the state means, and a way to try at once. */
function ExplainedState({ state, icon: Shape, sentence, isStopped }: ExplainedStateProps) {
  const { nowMs } = useDesk().status;
  const format = useFormat();
  const [isOpen, setIsOpen] = useState(false);
  const syncNow = useCommand('sync', 'now');
  const [hasStarted, setHasStarted] = useState(false);
  const start = async (): Promise<void> => {
    const reply = await syncNow.run({});
    setHasStarted(reply.ok);
  };
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => {
        setIsOpen(opened);
        setHasStarted(false);
      }}
      trapFocus
      returnFocus
      width="min(20rem, 90vw)"
      position="bottom-end"
      withinPortal={false}
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.state ?? ''}
          aria-label={text('sync.state.explain', { state: sentence })}
          {...(isStopped ? { 'data-orange': true } : {})}
          onClick={() => {
            setIsOpen(!isOpen);
          }}
        >
          <Shape size={18} aria-hidden />
          <span className={classes.stateWords}>{sentence}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack align="flex-start">
          <Text>{stateExplanation(state, nowMs, format)}</Text>
          <ErrorAlert error={syncNow.error} onClose={syncNow.clearError} />
          <Button variant="default" loading={syncNow.isRunning} onClick={() => void start()}>
            {text('sync.now')}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {hasStarted && text('sync.now.started')}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface AnnouncementProps {
  readonly state: SyncState;
  readonly sentence: string;
  readonly conflicts: string;
}

/** What is said aloud: changes of the state, never how it stood at the beginning, and never a counter that runs. */
function Announcement({ state, sentence, conflicts }: AnnouncementProps) {
  const [heard, setHeard] = useState({ state, words: '' });
  if (state !== heard.state) {
    const change = announcedChange(heard.state, state);
    const words = change === undefined ? heard.words : change === 'state' ? sentence : conflicts;
    setHeard({ state, words });
  }
  return <VisuallyHidden role="status">{heard.words}</VisuallyHidden>;
}
