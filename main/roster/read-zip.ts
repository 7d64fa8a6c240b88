import { crc32 } from 'node:zlib';
import { fromBufferPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl';
import { silentPulse, type Pulse } from '../../domain/roster/pulse.ts';
import type { FindingsCollector } from '../../domain/roster/findings.ts';
import { checkFileName } from './file-names.ts';
import type { PackageLimits } from './package-limits.ts';

export interface PackageFile {
  /** The plain file name; a name with a folder in it is refused. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Unpacks a zip in memory; nothing is written to disk.
 *
 * Names, encryption, sizes and ratio are looked at before a byte is unpacked, and the sizes again while unpacking,
 * because a zip may lie about them. Answers no file when there is a finding that refuses the package.
 */
export async function readZip(
  bytes: Uint8Array,
  limits: PackageLimits,
  findings: FindingsCollector,
  pulse: Pulse = silentPulse,
): Promise<readonly PackageFile[]> {
  let zip: ZipFile;
  try {
    // Names are decoded here: the library would answer a bad name with an error that only its text tells apart.
    zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      decodeStrings: false,
    });
  } catch {
    findings.add('zip-damaged');
    return [];
  }
  try {
    const entries = await listEntries(zip, limits, findings);
    if (findings.isRefused) return [];
    const files: PackageFile[] = [];
    let totalBytes = 0;
    for (const { name, entry } of entries) {
      if (pulse.isCancelled()) return [];
      const unpacked = await unpack(
        zip,
        entry,
        Math.min(limits.maxFileBytes, limits.maxTotalBytes - totalBytes),
      );
      if (unpacked === null) {
        findings.add('zip-damaged', { file: name });
        return [];
      }
      totalBytes += unpacked.byteLength;
      files.push({ name, bytes: unpacked });
    }
    return files;
  } catch {
    findings.add('zip-damaged');
    return [];
  } finally {
    zip.close();
  }
}

interface NamedEntry {
  readonly name: string;
  readonly entry: Entry;
}

async function listEntries(
  zip: ZipFile,
  limits: PackageLimits,
  findings: FindingsCollector,
): Promise<readonly NamedEntry[]> {
  const entries: NamedEntry[] = [];
  let totalBytes = 0;
  let count = 0;
  for await (const entry of zip.eachEntry()) {
    count += 1;
    if (count > limits.maxFiles) {
      findings.add('too-many-files', { expected: String(limits.maxFiles) });
      return entries;
    }
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    if (!checkFileName(name, findings)) continue;
    if (isSymbolicLink(entry)) findings.add('path-escapes', { file: name });
    if (entry.isEncrypted()) findings.add('zip-encrypted', { file: name });
    const { compressedSize, uncompressedSize } = entry;
    if (uncompressedSize > limits.maxFileBytes) {
      findings.add('file-too-large', { file: name, expected: megabytes(limits.maxFileBytes) });
    }
    if (uncompressedSize > limits.minRatioBytes && uncompressedSize > compressedSize * limits.maxRatio) {
      findings.add('zip-ratio', {
        file: name,
        value: `1 : ${Math.round(uncompressedSize / Math.max(1, compressedSize))}`,
      });
    }
    totalBytes += uncompressedSize;
    entries.push({ name, entry });
  }
  if (totalBytes > limits.maxTotalBytes) {
    findings.add('package-too-large', { expected: megabytes(limits.maxTotalBytes) });
  }
  return entries;
}

/** Null when the bytes are damaged or more than the entry declared. */
async function unpack(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Uint8Array | null> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let length = 0;
  let checksum = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) return null;
    length += chunk.length;
    if (length > maxBytes) return null;
    // The library does not look at the checksum.
    checksum = crc32(chunk, checksum);
    chunks.push(chunk);
  }
  return checksum === entry.crc32 ? Buffer.concat(chunks, length) : null;
}

/** The file type in the upper half of the attributes, as Unix writes it. */
function isSymbolicLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
