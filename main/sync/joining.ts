import { setTimeout as sleep } from 'node:timers/promises';
import { toHex } from '../../domain/audit/bytes.ts';
import type { ErrorOf } from '../../domain/contract/errors.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { canonicalJson } from '../../domain/vault/canonical-json.ts';
import type { Desk } from '../desk/desk.ts';
import { agreementKeyPair, openSealed, signingKeyPair, wipe } from '../vault/keys.ts';
import type { Keychain } from '../vault/keychain.ts';
import { meetServer, readInvitation, serverError, type ConnectError } from './connect-school.ts';
import { handoverPurpose } from './enrolment.ts';
import { joinSchool, type JoinFailure, type JoiningKeys } from './join-school.ts';
import {
  areOtherWords,
  handover as handoverSchema,
  joinOffer,
  openLetter,
  parseAs,
  sealedHandover,
  sealLetter,
  sharedCode,
  sixWords,
  wordsShown,
  type Handover,
  type JoinOffer,
  type JoinRequest,
  type SharedCode,
} from './letters.ts';
import type { SchoolServer } from './school-server.ts';
import { readEnrolment, writeEnrolment } from './stranger.ts';

type FailedWhy = 'expired' | Exclude<JoinFailure, 'cancelled'>;
type Step =
  | { readonly step: 'waiting' }
  | { readonly step: 'words' | 'confirming'; readonly offer: JoinOffer }
  | {
      readonly step: 'receiving';
      readonly offer: JoinOffer;
      readonly done: number;
      readonly total: number | null;
    }
  | { readonly step: 'done'; readonly schoolName: string }
  | { readonly step: 'failed'; readonly why: FailedWhy };

const lookEveryMs = 1500;
const mostTries = 3;

