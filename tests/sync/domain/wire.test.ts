import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { batchHeader } from '../../../domain/sync/batch.ts';
import { blobText, plainOperation } from '../../../domain/sync/part.ts';
import * as wire from '../../../domain/sync/wire.ts';
import { canonicalJson } from '../../../domain/vault/canonical-json.ts';

it('has the shape that goes with its version: whoever changes it raises wireVersion, and then this hash', () => {
  const schemas = { ...wire, batchHeader, blobText, plainOperation };
  const shapes = Object.entries(schemas).flatMap(([name, value]) =>
    value instanceof z.ZodType ? [[name, z.toJSONSchema(value)]] : [],
  );
  const hash = createHash('sha256').update(canonicalJson(shapes)).digest('hex');
  expect({ version: wire.wireVersion, schemas: shapes.length, hash }).toMatchInlineSnapshot(`
    {
      "hash": "ca96706ba2990b804195656f0e29b315360e2898e4945b5bea050798b6db653b",
      "schemas": 20,
      "version": 1,
    }
  `);
});
