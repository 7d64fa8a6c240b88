import type { Messages } from './catalogue.ts';
import { appMessagesEs } from './messages.es.ts';
import { attendanceMessagesEs } from '../attendance/messages.es.ts';

/** The window's texts in Spanish. Who has reviewed them stands in docs/languages.md. */
export const spanish: Messages = { ...appMessagesEs, ...attendanceMessagesEs };
