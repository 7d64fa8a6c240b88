import { latestCheckpoint } from '../../db/audit/checkpoints.ts';
import { witnessedTo } from '../../db/audit/witness.ts';
import { shapeOf } from '../../db/changes/write-change.ts';
import { recordTableName } from '../../db/changes/tables.ts';
import { noteAlarmSeen, standingAlarms } from '../../db/sync/alarms.ts';
import { readConflict, readConflicts, type FieldConflict } from '../../db/sync/conflicts.ts';
import { keyFields } from '../../db/sync/records.ts';
import type { Contract } from '../../domain/contract/contract.ts';
import { deskId } from '../../domain/ids.ts';
import type { MembershipFact } from '../../domain/membership/entry.ts';
import { assert, err, ok } from '../../domain/result.ts';
import type { Desk } from '../desk/desk.ts';
import { addMembershipEntry } from '../desk/membership.ts';
import type { OpenSchool } from '../desk/open-school.ts';
import { answer, inPhases, refuse, type AreaHandlers } from '../gate/handlers.ts';
import type { CommandUnit } from '../gate/unit.ts';
import { keyFingerprint } from '../vault/keys.ts';
import {
  inputOf,
  keptBoth,
  maySeeConflict,
  parseConflictId,
  parseMarkId,
  toShownConflict,
} from './conflicts.ts';
import { claimChannel, enterServer, type Connected } from './connect-school.ts';
import { Enrolment } from './enrolment.ts';
import { Joining } from './joining.ts';
import type { JoinRequest } from './letters.ts';
import { decideMark } from './decide-mark.ts';
import { enterEpoch, prepareEpoch, type PreparedEpoch } from './new-epoch.ts';

