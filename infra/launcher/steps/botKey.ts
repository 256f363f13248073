import { createClient } from '@star-graph/client/client';
import { LaunchFailure } from '../failure.ts';

const timeoutMs = 10_000;

/**
 * A working service key: the kept one, or a new one made as the administrator.
 * @throws LaunchFailure when there is neither.
 */
export async function ensureServiceKey(
  baseUrl: string,
  /** Undefined if the administrator cannot be signed in. */
  admin: { username: string; password: string } | undefined,
  kept: string | undefined,
): Promise<string> {
  if (kept !== undefined && (await works(baseUrl, kept))) return kept;
  if (!admin)
    throw new LaunchFailure(
      'The bot needs a service key and the administrator cannot be signed in to make one. Make one by POST /api/admin/service-keys and set STAR_GRAPH_SERVICE_KEY.',
    );
  const signIn = await createClient({ baseUrl }).login({ body: admin }, { timeoutMs });
  const headers = async () => ({ Authorization: `Bearer ${signIn.accessToken}` });
  const client = createClient({ baseUrl, credentials: { headers, renew: async () => false } });
  const { key } = await client.adminCreateServiceKey({ body: { name: 'Discord bot' } }, { timeoutMs });
  return key;
}

/** Only a service key may call this; public operations also answer a revoked key. */
const probe = '/api/v1/guilds/100000000000000000/policy';

/** A key that was revoked, or belongs to another database, is refused. */
async function works(baseUrl: string, key: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${key}` };
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(`${baseUrl}${probe}`, { headers, signal });
  await response.body?.cancel();
  return response.ok;
}
