import { z } from 'zod';
import { day, deskId } from '../ids.ts';
import { registerSession } from './shared.ts';
import { syncAlarmKinds } from '../sync/alarm.ts';
import { procedure } from './procedure.ts';

const signedIn = ['signed-in'] as const;
/** A computer may hold another school, such as the sample. */
const joinable = ['no-school', 'locked'] as const;

/** How far syncing is, for everybody's header: no name, no record. */
export const syncState = z.strictObject({
  phase: z.enum([
    /** No server: everything stays on this computer. */
    'no-server',
    'synced',
    'running',
    /** Something waits and its time has not come. */
    'waiting',
    /** The server cannot be reached. */
    'offline',
    /** The server answers and will not sync with this computer, or this computer must not send: the page says why. */
    'stopped',
  ]),
  /** Changes made here that the server has not acknowledged. */
  waiting: z.int(),
  /** UTC milliseconds; null before the first round that went through. */
  lastSyncedAtMs: z.number().nullable(),
  offlineSinceMs: z.number().nullable(),
  /** Of a long round. */
  progress: z
    .strictObject({ direction: z.enum(['sending', 'receiving']), done: z.int(), total: z.int() })
    .nullable(),
  conflicts: z.int(),
  alarms: z.int(),
});

const sixWords = z.strictObject({
  /** The words at the places 1 to 6 that this screen shows; null where it asks. */
  words: z.array(z.string().nullable()).length(6),
});

/** One value of a field that desks disagree about. */
const conflictValue = z.strictObject({
  /** Names the version; given back to keep this one. */
  version: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
  /** Who wrote it; null where that is not known. */
  by: z.string().nullable(),
  desk: z.string(),
  atMs: z.number(),
  isShown: z.boolean(),
});

