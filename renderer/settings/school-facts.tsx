import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { dayAt } from '../../domain/calendar/local-time.ts';
import { assert } from '../../domain/result.ts';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useDesk } from '../app/desk-state.tsx';
import { createFormat } from '../app/format.ts';
import { ErrorAlert } from '../components/error-alert.tsx';
import { TimeZoneSelect } from '../components/time-zone-select.tsx';
import { useNeeds } from '../components/use-needs.ts';

/** What the school is called, and which clock says what day it is. What another time zone means is said before it holds. */
export function SchoolFacts() {
  const { status, reload } = useDesk();
  const { school, nowMs } = status;
  assert(school?.timeZone != null, 'a signed-in desk has a school and its time zone');
  const change = useCommand('attendance', 'changeSchool', { reloads: ['attendance', 'absence'] });
  const [name, setName] = useState(school.label);
  const [timeZone, setTimeZone] = useState(school.timeZone);
  const [isSaved, setIsSaved] = useState(false);
  const isRenamed = name.trim() !== school.label && name.trim() !== '';
  const isMoved = timeZone !== school.timeZone;

  const needs = useNeeds({
    name:
      (name.trim() === '' && text('component.needed')) ||
      (!isRenamed && !isMoved && text('school.unchanged')),
  });

  const save = async () => {
    const reply = await change.run({ name, timeZone });
    if (!reply.ok) return;
    // The header, the clock and the day follow.
    await reload();
    setIsSaved(true);
  };
  const edited = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      setIsSaved(false);
      set(value);
    };
  };
  return (
    <form
      aria-label={text('settings.tab.school')}
      noValidate
      onSubmit={(event) => {
        needs.submit(event, save);
      }}
    >
      <Stack gap="md" maw="36rem">
        <TextInput
          label={text('setUp.school.name')}
          description={text('school.name.where')}
          value={name}
          maxLength={200}
          error={needs.of('name')}
          withAsterisk
          dir="auto"
          onChange={(event) => {
            edited(setName)(event.currentTarget.value);
          }}
        />
        <TimeZoneSelect value={timeZone} onChange={edited(setTimeZone)} />
        {isMoved && (
          <Alert
            role="status"
            variant="outline"
            color="orange"
            icon={<IconAlertTriangle size={18} aria-hidden />}
          >
            <Stack gap="xs">
              <Text size="sm" fw={600}>
                {text('school.zone.title', {
                  before: clockIn(school.timeZone, nowMs),
                  after: clockIn(timeZone, nowMs),
                })}
              </Text>
              <Text size="sm">{text('school.zone.from')}</Text>
              <Text size="sm">{text('school.zone.kept')}</Text>
              <Text size="sm">{text('school.zone.everywhere')}</Text>
            </Stack>
          </Alert>
        )}
        <ErrorAlert error={change.error} onClose={change.clearError} />
        <Group>
          <Button type="submit" loading={change.isRunning}>
            {isMoved
              ? text(isRenamed ? 'school.apply.both' : 'school.apply.zone', { zone: timeZone })
              : text('school.apply.name')}
          </Button>
          <Text component="output" size="sm">
            {isSaved && text('school.saved')}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

/** The day and time at this moment by a time zone's clock. */
function clockIn(timeZone: string, nowMs: number): string {
  const { formatDay, formatTime } = createFormat(timeZone);
  return text('school.zone.clock', { day: formatDay(dayAt(nowMs, timeZone)), time: formatTime(nowMs) });
}
