import { gte } from 'drizzle-orm';
import { membershipEntry } from '../../db/accounts/schema.ts';
import type { WritableDb } from '../../db/handles.ts';
import type { Connection } from '../../db/open-store.ts';
import { readLocalNumber, writeLocalNumber } from '../../db/school/local-state.ts';
import { fromHex, toHex, utf8, utf8ToText } from '../../domain/audit/bytes.ts';
import type { SchoolId, UserId } from '../../domain/ids.ts';
import {
  firstMembershipHash,
  parseMembershipEntry,
  parseMembershipFact,
  type MembershipFact,
} from '../../domain/membership/entry.ts';
import { mayState, withEntry, type Members } from '../../domain/membership/fold.ts';
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
  /** Whether the server has the whole log. */
  isSettled(): boolean;
  /** The epochs whose group key this desk was given and has not opened yet, with what was sealed to it. */
  unopenedEpochs(): readonly { readonly epoch: number; readonly sealed: string }[];
  keepGroupKey(epoch: number, key: Uint8Array): void;
  /** Signs what waits for a signature again, where the signed-in user may. Within the caller's transaction. */
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
  const groupKeys = connection.prepare<[number], Buffer>('SELECT key FROM group_key WHERE epoch = ?').pluck();
  const addKey = connection.prepare('INSERT OR IGNORE INTO group_key VALUES (?, ?)');
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

  /** The key that entries are sealed under: of the newest epoch that the server has, of the first before there is one. */
  function sealingEpoch(): { readonly epoch: number; readonly key: Uint8Array } {
    let epoch = 0;
    for (const { body } of lines.all(0).slice(0, settledSize())) {
      const entry = parseMembershipEntry(body);
      if (entry?.kind === 'epoch') ({ epoch } = entry.body);
    }
    for (; epoch >= 0; epoch -= 1) {
      const key = groupKeys.get(epoch);
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
  ): Line[] | undefined {
    const opened: Line[] = [];
    let { size, hash } = after;
    for (const record of given) {
      const context = recordContext(school, record.seq, record.epoch);
      const sealed = Buffer.from(record.sealed, 'base64');
      let text: string | undefined;
      for (const key of groupKeys.all(record.epoch)) {
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
    return opened;
  }

  /** Puts opened lines in the place of all from their first on; what stood there and is not among them waits to be signed again. */
  function replaceFrom(start: number, opened: readonly Line[], given: readonly MembershipRecord[]): void {
    const kept = new Set(opened.map(({ hash }) => hash));
    for (const { hash, body } of lines.all(start)) {
      if (kept.has(hash)) continue;
      const entry = parseMembershipEntry(body);
      assert(entry !== undefined, 'an entry of the log reads');
      addWaiting.run(
        Buffer.from(entry.signer, 'hex'),
        JSON.stringify({ kind: entry.kind, body: entry.body }),
      );
    }
    db.delete(membershipEntry).where(gte(membershipEntry.seq, start)).run();
    for (const { seq, hash, body } of opened) db.insert(membershipEntry).values({ seq, hash, body }).run();
    for (const record of given) keepRecord.run(record.seq, JSON.stringify(record));
    writeLocalNumber(db, 'membership-settled', start + opened.length);
    folded = undefined;
    signWaiting();
    keepAccounts(connection, members());
  }

  function signWaiting(): void {
    const signer = options.signer();
    for (const { id, signer: by, fact: text } of waiting.all()) {
      const fact = parseMembershipFact(text);
      const author = by.toString('hex');
      if (fact.kind === 'epoch') {
        // Sealed under a number that another desk has given meanwhile: whoever needs a new one makes it anew.
        dropWaiting.run(id);
        continue;
      }
      if (!mayState(members(), author, fact)) {
        dropWaiting.run(id);
        options.onDropped();
        continue;
      }
      if (signer === null || !mayState(members(), signer.user, fact)) continue;
      dropWaiting.run(id);
      addMembershipEntry(db, { school, nowMs: options.now(), signer: signer.user, keys: signer.keys }, [
        fact,
      ]);
    }
  }

  return {
    members,
    isSettled: () => settledSize() > 0 && lines.all(settledSize()).length === 0,
    sealingEpoch,
    groupKeys: (epoch) => groupKeys.all(epoch),
    deskKey: (desk) => members().desks.get(desk)?.signingKey,
    membershipHead: head,
    settledMembership: (from) => records.all(from).map((text) => membershipRecord.parse(JSON.parse(text))),
    pendingMembership() {
      const sealing = sealingEpoch();
      return lines.all(settledSize()).map((entry) => toRecord(entry, sealing));
    },
    takeMembership(given) {
      const after = head();
      const opened = openRecords(given, after);
      if (opened === undefined) return false;
      const before = foldLines(lines.all(0).slice(0, after.size), undefined);
      if (foldLines(opened, before) === undefined) return false;
      replaceFrom(after.size, opened, given);
      return true;
    },
    replaceMembership(given) {
      const opened = openRecords(given, { size: 0, hash: firstMembershipHash });
      if (opened === undefined || opened[0]?.hash !== line.get(0)?.hash) return false;
      if (foldLines(opened, undefined) === undefined) return false;
      replaceFrom(0, opened, given);
      return true;
    },
    settleMembership(size) {
      const sealing = sealingEpoch();
      for (const entry of lines.all(settledSize())) {
        if (entry.seq < size) keepRecord.run(entry.seq, JSON.stringify(toRecord(entry, sealing)));
      }
      writeLocalNumber(db, 'membership-settled', size);
    },
    unopenedEpochs() {
      return lines.all(0).flatMap(({ body }) => {
        const entry = parseMembershipEntry(body);
        if (entry?.kind !== 'epoch' || groupKeys.get(entry.body.epoch) !== undefined) return [];
        const own = entry.body.keys.find(({ desk }) => desk === options.desk);
        return own === undefined ? [] : [{ epoch: entry.body.epoch, sealed: own.sealed }];
      });
    },
    keepGroupKey: (epoch, key) => void addKey.run(epoch, key),
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
