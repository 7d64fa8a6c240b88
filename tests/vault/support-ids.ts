import type { SchoolId } from '../../domain/ids.ts';

// Apart from support.ts, which needs the test runner: a script of its own process uses these too.
export const schoolA = 'a'.repeat(32) as SchoolId;
export const schoolB = 'b'.repeat(32) as SchoolId;
