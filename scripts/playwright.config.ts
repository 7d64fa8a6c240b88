import { defineConfig } from '@playwright/test';

// oxlint-disable-next-line import/no-default-export -- the tool reads the default export
export default defineConfig({
  testDir: '../tests/e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: '../out/test/window',
  // The alias' types in the other tsconfigs would be loaded as code.
  tsconfig: '../tsconfig.base.json',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  reporter: 'list',
});
