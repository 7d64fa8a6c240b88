import { joinChange, splitChange } from '../backup/change-parts.ts';
import { createStudentOf } from '../backup/student-of.ts';
import type { RecordStore } from '../../domain/sync/apply.ts';
import type { BatchStore, Writer } from '../../domain/sync/desk-round.ts';
import type { Connection } from '../open-store.ts';

/** Purges, holds and the tags behind them. */
export interface Purges
  extends
    Pick<RecordStore, 'isPurged' | 'purge' | 'setHold' | 'isHeld' | 'parkPurge' | 'isPurgeParked'>,
    Pick<BatchStore, 'purgeTagsToSend' | 'clearPurgeTags' | 'notePurgedTags' | 'dropBlob'> {
  /** The server was set back: every tag that is known goes to it again. */
  sendTagsAgain(): void;
  /** A purge of this transaction destroyed something: the WAL has to be emptied after its commit. */
  takeHasPurged(): boolean;
}

/**
 * `forgetKey` drops the subject's key from memory; `now` dates the ledger. A purge that comes again takes what has come since.
 */
export function createPurges(
  connection: Connection,
  forgetKey: (subject: string) => void,
  now: () => number,
): Purges {
  const isPurged = connection.prepare<[Buffer]>('SELECT 1 FROM purge_ledger WHERE subject = ?').pluck();
  const isHeld = connection
    .prepare<[Buffer]>('SELECT 1 FROM purge_hold WHERE subject = ? AND is_open = 1')
    .pluck();
  const isParked = connection.prepare<[Buffer]>('SELECT 1 FROM parked_purge WHERE subject = ?').pluck();
  const setHold = connection.prepare(
    'INSERT INTO purge_hold VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET is_open = min(is_open, excluded.is_open)',
  );
  const park = connection.prepare('INSERT OR IGNORE INTO parked_purge VALUES (?)');
  const enter = connection.prepare('INSERT OR IGNORE INTO purge_ledger VALUES (?, ?)');
  const addTag = connection.prepare('INSERT OR IGNORE INTO purged_tag VALUES (?, ?)');
  const tagsToSend = connection
    .prepare<[], Buffer>('SELECT tag FROM purged_tag WHERE sent = 0 LIMIT 10000')
    .pluck();
  const markSent = connection.prepare('UPDATE purged_tag SET sent = 1 WHERE tag = ?');
  const explain = connection.prepare(
    `UPDATE sync_blob SET state = 'explained' WHERE tag = ? AND state = 'missing'`,
  );
  const dropBlob = connection.prepare(
    `UPDATE sync_blob SET state = 'purged', subject = ?
     WHERE desk = ? AND incarnation = ? AND batch = ? AND tag = ?`,
  );
  const dropBytes = connection.prepare(
    `DELETE FROM sync_bytes WHERE (desk, incarnation, batch, position) IN
       (SELECT desk, incarnation, batch, position FROM sync_blob WHERE desk = ? AND incarnation = ? AND batch = ? AND tag = ?)`,
  );
  const changesAbout = connection
    .prepare<[string], [number, string]>('SELECT seq, body FROM change WHERE instr(body, ?) > 0')
    .raw();
  const rewrite = connection.prepare('UPDATE change SET body = ? WHERE seq = ?');
  const deletes = [
    connection.prepare('INSERT OR IGNORE INTO purged_tag SELECT tag, 0 FROM sync_blob WHERE subject = ?'),
    connection.prepare(
      `DELETE FROM sync_bytes WHERE (desk, incarnation, batch, position) IN
         (SELECT desk, incarnation, batch, position FROM sync_blob WHERE subject = ?)`,
    ),
    connection.prepare("UPDATE sync_blob SET state = 'purged' WHERE subject = ?"),
    connection.prepare('DELETE FROM sync_waiting WHERE subject = ?'),
    connection.prepare('DELETE FROM field_head WHERE subject = ?'),
    connection.prepare('DELETE FROM mark WHERE student = ?'),
    connection.prepare('DELETE FROM mark_conflict WHERE student = ?'),
    connection.prepare('DELETE FROM planned_absence WHERE student = ?'),
    connection.prepare('DELETE FROM contact WHERE student = ?'),
    connection.prepare('DELETE FROM movement WHERE student = ?'),
    connection.prepare('DELETE FROM group_member WHERE student = ?'),
    connection.prepare('DELETE FROM person_merge WHERE merged = ?'),
    connection.prepare('DELETE FROM person_merge WHERE kept = ?'),
    connection.prepare("DELETE FROM enrolment WHERE role = 'student' AND person = ?"),
    connection.prepare('DELETE FROM guardian_link WHERE student = ?'),
    connection.prepare('DELETE FROM guardian_link WHERE guardian = ?'),
    connection.prepare('DELETE FROM student WHERE id = ?'),
    connection.prepare('DELETE FROM guardian WHERE id = ?'),
    connection.prepare('DELETE FROM subject_key WHERE subject = ?'),
    connection.prepare('DELETE FROM parked_purge WHERE subject = ?'),
  ];
  let hasPurged = false;

  return {
    isPurged: (subject) => isPurged.get(bytesOf(subject)) !== undefined,
    purge(subject) {
      const bytes = bytesOf(subject);
      // Asked first: afterwards the store no longer knows whose an enrolment was.
      const studentOf = createStudentOf(connection);
      const isAbout = (table: string, fields: Readonly<Record<string, unknown>>): string | undefined =>
        table === 'guardian' ? String(fields['id']) : studentOf(table, fields);
      for (const [seq, body] of changesAbout.all(subject)) {
        const { rest, pieces } = splitChange(body, isAbout);
        const kept = pieces.filter((piece) => piece.student !== subject);
        if (kept.length < pieces.length) rewrite.run(joinChange(rest, kept), seq);
      }
      for (const statement of deletes) statement.run(bytes);
      enter.run(bytes, now());
      forgetKey(subject);
      hasPurged = true;
    },
    setHold: (id, subject, isOpen) => void setHold.run(bytesOf(id), bytesOf(subject), isOpen ? 1 : 0),
    isHeld: (subject) => isHeld.get(bytesOf(subject)) !== undefined,
    parkPurge: (subject) => void park.run(bytesOf(subject)),
    isPurgeParked: (subject) => isParked.get(bytesOf(subject)) !== undefined,
    purgeTagsToSend: () => tagsToSend.all().map((tag) => tag.toString('hex')),
    clearPurgeTags(tags) {
      for (const tag of tags) markSent.run(bytesOf(tag));
    },
    notePurgedTags(tags) {
      for (const tag of tags) {
        addTag.run(bytesOf(tag), 1);
        markSent.run(bytesOf(tag));
        explain.run(bytesOf(tag));
      }
    },
    dropBlob({ desk, incarnation }: Writer, batch, tag, subject) {
      dropBlob.run(bytesOf(subject), bytesOf(desk), incarnation, batch, bytesOf(tag));
      dropBytes.run(bytesOf(desk), incarnation, batch, bytesOf(tag));
      addTag.run(bytesOf(tag), 0);
    },
    sendTagsAgain: () => void connection.exec('UPDATE purged_tag SET sent = 0'),
    takeHasPurged() {
      const had = hasPurged;
      hasPurged = false;
      return had;
    },
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
