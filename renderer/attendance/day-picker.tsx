import '@mantine/dates/styles.css';
import { ActionIcon, Group } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { addDays } from '../../domain/calendar/day.ts';
import { day as daySchema, type Day } from '../../domain/ids.ts';
import { text } from '../app/catalogue.ts';
import classes from './day-picker.module.css';

interface DayPickerProps {
  readonly day: Day;
  /** The last day that can be chosen; without it any. */
  readonly last?: Day;
  readonly onChoose: (day: Day) => void;
}

/** The day that a screen is on: a step back or forward, or a date. */
export function DayPicker({ day, last, onChoose }: DayPickerProps) {
  return (
    <Group gap="xs" data-day-picker>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={text('attendance.previousDay')}
        onClick={() => {
          onChoose(addDays(day, -1));
        }}
      >
        <IconChevronLeft size={18} className={classes.directional} />
      </ActionIcon>
      <DateInput
        aria-label={text('attendance.day')}
        value={day}
        {...(last === undefined ? {} : { maxDate: last })}
        w="10rem"
        valueFormat="ddd D MMM YYYY"
        onChange={(value) => {
          const chosen = daySchema.safeParse(value);
          if (chosen.success) onChoose(chosen.data);
        }}
      />
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={text('attendance.nextDay')}
        disabled={last !== undefined && day >= last}
        onClick={() => {
          onChoose(addDays(day, 1));
        }}
      >
        <IconChevronRight size={18} className={classes.directional} />
      </ActionIcon>
    </Group>
  );
}
