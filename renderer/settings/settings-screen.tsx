import { Stack, Tabs } from '@mantine/core';
import { text } from '../app/catalogue.ts';
import { PageHeader } from '../components/page-header.tsx';
import { AttendanceCodes } from './attendance-codes.tsx';
import { SchoolCalendar } from './school-calendar.tsx';

/** When is there school, and what may a mark say? */
export function SettingsScreen() {
  return (
    <Stack gap="md">
      <PageHeader title={text('settings.title')} state={text('settings.state')} />
      <Tabs defaultValue="calendar" keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="calendar">{text('settings.tab.calendar')}</Tabs.Tab>
          <Tabs.Tab value="codes">{text('settings.tab.codes')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="calendar">
          <SchoolCalendar />
        </Tabs.Panel>
        <Tabs.Panel value="codes">
          <AttendanceCodes />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
