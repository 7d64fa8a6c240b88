import { existsSync, statSync } from 'node:fs';
import { desc } from 'drizzle-orm';
import { latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { readAuditPage } from '../../db/audit/read.ts';
import type { ReadableDb } from '../../db/handles.ts';
import { readLocalNumber } from '../../db/school/local-state.ts';
import { fieldKey } from '../../db/school/schema.ts';
import type { Contract } from '../../domain/contract/contract.ts';
import { assert, ok } from '../../domain/result.ts';
import { sessionIdleMs, sessionLongestMs } from '../desk/desk.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer, inPhases, type AreaHandlers } from '../gate/handlers.ts';
import { pairPaths } from '../vault/profile.ts';

const weekMs = 7 * 24 * 60 * 60_000;

interface StoreFacts {
  readonly fieldKeyQuarter: string;
  readonly lastCheckpointAtMs: number | null;
  readonly lastBackupAtMs: number | null;
  readonly failedSignInsLastWeek: number;
  readonly journalProblems: number;
}

/** How this computer is protected, as it is. */
export const securityHandlers: AreaHandlers<'security'> = {
  status: inPhases<Contract['security']['status'], OpenSchool, StoreFacts>({
    async prepare(desk) {
      assert(desk.open !== null, 'a signed-in user');
      return ok(desk.open);
    },
    run: (unit) =>
      answer({
        fieldKeyQuarter:
          unit.db
            .select({ quarter: fieldKey.quarter })
            .from(fieldKey)
            .orderBy(desc(fieldKey.createdAtMs))
            .limit(1)
            .get()?.quarter ?? '',
        lastCheckpointAtMs: latestCheckpoint(unit.db)?.at ?? null,
        lastBackupAtMs: readLocalNumber(unit.db, 'last-backup') ?? null,
        failedSignInsLastWeek: countFailedSignIns(unit.db, unit.nowMs - weekMs),
        journalProblems: readLocalNumber(unit.db, 'journal-problems') ?? 0,
      }),
    async finish(desk, facts, _input, open) {
      const { vault } = open;
      const keychain = desk.keychain();
      assert(keychain.ok, 'the keychain that opened the school is there');
      const slot = vault.slots.find(({ user }) => user === desk.session?.actor.user) ?? vault.slots[0];
      assert(slot !== undefined, 'a vault has a slot');
      const { memoryKiB, passes, lanes } = slot.kdf;
      const { size, root } = open.auditLog.head(open.unitParts.db);
      const { store } = pairPaths(open.profile, vault.generation);
      return ok({
        keychain: keychain.value.kind,
        window: desk.options.window,
        // What `openStore` asks for and reads back: SQLCipher's format 4.
        cipher: 'SQLCipher 4: AES-256-CBC, HMAC-SHA512',
        argon2: { memoryMiB: Math.floor(memoryKiB / 1024), passes, lanes },
        idleMinutes: sessionIdleMs / 60_000,
        sessionHours: sessionLongestMs / 3_600_000,
        masterKeyGeneration: vault.generation,
        auditSize: size,
        auditRoot: Buffer.from(root).toString('hex'),
        storeBytes: bytesOf(store) + bytesOf(`${store}-wal`),
        ...facts,
      });
    },
  }),
};

/** Sign-ins that were refused since `fromMs`, UTC milliseconds: also those taken over from the journal. */
function countFailedSignIns(db: ReadableDb, fromMs: number): number {
  const filter = { action: 'sign-in', outcome: 'refused', fromMs } as const;
  let count = 0;
  let beforeSeq: number | null = null;
  do {
    const page = readAuditPage(db, filter, { limit: 500, ...(beforeSeq === null ? {} : { beforeSeq }) });
    count += page.entries.length;
    beforeSeq = page.nextBeforeSeq;
  } while (beforeSeq !== null);
  return count;
}

function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
