import { z } from 'zod';
import { readLocalState, writeLocalState } from '../../db/school/local-state.ts';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import { contract, type Contract, type OutputOf } from '../../domain/contract/contract.ts';

type Printing = OutputOf<Contract['counter']['choosePrinting']>;

const stored = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(contract.counter.choosePrinting.output);

/** How this computer prints slips; before anybody has chosen, on a roll and at once. */
export function readPrinting(db: ReadableDb): Printing {
  const value = readLocalState(db, 'slip-printing');
  if (value === undefined) return { paper: '80mm', automatic: true };
  return stored.parse(Buffer.from(value).toString('utf8'));
}

export function writePrinting(db: WritableDb, printing: Printing): void {
  writeLocalState(db, 'slip-printing', Buffer.from(JSON.stringify(printing), 'utf8'));
}
