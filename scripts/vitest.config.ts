import { defineConfig } from 'vitest/config';

// oxlint-disable-next-line import/no-default-export -- the tool reads the default export
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ['tests/**/*.test.ts'],
    // Argon2, real stores and real windows: two cores, so few at once.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test that is left out or left alone is a failure, not a habit.
    allowOnly: false,
    passWithNoTests: false,
  },
});
