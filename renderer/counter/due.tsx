import { IconAlertTriangle, IconClock, IconHome } from '@tabler/icons-react';
import { text } from '../app/catalogue.ts';
import { clockText } from '../app/clock.ts';
import type { DueState, Movement } from './counter-model.ts';
import classes from './counter.module.css';

const icons = { overdue: IconAlertTriangle, due: IconClock, gone: IconHome } as const;

interface DueProps {
  readonly movement: Movement;
  readonly state: DueState;
  /** The day is over: nobody is due any more. */
  readonly isPast?: boolean;
}

/** When somebody is due back: word and shape first, colour third. */
export function Due({ movement, state, isPast = false }: DueProps) {
  const Icon = icons[state];
  const time = clockText(movement.expectedMinute ?? movement.minute);
  return (
    <span className={classes.due} data-state={state}>
      <Icon size={16} aria-hidden />
      {isPast && state !== 'due'
        ? text(`counter.past.due.${state}`, { time })
        : text(`counter.due.${state}`, { time })}
    </span>
  );
}
