import { gte } from 'drizzle-orm';
import { membershipEntry } from '../../db/accounts/schema.ts';
import type { WritableDb } from '../../db/handles.ts';
import type { Connection } from '../../db/open-store.ts';
import { readLocalNumber, writeLocalNumber } from '../../db/school/local-state.ts';
import { keepGroupKey, loseGroupKey } from '../../db/sync/group-keys.ts';
import { fromHex, toHex, utf8, utf8ToText } from '../../domain/audit/bytes.ts';
import type { SchoolId, UserId } from '../../domain/ids.ts';
import {
  firstMembershipHash,
  parseMembershipEntry,
  parseMembershipFact,
  recoverySigner,
  type MembershipFact,
} from '../../domain/membership/entry.ts';
import { mayState, withEntry, withFact, type Members } from '../../domain/membership/fold.ts';
import { assert } from '../../domain/result.ts';
import type { SyncCrypto } from '../../domain/sync/batch.ts';
import type { MembershipStore } from '../../domain/sync/desk-round.ts';
import { membershipRecord, type MembershipPublic, type MembershipRecord } from '../../domain/sync/wire.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { addMembershipEntry } from '../desk/membership.ts';
import type { SigningKeyPair } from '../vault/keys.ts';
import { keepAccounts } from './member-accounts.ts';

/** Who is signed in, to sign again what lost its place in the log. */
export interface MembershipSigner {
  readonly user: UserId;
  readonly keys: SigningKeyPair;
}

/** The membership log of an open school: as it is judged here, and as it travels. */
export interface MembershipLog extends MembershipStore {
  /** Who belongs to the school by the whole log, what still waits for the server included. */
  members(): Members;
  /** The same with what waits to be signed again: it was entered here and holds here. */
  effectiveMembers(): Members;
  /** A new group key is due: one that was made here lost its place in the log. */
  isEpochDue(): boolean;
  /** Whether the server has the whole log. */
  isSettled(): boolean;
  /** The epochs whose group key this desk was given and has not opened yet, with what was sealed to it. */
  unopenedEpochs(): readonly { readonly epoch: number; readonly sealed: string }[];
  keepGroupKey(epoch: number, key: Uint8Array): void;
  /** Signs again what waits for it, where the signed-in user may. Within the caller's transaction. */
  signWaiting(): void;
  /** After a rollback. */
  reset(): void;
}

interface Line {
  readonly seq: number;
  readonly hash: string;
  readonly body: string;
}

