import type { Messages } from './catalogue.ts';
import { errorMessagesUr } from './error-messages.ur.ts';
import { appMessagesUr } from './messages.ur.ts';
import { attendanceMessagesUr } from '../attendance/messages.ur.ts';
import { auditMessagesUr } from '../audit/messages.ur.ts';
import { backupMessagesUr } from '../backup/messages.ur.ts';
import { componentMessagesUr } from '../components/messages.ur.ts';
import { counterMessagesUr } from '../counter/messages.ur.ts';
import { fieldMessagesUr } from '../conflicts/field-messages.ur.ts';
import { conflictMessagesUr } from '../conflicts/messages.ur.ts';
import { deskMessagesUr } from '../desk/messages.ur.ts';
import { rosterMessagesUr } from '../roster/messages.ur.ts';
import { securityMessagesUr } from '../security/messages.ur.ts';
import { settingsMessagesUr } from '../settings/messages.ur.ts';
import { studentMessagesUr } from '../students/messages.ur.ts';
import { alarmMessagesUr } from '../sync/alarm-messages.ur.ts';
import { syncMessagesUr } from '../sync/messages.ur.ts';
import { peopleMessagesUr } from '../users/messages.ur.ts';
import { absenceMessagesUr } from '../absence/messages.ur.ts';
import { weekMessagesUr } from '../attendance/week-messages.ur.ts';
import { mappingMessagesUr } from '../roster/mapping-messages.ur.ts';
import { exportsMessagesUr } from '../exports/messages.ur.ts';

/** The window's texts in Urdu. Who has reviewed them stands in docs/languages.md. */
export const urdu: Messages = {
  ...errorMessagesUr,
  ...appMessagesUr,
  ...attendanceMessagesUr,
  ...auditMessagesUr,
  ...backupMessagesUr,
  ...componentMessagesUr,
  ...counterMessagesUr,
  ...fieldMessagesUr,
  ...conflictMessagesUr,
  ...deskMessagesUr,
  ...rosterMessagesUr,
  ...securityMessagesUr,
  ...settingsMessagesUr,
  ...studentMessagesUr,
  ...alarmMessagesUr,
  ...syncMessagesUr,
  ...peopleMessagesUr,
  ...absenceMessagesUr,
  ...weekMessagesUr,
  ...mappingMessagesUr,
  ...exportsMessagesUr,
};
