import { createHash, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verifyAuditBundle } from '../../main/audit/verify-bundle.ts';
import { assert } from '../../domain/result.ts';
import { measureInTurn } from './measure.ts';

// A process of its own, as the auditor's is: `verify-process.ts <bundle> <rounds>` prints the times as JSON.

const [path, rounds] = process.argv.slice(2);
assert(path !== undefined && rounds !== undefined, 'a bundle and a number of rounds are given');
const bundle = readFileSync(path);
const times = await measureInTurn(Number(rounds), {
  hashOnly: {
    run: () => {
      hashLines(bundle);
    },
  },
  verify: {
    run() {
      assert(verifyAuditBundle([bundle]).verdict === 'intact', 'the bundle is intact');
    },
  },
});
console.log(JSON.stringify({ verifyMs: times.verify.medianMs, hashOnlyMs: times.hashOnly.medianMs }));

/** The least that any verifier does: find the lines and hash each once. */
function hashLines(bytes: Buffer): void {
  const last = createHash('sha256');
  for (let start = 0, end = bytes.indexOf(10); end !== -1; start = end + 1, end = bytes.indexOf(10, start)) {
    last.update(hash('sha256', bytes.subarray(start, end), 'buffer'));
  }
  last.digest();
}