/** Syncing with the district's server, the desks of the school, and what two desks disagree about. */
export const syncProcedures = {
  state: procedure({
    kind: 'query',
    summary: 'Says how far syncing is: nothing of a record.',
    states: signedIn,
    permission: 'account.own',
    scope: 'self',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: syncState,
  }),
  now: procedure({
    kind: 'command',
    summary: 'Starts a round of syncing now.',
    states: signedIn,
    permission: 'account.own',
    scope: 'self',
    limit: { max: 30, perMs: 60_000, per: 'desk' },
    audits: null,
    errors: ['no-server'],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),
  overview: procedure({
    kind: 'query',
    summary: 'Shows the server, the desks of the school, and what syncing has found wrong.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    // Desks, numbers and times: nothing of a person, and the page reads it again after every round.
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      server: z
        .strictObject({ host: z.string(), port: z.int(), region: z.string(), fingerprint: z.string() })
        .nullable(),
      /** The server's clock less ours. */
      skewMs: z.number().nullable(),
      desks: z.array(
        z.strictObject({
          id: deskId,
          label: z.string(),
          isSelf: z.boolean(),
          ended: z.enum(['retired', 'stolen']).nullable(),
          /** The last batch of that desk that has come here, or that the server has of ours. */
          batch: z.int(),
          /** When the server received it, as far as is known here. */
          lastHeardMs: z.number().nullable(),
        }),
      ),
      audit: z.strictObject({ size: z.int(), witnessedSize: z.int() }),
      /** Changes that wait for a record they hang on, or for a newer version of the application. */
      held: z.int(),
      quarantined: z.int(),
      /** Batches that came and wait for a batch before them, a desk's signature or a key. */
      stalled: z.int(),
      conflicts: z.int(),
      alarms: z.array(
        z.strictObject({
          id: z.int(),
          kind: z.enum(syncAlarmKinds),
          deskLabel: z.string().nullable(),
          number: z.int().nullable(),
          atMs: z.number(),
        }),
      ),
    }),
  }),
  dismissAlarm: procedure({
    kind: 'command',
    summary: 'Notes that a person has seen an alarm of syncing.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    audits: { action: 'update', record: 'sync' },
    errors: [],
    input: z.strictObject({ id: z.int() }),
    output: z.strictObject({}),
  }),
  connect: procedure({
    kind: 'command',
    summary: "Connects the school's first computer with the district's server by the operator's invitation.",
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    limit: { max: 10, perMs: 600_000, per: 'desk' },
    audits: { action: 'create', record: 'sync' },
    errors: [
      'invitation-wrong',
      'server-unreachable',
      'server-not-genuine',
      'server-refused',
      'server-known',
    ],
    input: z.strictObject({ invitation: z.string().max(4000), deskLabel: z.string().trim().min(1).max(60) }),
    output: z.strictObject({ host: z.string(), region: z.string() }),
  }),
  openEnrolment: procedure({
    kind: 'command',
    summary: 'Makes a code with which one more computer can join the school within 15 minutes.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    limit: { max: 20, perMs: 3_600_000, per: 'desk' },
    audits: { action: 'provision', record: 'sync' },
    errors: ['no-server', 'server-unreachable', 'server-not-genuine', 'server-refused'],
    input: z.strictObject({}),
    output: z.strictObject({ code: z.string(), expiresAtMs: z.number() }),
  }),
  enrolment: procedure({
    kind: 'query',
    summary: 'Says how far the computer that joins is.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.discriminatedUnion('step', [
      z.strictObject({ step: z.literal('none') }),
      /** Waits for the other computer to use the code. */
      z.strictObject({ step: z.literal('waiting'), code: z.string(), expiresAtMs: z.number() }),
      /** The other computer is there: the words are compared. */
      z.strictObject({
        step: z.literal('words'),
        label: z.string(),
        expiresAtMs: z.number(),
        ...sixWords.shape,
      }),
      /** Signed in; the other computer takes over the school. */
      z.strictObject({ step: z.literal('done'), label: z.string() }),
      z.strictObject({ step: z.literal('failed'), why: z.enum(['expired', 'unreachable', 'not-genuine']) }),
    ]),
  }),
  confirmEnrolment: procedure({
    kind: 'command',
    summary: 'Signs the computer that joins into the membership log, after its words have been typed.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    limit: { max: 20, perMs: 3_600_000, per: 'desk' },
    audits: { action: 'create', record: 'sync' },
    errors: ['words-wrong', 'enrolment-over', 'server-unreachable', 'server-not-genuine', 'server-refused'],
    /** The three words of the other screen, in the order of the places. */
    input: z.strictObject({ words: z.array(z.string().max(20)).length(3) }),
    output: z.strictObject({}),
  }),
  cancelEnrolment: procedure({
    kind: 'command',
    summary: 'Gives up a code for joining.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),
  endDesk: procedure({
    kind: 'command',
    summary: 'Ends a computer: retired, or reported stolen. A new group key starts.',
    states: signedIn,
    permission: 'sync.manage',
    scope: 'school',
    audits: { action: 'delete', record: 'sync' },
    errors: ['no-server', 'desk-gone', 'own-desk'],
    input: z.strictObject({ desk: deskId, how: z.enum(['retired', 'stolen']) }),
    output: z.strictObject({}),
  }),

  join: procedure({
    kind: 'command',
    summary: 'Begins to join a school with the code that another computer of the school shows.',
    states: joinable,
    permission: null,
    scope: 'none',
    limit: { max: 20, perMs: 600_000, per: 'desk' },
    audits: null,
    errors: [
      'invitation-wrong',
      'server-unreachable',
      'server-not-genuine',
      'server-refused',
      'keychain-unavailable',
    ],
    input: z.strictObject({
      code: z.string().max(4000),
      deskLabel: z.string().trim().min(1).max(60),
      acceptFileKeychain: z.boolean(),
    }),
    output: z.strictObject({}),
  }),
  joining: procedure({
    kind: 'query',
    summary: 'Says how far joining a school is.',
    states: joinable,
    permission: null,
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.discriminatedUnion('step', [
      z.strictObject({ step: z.literal('none') }),
      /** The other computer has not looked yet. */
      z.strictObject({ step: z.literal('waiting') }),
      z.strictObject({ step: z.literal('words'), schoolName: z.string(), ...sixWords.shape }),
      /** The words are right here; the other computer has not confirmed yet. */
      z.strictObject({ step: z.literal('confirming'), schoolName: z.string() }),
      z.strictObject({
        step: z.literal('receiving'),
        schoolName: z.string(),
        done: z.int(),
        total: z.int().nullable(),
      }),
      z.strictObject({ step: z.literal('done'), schoolName: z.string() }),
      /** Nothing was kept on this computer. */
      z.strictObject({
        step: z.literal('failed'),
        why: z.enum(['expired', 'unreachable', 'not-genuine', 'refused', 'disk-full', 'newer']),
      }),
    ]),
  }),
  confirmJoin: procedure({
    kind: 'command',
    summary: 'Takes the words of the other screen while joining.',
    states: joinable,
    permission: null,
    scope: 'none',
    limit: { max: 20, perMs: 600_000, per: 'desk' },
    audits: null,
    errors: ['words-wrong', 'enrolment-over'],
    input: z.strictObject({ words: z.array(z.string().max(20)).length(3) }),
    output: z.strictObject({}),
  }),
  cancelJoin: procedure({
    kind: 'command',
    summary: 'Gives up joining; nothing stays on this computer.',
    states: joinable,
    permission: null,
    scope: 'none',
    audits: null,
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({}),
  }),

  conflicts: procedure({
    kind: 'query',
    summary: 'Lists the fields that two computers have changed without knowing of each other.',
    states: signedIn,
    permission: 'conflicts.decide',
    scope: 'school',
    audits: { action: 'list', record: 'conflict' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      conflicts: z.array(
        z.strictObject({
          /** Names the field: table, record and field. */
          id: z.string(),
          table: z.string(),
          field: z.string(),
          /** Whom or what the record is: a name where it has one. */
          title: z.string(),
          /** For a mark: which register it stands in. */
          register: z.strictObject({ day, class: z.string(), session: registerSession }).nullable(),
          /** What a third value may be. */
          input: z.enum(['text', 'number', 'yes-no', 'list', 'none']),
          /** Keeping both makes sense: the values are lists. */
          canKeepBoth: z.boolean(),
          values: z.array(conflictValue).min(2),
        }),
      ),
    }),
  }),
  decide: procedure({
    kind: 'command',
    summary: 'Decides what holds where two computers disagree: one of the values, both, or another.',
    states: signedIn,
    permission: 'conflicts.decide',
    scope: 'school',
    audits: { action: 'update', record: 'conflict' },
    errors: ['record-changed'],
    input: z.strictObject({
      id: z.string().max(300),
      /** All versions as they were shown: where another has come meanwhile, nothing is decided. */
      versions: z.array(z.string().max(100)).min(1).max(50),
      choice: z.discriminatedUnion('keep', [
        z.strictObject({ keep: z.literal('one'), version: z.string().max(100) }),
        z.strictObject({ keep: z.literal('both') }),
        z.strictObject({
          keep: z.literal('other'),
          value: z.union([
            z.string().max(2000),
            z.number(),
            z.boolean(),
            z.array(z.string().max(500)).max(50),
          ]),
        }),
      ]),
    }),
    output: z.strictObject({}),
  }),
} as const;
