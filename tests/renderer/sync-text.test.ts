import { describe, expect, test } from 'vitest';
import { syncAlarmKinds } from '../../domain/sync/alarm.ts';
import { alarmText } from '../../renderer/sync/alarm-text.ts';
import { clockSentence, witnessSentence } from '../../renderer/sync/overview-text.ts';
import {
  announcedChange,
  stateExplanation,
  stateSentence,
  type SyncState,
} from '../../renderer/sync/state-text.ts';

const nowMs = Date.UTC(2026, 2, 3, 11, 0);
const morningMs = nowMs - 18 * 60_000;
const yesterdayMs = nowMs - 24 * 60 * 60_000;
const format = {
  formatTime: (atMs: number) => new Date(atMs).toISOString().slice(11, 16),
  formatDayTime: (atMs: number) => `the day before, ${new Date(atMs).toISOString().slice(11, 16)}`,
};
const state: SyncState = {
  phase: 'synced',
  waiting: 0,
  lastSyncedAtMs: morningMs,
  offlineSinceMs: null,
  progress: null,
  conflicts: 0,
  alarms: 0,
};
/** Without the marks that keep a name's direction. */
const plain = (sentence: string) => sentence.replaceAll(/[\u2068\u2069]/g, '');

describe('the header', () => {
  test.each<[string, Partial<SyncState>, string | null]>([
    ['without a server', { phase: 'no-server' }, null],
    ['synced', {}, 'Saved here, synced 10:42'],
    ['synced the day before', { lastSyncedAtMs: yesterdayMs }, 'Saved here, synced the day before, 11:00'],
    ['never synced', { lastSyncedAtMs: null }, 'Saved here, not synced yet'],
    ['waiting', { phase: 'waiting', waiting: 12 }, 'Saved here, 12 waiting'],
    ['offline', { phase: 'offline', offlineSinceMs: morningMs }, 'Saved here, offline since 10:42'],
    ['offline from the start', { phase: 'offline' }, 'Saved here, offline'],
    ['a short round', { phase: 'running', waiting: 12 }, 'Saved here, 12 waiting'],
    ['the first round', { phase: 'running', lastSyncedAtMs: null }, 'Saved here, syncing'],
    [
      'a long round',
      { phase: 'running', progress: { direction: 'receiving', done: 340, total: 1200 } },
      'Saved here, syncing 340 of 1,200',
    ],
    ['stopped', { phase: 'stopped' }, 'Not syncing: see Sync'],
  ])('says how far syncing is: %s', (_, changed, sentence) => {
    expect(stateSentence({ ...state, ...changed }, nowMs, true, format)).toBe(sentence);
  });

  test('sends nobody to a page that they do not have', () => {
    expect(stateSentence({ ...state, phase: 'stopped' }, nowMs, false, format)).toBe(
      'Not syncing: tell an administrator',
    );
  });

  test('explains offline as no error: what is kept, and when it goes out', () => {
    const offline: SyncState = { ...state, phase: 'offline', offlineSinceMs: morningMs, waiting: 12 };
    expect(stateExplanation(offline, nowMs, format)).toBe(
      'No connection since 10:42. Keep working: all is saved here; 12 changes go out when the network returns.',
    );
  });

  test('announces going offline, coming back, stopping and conflicts, and not what happens all day', () => {
    const offline: SyncState = { ...state, phase: 'offline' };
    expect([
      announcedChange(state, { ...state, phase: 'waiting', waiting: 3 }),
      announcedChange({ ...state, phase: 'running' }, { ...state, lastSyncedAtMs: nowMs }),
      announcedChange(state, offline),
      announcedChange(offline, state),
      announcedChange(state, { ...state, phase: 'stopped' }),
      announcedChange(state, { ...state, conflicts: 2 }),
    ]).toEqual([undefined, undefined, 'state', 'state', 'state', 'conflicts']);
  });
});

describe('the Sync page', () => {
  test('every kind of alarm says what happened, what is kept and what to do', () => {
    const said = syncAlarmKinds.map((kind) => plain(alarmText(kind, 'Front office')));
    expect(said.length).toBeGreaterThan(15);
    expect(new Set(said).size).toBe(said.length);
    const unfinished = said.filter((each) => !/^[A-Z].*\.$/.test(each) || /[{}]|undefined/.test(each));
    expect(unfinished).toEqual([]);
    expect(said.filter((each) => each.split('. ').length < 3 && !each.includes('; '))).toEqual([]);
  });

  test('an alarm names the computer it is about, or says that it is another', () => {
    expect([
      plain(alarmText('desk-clock-ahead', 'Front office')),
      plain(alarmText('desk-clock-ahead', null)),
    ]).toEqual([
      'Work of Front office carries times more than a day ahead. It is kept. Set the clock of that computer.',
      'Work of another computer carries times more than a day ahead. It is kept. Set the clock of that computer.',
    ]);
  });

  test('says which way the clock is wrong, and by how much', () => {
    expect([null, 20_000, 7 * 60_000, -60_000].map(clockSentence)).toEqual([
      'Not compared yet.',
      'Within a minute of the server’s.',
      '7 minutes behind the server. Set this computer’s clock.',
      '1 minute ahead of the server. Set this computer’s clock.',
    ]);
  });

  test('says how far the audit log is witnessed, and how much is not', () => {
    expect([
      witnessSentence({ size: 48_210, witnessedSize: 48_100 }),
      witnessSentence({ size: 10, witnessedSize: 10 }),
    ]).toEqual(['Witnessed to entry 48,100, 110 not yet.', 'Witnessed to entry 10, which is all of it.']);
  });
});
