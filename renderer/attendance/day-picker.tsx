import { ActionIcon, Group } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { addDays } from '../../domain/calendar/day.ts';
import type { Day } from '../../domain/ids.ts';
import { useCall } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import { DayField } from '../components/day-field.tsx';
import { schoolDayBeside } from '../settings/calendar-model.ts';
import classes from './day-picker.module.css';

interface DayPickerProps {
  readonly day: Day;
  /** The last day that can be chosen; without it any. */
  readonly last?: Day;
  readonly onChoose: (day: Day) => void;
}

/** The day that a screen is on: a step back or forward to a school day, or any date. */
export function DayPicker({ day, last, onChoose }: DayPickerProps) {
  const { data: year, isPending } = useCall('attendance', 'calendar', {});
  const step = (direction: 1 | -1): void => {
    onChoose(year === undefined ? addDays(day, direction) : schoolDayBeside(year, day, direction, last));
  };
  return (
    <Group gap="xs" data-day-picker>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={text('attendance.previousDay')}
        disabled={isPending}
        onClick={() => {
          step(-1);
        }}
      >
        <IconChevronLeft size={18} className={classes.directional} />
      </ActionIcon>
      <DayField
        aria-label={text('attendance.day')}
        value={day}
        {...(last !== undefined && { max: last })}
        onChange={onChoose}
      />
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={text('attendance.nextDay')}
        disabled={isPending || (last !== undefined && day >= last)}
        onClick={() => {
          step(1);
        }}
      >
        <IconChevronRight size={18} className={classes.directional} />
      </ActionIcon>
    </Group>
  );
}
