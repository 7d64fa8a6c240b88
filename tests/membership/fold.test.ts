import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../domain/audit/bytes.ts';
import {
  membershipText,
  parseMembershipEntry,
  recoverySigner,
  type MembershipAccount,
  type MembershipEntry,
  type MembershipFact,
} from '../../domain/membership/entry.ts';
import { withEntry, type Members } from '../../domain/membership/fold.ts';
import { deskOrdinal } from '../../domain/sync/version.ts';
import { isSignedBy, signingKeyPair, signWith, type SigningKeyPair } from '../../main/vault/keys.ts';
import { systemRandom } from '../../main/vault/random.ts';

const school = 'a'.repeat(32);
const zeros = '0'.repeat(64);
const id = (letter: string): string => letter.repeat(32);
const keys = (): SigningKeyPair => signingKeyPair(systemRandom(32));
const ada = { id: id('1'), keys: keys() };
const ben = { id: id('2'), keys: keys() };
const recovery = keys();
const verify = (key: string, bytes: Uint8Array, signature: string): boolean =>
  isSignedBy(fromHex(key), bytes, fromHex(signature));

function entry(fact: MembershipFact, signer: string, by: SigningKeyPair): MembershipEntry {
  const unsigned = { v: 1 as const, school, seq: 0, prev: zeros, at: 0, signer, ...fact };
  return { ...unsigned, sig: toHex(signWith(by, utf8(membershipText(unsigned)))) };
}

function account(who: { id: string }, more: Partial<MembershipAccount> = {}): MembershipFact {
  const body: MembershipAccount = {
    id: who.id,
    school,
    username: `user ${who.id[0]}`,
    displayName: 'Invented Person',
    email: 'someone@example.invalid',
    jobTitle: '',
    role: 'attendance-clerk',
    staff: null,
    state: 'active',
    activationExpiresAtMs: null,
    lastSignInMs: null,
    density: 'compact',
    colorScheme: 'auto',
    ...more,
  };
  return { kind: 'account', body };
}

function slot(who: { id: string; keys: SigningKeyPair }): MembershipFact {
  const kdf = { memoryKiB: 65_536, passes: 3, lanes: 4, salt: '00'.repeat(16) };
  const login = `${who.id}${who.id}`;
  const body = {
    login,
    user: who.id,
    method: 'password' as const,
    kdf,
    keys: '00'.repeat(92),
    x25519: zeros,
  };
  return { kind: 'slot', body: { ...body, ed25519: toHex(who.keys.public) } };
}

function desk(name: string, more: { incarnation?: number; signingKey?: string } = {}): MembershipFact {
  const body = {
    desk: name,
    label: 'Desk',
    signingKey: zeros,
    agreementKey: zeros,
    auditKey: zeros,
    incarnation: 0,
  };
  return { kind: 'desk', body: { ...body, ...more } };
}

/** A school of ada, its administrator, and ben, a clerk. */
function founded(): Members {
  const founding: MembershipFact = {
    kind: 'founding',
    body: {
      administrator: ada.id,
      administratorKey: toHex(ada.keys.public),
      recovery: { x25519: zeros, ed25519: toHex(recovery.public) },
      desk: id('d'),
    },
  };
  return [
    founding,
    account(ada, { role: 'school-administrator' }),
    slot(ada),
    account(ben),
    slot(ben),
  ].reduce<Members | undefined>(
    (members, fact) => withEntry(members, entry(fact, ada.id, ada.keys), verify),
    undefined,
  ) as Members;
}

function takes(fact: MembershipFact, signer = ada.id, by = ada.keys, members = founded()): boolean {
  return withEntry(members, entry(fact, signer, by), verify) !== undefined;
}

