import { useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { SlipPaper } from '../../domain/contract/counter.ts';
import { call } from '../app/calls.ts';
import type { CallError } from '../app/api.ts';
import type { Movement } from './counter-model.ts';
import { SlipSheet } from './slip-sheet.tsx';

/** How printing went. `no-silence`: nothing was printed, as this computer can only print with its dialog. */
export type PrintResult = 'printed' | 'dialog' | 'no-silence' | 'failed';

interface Slips {
  /** The sheet while it is printed; nothing else of the screen goes to paper. */
  readonly sheet: ReactNode;
  /**
   * Prints slips one after the other, each with its row on the audit log. `mayAsk` allows the print dialog, which after
   * each student would be in the way.
   */
  readonly print: (
    movements: readonly Movement[],
    paper: SlipPaper,
    mayAsk: boolean,
  ) => Promise<PrintResult | CallError<'counter', 'slip'>>;
}

/** Puts slips on paper. */
export function useSlips(): Slips {
  const [shown, setShown] = useState<{ movement: Movement; paper: SlipPaper } | null>(null);
  // Known after the first slip: from then on nothing is asked for, and audited, that cannot be printed.
  const [needsDialog, setNeedsDialog] = useState(false);

  async function printOne(movement: Movement, paper: SlipPaper, mayAsk: boolean) {
    // The sheet stands in the page before the desk is asked to print it.
    flushSync(() => {
      setShown({ movement, paper });
    });
    try {
      const reply = await call('counter', 'slip', { movement: movement.id, paper });
      if (!reply.ok) return reply.error;
      const { outcome } = reply.value;
      if (outcome !== 'dialog') return outcome;
      setNeedsDialog(true);
      if (!mayAsk) return 'no-silence';
      window.print();
      return outcome;
    } finally {
      setShown(null);
    }
  }

  return {
    sheet: shown === null ? null : <SlipSheet {...shown} />,
    async print(movements, paper, mayAsk) {
      if (needsDialog && !mayAsk) return 'no-silence';
      let last: PrintResult | CallError<'counter', 'slip'> = 'printed';
      for (const movement of movements) {
        last = await printOne(movement, paper, mayAsk);
        if (last !== 'printed' && last !== 'dialog') return last;
      }
      return last;
    },
  };
}
