import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../domain/result.ts';

/** A region as it is declared: a country, and where it matters a part of it, such as `us-ca`. */
export const regionName = z
  .string()
  .regex(
    /^[a-z]{2}(-[a-z0-9]{1,12})*$/,
    'is a country in two lower-case letters, with parts after dashes: us-ca',
  );

const port = z.coerce
  .number()
  .int('is a port number')
  .min(0, 'is a port number')
  .max(65535, 'is a port number');
const positive = z.coerce.number().int('is a whole number').min(1, 'is at least 1');

/**
 * The server's configuration. It holds no secret, and takes no key that is not here: secrets are files of the data folder, made by `init`.
 */
const configSchema = z.strictObject({
  /** Where everything lies that the server keeps. */
  dataFolder: z.string().min(1, 'names a folder'),
  /** Where this data may be stored. `init` writes it into the data folder; another one is refused at start (S6). */
  region: regionName,
  host: z.string().min(1).default('0.0.0.0'),
  port: port.default(8443),
  /** The listener for Prometheus speaks plain HTTP, so it is on this computer only (A3). */
  metricsHost: z
    .enum(['127.0.0.1', '::1'], 'is 127.0.0.1 or ::1: nothing plain leaves this computer')
    .default('127.0.0.1'),
  metricsPort: port.default(9464),
  /** Less free space than this, in MiB, and nothing more is taken. */
  minFreeMib: z.coerce.number().int().min(0).default(512),
  /** How many channels' files are open at a time. */
  openChannels: positive.default(64),
  deskRequestsPerMinute: positive.default(1200),
  /** Tries without a valid proof, code or letter box, from one address in 10 minutes. */
  strangerTries: positive.default(60),
});
export type ServerConfig = z.output<typeof configSchema>;

const environmentNames: Readonly<Record<keyof ServerConfig, string>> = {
  dataFolder: 'ROLLKEEP_DATA_FOLDER',
  region: 'ROLLKEEP_REGION',
  host: 'ROLLKEEP_HOST',
  port: 'ROLLKEEP_PORT',
  metricsHost: 'ROLLKEEP_METRICS_HOST',
  metricsPort: 'ROLLKEEP_METRICS_PORT',
  minFreeMib: 'ROLLKEEP_MIN_FREE_MIB',
  openChannels: 'ROLLKEEP_OPEN_CHANNELS',
  deskRequestsPerMinute: 'ROLLKEEP_DESK_REQUESTS_PER_MINUTE',
  strangerTries: 'ROLLKEEP_STRANGER_TRIES',
};

/** What keeps the server from starting, in sentences for its operator. */
export interface ConfigError {
  readonly type: 'config-wrong';
  readonly sentences: readonly string[];
}

/** Reads the configuration from a JSON file, where one is named, and from the environment, which goes before. */
export function readConfig(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Result<ServerConfig, ConfigError> {
  const wrong = (...sentences: string[]): Result<never, ConfigError> =>
    err({ type: 'config-wrong', sentences });
  let fromFile: unknown = {};
  if (file !== undefined) {
    if (!existsSync(file)) return wrong(`The configuration file ${file} is not there.`);
    try {
      fromFile = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      // Where in the file is not said: the parser's message repeats what stands there.
      return wrong(`The configuration file ${file} is not JSON.`);
    }
  }
  const object = z.record(z.string(), z.unknown()).safeParse(fromFile);
  if (!object.success) return wrong(`The configuration file ${file} holds no JSON object.`);
  const fromEnvironment = Object.entries(environmentNames).flatMap(([key, name]) =>
    environment[name] === undefined ? [] : [[key, environment[name]]],
  );
  const parsed = configSchema.safeParse({ ...object.data, ...Object.fromEntries(fromEnvironment) });
  return parsed.success ? ok(parsed.data) : wrong(...parsed.error.issues.map(issueToSentence));
}

function issueToSentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `The configuration has no ${issue.keys.join(', ')}. A secret never stands in it: keys are files of the data folder.`;
  }
  const key = String(issue.path[0]);
  const names: Readonly<Record<string, string>> = environmentNames;
  const place = `\`${key}\` (${names[key]})`;
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return key === 'region'
      ? `${place} must say where this data may be stored: the server does not start without it.`
      : `${place} is missing.`;
  }
  return `${place}: ${issue.message}.`;
}
