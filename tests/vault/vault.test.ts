import { beforeAll, describe, expect, it } from 'vitest';
import { argon2Floor } from '../../main/vault/argon2.ts';
import {
  addUserSlot,
  changePassword,
  createVault,
  forgetKeys,
  membersOf,
  openWithPassword,
  openWithRecoveryKey,
  prepareRotation,
  removeUserSlot,
  replaceRecovery,
  resetUser,
  verifyPassword,
  type NewSchool,
} from '../../main/vault/vault.ts';
import { vaultText, type UnprovenVault, type VaultBody } from '../../main/vault/vault-file.ts';
import {
  ada,
  adaPassword,
  asRead,
  ben,
  benPassword,
  desk,
  newSchool,
  policy,
  schoolA,
  schoolB,
  seededRandom,
  store,
  valueOf,
} from './support.ts';

const nowMs = 1_790_000_000_000;
const dayMs = 24 * 60 * 60_000;
const wrongCredentials = { ok: false, error: { type: 'wrong-credentials' } };

let school: NewSchool;
let vault: UnprovenVault;

beforeAll(async () => {
  school = await newSchool();
  vault = asRead(school.body, school.masterKey);
});

const tryToOpen = (
  username: string,
  password: string,
  change: Partial<Parameters<typeof openWithPassword>[0]> = {},
) => openWithPassword({ vault, schoolSecret: school.schoolSecret, username, password, nowMs, ...change });

async function withBen(): Promise<{ body: VaultBody; activationCode: string; expiresAtMs: number }> {
  return valueOf(
    await addUserSlot({
      ...school,
      user: ben,
      username: 'ben',
      cost: argon2Floor,
      nowMs,
      random: seededRandom('ben'),
    }),
  );
}

describe('a new school', { timeout: 60_000 }, () => {
  it('A5: what is written holds neither password nor username nor key in the clear, and a fresh salt each time', async () => {
    const again = await newSchool(schoolA, 'another');
    const text = vaultText(school.body, school.masterKey);
    const secrets = [
      school.masterKey,
      school.schoolSecret,
      school.administratorKeys.agreement.secret,
      school.administratorKeys.signing.seed,
    ];
    for (const clear of [
      adaPassword,
      '"Ada"',
      '"ada"',
      ...secrets.map((one) => Buffer.from(one).toString('hex')),
    ]) {
      expect(text).not.toContain(clear);
    }
    expect(again.body.slots[0]?.kdf.salt).not.toBe(school.body.slots[0]?.kdf.salt);
    expect(school.body.slots[0]?.kdf).toMatchObject(argon2Floor);
  });

  it('refuses a short password for its administrator', async () => {
    const created = await createVault({
      school: schoolA,
      label: 'Invented School',
      desk,
      store,
      administrator: { user: ada, username: 'ada', password: 'too short' },
      policy,
      random: seededRandom('short'),
    });
    expect(created).toEqual({ ok: false, error: { type: 'password-refused', reason: 'too-short' } });
  });
});

