import type { Permission, Role } from '../../domain/access/policy.ts';
import type { RecordScope } from '../../domain/access/scope.ts';
import type { ActorMethod } from '../../domain/audit/entry.ts';
import type { DeskEvent } from '../../domain/contract/events.ts';
import type { AttendanceMode, CountryPack } from '../../domain/contract/shared.ts';
import type { Day, DeskId, SchoolId, StaffId, UserId } from '../../domain/ids.ts';
import type { ChangeWriter, FieldSealer } from '../../db/changes/write-change.ts';
import type { ReadableDb, WritableDb } from '../../db/handles.ts';
import type { SigningKeyPair } from '../vault/keys.ts';

/** Who calls. `system` acts for the application itself: a backup that is due, a session that ends. */
export interface Actor {
  readonly user: UserId;
  readonly role: Role;
  readonly method: ActorMethod;
  readonly staff: StaffId | null;
}

/** What every area needs to know of the open school. */
export interface SchoolFacts {
  readonly id: SchoolId;
  readonly name: string;
  readonly timeZone: string;
  readonly country: CountryPack;
  readonly attendance: AttendanceMode;
  readonly isSample: boolean;
  readonly desk: DeskId;
}

/**
 * What a query gets: one transaction's view of the store. It is handed out by the gate for one call and is of no use
 * afterwards; no area has a handle of its own.
 */
export interface QueryUnit {
  readonly db: ReadableDb;
  readonly scope: RecordScope;
  readonly actor: Actor;
  /** The permission that let the call through, where the procedure names several. */
  readonly granted: Permission | null;
  readonly school: SchoolFacts;
  /** UTC milliseconds. */
  readonly nowMs: number;
  /** The school-local day of `nowMs`. */
  readonly today: Day;
  readonly fields: FieldSealer;
}

/** What a command gets besides. Records and facts are written through `changes` only. */
export interface CommandUnit extends QueryUnit {
  readonly db: WritableDb;
  readonly changes: ChangeWriter;
  /** Fresh random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Whether the person has cancelled; long work asks every 1,000 rows. */
  readonly isCancelled: () => boolean;
  /** Tells the window how far long work has come. */
  readonly onProgress: (event: Extract<DeskEvent, { type: 'progress' }>) => void;
  /** The signed-in user's own signing keys, for entries of the membership log. */
  readonly signingKeys: () => SigningKeyPair;
}
