import {
  createServerClient,
  type ServerClient,
  type ServerClientOptions,
} from '../../main/sync/server-client.ts';
import type { ServerAddress } from '../../main/sync/pinned-agent.ts';
import { systemRandom } from '../../main/vault/random.ts';
import type { TestServer } from '../../scripts/harness/district-server.ts';
import type { WireDesk } from './wire-desk.ts';

/** How a desk knows a server. */
export function addressOf({ host, port, pin, facts }: TestServer): ServerAddress {
  return { host, port, pin, signingKey: facts.signingKey };
}

/** The application's client, for a hand-made desk. */
export function clientOf(
  by: WireDesk,
  address: ServerAddress,
  options: Partial<ServerClientOptions> = {},
): ServerClient {
  return createServerClient({
    address,
    channel: by.channel,
    identity: by,
    now: Date.now,
    random: systemRandom,
    onNewPin: () => undefined,
    ...options,
  });
}
