import { IconAlertTriangle, IconClock, IconHome } from '@tabler/icons-react';
import { text } from '../app/catalogue.ts';
import { clockText, type DueState, type Movement } from './counter-model.ts';
import classes from './counter.module.css';

const icons = { overdue: IconAlertTriangle, due: IconClock, gone: IconHome } as const;

/** When somebody is due back: word and shape first, colour third. */
export function Due({ movement, state }: { readonly movement: Movement; readonly state: DueState }) {
  const Icon = icons[state];
  return (
    <span className={classes.due} data-state={state}>
      <Icon size={16} aria-hidden />
      {text(`counter.due.${state}`, { time: clockText(movement.expectedMinute ?? movement.minute) })}
    </span>
  );
}
