import type { Messages } from './catalogue.ts';
import { errorMessagesEs } from './error-messages.es.ts';
import { appMessagesEs } from './messages.es.ts';
import { attendanceMessagesEs } from '../attendance/messages.es.ts';
import { auditMessagesEs } from '../audit/messages.es.ts';
import { backupMessagesEs } from '../backup/messages.es.ts';
import { componentMessagesEs } from '../components/messages.es.ts';
import { counterMessagesEs } from '../counter/messages.es.ts';
import { fieldMessagesEs } from '../conflicts/field-messages.es.ts';
import { conflictMessagesEs } from '../conflicts/messages.es.ts';
import { deskMessagesEs } from '../desk/messages.es.ts';
import { rosterMessagesEs } from '../roster/messages.es.ts';
import { securityMessagesEs } from '../security/messages.es.ts';
import { settingsMessagesEs } from '../settings/messages.es.ts';
import { studentMessagesEs } from '../students/messages.es.ts';
import { alarmMessagesEs } from '../sync/alarm-messages.es.ts';
import { syncMessagesEs } from '../sync/messages.es.ts';
import { peopleMessagesEs } from '../users/messages.es.ts';
import { absenceMessagesEs } from '../absence/messages.es.ts';
import { weekMessagesEs } from '../attendance/week-messages.es.ts';
import { mappingMessagesEs } from '../roster/mapping-messages.es.ts';
import { exportsMessagesEs } from '../exports/messages.es.ts';

/** The window's texts in Spanish. Who has reviewed them stands in docs/languages.md. */
export const spanish: Messages = {
  ...errorMessagesEs,
  ...appMessagesEs,
  ...attendanceMessagesEs,
  ...auditMessagesEs,
  ...backupMessagesEs,
  ...componentMessagesEs,
  ...counterMessagesEs,
  ...fieldMessagesEs,
  ...conflictMessagesEs,
  ...deskMessagesEs,
  ...rosterMessagesEs,
  ...securityMessagesEs,
  ...settingsMessagesEs,
  ...studentMessagesEs,
  ...alarmMessagesEs,
  ...syncMessagesEs,
  ...peopleMessagesEs,
  ...absenceMessagesEs,
  ...weekMessagesEs,
  ...mappingMessagesEs,
  ...exportsMessagesEs,
};