describe('signing in', { timeout: 60_000 }, () => {
  it('opens the master key and the keys of the user, however the username is typed', async () => {
    const opened = valueOf(await tryToOpen(' ADA', adaPassword));
    expect(opened).toEqual({
      body: school.body,
      masterKey: school.masterKey,
      user: ada,
      userKeys: {
        agreement: {
          secret: school.administratorKeys.agreement.secret,
          public: Buffer.from(school.administratorKeys.agreement.public),
        },
        signing: {
          seed: school.administratorKeys.signing.seed,
          public: Buffer.from(school.administratorKeys.signing.public),
        },
      },
      method: 'password',
      mustChangePassword: false,
    });
  });

  it('A5: another password, another username or another school secret opens nothing, and none is told apart', async () => {
    expect(await tryToOpen('ada', `${adaPassword}.`)).toEqual(wrongCredentials);
    expect(await tryToOpen('ada', adaPassword.toUpperCase())).toEqual(wrongCredentials);
    expect(await tryToOpen('adam', adaPassword)).toEqual(wrongCredentials);
    expect(await tryToOpen('ada', adaPassword, { schoolSecret: seededRandom('thief')(32) })).toEqual(
      wrongCredentials,
    );
  });

  it('an unknown username takes as long as a wrong password', async () => {
    const times: { ada: number[]; nobody: number[] } = { ada: [], nobody: [] };
    // In turns, so that a busy moment of the computer touches both.
    for (let run = 0; run < 5; run++) {
      for (const username of ['ada', 'nobody'] as const) {
        const start = performance.now();
        await tryToOpen(username, 'a wrong password');
        times[username].push(performance.now() - start);
      }
    }
    const median = (of: number[]) => of.toSorted((a, b) => a - b)[2]!;
    const [known, unknown] = [median(times.ada), median(times.nobody)];
    expect(unknown).toBeGreaterThan(known / 3);
  });

  it('A2: a slot of another school does not open here, even with the same school secret and the same login', async () => {
    const other = valueOf(
      await createVault({
        school: schoolB,
        label: 'Other Invented School',
        desk,
        store,
        administrator: { user: ada, username: 'ada', password: adaPassword },
        policy,
        // The same seed: school secret, master key and salt are the same as here, only the school differs.
        random: seededRandom('school' + schoolA),
      }),
    );
    expect(other.schoolSecret).toEqual(school.schoolSecret);
    expect(other.body.slots[0]?.login).toBe(school.body.slots[0]?.login);
    const planted = asRead({ ...school.body, slots: other.body.slots }, school.masterKey);
    expect(await tryToOpen('ada', adaPassword, { vault: planted })).toEqual(wrongCredentials);
  });

  it('refuses a vault that was changed by somebody who has not its key', async () => {
    const slot = school.body.slots[0]!;
    const relabelled = { body: { ...school.body, label: 'Another' }, hmac: vault.hmac };
    expect(await tryToOpen('ada', adaPassword, { vault: relabelled })).toEqual({
      ok: false,
      error: { type: 'vault-tampered', reason: 'hmac' },
    });
    const resealed = {
      body: { ...school.body, slots: [{ ...slot, mk: '00'.repeat(80) }] },
      hmac: vault.hmac,
    };
    expect(await tryToOpen('ada', adaPassword, { vault: resealed })).toEqual({
      ok: false,
      error: { type: 'vault-tampered', reason: 'sealed-key' },
    });
    const retitled = asRead({ ...school.body, slots: [{ ...slot, user: ben }] }, school.masterKey);
    expect(await tryToOpen('ada', adaPassword, { vault: retitled })).toEqual(wrongCredentials);
  });

  it('a slot of a method that this version does not open is refused', async () => {
    const slots = school.body.slots.map((slot) => ({ ...slot, method: 'passkey' as const }));
    const later = asRead({ ...school.body, slots }, school.masterKey);
    expect(await tryToOpen('ada', adaPassword, { vault: later })).toEqual(wrongCredentials);
  });

  it('asking for the password again accepts the own one only', async () => {
    const ask = (username: string, password: string, user = ada) =>
      verifyPassword({ vault, schoolSecret: school.schoolSecret, username, password, user, nowMs });
    expect(await ask('ada', adaPassword)).toEqual({ ok: true, value: undefined });
    expect(await ask('ada', 'a wrong password')).toEqual(wrongCredentials);
    expect(await ask('ada', adaPassword, ben)).toEqual(wrongCredentials);
  });

  it('A9: after forgetKeys the user’s keys are zeros', async () => {
    const { userKeys } = valueOf(await tryToOpen('ada', adaPassword));
    forgetKeys(userKeys);
    expect(userKeys.agreement.secret.every((byte) => byte === 0)).toBe(true);
    expect(userKeys.signing.seed.every((byte) => byte === 0)).toBe(true);
  });
});

