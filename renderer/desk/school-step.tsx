import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { attendanceMode, countryPack } from '../../domain/contract/shared.ts';
import { text } from '../app/catalogue.ts';
import { TimeZoneSelect } from '../components/time-zone-select.tsx';
import { useNeeds } from '../components/use-needs.ts';
import type { StepProps } from './set-up.tsx';

/** The school's name, and what decides its days: time zone, code pack and registers. */
export function SchoolStep({ form, onChange, onNext, onBack }: StepProps) {
  const needs = useNeeds({ name: form.name.trim() === '' && text('component.needed') });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        needs.submit(event, onNext);
      }}
    >
      <Stack gap="lg">
        <TextInput
          label={text('setUp.school.name')}
          value={form.name}
          error={needs.of('name')}
          onChange={(event) => {
            onChange({ name: event.currentTarget.value });
          }}
          maxLength={200}
          dir="auto"
          autoComplete="organization"
          autoFocus
          required
        />
        <TimeZoneSelect
          value={form.timeZone}
          onChange={(timeZone) => {
            onChange({ timeZone });
          }}
        />
        <Radio.Group
          label={text('setUp.school.country')}
          value={form.country}
          onChange={(value) => {
            const country = countryPack.parse(value);
            onChange({ country, attendance: country === 'england' ? 'am-pm' : 'daily' });
          }}
        >
          <Group mt="xs">
            <Radio value="us" label={text('setUp.country.us')} />
            <Radio value="england" label={text('setUp.country.england')} />
          </Group>
        </Radio.Group>
        <Radio.Group
          label={text('setUp.school.mode')}
          value={form.attendance}
          onChange={(value) => {
            onChange({ attendance: attendanceMode.parse(value) });
          }}
        >
          <Stack mt="xs" gap="sm">
            {attendanceMode.options.map((mode) => (
              <Radio
                key={mode}
                value={mode}
                label={text(`setUp.school.mode.${mode}`)}
                description={text(`setUp.school.mode.${mode}.text`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <StepButtons onBack={onBack} next={text('desk.next')} />
      </Stack>
    </form>
  );
}

interface StepButtonsProps {
  readonly onBack: () => void;
  readonly next: string;
  readonly isRunning?: boolean;
}

/** Back, which keeps what was typed, and the step's own action, which Enter presses. */
export function StepButtons({ onBack, next, isRunning = false }: StepButtonsProps) {
  return (
    <Group justify="space-between">
      <Button variant="default" onClick={onBack} disabled={isRunning}>
        {text('desk.back')}
      </Button>
      <Button type="submit" loading={isRunning}>
        {next}
      </Button>
    </Group>
  );
}
