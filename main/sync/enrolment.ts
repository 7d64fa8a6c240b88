import { readLocalState } from '../../db/school/local-state.ts';
import { desk as deskTable, school as schoolTable } from '../../db/school/schema.ts';
import { toHex } from '../../domain/audit/bytes.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { assert, err, ok, type Result } from '../../domain/result.ts';
import { invitationToText } from '../../domain/sync/invitation.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import { sha256 } from '../audit/node-crypto.ts';
import type { Desk } from '../desk/desk.ts';
import { sealTo } from '../vault/keys.ts';
import { serverError, type ServerError } from './connect-school.ts';
import {
  areOtherWords,
  joinRequest,
  openLetter,
  sealLetter,
  sharedCode,
  sixWords,
  wordsShown,
  type Handover,
  type JoinOffer,
  type JoinRequest,
  type SharedCode,
} from './letters.ts';

export const handoverPurpose = 'handover';

type Failed = { readonly step: 'failed'; readonly why: 'expired' | 'unreachable' | 'not-genuine' };
type Step =
  | { readonly step: 'waiting' }
  | { readonly step: 'words'; readonly request: JoinRequest; readonly offer: JoinOffer }
  | { readonly step: 'done'; readonly label: string }
  | Failed;

const mostTries = 3;

/**
 * Letting one more computer join (SECURITY §6.12), on the side of the desk that is in: a one-time code, the words, the handover. It lives in
 * memory: who locks the desk begins anew.
 */
export class Enrolment {
  readonly code: string;
  readonly expiresAtMs: number;
  readonly #desk: Desk;
  readonly #shared: SharedCode;
  readonly #serverKey: string;
  #triesLeft = mostTries;
  #step: Step = { step: 'waiting' };

  private constructor(desk: Desk, code: string, shared: SharedCode, serverKey: string, expiresAtMs: number) {
    this.#desk = desk;
    this.code = code;
    this.#shared = shared;
    this.#serverKey = serverKey;
    this.expiresAtMs = expiresAtMs;
  }

  /** Makes a code and its letter box at the server. */
  static async open(desk: Desk): Promise<Result<Enrolment, ServerError | ErrorOf<'no-server'>>> {
    const { client, server } = desk.sync;
    if (client === null || server === null) return err({ type: 'no-server' });
    const { host, port, pin, signingKey } = server;
    const secret = toHex(desk.random(16));
    const shared = sharedCode(secret);
    const opened = await client.openEnrolment(shared.lookup);
    if ('refusal' in opened || 'failure' in opened) return err(serverError(opened));
    const code = invitationToText(sha256, { host, port, pin, signingKey, code: secret });
    return ok(new Enrolment(desk, code, shared, signingKey, opened.expiresAtMs));
  }

