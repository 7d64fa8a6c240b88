import { useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { call } from '../app/calls.ts';
import type { Day } from '../../domain/ids.ts';
import type { CallError, Output } from '../app/api.ts';
import { assert } from '../../domain/result.ts';
import type { Movement } from './counter-model.ts';
import { fitRollPage } from './roll-page.ts';
import { SlipSheet } from './slip-sheet.tsx';

type Printing = Output<'counter', 'day'>['printing'];

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
    printing: Printing,
    mayAsk: boolean,
  ) => Promise<PrintResult | CallError<'counter', 'slip'>>;
}

/** Puts the slips of a day on paper. */
export function useSlips(day: Day): Slips {
  const [shown, setShown] = useState<{ movement: Movement; paper: Printing['paper'] } | null>(null);
  const sheetElement = useRef<HTMLDivElement>(null);
  // Known after a printer's first slip: from then on nothing is asked of it, and audited, that cannot be printed.
  const [dialogOnly, setDialogOnly] = useState<ReadonlySet<string | null>>(new Set());

  async function printOne(movement: Movement, { paper, printer }: Printing, mayAsk: boolean) {
    // What is printed as soon as it is saved begins in an effect, and React draws nothing at once within one.
    await Promise.resolve();
    // The sheet stands in the page before the desk is asked to print it.
    flushSync(() => {
      setShown({ movement, paper });
    });
    const element = sheetElement.current;
    assert(element !== null, 'a sheet that was drawn is in the page');
    try {
      const sheet = paper === 'a6' ? { paper } : { paper, heightMm: fitRollPage(element) };
      const reply = await call('counter', 'slip', { movement: movement.id, sheet });
      if (!reply.ok) return reply.error;
      const { outcome } = reply.value;
      if (outcome !== 'dialog') return outcome;
      setDialogOnly((known) => new Set([...known, printer]));
      if (!mayAsk) return 'no-silence';
      window.print();
      return outcome;
    } finally {
      setShown(null);
    }
  }

  return {
    sheet: shown === null ? null : <SlipSheet ref={sheetElement} day={day} {...shown} />,
    async print(movements, printing, mayAsk) {
      if (dialogOnly.has(printing.printer) && !mayAsk) return 'no-silence';
      let last: PrintResult | CallError<'counter', 'slip'> = 'printed';
      for (const movement of movements) {
        last = await printOne(movement, printing, mayAsk);
        if (last !== 'printed' && last !== 'dialog') return last;
      }
      return last;
    },
  };
}
