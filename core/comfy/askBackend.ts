import { pino } from 'pino';
import type { Clock } from '../ground/runtime/clock.ts';
import { type ComfyClient, ComfyFault } from './comfy.ts';
import { createComfyClient } from './comfyClient.ts';
import { noAccess } from './http/access.ts';
import { toHeaders } from './http/credentials.ts';
import type { BackendNetwork } from './http/network.ts';
import type { NamedBackend } from './namedBackends.ts';

/** A client for questions outside of a dispatcher, which logs nothing. */
export function createAskingClient(
  { clock, network }: { clock: Clock; network: BackendNetwork },
  { url, credentials }: NamedBackend,
): ComfyClient {
  const access = credentials ? { kind: credentials.kind, headers: toHeaders(credentials) } : noAccess;
  const logger = pino({ level: 'silent' });
  return createComfyClient({ clock, logger }, { url, network, readAccess: async () => access });
}

/**
 * Asks a server once, by HTTP and for its socket, as a dispatcher would.
 * @returns why it cannot be used now, in a sentence that shows no secret; undefined when it can.
 */
export async function askBackend(
  deps: { clock: Clock; network: BackendNetwork },
  backend: NamedBackend,
): Promise<string | undefined> {
  const client = createAskingClient(deps, backend);
  try {
    await client.probe();
    await client.connect();
    return undefined;
  } catch (error) {
    if (!(error instanceof ComfyFault)) throw error;
    return client.explain(error);
  } finally {
    await client.close();
  }
}