  /** How far it is; looks into the letter box while the other computer is waited for. */
  async look() {
    if (this.#step.step === 'waiting' && this.#desk.now() >= this.expiresAtMs) this.#fail('expired');
    if (this.#step.step === 'waiting') await this.#readRequest();
    const step = this.#step;
    const { code, expiresAtMs } = this;
    switch (step.step) {
      case 'waiting':
        return { step: 'waiting', code, expiresAtMs } as const;
      case 'words': {
        const words = wordsShown(sixWords(step.request, step.offer, this.#serverKey), 'present');
        return { step: 'words', label: step.request.label, expiresAtMs, words } as const;
      }
      default:
        return step;
    }
  }

  /** Judges the words of the other screen; the last wrong try ends it. */
  checkWords(typed: readonly string[]): Result<JoinRequest, ErrorOf<'words-wrong' | 'enrolment-over'>> {
    const step = this.#step;
    if (step.step !== 'words') return err({ type: 'enrolment-over' });
    if (areOtherWords(sixWords(step.request, step.offer, this.#serverKey), 'present', typed))
      return ok(step.request);
    this.#triesLeft -= 1;
    if (this.#triesLeft === 0) {
      this.#fail('not-genuine');
      void this.close();
    }
    return err({ type: 'words-wrong', triesLeft: this.#triesLeft });
  }

  /** Hands the school over to the desk that was just signed in, once the server has its entry. */
  async handOver(): Promise<Result<void, ServerError | ErrorOf<'enrolment-over'>>> {
    const step = this.#step;
    const { sync } = this.#desk;
    if (step.step !== 'words') return err({ type: 'enrolment-over' });
    const { request, offer } = step;
    sync.askNow();
    await sync.whenIdle();
    const { client, membership } = sync;
    if (client === null || membership === null) return err({ type: 'enrolment-over' });
    if (!membership.isSettled()) return err({ type: 'server-unreachable' });
    const context = canonicalJson([request, offer]);
    const text = Buffer.from(canonicalJson(this.#content()), 'utf8');
    const sealed = await sealTo(Buffer.from(request.agreementKey, 'hex'), handoverPurpose, context, text);
    const letter = sealLetter(this.#shared, 'handover', { sealed: toHex(sealed) }, this.#desk.random);
    const written = await client.writeEnrolment(this.#shared.lookup, 'handover', letter);
    if ('refusal' in written || 'failure' in written) return err(serverError(written));
    this.#step = { step: 'done', label: request.label };
    return ok(undefined);
  }

  /** Gives the code up. */
  async close(): Promise<void> {
    await this.#desk.sync.client?.closeEnrolment(this.#shared.lookup);
  }

  async #readRequest(): Promise<void> {
    const { client } = this.#desk.sync;
    const { open } = this.#desk;
    if (client === null || open === null) return;
    const box = await client.readEnrolment(this.#shared.lookup);
    if (this.#step.step !== 'waiting') return;
    if ('failure' in box) {
      // The next look may reach it again.
      if (box.failure === 'not-genuine') this.#fail('not-genuine');
      return;
    }
    if ('refusal' in box) {
      this.#fail('expired');
      return;
    }
    if (box.pieces.request === null) return;
    const request = openLetter(this.#shared, 'request', box.pieces.request, joinRequest);
    if (request === undefined) {
      this.#fail('not-genuine');
      return;
    }
    const { school } = open.auditLog.name;
    const nonce = toHex(this.#desk.random(16));
    const offer: JoinOffer = { v: 1, school, schoolName: open.unitParts.school.name, nonce };
    const letter = sealLetter(this.#shared, 'offer', offer, this.#desk.random);
    const written = await client.writeEnrolment(this.#shared.lookup, 'offer', letter);
    if ('refusal' in written || 'failure' in written) {
      this.#fail('unreachable');
      return;
    }
    this.#step = { step: 'words', request, offer };
  }

  #fail(why: Failed['why']): void {
    this.#step = { step: 'failed', why };
  }

  #content(): Handover {
    const { open } = this.#desk;
    const { membership, server } = this.#desk.sync;
    assert(open !== null && membership !== null && server !== null, 'a connected school is open');
    const { db } = open.unitParts;
    const [school] = db.select().from(schoolTable).all();
    const schoolSecret = readLocalState(db, 'school-secret');
    const importKey = readLocalState(db, 'import-key');
    const [root] = membership.settledMembership(0);
    assert(
      school !== undefined && schoolSecret !== undefined && importKey !== undefined && root !== undefined,
      'a connected school has all that it hands over',
    );
    const members = membership.members();
    const epochs = Array.from({ length: members.epoch + 1 }, (_, epoch) => epoch);
    return {
      v: 1,
      schoolSecret: toHex(schoolSecret),
      importKey: toHex(importKey),
      groupKeys: epochs.flatMap((epoch): [number, string[]][] => {
        const keys = membership.groupKeys(epoch);
        return keys.length === 0 ? [] : [[epoch, keys.map(toHex)]];
      }),
      membership: { root: root.hash, ...membership.membershipHead() },
      recovery: members.recovery,
      school,
      desks: db
        .select({
          ordinal: deskTable.ordinal,
          id: deskTable.id,
          incarnation: deskTable.incarnation,
          label: deskTable.label,
        })
        .from(deskTable)
        .all(),
      server,
    };
  }
}
