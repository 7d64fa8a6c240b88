import { Command } from 'commander';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { evidenceFiles } from './evidence/files.ts';

// Writes what the evidence pack takes from the code: access points, stored fields, promises with their tests.

const root = resolve(import.meta.dirname, '..');

await new Command('evidence')
  .description('Generates docs/evidence/ from the code.')
  .option('--check', 'write nothing; end with 1 when a file does not match the code')
  .action(async ({ check }: { readonly check?: true }) => {
    for (const [path, text] of await evidenceFiles(root)) {
      const file = join(root, path);
      const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === text;
      if (isCurrent) continue;
      if (check) {
        console.error(`${path} does not match the code. Run npm run evidence.`);
        process.exitCode = 1;
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      console.log(`${path} written`);
    }
  })
  .parseAsync();
