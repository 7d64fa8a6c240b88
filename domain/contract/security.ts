import { z } from 'zod';
import { procedure } from './procedure.ts';

/** This computer's protection, as it is. */
export const securityProcedures = {
  status: procedure({
    kind: 'query',
    summary: "Says how this computer protects the school's records, and what is weak.",
    states: ['signed-in'],
    permission: 'security.see',
    scope: 'school',
    audits: { action: 'view', record: 'security' },
    errors: [],
    input: z.strictObject({}),
    output: z.strictObject({
      keychain: z.enum(['os', 'file']),
      window: z.enum(['electron', 'chromium']),
      cipher: z.string(),
      argon2: z.strictObject({ memoryMiB: z.int(), passes: z.int(), lanes: z.int() }),
      idleMinutes: z.int(),
      sessionHours: z.int(),
      fieldKeyQuarter: z.string(),
      masterKeyGeneration: z.int(),
      auditSize: z.int(),
      auditRoot: z.string(),
      lastCheckpointAtMs: z.number().nullable(),
      lastBackupAtMs: z.number().nullable(),
      failedSignInsLastWeek: z.int(),
      journalProblems: z.int(),
      storeBytes: z.int(),
    }),
  }),
} as const;
