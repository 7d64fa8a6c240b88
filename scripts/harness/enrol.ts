import type { Contract, InputOf, OutputOf } from '../../domain/contract/contract.ts';

/** A desk as its window calls it; a refusal throws. */
export interface Caller {
  must<P extends keyof Contract['sync']>(
    area: 'sync',
    procedure: P,
    input: InputOf<Contract['sync'][P]>,
  ): Promise<OutputOf<Contract['sync'][P]>>;
}

/** Lets a new computer join the school that is open at `host`, with the words as two people would type them. */
export async function letJoin(host: Caller, guest: Caller, deskLabel: string): Promise<void> {
  const { code } = await host.must('sync', 'openEnrolment', {});
  await guest.must('sync', 'join', { code, deskLabel, acceptFileKeychain: true });
  const present = await until(async () => {
    const look = await host.must('sync', 'enrolment', {});
    return look.step === 'words' ? look : undefined;
  });
  const joining = await until(async () => {
    const look = await guest.must('sync', 'joining', {});
    return look.step === 'words' ? look : undefined;
  });
  const typed = (words: readonly (string | null)[]): string[] => words.filter((word) => word !== null);
  await guest.must('sync', 'confirmJoin', { words: typed(present.words) });
  await host.must('sync', 'confirmEnrolment', { words: typed(joining.words) });
  await until(async () => {
    const look = await guest.must('sync', 'joining', {});
    if (look.step === 'failed') throw new Error(`joining failed: ${look.why}`);
    return look.step === 'done' ? look : undefined;
  });
}

/** Asks every 20 ms until there is an answer, at most 20 s. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not come about in 20 seconds');
}
