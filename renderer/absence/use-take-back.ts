import { useState } from 'react';
import { useCommand } from '../app/calls.ts';
import { text } from '../app/catalogue.ts';
import type { CallError } from '../app/api.ts';
import type { Written } from './call-form.tsx';

interface TakeBack {
  /** What was said of the last entry, or of taking it back. */
  readonly said: string;
  readonly error: CallError<'absence', 'takeBack'> | undefined;
  readonly canTakeBack: boolean;
  /** Says something of a new entry, and remembers what it wrote. */
  readonly note: (said: string, written: Written | null) => void;
  readonly takeBack: () => Promise<void>;
}

/** The entries of this screen so far, the last first to be taken back: what an undo key means here. */
export function useTakeBack(): TakeBack {
  const [said, setSaid] = useState('');
  const [written, setWritten] = useState<readonly Written[]>([]);
  const command = useCommand('absence', 'takeBack', { reloads: ['absence', 'attendance'] });
  return {
    said,
    error: command.error,
    canTakeBack: written.length > 0,
    note(next, entry) {
      setSaid(next);
      const changedAnything = entry !== null && entry.plans.length + entry.marks.length > 0;
      if (changedAnything) setWritten((before) => [...before, entry]);
    },
    async takeBack() {
      const last = written.at(-1);
      if (last === undefined || command.isRunning) {
        setSaid(text('absence.nothingToTakeBack'));
        return;
      }
      const reply = await command.run({ plans: last.plans, marks: last.marks });
      if (!reply.ok) return;
      setWritten((before) => before.slice(0, -1));
      const { kept } = reply.value;
      setSaid(kept === 0 ? text('absence.takenBack') : text('absence.takenBack.kept', { count: kept }));
    },
  };
}
