import type { Messages } from '../app/catalogue.ts';

/** Shared pieces of every screen. */
export const componentMessages = {
  'component.loading': 'Reading',
  'component.close': 'Close this message',
  'component.tryAgain': 'Try again',
  'component.cancel': 'Cancel',
  'component.cancelling': 'Stopping',
  'component.progress': '{done} of {total}',
  'component.progress.open': '{done} so far',
  'component.confirm.number': 'Type {number} to go on',
  'component.confirm.wrong': 'Type the number shown: {number}',
  'component.save.saving': 'Saving',
  'component.save.saved': 'Saved on this computer, {time}',
  'component.save.failed': 'Not saved',
  'component.print': 'Print',
  'component.sample': 'SAMPLE',
  'status.present': 'present',
  'status.late': 'late',
  'status.absent-explained': 'absent, explained',
  'status.absent-unexplained': 'absent, reason not known',
  'status.not-possible': 'could not attend',
  'status.not-taken': 'not taken',
} as const satisfies Messages;
