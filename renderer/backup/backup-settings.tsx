import { Button, Group, Radio, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import type { Input } from '../app/api.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { ErrorAlert } from '../components/error-alert.tsx';

type Settings = Input<'backup', 'configure'>;

const drillChoices = [1, 7, 14, 31];

/** When backups are made, where else they go, how often one is restored to see. */
export function BackupSettings({ settings }: { readonly settings: Settings }) {
  const [when, setWhen] = useState(settings.minutes === null ? 'any' : 'time');
  const [time, setTime] = useState(timeText(settings.minutes ?? 15 * 60 + 30));
  const [folder, setFolder] = useState(settings.secondFolder ?? '');
  const [days, setDays] = useState(settings.drillEveryDays);
  const [isSaved, setIsSaved] = useState(false);
  const configure = useCommand('backup', 'configure', { reloads: ['backup'] });
  const isFolderWrong = configure.error?.type === 'backup-folder-refused';

  const change = (): void => {
    setIsSaved(false);
    configure.clearError();
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const reply = await configure.run({
      minutes: when === 'any' ? null : minutesOf(time),
      secondFolder: folder.trim() === '' ? null : folder.trim(),
      drillEveryDays: days,
    });
    setIsSaved(reply.ok);
  };
  const choices = [...new Set([...drillChoices, settings.drillEveryDays])].toSorted((a, b) => a - b);

  return (
    <section>
      <Title order={2} mb="sm">
        {text('backup.settings.title')}
      </Title>
      <form onSubmit={(event) => void submit(event)}>
        <Stack maw="36rem">
          <Radio.Group
            label={text('backup.settings.when')}
            value={when}
            onChange={(value) => {
              setWhen(value);
              change();
            }}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="any" label={text('backup.settings.when.any')} />
              <Radio value="time" label={text('backup.settings.when.time')} />
            </Stack>
          </Radio.Group>
          {when === 'time' && (
            <TextInput
              type="time"
              label={text('backup.settings.time')}
              maw="9rem"
              required
              value={time}
              onChange={(event) => {
                setTime(event.currentTarget.value);
                change();
              }}
            />
          )}
          <TextInput
            label={text('backup.settings.second')}
            description={text('backup.settings.second.text')}
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            maxLength={1000}
            value={folder}
            error={isFolderWrong}
            onChange={(event) => {
              setFolder(event.currentTarget.value);
              change();
            }}
          />
          <ErrorAlert error={configure.error} onClose={configure.clearError} />
          <Select
            label={text('backup.settings.drill')}
            maw="14rem"
            allowDeselect={false}
            value={String(days)}
            onChange={(value) => {
              setDays(Number(value));
              change();
            }}
            data={choices.map((count) => ({
              value: String(count),
              label:
                count === 7
                  ? text('backup.settings.drill.week')
                  : text('backup.settings.drill.days', { count }),
            }))}
          />
          <Group>
            <Button type="submit" variant="default" loading={configure.isRunning}>
              {text('backup.settings.save')}
            </Button>
            <Text size="sm" component="output">
              {isSaved && text('backup.settings.saved')}
            </Text>
          </Group>
        </Stack>
      </form>
    </section>
  );
}

function timeText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
