import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { useFormat, type Format } from '../app/format.ts';
import { pathTo } from '../app/router.tsx';
import { useSyncing } from '../app/sync-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Alarms } from './alarms.tsx';
import { ConnectForm } from './connect-form.tsx';
import { Desks } from './desks.tsx';
import { Enrolment, type OpenedCode } from './enrolment.tsx';
import { clockSentence, witnessSentence } from './overview-text.ts';
import { recentTime, type SyncState } from './state-text.ts';
import classes from './sync.module.css';

type Overview = Output<'sync', 'overview'>;

/** Do the computers of the school agree, and through whom? Without a server: how to get one. */
export function SyncScreen() {
  const overview = useCall('sync', 'overview', {});
  const { state } = useSyncing();
  const { nowMs } = useDesk().status;
  const format = useFormat();
  const { data, reload } = overview;
  // What a round has changed stands in the overview: it is read again when one has ended.
  const rounds = state?.phase === 'running' ? undefined : `${state?.phase} ${state?.lastSyncedAtMs}`;
  useEffect(() => {
    if (rounds !== undefined) reload();
  }, [rounds, reload]);
  return (
    <Stack gap="lg">
      <PageHeader
        title={text('sync.title')}
        state={
          data?.server === null
            ? text('sync.page.none')
            : data !== undefined && state !== undefined && pageState(state, nowMs, format)
        }
        action={data !== undefined && data.server !== null && <Actions />}
      />
      <ErrorAlert error={overview.error} onRetry={overview.reload} />
      {overview.isPending && <Loading />}
      {data?.server === null && <ConnectForm />}
      {data !== undefined && data.server !== null && (
        <Connected overview={data} server={data.server} state={state} />
      )}
    </Stack>
  );
}

function pageState(state: SyncState, nowMs: number, format: Format): string {
  const { phase, lastSyncedAtMs, offlineSinceMs } = state;
  if (phase === 'stopped') return text('sync.page.stopped');
  if (phase === 'offline') {
    return text('sync.page.offline', { time: recentTime(offlineSinceMs ?? nowMs, nowMs, format) });
  }
  if (phase === 'synced' && lastSyncedAtMs !== null) {
    return text('sync.page.synced', { time: recentTime(lastSyncedAtMs, nowMs, format) });
  }
  return text('sync.page.going');
}

function Actions() {
  const syncNow = useCommand('sync', 'now');
  const open = useCommand('sync', 'openEnrolment');
  const [opened, setOpened] = useState<OpenedCode | null>(null);
  const [hasStarted, setHasStarted] = useState(false);
  const isRunning = useSyncing().state?.phase === 'running';
  const run = async (): Promise<void> => {
    const reply = await syncNow.run({});
    setHasStarted(reply.ok);
  };
  const openCode = async (): Promise<void> => {
    setHasStarted(false);
    const reply = await open.run({});
    setOpened(reply.ok ? reply.value : null);
  };
  return (
    <Stack gap="xs" maw="28rem">
      <Group gap="sm">
        <Button variant="default" loading={syncNow.isRunning} onClick={() => void run()}>
          {text('sync.now')}
        </Button>
        <Button
          className={classes.join ?? ''}
          loading={open.isRunning && opened === null}
          onClick={() => void openCode()}
        >
          {text('sync.enrol.open')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {open.isRunning && text('sync.enrol.opening')}
        {hasStarted && isRunning && text('sync.now.started')}
      </Text>
      <ErrorAlert error={syncNow.error} onClose={syncNow.clearError} />
      <ErrorAlert error={open.error} onClose={open.clearError} />
      <Enrolment
        opened={opened}
        onClose={() => {
          setOpened(null);
        }}
        onAgain={() => void openCode()}
      />
    </Stack>
  );
}

interface ConnectedProps {
  readonly overview: Overview;
  readonly server: NonNullable<Overview['server']>;
  readonly state: SyncState | undefined;
}

function Connected({ overview, server, state }: ConnectedProps) {
  const { formatDayTime } = useFormat();
  const { skewMs, audit } = overview;
  const waiting = state?.waiting ?? 0;
  const lastMs = state?.lastSyncedAtMs ?? null;
  return (
    <>
      <Alarms alarms={overview.alarms} />
      <Rest overview={overview} />
      <section aria-labelledby="sync-self">
        <Title order={2} id="sync-self" mb="sm">
          {text('sync.self.title')}
        </Title>
        <dl className={classes.facts}>
          <dt>{text('sync.self.waiting')}</dt>
          <dd>
            {waiting === 0
              ? text('sync.self.waiting.none')
              : text('sync.self.waiting.count', { count: waiting })}
          </dd>
          <dt>{text('sync.self.last')}</dt>
          <dd>{lastMs === null ? text('sync.self.never') : <bdi>{formatDayTime(lastMs)}</bdi>}</dd>
          <dt>{text('sync.self.clock')}</dt>
          <dd>{clockSentence(skewMs)}</dd>
          <dt>{text('sync.self.audit')}</dt>
          <dd>{witnessSentence(audit)}</dd>
        </dl>
      </section>
      <Desks desks={overview.desks} />
      <section aria-labelledby="sync-server">
        <Title order={2} id="sync-server" mb="sm">
          {text('sync.server.title')}
        </Title>
        <dl className={classes.facts}>
          <dt>{text('sync.server.host')}</dt>
          <dd>
            <bdi dir="ltr">{`${server.host}:${String(server.port)}`}</bdi>
          </dd>
          <dt>{text('sync.server.region')}</dt>
          <dd>
            <bdi>{server.region}</bdi>
          </dd>
          <dt>{text('sync.server.fingerprint')}</dt>
          <dd>
            <code dir="ltr">{server.fingerprint}</code>
          </dd>
        </dl>
      </section>
    </>
  );
}

/** What has come and is not in the records, in words; nothing where all of it is. */
function Rest({ overview: { held, quarantined, stalled, conflicts } }: { readonly overview: Overview }) {
  if (held + quarantined + stalled + conflicts === 0) return null;
  return (
    <section aria-labelledby="sync-rest">
      <Title order={2} id="sync-rest" mb="sm">
        {text('sync.rest.title')}
      </Title>
      <ul className={classes.rest}>
        {held > 0 && <li>{text('sync.rest.held', { count: held })}</li>}
        {stalled > 0 && <li>{text('sync.rest.stalled', { count: stalled })}</li>}
        {quarantined > 0 && <li>{text('sync.rest.quarantined', { count: quarantined })}</li>}
        {conflicts > 0 && (
          <li>
            {text('sync.rest.conflicts', { count: conflicts })}{' '}
            <Anchor component={Link} to={pathTo.conflicts()}>
              {text('sync.rest.conflicts.open')}
            </Anchor>
          </li>
        )}
      </ul>
    </section>
  );
}
