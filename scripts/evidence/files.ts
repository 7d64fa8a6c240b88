import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { accessPointsText } from './access-points.ts';
import { promisesText } from './promise-tests.ts';
import { storedFieldsText } from './stored-fields.ts';

/** The generated files of the evidence pack: path below the root, and text as the formatter leaves it. */
export async function evidenceFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const texts = {
    'docs/evidence/access-points.md': accessPointsText(),
    'docs/evidence/stored-fields.md': storedFieldsText(),
    'docs/evidence/promises.md': promisesText(root),
  };
  const options = await resolveConfig(join(root, 'docs/evidence/promises.md'));
  const formatted = Object.entries(texts).map(async ([path, text]): Promise<[string, string]> => [
    path,
    await format(text, { ...options, parser: 'markdown' }),
  ]);
  return new Map(await Promise.all(formatted));
}
