/** Bugs that are planted one at a time, to see that the simulation finds each. */
export const plantedFlaws = {
  'drop-bases': 'a write names no version that it replaces',
  'acknowledge-before-fsync': 'the server answers before its commit is durable',
  'skip-purge-ledger': 'what arrives late about a purged subject is applied',
  'accept-replay': 'the server takes a batch that it has again, under a new number',
  'apply-without-transaction': 'a crash leaves a half-applied batch',
  'any-clock-advances': 'a clock a year ahead moves the logical time of the others',
  'outbox-in-memory': 'a sealed batch is sent before it is durable',
  'cursor-apart': 'the cursor is committed apart from the batch',
  'ignore-holds': 'a purge does not wait for a hold',
} as const;

export type Flaw = keyof typeof plantedFlaws;
export type Flaws = ReadonlySet<Flaw>;