describe('who may say what in the membership log', () => {
  it('W16: begins with a founding entry that its administrator has signed, and with nothing else', () => {
    expect(founded().accounts.size).toBe(2);
    expect(withEntry(undefined, entry(account(ada), ada.id, ada.keys), verify)).toBeUndefined();
    expect(
      takes({
        kind: 'founding',
        body: {
          administrator: ben.id,
          administratorKey: toHex(ben.keys.public),
          recovery: { x25519: zeros, ed25519: zeros },
          desk: id('d'),
        },
      }),
    ).toBe(false);
  });

  it('W16: an administrator makes accounts, desks and epochs; a clerk and a stranger make none', () => {
    const facts: MembershipFact[] = [
      account({ id: id('3') }),
      desk(id('e')),
      { kind: 'epoch', body: { epoch: 0, keys: [] } },
    ];
    for (const fact of facts) {
      expect(takes(fact)).toBe(true);
      expect(takes(fact, ben.id, ben.keys)).toBe(false);
      expect(takes(fact, ada.id, ben.keys)).toBe(false);
      expect(takes(fact, id('9'), keys())).toBe(false);
    }
  });

  it('W16: nothing in an entry can be changed after it was signed', () => {
    const good = entry(account({ id: id('3') }), ada.id, ada.keys);
    for (const change of [{ seq: 1 }, { at: 1 }, { prev: 'f'.repeat(64) }, { signer: ben.id }]) {
      expect(withEntry(founded(), { ...good, ...change }, verify)).toBeUndefined();
    }
    const text = membershipText(good);
    expect(parseMembershipEntry(text)).toEqual(good);
    expect(parseMembershipEntry(text.replace('attendance-clerk', 'school-administrator'))).toBeDefined();
    const raised = parseMembershipEntry(text.replace('attendance-clerk', 'school-administrator'));
    expect(raised && withEntry(founded(), raised, verify)).toBeUndefined();
    expect(parseMembershipEntry(` ${text}`)).toBeUndefined();
  });

  it('A9: a removed administrator says nothing any more', () => {
    const second = { id: id('3'), keys: keys() };
    let members = founded();
    for (const fact of [account(second, { role: 'school-administrator' }), slot(second)]) {
      members = withEntry(members, entry(fact, ada.id, ada.keys), verify) as Members;
    }
    expect(takes(account({ id: id('4') }), second.id, second.keys, members)).toBe(true);
    const removed = account(second, { role: 'school-administrator', state: 'removed' });
    members = withEntry(members, entry(removed, ada.id, ada.keys), verify) as Members;
    expect(takes(account({ id: id('4') }), second.id, second.keys, members)).toBe(false);
    expect([members.slots.has(second.id), members.keys.has(second.id)]).toEqual([false, false]);
  });

  it('A10: users change their own way in and nobody else’s, and raise themselves to nothing', () => {
    expect(takes(slot(ben), ben.id, ben.keys)).toBe(true);
    expect(takes(slot(ada), ben.id, ben.keys)).toBe(false);
    expect(takes(account(ben), ben.id, ben.keys)).toBe(true);
    expect(takes(account(ben, { role: 'school-administrator' }), ben.id, ben.keys)).toBe(false);
    expect(takes(account(ben, { displayName: 'Somebody Else' }), ben.id, ben.keys)).toBe(false);
  });

  it('W16: the recovery key names an administrator and its own successor, and nothing else', () => {
    const says = (fact: MembershipFact): boolean => takes(fact, recoverySigner, recovery);
    expect(says(account(ada, { role: 'school-administrator', state: 'awaiting-activation' }))).toBe(true);
    expect(says(slot(ada))).toBe(true);
    expect(says({ kind: 'recovery', body: { x25519: zeros, ed25519: zeros } })).toBe(true);
    expect(says(account(ben, { role: 'school-administrator' }))).toBe(false);
    expect(says(slot(ben))).toBe(false);
    expect(says(desk(id('e')))).toBe(false);
    expect(says({ kind: 'epoch', body: { epoch: 0, keys: [] } })).toBe(false);
  });

  it('H18: a desk that has ended does not come back, and keeps its key through its restores', () => {
    let members = withEntry(founded(), entry(desk(id('e')), ada.id, ada.keys), verify) as Members;
    expect(takes(desk(id('e'), { incarnation: 1 }), ada.id, ada.keys, members)).toBe(true);
    expect(takes(desk(id('e'), { incarnation: 0 }), ada.id, ada.keys, members)).toBe(false);
    expect(
      takes(desk(id('e'), { incarnation: 1, signingKey: 'f'.repeat(64) }), ada.id, ada.keys, members),
    ).toBe(false);
    const ended: MembershipFact = { kind: 'desk-ended', body: { desk: id('e'), how: 'stolen' } };
    members = withEntry(members, entry(ended, ada.id, ada.keys), verify) as Members;
    expect(takes(desk(id('e'), { incarnation: 1 }), ada.id, ada.keys, members)).toBe(false);
    expect(takes(ended, ada.id, ada.keys, members)).toBe(false);
  });

  it('W16: no two desks have the same short number', () => {
    const one = `${'e'.repeat(8)}${'1'.repeat(24)}`;
    const other = `${'e'.repeat(8)}${'2'.repeat(24)}`;
    expect(deskOrdinal(one, 0)).toBe(deskOrdinal(other, 0));
    const members = withEntry(founded(), entry(desk(one), ada.id, ada.keys), verify) as Members;
    expect(takes(desk(other), ada.id, ada.keys, members)).toBe(false);
  });

  it('W16: epochs count up by one', () => {
    const epoch = (number: number): MembershipFact => ({ kind: 'epoch', body: { epoch: number, keys: [] } });
    expect([takes(epoch(0)), takes(epoch(1))]).toEqual([true, false]);
  });

  it('a username is given once, in any spelling; that of a removed account is free', () => {
    const twin = { id: id('5') };
    expect(takes(account(twin, { username: 'USER 2' }))).toBe(false);
    const members = withEntry(founded(), entry(account(ben, { state: 'removed' }), ada.id, ada.keys), verify);
    expect(takes(account(twin, { username: 'user 2' }), ada.id, ada.keys, members)).toBe(true);
  });

  it('A9: a removed account does not come back, whoever signs it', () => {
    const members = withEntry(founded(), entry(account(ben, { state: 'removed' }), ada.id, ada.keys), verify);
    expect(takes(account(ben), ada.id, ada.keys, members)).toBe(false);
    expect(takes(slot(ben), ada.id, ada.keys, members)).toBe(false);
  });

  it('a school keeps an administrator', () => {
    expect(takes(account(ada, { role: 'nurse' }))).toBe(false);
    expect(takes(account(ada, { role: 'school-administrator', state: 'removed' }))).toBe(false);
  });

  it('A8: nobody makes a way in that no desk would open, or that is another user’s', () => {
    const own = slot(ben);
    if (own.kind !== 'slot') throw new Error('a slot');
    expect(
      takes({ kind: 'slot', body: { ...own.body, login: `${ada.id}${ada.id}` } }, ben.id, ben.keys),
    ).toBe(false);
    expect(takes({ kind: 'slot', body: { ...own.body, login: '9'.repeat(64) } }, ben.id, ben.keys)).toBe(
      false,
    );
    const cheap = { ...own.body, kdf: { ...own.body.kdf, memoryKiB: 1 } };
    const text = membershipText(entry({ kind: 'slot', body: cheap }, ben.id, ben.keys));
    expect(parseMembershipEntry(text)).toBeUndefined();
  });

  it('is of one school', () => {
    const foreign = { ...entry(account({ id: id('3') }), ada.id, ada.keys), school: 'b'.repeat(32) };
    const { sig: _sig, ...unsigned } = foreign;
    const signed = { ...foreign, sig: toHex(signWith(ada.keys, utf8(membershipText(unsigned)))) };
    expect(withEntry(founded(), signed, verify)).toBeUndefined();
  });
});
