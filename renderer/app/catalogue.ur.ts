import type { Messages } from './catalogue.ts';
import { appMessagesUr } from './messages.ur.ts';
import { attendanceMessagesUr } from '../attendance/messages.ur.ts';

/** The window's texts in Urdu. Who has reviewed them stands in docs/languages.md. */
export const urdu: Messages = { ...appMessagesUr, ...attendanceMessagesUr };
