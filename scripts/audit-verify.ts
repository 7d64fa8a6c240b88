import { Command } from 'commander';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { fromBase64 } from '../domain/audit/bytes.ts';
import { parseCheckpoint, parseWitnessKey } from '../domain/audit/checkpoint.ts';
import { reportSentence } from '../domain/audit/report-sentence.ts';
import type { AuditExpectations, AuditReport } from '../domain/audit/verify.ts';
import { sha256 } from '../main/audit/node-crypto.ts';
import { verifyAuditBundle } from '../main/audit/verify-bundle.ts';

interface Options {
  readonly key?: string;
  readonly head?: string;
  readonly witness?: string;
  readonly maxUnwitnessed: string;
  readonly json?: true;
}

const program = new Command('audit:verify')
  .description(
    'Verifies an audit bundle offline, without any secret. Ends with 0 only when the log is intact.',
  )
  .argument('<bundle>', 'the bundle file')
  .option('--key <base64>', "the desk's audit public key, from a source other than the bundle")
  .option('--head <file>', 'a signed head seen before, such as a printed one: shows a rollback or a fork')
  .option('--witness <key>', 'the public key of the witness, as name+keyid+base64')
  .option('--max-unwitnessed <entries>', 'entries at the end that the witness need not have seen', '0')
  .option('--json', 'print the report as JSON')
  // 1 says that the log is not intact, and nothing else does.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action((path: string, options: Options) => {
    const report = verifyAuditBundle(fileChunks(path), toExpectations(options));
    console.log(options.json ? JSON.stringify(report, null, 2) : reportToText(report));
    process.exitCode = report.verdict === 'intact' ? 0 : 1;
  });

try {
  program.parse();
} catch (cause) {
  if (!(cause instanceof Error)) throw cause;
  program.error(`Nothing was verified. ${cause.message}`);
}

function toExpectations({ key, head, witness, maxUnwitnessed }: Options): AuditExpectations {
  const publicKey = key === undefined ? undefined : fromBase64(key);
  if (key !== undefined && publicKey?.length !== 32) throw new Error('--key takes 32 bytes in base64.');
  const note = head === undefined ? undefined : parseCheckpoint(readFileSync(head, 'utf8'));
  if (note?.ok === false) throw new Error('The file after --head holds no signed head.');
  const witnessKey = witness === undefined ? undefined : parseWitnessKey(sha256, witness);
  if (witness !== undefined && witnessKey === undefined)
    throw new Error('--witness takes name+keyid+base64.');
  if (!/^\d{1,15}$/.test(maxUnwitnessed)) throw new Error('--max-unwitnessed takes a whole number.');
  return {
    ...(publicKey && { publicKey }),
    ...(note && { head: note.value }),
    ...(witnessKey && { witness: { ...witnessKey, maxUnwitnessed: Number(maxUnwitnessed) } }),
  };
}

function* fileChunks(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1024 * 1024);
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function reportToText(report: AuditReport): string {
  const { verdict, entries, redacted, root, witnessedTo, isKeyConfirmed } = report;
  const lines = [`${verdict.toUpperCase()}: ${reportSentence(report)}`];
  if (report.log)
    lines.push(
      `Log: school ${report.log.school}, desk ${report.log.desk}, incarnation ${report.log.incarnation}`,
    );
  lines.push(`Read: ${entries} entries, ${redacted} of them redacted. Root: ${root}`);
  lines.push(
    witnessedTo === null
      ? `Signed to ${report.signedTo}. No witness was given: countersignatures were not looked at.`
      : `Signed to ${report.signedTo}, witnessed to ${witnessedTo}.`,
  );
  if (!isKeyConfirmed) {
    lines.push(
      'The key came with the bundle: compare it with the one on the security screen, or give it with --key.',
    );
  }
  lines.push(
    "What this cannot show: whoever holds the desk's key can still change what no witness and no printed head has seen.",
  );
  return lines.join('\n');
}
