import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { Output } from '../app/api.ts';
import { text } from '../app/catalogue.ts';
import { useFormat } from '../app/format.ts';
import classes from '../backup/backup.module.css';
import type { LeaveKind } from './leave-form.tsx';

interface WrittenExportProps {
  readonly written: Output<'exports', 'writePlain'>;
  readonly kind: LeaveKind;
  readonly onAnother: () => void;
}

/** Where the file lies, its hash, how it is opened, and what to do with it. */
export function WrittenExport({ written, kind, onAnother }: WrittenExportProps) {
  const { formatBytes } = useFormat();
  const { path, bytes, sha256, rows } = written;
  const name = (path.split(/[/\\]/).at(-1) ?? '').replace(/\.age$/, '');
  const isPlain = kind === 'plain';
  return (
    <Stack gap="md" align="flex-start">
      <Alert
        variant="outline"
        color="teal"
        icon={<IconCheck size={18} aria-hidden />}
        title={
          isPlain
            ? text('exports.done.plain', { count: rows })
            : text('exports.done.encrypted', { count: rows })
        }
      >
        <dl className={classes.facts}>
          <dt>{text('exports.done.path')}</dt>
          <dd>
            <code className={classes.path} dir="ltr">
              {path}
            </code>
          </dd>
          <dt>{text('exports.done.size')}</dt>
          <dd>{formatBytes(bytes)}</dd>
          <dt>{text('exports.done.sha256')}</dt>
          <dd>
            <code className={classes.path} dir="ltr">
              {sha256}
            </code>
          </dd>
        </dl>
        {!isPlain && (
          <>
            <Text mt="md">{text('exports.done.open')}</Text>
            <code className={classes.path} dir="ltr">
              {kind === 'key'
                ? text('exports.done.command.key', { name, path })
                : text('exports.done.command.passphrase', { name, path })}
            </code>
          </>
        )}
        <Text mt="sm">{text('exports.done.hash')}</Text>
      </Alert>
      {isPlain && (
        <Alert variant="outline" color="orange" icon={<IconAlertTriangle size={18} aria-hidden />}>
          {text('exports.done.delete')}
        </Alert>
      )}
      <Button variant="default" onClick={onAnother}>
        {text('exports.another')}
      </Button>
    </Stack>
  );
}
