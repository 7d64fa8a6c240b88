import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const renderer = join(import.meta.dirname, '../../renderer');

test('no form has a button that cannot be pressed and does not say why', () => {
  const silent = globSync('**/*.tsx', { cwd: renderer }).filter((file) =>
    /<Button\b[^<]*?type="submit"[^<]*?\sdisabled=/.test(readFileSync(join(renderer, file), 'utf8')),
  );
  expect(silent).toEqual([]);
});