/** Joining a school (SECURITY §6.12), on the side of the new computer. There is a school on it only once the whole channel has been read. */
export class Joining {
  readonly #desk: Desk;
  readonly #keychain: Keychain;
  readonly #server: SchoolServer;
  readonly #shared: SharedCode;
  readonly #keys: JoiningKeys;
  readonly #request: JoinRequest;
  #step: Step = { step: 'waiting' };
  #triesLeft = mostTries;
  #isCancelled = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(
    desk: Desk,
    keychain: Keychain,
    server: SchoolServer,
    shared: SharedCode,
    keys: JoiningKeys,
  ) {
    this.#desk = desk;
    this.#keychain = keychain;
    this.#server = server;
    this.#shared = shared;
    this.#keys = keys;
    this.#request = requestOf(keys);
  }

  /** Finds the server, makes this computer's keys and puts the request into the letter box. */
  static async begin(
    desk: Desk,
    keychain: Keychain,
    code: string,
    label: string,
  ): Promise<Result<Joining, ConnectError>> {
    const invitation = readInvitation(code);
    if (!invitation.ok) return invitation;
    const met = await meetServer(invitation.value);
    if (!met.ok) return met;
    const { random } = desk;
    const keys = {
      desk: toHex(random(16)),
      label,
      signing: random(32),
      agreement: random(32),
      audit: random(32),
    };
    const shared = sharedCode(invitation.value.code);
    const joining = new Joining(desk, keychain, met.value.server, shared, keys);
    const letter = sealLetter(shared, 'request', joining.#request, random);
    const written = await writeEnrolment(met.value.server, shared.lookup, 'request', letter);
    if ('refusal' in written || 'failure' in written) return err(serverError(written));
    joining.#running = joining.#run().catch((cause: unknown) => {
      desk.reportBug(cause);
      joining.#step = { step: 'failed', why: 'refused' };
    });
    return ok(joining);
  }

  /** How far it is, as the wizard shows it. */
  look() {
    const step = this.#step;
    switch (step.step) {
      case 'words':
        return {
          step: 'words',
          schoolName: step.offer.schoolName,
          words: wordsShown(sixWords(this.#request, step.offer, this.#server.signingKey), 'joining'),
        } as const;
      case 'confirming':
        return { step: 'confirming', schoolName: step.offer.schoolName } as const;
      case 'receiving': {
        const { done, total, offer } = step;
        return { step: 'receiving', schoolName: offer.schoolName, done, total } as const;
      }
      default:
        return step;
    }
  }

  /** Judges the words of the other screen; the last wrong try ends it. */
  confirm(typed: readonly string[]): Result<void, ErrorOf<'words-wrong' | 'enrolment-over'>> {
    const step = this.#step;
    if (step.step !== 'words') return err({ type: 'enrolment-over' });
    if (areOtherWords(sixWords(this.#request, step.offer, this.#server.signingKey), 'joining', typed)) {
      this.#step = { step: 'confirming', offer: step.offer };
      return ok(undefined);
    }
    this.#triesLeft -= 1;
    if (this.#triesLeft === 0) this.#fail('not-genuine');
    return err({ type: 'words-wrong', triesLeft: this.#triesLeft });
  }

  /** Gives it up; what was begun on the disk is gone when this answers. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    let handed: Handover | undefined;
    while (handed === undefined) {
      if (this.#isCancelled || this.#step.step === 'failed') return;
      handed = await this.#lookIntoBox();
      if (handed === undefined) await sleep(lookEveryMs);
    }
    const step = this.#step;
    if (step.step !== 'confirming') return;
    const { offer } = step;
    if (handed.school.id !== offer.school) {
      this.#fail('not-genuine');
      return;
    }
    this.#step = { step: 'receiving', offer, done: 0, total: null };
    const joined = await joinSchool(this.#desk, this.#keychain, this.#keys, handed, {
      onProgress: (done, total) => {
        this.#step = { step: 'receiving', offer, done, total };
      },
      isCancelled: () => this.#isCancelled,
      wait: (ms) => sleep(ms),
    });
    wipe(this.#keys.signing, this.#keys.agreement, this.#keys.audit);
    if (joined.ok) {
      this.#desk.choose(joined.value.school);
      this.#step = { step: 'done', schoolName: offer.schoolName };
    } else if (joined.error !== 'cancelled') this.#fail(joined.error);
  }

  /** Takes what lies in the letter box: the offer, and once the words are right here, the handover. */
  async #lookIntoBox(): Promise<Handover | undefined> {
    const box = await readEnrolment(this.#server, this.#shared.lookup);
    if ('failure' in box) {
      // The next look may reach it again.
      if (box.failure === 'not-genuine') this.#fail('not-genuine');
      return undefined;
    }
    if ('refusal' in box) {
      this.#fail('expired');
      return undefined;
    }
    const { pieces } = box;
    if (this.#step.step === 'waiting' && pieces.offer !== null) {
      const offer = openLetter(this.#shared, 'offer', pieces.offer, joinOffer);
      if (offer === undefined) this.#fail('not-genuine');
      else this.#step = { step: 'words', offer };
    }
    if (this.#step.step !== 'confirming' || pieces.handover === null) return undefined;
    return this.#openHandover(pieces.handover, this.#step.offer);
  }

  async #openHandover(letter: string, offer: JoinOffer): Promise<Handover | undefined> {
    const outer = openLetter(this.#shared, 'handover', letter, sealedHandover);
    const context = canonicalJson([this.#request, offer]);
    const opened =
      outer &&
      (await openSealed(
        agreementKeyPair(this.#keys.agreement),
        handoverPurpose,
        context,
        Buffer.from(outer.sealed, 'hex'),
      ));
    const text = opened?.ok === true ? Buffer.from(opened.value).toString('utf8') : undefined;
    const parsed = text === undefined ? undefined : parseAs(handoverSchema, text);
    if (parsed !== undefined) return parsed;
    this.#fail(text === undefined ? 'not-genuine' : 'newer');
    return undefined;
  }

  #fail(why: FailedWhy): void {
    this.#step = { step: 'failed', why };
  }
}

function requestOf({ desk, label, signing, agreement, audit }: JoiningKeys): JoinRequest {
  return {
    v: 1,
    desk,
    label,
    signingKey: toHex(signingKeyPair(signing).public),
    agreementKey: toHex(agreementKeyPair(agreement).public),
    auditKey: toHex(signingKeyPair(audit).public),
  };
}