describe('activation code', { timeout: 60_000 }, () => {
  it('A10: signs a new user in once it is typed, and says that a password must be chosen', async () => {
    const { body, activationCode, expiresAtMs } = await withBen();
    expect(expiresAtMs).toBe(nowMs + dayMs);
    const opened = valueOf(
      await tryToOpen('ben', activationCode.toLowerCase().replaceAll('-', ' '), {
        vault: asRead(body, school.masterKey),
        nowMs: nowMs + dayMs - 1,
      }),
    );
    expect(opened).toMatchObject({ user: ben, method: 'activation', mustChangePassword: true });
    expect(opened.masterKey).toEqual(school.masterKey);
  });

  it('A10: opens no longer after 24 hours, and not when its time was prolonged in the file', async () => {
    const { body, activationCode } = await withBen();
    const late = nowMs + dayMs;
    expect(
      await tryToOpen('ben', activationCode, { vault: asRead(body, school.masterKey), nowMs: late }),
    ).toEqual(wrongCredentials);
    const slots = body.slots.map((slot) => (slot.user === ben ? { ...slot, expires: late + dayMs } : slot));
    const prolonged = asRead({ ...body, slots }, school.masterKey);
    expect(await tryToOpen('ben', activationCode, { vault: prolonged, nowMs: late })).toEqual(
      wrongCredentials,
    );
    const { expires: _expires, ...endless } = body.slots.find((slot) => slot.user === ben)!;
    const withoutEnd = asRead({ ...body, slots: [...school.body.slots, endless] }, school.masterKey);
    expect(await tryToOpen('ben', activationCode, { vault: withoutEnd, nowMs: late })).toEqual(
      wrongCredentials,
    );
  });

  it('A10: the chosen password replaces the code, and the keys that the code opened', async () => {
    const { body, activationCode } = await withBen();
    const opened = valueOf(await tryToOpen('ben', activationCode, { vault: asRead(body, school.masterKey) }));
    const changed = valueOf(
      await changePassword({
        ...opened,
        schoolSecret: school.schoolSecret,
        username: 'ben',
        password: benPassword,
        policy,
        random: seededRandom('chosen'),
      }),
    );
    const next = asRead(changed.body, school.masterKey);
    expect(await tryToOpen('ben', activationCode, { vault: next })).toEqual(wrongCredentials);
    const reopened = valueOf(await tryToOpen('ben', benPassword, { vault: next }));
    expect(reopened).toMatchObject({ user: ben, method: 'password', mustChangePassword: false });
    expect(reopened.userKeys.signing.public).not.toEqual(opened.userKeys.signing.public);
    expect(Buffer.from(changed.userKeys.signing.public)).toEqual(reopened.userKeys.signing.public);
    // Ada is where she was.
    expect(valueOf(await tryToOpen('ada', adaPassword, { vault: next })).user).toBe(ada);
  });

  it('refuses a username that is taken, in any spelling', async () => {
    const added = await addUserSlot({
      ...school,
      user: ben,
      username: 'ADA ',
      cost: argon2Floor,
      nowMs,
      random: seededRandom('ben'),
    });
    expect(added).toEqual({ ok: false, error: { type: 'username-taken' } });
  });
});

describe('changing the own password', { timeout: 60_000 }, () => {
  const change = async (password: string, username = 'ada') =>
    changePassword({
      ...valueOf(await tryToOpen('ada', adaPassword)),
      schoolSecret: school.schoolSecret,
      username,
      password,
      policy,
      random: seededRandom('changed'),
    });

  it('the new one opens the same keys, the old one nothing', async () => {
    const { body } = valueOf(await change('nine kites over the bay'));
    const next = asRead(body, school.masterKey);
    expect(await tryToOpen('ada', adaPassword, { vault: next })).toEqual(wrongCredentials);
    const opened = valueOf(await tryToOpen('ada', 'nine kites over the bay', { vault: next }));
    expect(opened.userKeys.signing.seed).toEqual(school.administratorKeys.signing.seed);
    expect(body.slots[0]?.kdf.salt).not.toBe(school.body.slots[0]?.kdf.salt);
  });

  it('refuses the same one again, one that breaks the rules, and another user’s name', async () => {
    expect(await change(adaPassword)).toEqual({
      ok: false,
      error: { type: 'password-refused', reason: 'same-as-before' },
    });
    expect(await change('short')).toEqual({
      ok: false,
      error: { type: 'password-refused', reason: 'too-short' },
    });
    expect(await change('nine kites over the bay', 'ben')).toEqual(wrongCredentials);
  });
});

