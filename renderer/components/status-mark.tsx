import { VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconFileCheck,
  IconMinus,
  type Icon,
} from '@tabler/icons-react';
import type { MarkCategory } from '../../domain/contract/shared.ts';
import { text, type PlainTextKey } from '../app/catalogue.ts';
import classes from './status-mark.module.css';

/** What a mark says, or that there is none yet. */
export type Status = MarkCategory | 'not-taken';

interface StatusMarkProps {
  readonly category: Status;
  /** The code letter; without one the shape and the word stand alone. */
  readonly code?: string;
  /** The code's meaning, said to who cannot see the mark; the category's word where there is none. */
  readonly meaning?: string;
  /** Words to show beside the shape, in place of the meaning that is only said. */
  readonly label?: string;
}

const looks: Readonly<Record<Status, { readonly icon: Icon; readonly word: PlainTextKey }>> = {
  present: { icon: IconCheck, word: 'status.present' },
  late: { icon: IconClock, word: 'status.late' },
  'absent-explained': { icon: IconFileCheck, word: 'status.absent-explained' },
  'absent-unexplained': { icon: IconAlertTriangle, word: 'status.absent-unexplained' },
  'not-possible': { icon: IconMinus, word: 'status.not-possible' },
  'not-taken': { icon: IconCircleDashed, word: 'status.not-taken' },
};

/** A mark: its letter or word first, its shape second, its colour third, so that it holds in greyscale. */
export function StatusMark({ category, code, meaning = '', label }: StatusMarkProps) {
  const { icon: Shape, word } = looks[category];
  const words = meaning === '' ? text(word) : meaning;
  return (
    <span className={classes.mark} data-status={category}>
      {code === undefined ? (
        <Shape size={14} stroke={2} aria-hidden />
      ) : (
        <bdi className={classes.code}>{code}</bdi>
      )}
      {label === undefined ? <VisuallyHidden>{words}</VisuallyHidden> : <span>{label}</span>}
    </span>
  );
}