/** Syncing, the desks of a school, and what two of them disagree about. */
export const syncHandlers: AreaHandlers<'sync'> = {
  state: { runs: 'on-desk', call: async (desk) => ok(desk.sync.state()) },

  now: inPhases<Contract['sync']['now'], null, null>({
    prepare: async (desk) => (desk.sync.server === null ? err({ type: 'no-server' }) : ok(null)),
    run: () => answer(null),
    async finish(desk) {
      desk.sync.askNow();
      return ok({});
    },
  }),

  overview: inPhases<Contract['sync']['overview'], Desk, Overview>({
    prepare: async (desk) => ok(desk),
    run: (_unit, _input, desk) => {
      const overview = overviewOf(desk, openOf(desk));
      return answer(overview, { count: overview.desks.length });
    },
    finish: async (_desk, overview) => ok(overview),
  }),

  dismissAlarm: inPhases<Contract['sync']['dismissAlarm'], OpenSchool, null>({
    prepare: async (desk) => ok(openOf(desk)),
    run(unit, { id }, open) {
      noteAlarmSeen(open.connection, id, unit.nowMs);
      return answer(null);
    },
    finish: async () => ok({}),
  }),

  connect: inPhases<
    Contract['sync']['connect'],
    Connected & { desk: Desk },
    { host: string; region: string }
  >({
    changesVault: true,
    async prepare(desk, { invitation }) {
      if (desk.sync.server !== null) return err({ type: 'server-known' });
      const claimed = await claimChannel(desk, invitation);
      return claimed.ok ? ok({ ...claimed.value, desk }) : claimed;
    },
    run(unit, { deskLabel }, { desk, ...connected }) {
      enterServer(desk, unit, connected, deskLabel);
      const { host, region } = connected.server;
      return answer({ host, region }, { recordId: unit.school.desk });
    },
    async finish(desk, value) {
      desk.sync.start();
      desk.sync.askNow();
      return ok(value);
    },
  }),

  openEnrolment: inPhases<Contract['sync']['openEnrolment'], Enrolment, null>({
    async prepare(desk) {
      await desk.enrolment?.close();
      desk.enrolment = null;
      return Enrolment.open(desk);
    },
    run: () => answer(null),
    async finish(desk, _value, _input, enrolment) {
      desk.enrolment = enrolment;
      return ok({ code: enrolment.code, expiresAtMs: enrolment.expiresAtMs });
    },
  }),

  enrolment: {
    runs: 'on-desk',
    call: async (desk) => ok(desk.enrolment === null ? { step: 'none' } : await desk.enrolment.look()),
  },

  confirmEnrolment: inPhases<Contract['sync']['confirmEnrolment'], JoinRequest & { of: Desk }, null>({
    async prepare(desk, { words }) {
      const checked = desk.enrolment?.checkWords(words) ?? err({ type: 'enrolment-over' } as const);
      return checked.ok ? ok({ ...checked.value, of: desk }) : checked;
    },
    run(unit, _input, { of, desk, label, signingKey, agreementKey, auditKey }) {
      const members = of.sync.membership?.members();
      assert(members !== undefined, 'a code is given out by a connected school');
      const body = { desk, label, signingKey, agreementKey, auditKey, incarnation: 0 };
      // Confirmed once before, and the handover did not get through.
      if (!members.desks.has(desk)) sign(unit, [{ kind: 'desk', body }]);
      return answer(null, { recordId: desk });
    },
    async finish(desk) {
      const handed = (await desk.enrolment?.handOver()) ?? err({ type: 'enrolment-over' } as const);
      return handed.ok ? ok({}) : handed;
    },
  }),

  cancelEnrolment: {
    runs: 'on-desk',
    async call(desk) {
      const { enrolment } = desk;
      desk.enrolment = null;
      await enrolment?.close();
      return ok({});
    },
  },

  endDesk: inPhases<Contract['sync']['endDesk'], { desk: Desk; epoch: PreparedEpoch | null }, null>({
    async prepare(desk, { desk: ending }) {
      const members = desk.sync.membership?.members();
      if (members === undefined) return err({ type: 'no-server' });
      if (ending === openOf(desk).auditLog.name.desk) return err({ type: 'own-desk' });
      if (members.desks.get(ending)?.ended !== null) return err({ type: 'desk-gone' });
      return ok({ desk, epoch: await prepareEpoch(desk, ending) });
    },
    run(unit, { desk: ending, how }, { desk, epoch }) {
      const members = desk.sync.membership?.members();
      if (members?.desks.get(ending)?.ended !== null) return refuse({ type: 'desk-gone' });
      sign(unit, [{ kind: 'desk-ended', body: { desk: ending, how } }, ...enterEpoch(desk, unit.db, epoch)]);
      return answer(null, { recordId: ending });
    },
    async finish(desk) {
      desk.sync.askNow();
      return ok({});
    },
  }),

  join: {
    runs: 'on-desk',
    async call(desk, { code, deskLabel, acceptFileKeychain }) {
      const keychain = desk.keychain(acceptFileKeychain);
      if (!keychain.ok) return err({ type: 'keychain-unavailable' });
      await desk.joining?.cancel();
      desk.joining = null;
      const begun = await Joining.begin(desk, keychain.value, code, deskLabel);
      if (!begun.ok) return begun;
      desk.joining = begun.value;
      return ok({});
    },
  },

  joining: {
    runs: 'on-desk',
    call: async (desk) => ok(desk.joining === null ? { step: 'none' } : desk.joining.look()),
  },

  confirmJoin: {
    runs: 'on-desk',
    async call(desk, { words }) {
      const checked = desk.joining?.confirm(words) ?? err({ type: 'enrolment-over' } as const);
      return checked.ok ? ok({}) : checked;
    },
  },

  cancelJoin: {
    runs: 'on-desk',
    async call(desk) {
      const { joining } = desk;
      desk.joining = null;
      await joining?.cancel();
      return ok({});
    },
  },

  conflicts: inPhases<Contract['sync']['conflicts'], Desk, readonly ReturnType<typeof toShownConflict>[]>({
    prepare: async (desk) => ok(desk),
    run(unit, _input, desk) {
      const open = openOf(desk);
      const seen = readConflicts(open.connection, open.unitParts.db, unit.fields).filter((conflict) =>
        maySeeConflict(unit.actor.role, conflict),
      );
      const labels = labelsOf(desk);
      const subjects = [...new Set(seen.flatMap(({ subjects: about }) => about))];
      return answer(
        seen.map((conflict) => toShownConflict(open.connection, unit.db, labels, conflict)),
        { subjects, count: seen.length },
      );
    },
    finish: async (_desk, conflicts) => ok({ conflicts: [...conflicts] }),
  }),

  decide: inPhases<Contract['sync']['decide'], OpenSchool, null>({
    prepare: async (desk) => ok(openOf(desk)),
    run(unit, { id, versions, choice }, open) {
      const mark = parseMarkId(id);
      if (mark !== undefined) return decideMark(unit, open, mark, versions, choice);
      const named = parseConflictId(id);
      const conflict = named && readConflict(open.connection, unit.db, unit.fields, named);
      if (conflict === undefined || !maySeeConflict(unit.actor.role, conflict))
        return refuse({ type: 'record-changed' });
      const { subjects } = conflict;
      const stand = conflict.values.map(({ version }) => version);
      const isAsShown = stand.length === versions.length && stand.every((one) => versions.includes(one));
      if (!isAsShown) return refuse({ type: 'record-changed' }, { subjects });
      const value =
        choice.keep === 'other'
          ? fits(conflict, choice.value)
            ? choice.value
            : undefined
          : choice.keep === 'both'
            ? keptBoth(conflict)
            : conflict.values.find(({ version }) => version === choice.version)?.value;
      if (value === undefined) return refuse({ type: 'record-changed' }, { subjects });
      const table = recordTableName(conflict.table);
      const shape = shapeOf(table);
      const fields = {
        ...keyFields(shape, conflict.key),
        ...conflict.restated,
        [conflict.field]: value,
      };
      const [aggregate = ''] = conflict.key.split(' ');
      unit.changes.write({ type: table, id: aggregate }, (change) => {
        change.decide(table, fields);
      });
      return answer(null, { subjects });
    },
    async finish(desk) {
      desk.sync.recount();
      return ok({});
    },
  }),
};

