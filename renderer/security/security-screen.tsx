import { Button, Group, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Output } from '../app/api.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import { pathTo } from '../app/router.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import classes from './security.module.css';

type Status = Output<'security', 'status'>;

/** One thing that protects the records, or does not. */
interface Finding {
  readonly title: string;
  readonly text: string;
  readonly isWeak: boolean;
  /** Where something can be done about it. */
  readonly action?: { readonly label: string; readonly path: string };
}

/** A backup is made daily at the first unlock: older than this, days of work hang on one disk. */
const oldBackupMs = 3 * 24 * 60 * 60 * 1000;
/** Forgotten passwords of an ordinary week stay below. */
const manyFailedSignIns = 20;

/** How is this computer protected, and what is weak? Sentences; a score would hide what it is made of. */
export function SecurityScreen() {
  const status = useCall('security', 'status', {});
  const { nowMs } = useDesk().status;
  const format = useFormat();
  const findings = status.data === undefined ? [] : findingsOf(status.data, nowMs, format);
  const weak = findings.filter(({ isWeak }) => isWeak);
  const protectedBy = findings.filter(({ isWeak }) => !isWeak);
  return (
    <Stack gap="lg">
      <PageHeader
        title={text('security.title')}
        state={
          status.data !== undefined &&
          (weak.length === 0
            ? text('security.state.ok')
            : text('security.state.weak', { count: weak.length }))
        }
      />
      <ErrorAlert error={status.error} onRetry={status.reload} />
      {status.isPending && <Loading rows={10} />}
      {weak.length > 0 && <Findings title={text('security.weak.title')} findings={weak} />}
      {protectedBy.length > 0 && <Findings title={text('security.protected.title')} findings={protectedBy} />}
    </Stack>
  );
}

function Findings({ title, findings }: { readonly title: string; readonly findings: readonly Finding[] }) {
  return (
    <section>
      <Title order={2} mb="sm">
        {title}
      </Title>
      <ul className={classes.list}>
        {findings.map((finding) => (
          <li key={finding.title} className={classes.finding} data-weak={finding.isWeak || undefined}>
            {finding.isWeak ? (
              <IconAlertTriangle size={20} aria-hidden className={classes.icon} />
            ) : (
              <IconShieldCheck size={20} aria-hidden className={classes.icon} />
            )}
            <div className={classes.words}>
              <Text fw={600}>
                <VisuallyHidden>
                  {finding.isWeak ? text('security.weak.word') : text('security.protected.word')}{' '}
                </VisuallyHidden>
                {finding.title}
              </Text>
              <Text className={classes.text ?? ''}>{finding.text}</Text>
            </div>
            {finding.action !== undefined && (
              <Group>
                <Button component={Link} to={finding.action.path} variant="default">
                  {finding.action.label}
                </Button>
              </Group>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function findingsOf(status: Status, nowMs: number, format: Format): readonly Finding[] {
  return [
    keychainFinding(status),
    backupFinding(status, nowMs, format),
    journalFinding(status),
    auditFinding(status, format),
    signInFinding(status),
    {
      title: text('security.store.title'),
      text: text('security.store.text', {
        cipher: status.cipher,
        size: format.formatBytes(status.storeBytes),
        generation: status.masterKeyGeneration,
      }),
      isWeak: false,
    },
    {
      title: text('security.fields.title'),
      text: text('security.fields.text', { quarter: status.fieldKeyQuarter }),
      isWeak: false,
    },
    {
      title: text('security.password.title'),
      text: text('security.password.text', {
        memory: status.argon2.memoryMiB,
        passes: status.argon2.passes,
        lanes: status.argon2.lanes,
      }),
      isWeak: false,
    },
    {
      title: text('security.session.title'),
      text: text('security.session.text', { idle: status.idleMinutes, hours: status.sessionHours }),
      isWeak: false,
    },
    {
      title:
        status.window === 'electron'
          ? text('security.window.electron.title')
          : text('security.window.chromium.title'),
      text: text('security.window.text'),
      isWeak: false,
    },
  ];
}

function keychainFinding({ keychain }: Status): Finding {
  return keychain === 'os'
    ? {
        title: text('security.keychain.os.title'),
        text: text('security.keychain.os.text'),
        isWeak: false,
      }
    : {
        title: text('security.keychain.file.title'),
        text: text('security.keychain.file.text'),
        isWeak: true,
      };
}

function backupFinding({ lastBackupAtMs }: Status, nowMs: number, { formatAge }: Format): Finding {
  const action = { label: text('security.backup.action'), path: pathTo.backup() };
  if (lastBackupAtMs === null) {
    return {
      title: text('security.backup.none.title'),
      text: text('security.backup.none.text'),
      isWeak: true,
      action,
    };
  }
  const age = formatAge(lastBackupAtMs, nowMs);
  return nowMs - lastBackupAtMs > oldBackupMs
    ? {
        title: text('security.backup.old.title', { age }),
        text: text('security.backup.old.text'),
        isWeak: true,
        action,
      }
    : {
        title: text('security.backup.ok.title', { age }),
        text: text('security.backup.ok.text'),
        isWeak: false,
      };
}

function journalFinding({ journalProblems }: Status): Finding {
  return journalProblems > 0
    ? {
        title: text('security.journal.title', { count: journalProblems }),
        text: text('security.journal.text'),
        isWeak: true,
        action: { label: text('security.journal.action'), path: pathTo.audit() },
      }
    : {
        title: text('security.journal.ok.title'),
        text: text('security.journal.ok.text'),
        isWeak: false,
      };
}

function auditFinding({ auditSize, auditRoot, lastCheckpointAtMs }: Status, format: Format): Finding {
  return lastCheckpointAtMs === null
    ? {
        title: text('security.checkpoint.none.title'),
        text: text('security.checkpoint.none.text'),
        isWeak: true,
        action: { label: text('security.checkpoint.action'), path: pathTo.audit() },
      }
    : {
        title: text('security.audit.title', {
          count: auditSize,
          time: format.formatDayTime(lastCheckpointAtMs),
        }),
        text: text('security.audit.text', { root: auditRoot }),
        isWeak: false,
      };
}

function signInFinding({ failedSignInsLastWeek: count }: Status): Finding {
  const isWeak = count >= manyFailedSignIns;
  return {
    title: text('security.failed.title', { count }),
    text: isWeak ? text('security.failed.many.text') : text('security.failed.ok.text'),
    isWeak,
    ...(isWeak ? { action: { label: text('security.failed.action'), path: pathTo.people() } } : {}),
  };
}
