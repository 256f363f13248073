import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../db/connect.ts';
import { Backend } from '../db/models/backend.ts';
import { newId } from '../ids.ts';
import { persist } from './patience.ts';

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

/**
 * Makes the servers that the environment names those of the pool that came from there: new ones are added, ones that
 * it named before and does not name now are removed, and finish what they have. What an administrator added or
 * removed stays as it is. The dispatcher that starts last decides; one that names none leaves the pool alone.
 */
export async function registerBackends(deps: Deps, urls: readonly string[]): Promise<void> {
  const named = [...new Set(urls.map(normalizeUrl))];
  if (named.length === 0) return;
  await persist(deps, () => replaceNamed(deps, named), new AbortController().signal);
}

const normalizeUrl = (text: string): string => new URL(text).href.replace(/\/+$/, '');

async function replaceNamed(deps: Deps, named: readonly string[]): Promise<void> {
  try {
    await inTransaction(deps.database, (trx) => replace(deps, trx, named));
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another dispatcher that started at the same moment put one there: now it is found.
    await inTransaction(deps.database, (trx) => replace(deps, trx, named));
  }
}

/** All rows are locked, so that of two dispatchers with different lists one has the last word about every row. */
async function replace({ clock, logger }: Deps, trx: Transaction, named: readonly string[]): Promise<void> {
  const rows = await Backend.query(trx)
    .select('id', 'url', 'fromEnvironment', 'removedAt')
    .orderBy('id')
    .forUpdate();
  for (const { id, url, removedAt } of rows.filter((row) => row.fromEnvironment)) {
    if (removedAt === null && !named.includes(url)) {
      await Backend.query(trx).findById(id).patch({ removedAt: clock.now() });
      logger.info(
        { backendId: id, url },
        'COMFYUI_URLS does not name a backend any more: it leaves the pool',
      );
    } else if (removedAt !== null && named.includes(url)) {
      await Backend.query(trx).findById(id).patch({ removedAt: null, state: 'unknown' });
    }
  }
  const missing = named.filter((url) => !rows.some((row) => row.url === url));
  for (const url of missing) {
    const name = new URL(url).host.slice(0, 64);
    const createdAt = clock.now();
    await Backend.query(trx).insert({ id: newId(), url, name, labels: [], fromEnvironment: true, createdAt });
  }
}
