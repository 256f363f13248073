import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type Database, isDuplicateEntry } from '../db/connect.ts';
import { Backend } from '../db/models/backend.ts';
import { newId } from '../ids.ts';
import { persist } from './patience.ts';

/**
 * Puts the servers that the environment names into the pool. One that is there already keeps what an administrator
 * made of it, removal included.
 * @throws Error for an address that is not one of an HTTP server.
 */
export async function registerBackends(
  deps: { database: Database; clock: Clock; logger: Logger },
  urls: readonly string[],
): Promise<void> {
  for (const url of urls.map(normalizeUrl))
    await persist(deps, () => register(deps, url), new AbortController().signal);
}

function normalizeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Error(
      `COMFYUI_URLS: "${text}" is not the address of an HTTP server, such as http://10.0.0.7:8188`,
    );
  return url.href.replace(/\/+$/, '');
}

async function register(
  { database, clock }: { database: Database; clock: Clock },
  url: string,
): Promise<void> {
  const known = await Backend.query(database).select('id').findOne({ url });
  if (known) return;
  try {
    const name = new URL(url).host.slice(0, 64);
    await Backend.query(database).insert({ id: newId(), url, name, labels: [], createdAt: clock.now() });
  } catch (error) {
    // Another dispatcher that starts at the same moment put it there.
    if (!isDuplicateEntry(error)) throw error;
  }
}
