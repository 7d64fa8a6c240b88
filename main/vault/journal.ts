import { join } from 'node:path';
import { z } from 'zod';
import type { SchoolId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { readFileIfAny, replaceFile } from './durable-file.ts';
import { deriveKey, isSameMac, macOf } from './keys.ts';
import { keychainNames, type Keychain, type KeychainError } from './keychain.ts';

const journalEntry = z.strictObject({
  /** From 1, never used twice. */
  seq: z.int().min(1),
  /** UTC milliseconds. */
  at: z.int(),
  kind: z.enum(['sign-in-failed', 'sign-in-locked', 'limit-tripped', 'refuse', 'audit-unavailable', 'alarm']),
  /** HMAC of the username that was typed: no name stands in the journal. */
  login: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** What happened, as a code of ours: an error's type, a procedure's name, a finding. */
  code: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
});

/** One thing that happened while no store was open. */
export type JournalEntry = z.output<typeof journalEntry>;

/** What is wrong with a journal. Each becomes an entry of kind `alarm` with this code when something is next written. */
export type JournalFinding =
  /** There were entries, and now there is no file. */
  | 'journal-missing'
  /** A line was changed, moved or taken out; it and what follows cannot be relied on and is left out. */
  | 'journal-bad-mac'
  /** The journal is shorter than the keychain remembers. */
  | 'journal-gap';

/**
 * What happens while no store is open (failed sign-ins, tripped limits, refusals), until the next unlock takes it into the audit log.
 *
 * A file of lines `{entry, mac}`, each MAC over the one before it and the entry, under a key of the keychain; how far it goes is kept in the
 * keychain too, so that a cut end shows. It is written as a whole each time: it is small, and never holds half a line.
 */
export interface Journal {
  /** Adds an entry; it is on the disk when this returns. Errors: the disk is full or the keychain refused, so the caller must refuse as well. */
  append(entry: Omit<JournalEntry, 'seq'>): Result<void, KeychainError>;
  /** Everything that is readable, and what is wrong. */
  readAndVerify(): Result<
    { readonly entries: readonly JournalEntry[]; readonly findings: readonly JournalFinding[] },
    KeychainError
  >;
  /** Drops the entries up to and including `seq`, once the audit log holds them and the findings. */
  clearUpTo(seq: number): Result<void, KeychainError>;
}

const firstLine = z.strictObject({ base: z.int().min(0), mac: z.string() });
const entryLine = z.strictObject({ entry: journalEntry, mac: z.string() });

/** Opens a school's journal, which may be new. `lockedKey` is the keychain's item of that name. */
export function openJournal(options: {
  readonly folder: string;
  readonly school: SchoolId;
  readonly lockedKey: Uint8Array;
  readonly keychain: Keychain;
}): Journal {
  const { school, keychain } = options;
  const path = join(options.folder, 'journal.ndjson');
  const key = deriveKey(options.lockedKey, 'journal');
  const headName = keychainNames.journalHead(school);

  const read = (): Result<JournalState, KeychainError> => {
    const head = keychain.get(headName);
    if (!head.ok) return head;
    const headSeq = head.value === null ? 0 : Number(Buffer.from(head.value).toString('utf8'));
    if (!Number.isSafeInteger(headSeq)) return err({ type: 'keychain-damaged' });
    const text = readFileIfAny(path);
    if (text === undefined) {
      return ok({ lastSeq: headSeq, entries: [], findings: headSeq > 0 ? ['journal-missing'] : [] });
    }
    const { lastSeq, entries, isIntact } = parseChain(text, school, key);
    const findings: JournalFinding[] = isIntact ? [] : ['journal-bad-mac'];
    // One entry more than the head is what a kill between the file and the keychain leaves.
    if (isIntact && lastSeq < headSeq) findings.push('journal-gap');
    return ok({ lastSeq: Math.max(lastSeq, headSeq), entries, findings });
  };

  const write = (base: number, entries: readonly JournalEntry[]): Result<void, KeychainError> => {
    const written = replaceFile(path, chainText(school, base, entries, key));
    if (!written.ok) return written;
    const lastSeq = entries.at(-1)?.seq ?? base;
    return keychain.set(headName, Buffer.from(String(lastSeq), 'utf8'));
  };

  return {
    append(entry) {
      const state = read();
      if (!state.ok) return state;
      let seq = state.value.lastSeq;
      const alarms = state.value.findings.map((code): JournalEntry => ({
        seq: ++seq,
        at: entry.at,
        kind: 'alarm',
        code,
      }));
      return write(0, [...state.value.entries, ...alarms, { ...entry, seq: ++seq }]);
    },
    readAndVerify() {
      const state = read();
      if (!state.ok) return state;
      return ok({ entries: state.value.entries, findings: state.value.findings });
    },
    clearUpTo(seq) {
      const state = read();
      if (!state.ok) return state;
      return write(
        state.value.lastSeq,
        state.value.entries.filter((entry) => entry.seq > seq),
      );
    },
  };
}

interface JournalState {
  readonly lastSeq: number;
  readonly entries: readonly JournalEntry[];
  readonly findings: readonly JournalFinding[];
}

/** `base` is the sequence number that an empty journal stands at. */
function chainText(
  school: SchoolId,
  base: number,
  entries: readonly JournalEntry[],
  key: Uint8Array,
): string {
  let mac = baseMac(school, base, key);
  const lines = [canonicalJson({ base, mac })];
  for (const entry of entries) {
    mac = entryMac(mac, entry, key);
    lines.push(canonicalJson({ entry, mac }));
  }
  return `${lines.join('\n')}\n`;
}

/** Reads the lines up to the first that does not follow from the one before it. */
function parseChain(
  text: string,
  school: SchoolId,
  key: Uint8Array,
): { lastSeq: number; entries: JournalEntry[]; isIntact: boolean } {
  const entries: JournalEntry[] = [];
  const [first, ...rest] = text.split('\n');
  const base = firstLine.safeParse(parseJson(first ?? ''));
  if (!base.success || !isSameMac(baseMac(school, base.data.base, key), base.data.mac)) {
    return { lastSeq: 0, entries, isIntact: false };
  }
  let { mac } = base.data;
  let lastSeq = base.data.base;
  const isEnded = rest.pop() === '';
  for (const written of rest) {
    const line = entryLine.safeParse(parseJson(written));
    if (!line.success || !isSameMac(entryMac(mac, line.data.entry, key), line.data.mac)) {
      return { lastSeq, entries, isIntact: false };
    }
    ({ mac } = line.data);
    lastSeq = Math.max(lastSeq, line.data.entry.seq);
    entries.push(line.data.entry);
  }
  return { lastSeq, entries, isIntact: isEnded };
}

function baseMac(school: SchoolId, base: number, key: Uint8Array): string {
  return macOf(key, canonicalJson([school, base]));
}

function entryMac(previousMac: string, entry: JournalEntry, key: Uint8Array): string {
  return macOf(key, canonicalJson([previousMac, entry]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is one more shape that the schema refuses.
    return undefined;
  }
}
