import { maxBundleLineBytes } from '../../domain/audit/bundle.ts';
import { createAuditVerifier, type AuditExpectations, type AuditReport } from '../../domain/audit/verify.ts';
import { sha256, verifyEd25519 } from './node-crypto.ts';

const lineFeed = 0x0a;

/** Verifies a bundle that comes in pieces of any length, such as a file's, in constant memory. */
export function verifyAuditBundle(
  chunks: Iterable<Uint8Array>,
  expected: AuditExpectations = {},
): AuditReport {
  const verifier = createAuditVerifier({ sha256, verify: verifyEd25519 }, expected);
  let rest = Buffer.alloc(0);
  for (const chunk of chunks) {
    const bytes =
      rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
      if (!verifier.line(bytes.subarray(start, end))) return verifier.end(new Uint8Array());
      start = end + 1;
    }
    // A copy: the caller may fill the same buffer again.
    rest = Buffer.from(bytes.subarray(start));
    // No line is this long; reading on would only fill the memory.
    if (rest.length > maxBundleLineBytes) {
      verifier.line(rest);
      return verifier.end(new Uint8Array());
    }
  }
  return verifier.end(rest);
}