describe('reset, removal and rotation', { timeout: 60_000 }, () => {
  it('W5: after a reset the old password opens nothing, and the activation code is the only way back in', async () => {
    const reset = valueOf(
      await resetUser({
        body: school.body,
        schoolSecret: school.schoolSecret,
        user: ada,
        cost: argon2Floor,
        nowMs,
        random: seededRandom('reset'),
      }),
    );
    const next = await prepareRotation(school.body, reset.members, seededRandom('rotated'));
    expect(next.masterKey).not.toEqual(school.masterKey);
    expect(next.body.generation).toBe(2);
    const rotated = asRead(next.body, next.masterKey);
    expect(await tryToOpen('ada', adaPassword, { vault: rotated })).toEqual(wrongCredentials);
    const opened = valueOf(await tryToOpen('ada', reset.activationCode, { vault: rotated }));
    expect(opened).toMatchObject({ user: ada, mustChangePassword: true });
    expect(opened.masterKey).toEqual(next.masterKey);
    expect(opened.userKeys.signing.public).not.toEqual(Buffer.from(school.administratorKeys.signing.public));
    // A copy of the old header still takes the old password, but what it opens is no longer the master key.
    expect(valueOf(await tryToOpen('ada', adaPassword)).masterKey).not.toEqual(next.masterKey);
  });

  it('a removed user opens nothing any more, the others open the new master key', async () => {
    const { body, activationCode } = await withBen();
    const { members } = valueOf(removeUserSlot(body, ben));
    const next = await prepareRotation(body, members, seededRandom('rotated'));
    const rotated = asRead(next.body, next.masterKey);
    expect(await tryToOpen('ben', activationCode, { vault: rotated })).toEqual(wrongCredentials);
    expect(valueOf(await tryToOpen('ada', adaPassword, { vault: rotated })).masterKey).toEqual(
      next.masterKey,
    );
  });

  it('a sealed key of an older generation does not stand in a newer one', async () => {
    const next = await prepareRotation(school.body, membersOf(school.body), seededRandom('rotated'));
    const mixed = { ...next.body, slots: school.body.slots };
    expect(await tryToOpen('ada', adaPassword, { vault: asRead(mixed, next.masterKey) })).toEqual({
      ok: false,
      error: { type: 'vault-tampered', reason: 'sealed-key' },
    });
  });

  it('a user who is not there can be neither reset nor removed', async () => {
    const gone = { ok: false, error: { type: 'account-gone' } };
    expect(removeUserSlot(school.body, ben)).toEqual(gone);
    const reset = resetUser({
      body: school.body,
      schoolSecret: school.schoolSecret,
      user: ben,
      cost: argon2Floor,
      nowMs,
      random: seededRandom('reset'),
    });
    expect(await reset).toEqual(gone);
  });
});

describe('recovery key', { timeout: 60_000 }, () => {
  it('opens the master key without school secret and password', async () => {
    const opened = valueOf(
      await openWithRecoveryKey(vault, school.recoveryKeyGroups.join(' ').toLowerCase()),
    );
    expect(opened.masterKey).toEqual(school.masterKey);
    expect(opened.body).toEqual(school.body);
    expect(Buffer.from(opened.recoveryKeys.signing.public).toString('hex')).toBe(
      school.body.recovery.ed25519,
    );
  });

  it('another school’s, a mistyped one and a tampered vault are told apart', async () => {
    const other = await newSchool(schoolB);
    expect(await openWithRecoveryKey(vault, other.recoveryKeyGroups)).toEqual({
      ok: false,
      error: { type: 'recovery-key-wrong' },
    });
    expect(await openWithRecoveryKey(vault, school.recoveryKeyGroups.with(3, '00000'))).toMatchObject({
      ok: false,
      error: { type: 'recovery-key-malformed', groups: [4] },
    });
    const relabelled = { body: { ...school.body, label: 'Another' }, hmac: vault.hmac };
    expect(await openWithRecoveryKey(relabelled, school.recoveryKeyGroups)).toEqual({
      ok: false,
      error: { type: 'vault-tampered', reason: 'hmac' },
    });
  });

  it('once replaced, the new one opens and the old one does not', async () => {
    const replaced = replaceRecovery(membersOf(school.body), seededRandom('new sheet'));
    const next = await prepareRotation(school.body, replaced.members, seededRandom('rotated'));
    const rotated = asRead(next.body, next.masterKey);
    expect(await openWithRecoveryKey(rotated, school.recoveryKeyGroups)).toMatchObject({
      error: { type: 'recovery-key-wrong' },
    });
    const opened = valueOf(await openWithRecoveryKey(rotated, replaced.recoveryKeyGroups));
    expect(opened.masterKey).toEqual(next.masterKey);
  });
});