export function createMembershipLog(options: {
  readonly connection: Connection;
  readonly db: WritableDb;
  readonly school: SchoolId;
  readonly desk: string;
  readonly crypto: SyncCrypto;
  readonly signer: () => MembershipSigner | null;
  readonly now: () => number;
  /** A change of accounts made here no longer holds. */
  readonly onDropped: () => void;
}): MembershipLog {
  const { connection, db, school, crypto } = options;
  const lines = connection.prepare<[number], Line>(
    'SELECT seq, hash, body FROM membership_entry WHERE seq >= ? ORDER BY seq',
  );
  const line = connection.prepare<[number], Line>(
    'SELECT seq, hash, body FROM membership_entry WHERE seq = ?',
  );
  const newest = connection.prepare<[], Pick<Line, 'seq' | 'hash'>>(
    'SELECT seq, hash FROM membership_entry ORDER BY seq DESC LIMIT 1',
  );
  const records = connection
    .prepare<[number], string>('SELECT record FROM membership_record WHERE seq >= ? ORDER BY seq')
    .pluck();
  const keepRecord = connection.prepare('INSERT OR REPLACE INTO membership_record VALUES (?, ?)');
  const keyInUse = connection
    .prepare<[number], Buffer>('SELECT key FROM group_key WHERE epoch = ? AND is_lost = 0')
    .pluck();
  const keysOf = connection
    .prepare<[number], Buffer>('SELECT key FROM group_key WHERE epoch = ? ORDER BY is_lost')
    .pluck();
  const waiting = connection.prepare<[], { id: number; signer: Buffer; fact: string }>(
    'SELECT id, signer, fact FROM membership_waiting ORDER BY id',
  );
  const addWaiting = connection.prepare('INSERT INTO membership_waiting (signer, fact) VALUES (?, ?)');
  const dropWaiting = connection.prepare('DELETE FROM membership_waiting WHERE id = ?');
  let folded: { readonly size: number; readonly hash: string; readonly members: Members } | undefined;

  const verify = (publicKey: string, bytes: Uint8Array, signature: string): boolean =>
    crypto.verify(fromHex(publicKey), bytes, fromHex(signature));
  const settledSize = (): number => readLocalNumber(db, 'membership-settled') ?? 0;

  function foldLines(from: readonly Line[], start: Members | undefined): Members | undefined {
    let known = start;
    for (const { body } of from) {
      const entry = parseMembershipEntry(body);
      known = entry && withEntry(known, entry, verify);
      if (known === undefined) return undefined;
    }
    return known;
  }

  function members(): Members {
    const last = newest.get();
    assert(last !== undefined, 'a school has a membership log');
    if (folded?.size === last.seq + 1 && folded.hash === last.hash) return folded.members;
    const all = lines.all(0);
    const goesOn = folded !== undefined && all[folded.size - 1]?.hash === folded.hash;
    const start = goesOn && folded !== undefined ? folded : { size: 0, members: undefined };
    const found = foldLines(all.slice(start.size), start.members);
    assert(found !== undefined, 'the log of the store holds');
    folded = { size: all.length, hash: last.hash, members: found };
    return found;
  }

  function head(): { readonly size: number; readonly hash: string } {
    const size = settledSize();
    return { size, hash: line.get(size - 1)?.hash ?? firstMembershipHash };
  }

  /** The newest epoch that the server has; the first before it has one. */
  function settledEpoch(): number {
    let epoch = 0;
    for (const { body } of lines.all(0).slice(0, settledSize())) {
      const entry = parseMembershipEntry(body);
      if (entry?.kind === 'epoch') ({ epoch } = entry.body);
    }
    return epoch;
  }

  /** The key that entries are sealed under: every desk that goes on has it, or gets it with an entry before. */
  function entryKey(): { readonly epoch: number; readonly key: Uint8Array } {
    for (let epoch = settledEpoch(); epoch >= 0; epoch -= 1) {
      const key = keyInUse.get(epoch);
      if (key !== undefined) return { epoch, key };
    }
    throw new Error('Bug: a connected school has a group key');
  }

  function toRecord(
    { seq, hash, body }: Line,
    { epoch, key }: { readonly epoch: number; readonly key: Uint8Array },
  ): MembershipRecord {
    const entry = parseMembershipEntry(body);
    assert(entry !== undefined, 'an entry of the log reads');
    const sealed = crypto.seal(key, utf8(body), recordContext(school, seq, epoch));
    return {
      seq,
      prev: entry.prev,
      hash,
      epoch,
      public: publicOf(entry),
      sealed: Buffer.from(sealed).toString('base64'),
    };
  }

  /** Opens records and sees that they follow `after`; undefined where one does not read or does not follow. */
  function openRecords(
    given: readonly MembershipRecord[],
    after: { readonly size: number; readonly hash: string },
  ): { readonly opened: readonly Line[]; readonly isCut: boolean } | undefined {
    const opened: Line[] = [];
    let { size, hash } = after;
    for (const record of given) {
      if (keyInUse.get(record.epoch) === undefined && isPromised(record.epoch, opened))
        return { opened, isCut: true };
      const context = recordContext(school, record.seq, record.epoch);
      const sealed = Buffer.from(record.sealed, 'base64');
      let text: string | undefined;
      for (const key of keysOf.all(record.epoch)) {
        const bytes = text === undefined ? crypto.open(key, sealed, context) : undefined;
        if (bytes !== undefined) text = utf8ToText(bytes);
      }
      const entry = text === undefined ? undefined : parseMembershipEntry(text);
      const isNext =
        text !== undefined &&
        entry !== undefined &&
        record.seq === size &&
        entry.seq === size &&
        record.prev === hash &&
        entry.prev === hash &&
        toHex(crypto.sha256(utf8(text))) === record.hash &&
        JSON.stringify(record.public) === JSON.stringify(publicOf(entry));
      if (!isNext || text === undefined) return undefined;
      opened.push({ seq: size, hash: record.hash, body: text });
      ({ hash } = record);
      size += 1;
    }
    return { opened, isCut: false };
  }

  /** Whether an entry of the log, or one of these, hands the group key of that epoch to this desk. */
  function isPromised(epoch: number, more: readonly Line[]): boolean {
    return promisedKeys([...lines.all(0), ...more]).some((one) => one.epoch === epoch);
  }

  function promisedKeys(from: readonly Line[]): { readonly epoch: number; readonly sealed: string }[] {
    return from.flatMap(({ body }) => {
      const entry = parseMembershipEntry(body);
      const own =
        entry?.kind === 'epoch' ? entry.body.keys.find(({ desk }) => desk === options.desk) : undefined;
      return entry?.kind !== 'epoch' || own === undefined
        ? []
        : [{ epoch: entry.body.epoch, sealed: own.sealed }];
    });
  }

  /** Puts opened lines in the place of all from their first on; what stood there and is not among them waits to be signed again. */
  function replaceFrom(start: number, opened: readonly Line[], given: readonly MembershipRecord[]): void {
    const kept = new Set(opened.map(({ hash }) => hash));
    for (const { hash, body } of lines.all(start)) {
      if (kept.has(hash)) continue;
      const entry = parseMembershipEntry(body);
      assert(entry !== undefined, 'an entry of the log reads');
      // The recovery key has no id: its entries wait for an administrator.
      const author = entry.signer === recoverySigner ? Buffer.alloc(0) : Buffer.from(entry.signer, 'hex');
      addWaiting.run(author, JSON.stringify({ kind: entry.kind, body: entry.body }));
    }
    db.delete(membershipEntry).where(gte(membershipEntry.seq, start)).run();
    for (const { seq, hash, body } of opened) db.insert(membershipEntry).values({ seq, hash, body }).run();
    for (const record of given) keepRecord.run(record.seq, JSON.stringify(record));
    writeLocalNumber(db, 'membership-settled', start + opened.length);
    folded = undefined;
    signWaiting();
    keepAccounts(connection, effectiveMembers());
  }

  function authorOf(signer: Buffer): string {
    return signer.length === 0 ? recoverySigner : signer.toString('hex');
  }

  function effectiveMembers(): Members {
    return waiting.all().reduce((before, { signer, fact: text }) => {
      const fact = parseMembershipFact(text);
      return mayState(before, authorOf(signer), fact) ? withFact(before, fact) : before;
    }, members());
  }

  function signWaiting(): void {
    const signer = options.signer();
    for (const { id, signer: by, fact: text } of waiting.all()) {
      const fact = parseMembershipFact(text);
      if (fact.kind === 'epoch') {
        // Its number is another's now: a new one is made, sealed to whoever belongs then.
        dropWaiting.run(id);
        loseGroupKey(db, fact.body.epoch);
        writeLocalNumber(db, 'epoch-due', 1);
        continue;
      }
      if (!mayState(members(), authorOf(by), fact)) {
        dropWaiting.run(id);
        options.onDropped();
        continue;
      }
      // Somebody whose way in has changed signs only once the log has it.
      const isKnown = signer !== null && members().keys.get(signer.user) === toHex(signer.keys.public);
      if (!isKnown || !mayState(members(), signer.user, fact)) continue;
      dropWaiting.run(id);
      addMembershipEntry(db, { school, nowMs: options.now(), signer: signer.user, keys: signer.keys }, [
        fact,
      ]);
    }
  }

  /** Whether somebody whom the settled log here has removed, or given another key, has signed one of these entries. */
  function isByFormerMember(opened: readonly Line[]): boolean {
    const present = foldLines(lines.all(0).slice(0, settledSize()), undefined);
    const kept = new Set(lines.all(0).map(({ hash }) => hash));
    return opened.some(({ hash, body }) => {
      const entry = kept.has(hash) ? undefined : parseMembershipEntry(body);
      return entry !== undefined && present?.accounts.get(entry.signer)?.state === 'removed';
    });
  }

  return {
    members,
    isSettled: () => settledSize() > 0 && lines.all(settledSize()).length === 0,
    effectiveMembers,
    isEpochDue: () => readLocalNumber(db, 'epoch-due') !== undefined,
    sealingEpoch() {
      const epoch = settledEpoch();
      const key = keyInUse.get(epoch);
      return key === undefined ? undefined : { epoch, key };
    },
    groupKeys: (epoch) => (keyInUse.get(epoch) === undefined ? [] : keysOf.all(epoch)),
    deskKey: (desk) => members().desks.get(desk)?.signingKey,
    membershipHead: head,
    settledMembership: (from) => records.all(from).map((text) => membershipRecord.parse(JSON.parse(text))),
    pendingMembership() {
      const sealing = entryKey();
      return lines.all(settledSize()).map((entry) => toRecord(entry, sealing));
    },
    takeMembership(given) {
      const after = head();
      const read = openRecords(given, after);
      if (read === undefined) return false;
      const { opened, isCut } = read;
      if (isCut && opened.length === 0) return 'later';
      const before = foldLines(lines.all(0).slice(0, after.size), undefined);
      if (foldLines(opened, before) === undefined) return false;
      replaceFrom(after.size, opened, given.slice(0, opened.length));
      return true;
    },
    replaceMembership(given) {
      const read = openRecords(given, { size: 0, hash: firstMembershipHash });
      if (read === undefined || read.opened[0]?.hash !== line.get(0)?.hash) return false;
      if (read.isCut) return 'later';
      const { opened } = read;
      if (foldLines(opened, undefined) === undefined || isByFormerMember(opened)) return false;
      replaceFrom(0, opened, given);
      return true;
    },
    settleMembership(size) {
      const sealing = entryKey();
      for (const entry of lines.all(settledSize())) {
        if (entry.seq < size) keepRecord.run(entry.seq, JSON.stringify(toRecord(entry, sealing)));
      }
      writeLocalNumber(db, 'membership-settled', size);
    },
    unopenedEpochs: () => promisedKeys(lines.all(0)).filter(({ epoch }) => keyInUse.get(epoch) === undefined),
    keepGroupKey: (epoch, key) => {
      keepGroupKey(db, epoch, key);
    },
    signWaiting,
    reset: () => {
      folded = undefined;
    },
  };
}

/** What of an entry the server has to know. */
function publicOf(entry: MembershipFact): MembershipPublic | null {
  switch (entry.kind) {
    case 'desk': {
      const { desk, signingKey, auditKey, incarnation } = entry.body;
      return { kind: 'desk', desk, signingKey, auditKey, incarnation };
    }
    case 'desk-ended':
      return { kind: 'desk-ended', desk: entry.body.desk, how: entry.body.how };
    default:
      return null;
  }
}

function recordContext(school: string, seq: number, epoch: number): string {
  return canonicalJson([school, 'membership', seq, epoch]);
}
