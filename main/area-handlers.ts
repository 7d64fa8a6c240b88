import { absenceHandlers } from './absence/handlers.ts';
import { attendanceHandlers } from './attendance/handlers.ts';
import { auditHandlers } from './audit/handlers.ts';
import { backupHandlers } from './backup/handlers.ts';
import { counterHandlers } from './counter/handlers.ts';
import { deskHandlers } from './desk/handlers.ts';
import { exportHandlers } from './exports/handlers.ts';
import type { Handlers } from './gate/handlers.ts';
import { rosterHandlers } from './roster/handlers.ts';
import { securityHandlers } from './security/handlers.ts';
import { studentHandlers } from './students/handlers.ts';
import { syncHandlers } from './sync/handlers.ts';
import { userHandlers } from './users/handlers.ts';

/** Who answers each procedure of the contract. */
export const areaHandlers: Handlers = {
  desk: deskHandlers,
  students: studentHandlers,
  attendance: attendanceHandlers,
  counter: counterHandlers,
  absence: absenceHandlers,
  users: userHandlers,
  roster: rosterHandlers,
  audit: auditHandlers,
  backup: backupHandlers,
  exports: exportHandlers,
  security: securityHandlers,
  sync: syncHandlers,
};
