import { customType } from 'drizzle-orm/sqlite-core';
import type { Id } from '../domain/ids.ts';

/** An id: 16 bytes in the store, 32 hex digits in the program. Half the size of text in every key and index. */
export const idColumn = <Kind extends string>(name: string) =>
  customType<{ data: Id<Kind>; driverData: Buffer | null }>({
    dataType: () => 'blob',
    // drizzle hands null to the encoder when a prepared statement's placeholder holds it.
    toDriver: (id: string | null) => (id === null ? null : Buffer.from(id, 'hex')),
    fromDriver: (bytes) => (bytes ?? Buffer.alloc(0)).toString('hex') as Id<Kind>,
  })(name);

/** Plain bytes: hashes, keys wrapped by other keys. */
export const bytesColumn = customType<{ data: Uint8Array; driverData: Buffer | null }>({
  dataType: () => 'blob',
  toDriver: (bytes: Uint8Array | null) =>
    bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  fromDriver: (bytes) => bytes ?? Buffer.alloc(0),
});

/** A sealed field envelope (SECURITY §4), written and opened only through a `FieldSealer`. */
export const sealedColumn = (name: string) => bytesColumn(name);
