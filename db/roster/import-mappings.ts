import { eq } from 'drizzle-orm';
import { fileMapping, type FileMapping } from '../../domain/roster/file-mapping.ts';
import type { ReadableDb } from '../handles.ts';
import { importMapping } from './schema.ts';

/** How files with a certain header row are read. */
export interface StoredMapping {
  readonly headers: readonly string[];
  readonly mapping: FileMapping;
}

/**
 * The mappings that are remembered. One that a newer version of the application wrote and this one cannot read is left out:
 * its files are asked about anew.
 */
export function readImportMappings(db: ReadableDb): readonly StoredMapping[] {
  return db
    .select({ headers: importMapping.headers, mapping: importMapping.mapping })
    .from(importMapping)
    .where(eq(importMapping.status, 'active'))
    .all()
    .flatMap(({ headers, mapping }) => {
      const parsed = fileMapping.safeParse(JSON.parse(mapping));
      return parsed.success ? [{ headers, mapping: parsed.data }] : [];
    });
}
