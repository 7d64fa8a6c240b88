import { Stack, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useSearch } from 'wouter';
import { studentId } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { useToday } from '../app/desk-state.tsx';
import { ErrorAlert } from '../components/error-alert.tsx';
import { Loading } from '../components/loading.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { NoRoster } from '../roster/no-roster.tsx';
import { LineTab } from './line-tab.tsx';
import { PlannedTab } from './planned-tab.tsx';
import { UnexplainedTab } from './unexplained-tab.tsx';

const tabs = ['line', 'unexplained', 'planned'] as const;

/** Absences: who called, who is away for how long, and who must still be asked. Each list is an audited read of its own. */
export function AbsencesScreen() {
  const query = new URLSearchParams(useSearch());
  const student = studentId.safeParse(query.get('student'));
  const asked = tabs.find((each) => each === query.get('list')) ?? 'line';
  const [tab, setTab] = useState<(typeof tabs)[number]>(asked);
  const today = useToday();
  const codes = useCall('attendance', 'codes', { day: today });
  const known = codes.data?.codes ?? [];
  const header = <PageHeader title={text('absence.title')} state={text('absence.state')} />;
  // Nothing is read of absences where nobody can be absent.
  const calendar = useCall('attendance', 'calendar', {});
  if (calendar.data?.sessions.length === 0) {
    return (
      <Stack gap="md">
        {header}
        <NoRoster willBe={text('absence.willBe')} />
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      {header}
      <ErrorAlert
        error={codes.error ?? calendar.error}
        onRetry={codes.error === undefined ? calendar.reload : codes.reload}
      />
      {calendar.isPending && <Loading />}
      {calendar.data !== undefined && (
        <Tabs
          value={tab}
          keepMounted={false}
          // Each list is an audited read, and takes the focus: it opens when it is chosen, not when it is passed.
          activateTabWithKeyboard={false}
          onChange={(chosen) => {
            setTab(tabs.find((each) => each === chosen) ?? 'line');
          }}
        >
          <Tabs.List aria-label={text('absence.tabs')} mb="md">
            <Tabs.Tab value="line">{text('absence.tab.line')}</Tabs.Tab>
            <Tabs.Tab value="unexplained">{text('absence.tab.unexplained')}</Tabs.Tab>
            <Tabs.Tab value="planned">{text('absence.tab.planned')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="line">
            <LineTab codes={known} student={student.success ? student.data : null} />
          </Tabs.Panel>
          <Tabs.Panel value="unexplained">
            <UnexplainedTab codes={known} />
          </Tabs.Panel>
          <Tabs.Panel value="planned">
            <PlannedTab codes={known} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Stack>
  );
}
