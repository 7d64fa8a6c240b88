import { Stack, Tabs } from '@mantine/core';
import { reachOf } from '../../domain/access/policy.ts';
import { text } from '../app/catalogue.ts';
import { useUser } from '../app/desk-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { AttendanceCodes } from './attendance-codes.tsx';
import { RegisterTimes } from './register-times.tsx';
import { SchoolCalendar } from './school-calendar.tsx';
import { SchoolFacts } from './school-facts.tsx';

/** When is there school, at what times, what may a mark say, and what is the school called? */
export function SettingsScreen() {
  const { role } = useUser();
  const mayChangeSchool = reachOf(role, 'school.edit') !== undefined;
  return (
    <Stack gap="md">
      <PageHeader title={text('settings.title')} state={text('settings.state')} />
      <Tabs defaultValue="calendar" keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="calendar">{text('settings.tab.calendar')}</Tabs.Tab>
          <Tabs.Tab value="times">{text('settings.tab.times')}</Tabs.Tab>
          <Tabs.Tab value="codes">{text('settings.tab.codes')}</Tabs.Tab>
          {mayChangeSchool && <Tabs.Tab value="school">{text('settings.tab.school')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="calendar">
          <SchoolCalendar />
        </Tabs.Panel>
        <Tabs.Panel value="times">
          <RegisterTimes />
        </Tabs.Panel>
        <Tabs.Panel value="codes">
          <AttendanceCodes />
        </Tabs.Panel>
        {mayChangeSchool && (
          <Tabs.Panel value="school">
            <SchoolFacts />
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}
