import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../app/api.ts';
import { useCall, useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { ProgressPanel } from '../components/progress-panel.tsx';
import classes from './audit.module.css';
import { verifiedSentence } from './report-texts.ts';

type Head = Output<'audit', 'head'>;
type Verified = Output<'audit', 'verify'>;
type Exported = Output<'audit', 'exportBundle'>;

/** Whether the log is whole: verified here, or exported for somebody else to verify. */
export function LogIntegrity() {
  const head = useCall('audit', 'head', {});
  const { formatDayTime } = useFormat();
  const verify = useCommand('audit', 'verify');
  const exportBundle = useCommand('audit', 'exportBundle');
  const [verified, setVerified] = useState<Verified | null>(null);
  const [exported, setExported] = useState<Exported | null>(null);

  const runVerify = async (): Promise<void> => {
    setVerified(null);
    const reply = await verify.run({});
    if (reply.ok) setVerified(reply.value);
    // Time has passed, and the head may have been signed since it was read.
    head.reload();
  };
  const runExport = async (): Promise<void> => {
    setExported(null);
    const reply = await exportBundle.run({});
    if (reply.ok) setExported(reply.value);
    // An export signs the head first.
    head.reload();
  };

  return (
    <Stack component="section" gap="sm" aria-labelledby="audit-integrity">
      <Title order={2} id="audit-integrity">
        {text('audit.head.title')}
      </Title>
      <Text maw="44rem">{text('audit.head.text')}</Text>
      <ErrorAlert error={head.error} onRetry={head.reload} />
      {head.data !== undefined && (
        <Text c="dimmed">
          {head.data.checkpointSize === null || head.data.checkpointAtMs === null
            ? text('audit.head.unsigned')
            : text('audit.head.signed', {
                size: head.data.checkpointSize,
                time: formatDayTime(head.data.checkpointAtMs),
              })}
          {head.data.witnessKey !== null &&
            ` ${text('audit.head.witnessed', { witnessed: head.data.witnessedTo })}`}
        </Text>
      )}
      <Group gap="sm">
        <Button onClick={() => void runVerify()} disabled={verify.isRunning}>
          {text('audit.verify')}
        </Button>
        <Button variant="default" onClick={() => void runExport()} loading={exportBundle.isRunning}>
          {text('audit.export')}
        </Button>
      </Group>
      {verify.isRunning && <ProgressPanel task="audit-verify" title={text('audit.verifying')} />}
      <ErrorAlert error={verify.error} onClose={verify.clearError} />
      {verified !== null && <Verdict verified={verified} />}
      <ErrorAlert error={exportBundle.error} onClose={exportBundle.clearError} />
      {exported !== null && head.data !== undefined && <ExportResult exported={exported} head={head.data} />}
    </Stack>
  );
}

function Verdict({ verified }: { readonly verified: Verified }) {
  const isIntact = verified.verdict === 'intact';
  const { size, root, witnessedTo } = verified;
  const intact =
    witnessedTo === null
      ? text('audit.verified.title', { size })
      : text('audit.verified.witnessed', { size, witnessed: witnessedTo });
  return (
    <Alert
      role={isIntact ? 'status' : 'alert'}
      variant="outline"
      color={isIntact ? 'teal' : 'red'}
      icon={isIntact ? <IconCheck size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />}
      title={isIntact ? intact : text('audit.verified.bad')}
    >
      <Text>{verifiedSentence(verified)}</Text>
      {!isIntact && <Text mt="sm">{text('audit.verified.next')}</Text>}
      <Text size="xs" c="dimmed" mt="sm">
        {text('audit.verified.root')}{' '}
        <code className={classes.hash} dir="ltr">
          {root}
        </code>
      </Text>
    </Alert>
  );
}

function ExportResult({ exported, head }: { readonly exported: Exported; readonly head: Head }) {
  const { path, entries, sha256, witnessedTo } = exported;
  const { publicKey, witnessKey } = head;
  return (
    <Alert
      variant="outline"
      color="teal"
      icon={<IconCheck size={18} aria-hidden />}
      title={text('audit.exported.title', { count: entries })}
    >
      <dl className={classes.facts}>
        <dt>{text('audit.exported.path')}</dt>
        <dd>
          <code className={classes.hash} dir="ltr">
            {path}
          </code>
        </dd>
        <dt>{text('audit.exported.sha256')}</dt>
        <dd>
          <code className={classes.hash} dir="ltr">
            {sha256}
          </code>
        </dd>
        <dt>{text('audit.head.key')}</dt>
        <dd>
          <code className={classes.hash} dir="ltr">
            {publicKey}
          </code>
        </dd>
        {witnessKey !== null && (
          <>
            <dt>{text('audit.head.witness')}</dt>
            <dd>
              <code className={classes.hash} dir="ltr">
                {witnessKey}
              </code>
            </dd>
          </>
        )}
      </dl>
      <Text fw={600} mt="md">
        {text('audit.exported.how')}
      </Text>
      <Text>{text('audit.exported.how.text')}</Text>
      <code className={classes.hash} dir="ltr">
        {witnessKey === null
          ? text('audit.exported.command', { path, key: publicKey })
          : text('audit.exported.command.witness', {
              path,
              key: publicKey,
              witness: witnessKey,
              // The head that the export signed, if no other, is still to be seen by the witness.
              unwitnessed: String(entries - witnessedTo),
            })}
      </code>
      <Text mt="sm">{text('audit.exported.how.key')}</Text>
      {witnessKey !== null && <Text mt="sm">{text('audit.exported.how.witness')}</Text>}
    </Alert>
  );
}
