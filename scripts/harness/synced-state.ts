import { parseVersions, rowKey, subjectOf, versionOf } from '../../db/changes/write-change.ts';
import { tableShapes } from '../../db/changes/tables.ts';
import { writtenFields } from '../../db/sync/records.ts';
import type { OpenSchool } from '../../main/desk/desk.ts';

/** Everything that is synced, in clear and in one order: the same on every desk that has taken in the same changes. */
export function syncedState({ connection, unitParts }: OpenSchool): string {
  const ordinals = new Map(
    connection
      .prepare<[], [number, Buffer, number]>('SELECT ordinal, id, incarnation FROM "desk"')
      .raw()
      .all()
      .map(([ordinal, id, incarnation]) => [ordinal, `${id.toString('hex')}/${incarnation}`]),
  );
  const clear = (version: string): string => {
    const [hlc, ordinal, seq] = version.split('.');
    return `${hlc} ${ordinals.get(Number(ordinal))} ${seq}`;
  };
  const tables = [...tableShapes.values()].map((shape) => {
    const rows = unitParts.db.select(shape.columns).from(shape.definition.table).all() as Record<
      string,
      unknown
    >[];
    const lines = rows.map((row) => {
      const isRecord = shape.definition.kind === 'record';
      const versionFor = (field: string): string =>
        isRecord
          ? versionOf(parseVersions(String(row['versions'])), field)
          : `${String(row['hlc'])}.${String(row['desk'])}.${String(row['seq'])}`;
      const fields = (isRecord ? writtenFields(shape) : Object.keys(shape.columns)).map((field) => {
        const stored = row[field];
        const value =
          stored instanceof Uint8Array
            ? unitParts.fields.open(
                subjectOf(shape, row),
                { table: shape.name, column: field, row: rowKey(shape, row), version: versionFor(field) },
                stored,
              )
            : stored;
        return [field, value, isRecord ? clear(versionFor(field)) : ''];
      });
      return JSON.stringify([rowKey(shape, row), fields]);
    });
    return [shape.name, lines.toSorted()];
  });
  const heads = connection
    .prepare<[], [string, string, string, string]>(
      `SELECT tbl, key, field, hlc || '.' || desk || '.' || seq FROM field_head`,
    )
    .raw()
    .all()
    .map(([table, key, field, version]) => `${table} ${key} ${field} ${clear(version)}`);
  return JSON.stringify([tables, heads.toSorted()], null, 1);
}