/** Whether a third value is one that the field can take. */
function fits(conflict: FieldConflict, value: string | number | boolean | readonly string[]): boolean {
  const types = { text: 'string', number: 'number', 'yes-no': 'boolean', list: 'object', none: '' } as const;
  return typeof value === types[inputOf(conflict)];
}

type Overview = ReturnType<typeof overviewOf>;

function overviewOf(desk: Desk, open: OpenSchool) {
  const { connection, unitParts } = open;
  const { db } = unitParts;
  const { server, membership, heads, skewMs } = desk.sync;
  const counts = connection
    .prepare<[], { held: number; quarantined: number; stalled: number }>(
      `SELECT (SELECT count(*) FROM sync_waiting) AS held,
         (SELECT count(*) FROM sync_blob WHERE state = 'quarantined') AS quarantined,
         (SELECT count(*) FROM sync_stalled) AS stalled`,
    )
    .get();
  const batchOf = connection
    .prepare<[Buffer, number], number | null>(
      'SELECT max(batch) FROM sync_batch WHERE desk = ? AND incarnation = ? AND seq IS NOT NULL',
    )
    .pluck();
  const labels = labelsOf(desk);
  const members = membership?.members();
  return {
    server: server && {
      host: server.host,
      port: server.port,
      region: server.region,
      fingerprint: keyFingerprint(Buffer.from(server.signingKey, 'hex')),
    },
    skewMs,
    desks: Array.from(members?.desks.values() ?? [], (one) => ({
      id: deskId.parse(one.desk),
      label: one.label,
      isSelf: one.desk === unitParts.school.desk,
      ended: one.ended,
      batch: batchOf.get(Buffer.from(one.desk, 'hex'), one.incarnation) ?? 0,
      lastHeardMs: heads?.desks.findLast(({ desk: id }) => id === one.desk)?.atMs ?? null,
    })),
    audit: { size: latestCheckpoint(db)?.size ?? 0, witnessedSize: witnessedTo(db) },
    held: counts?.held ?? 0,
    quarantined: counts?.quarantined ?? 0,
    stalled: counts?.stalled ?? 0,
    conflicts: readConflicts(connection, db, unitParts.fields).length,
    alarms: standingAlarms(connection).map(({ id, kind, desk: about, number, atMs }) => ({
      id,
      kind,
      deskLabel: about === null ? null : (labels.get(about) ?? null),
      number,
      atMs,
    })),
  };
}

function labelsOf(desk: Desk): ReadonlyMap<string, string> {
  const desks = desk.sync.membership?.members().desks.values() ?? [];
  return new Map(Array.from(desks, (one) => [one.desk, one.label]));
}

function openOf(desk: Desk): OpenSchool {
  assert(desk.open !== null, 'the call is for an open school');
  return desk.open;
}

function sign(unit: CommandUnit, facts: readonly MembershipFact[]): void {
  const { school, nowMs, actor } = unit;
  const by = { school: school.id, nowMs, signer: actor.user, keys: unit.signingKeys() };
  addMembershipEntry(unit.db, by, facts);
}
