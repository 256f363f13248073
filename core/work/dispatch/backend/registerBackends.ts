import type { Logger } from 'pino';
import { splitBackendUrl } from '../../../comfy/http/credentials.ts';
import { SecretUnreadable } from '../../../comfy/http/explainFault.ts';
import type { NamedBackend } from '../../../comfy/namedBackends.ts';
import {
  noCredentials,
  openCredentials,
  type StoredCredentials,
  sealCredentials,
} from '../../../comfy/storedCredentials.ts';
import {
  type Database,
  inTransaction,
  isDuplicateEntry,
  type Transaction,
} from '../../../ground/db/connect.ts';
import { Backend, filmDeskUrl, Slot } from '../../../ground/db/models/backend.ts';
import { retryWrite } from '../../../ground/db/retryWrite.ts';
import { KeyMissing, type KeyRing } from '../../../ground/encryption/keyRing.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  keyRing: KeyRing;
}

type Row = Pick<Backend, 'id' | 'url' | 'fromEnvironment' | 'discoveredBy' | 'removedAt'> & StoredCredentials;

/**
 * Makes the pool match the environment: its new servers are added, and servers that it named before and does not name
 * now are removed and finish their tasks. One that a source found is the environment's from then on. Servers that an
 * administrator added or removed stay as they are; if the environment names a removed one, that is logged. The
 * dispatcher that starts last decides; one without the variable leaves the pool alone.
 */
export async function registerBackends(deps: Deps, named: readonly NamedBackend[]): Promise<void> {
  await retryWrite(deps, () => tryTwice(deps, named), new AbortController().signal);
}

/** Opens the film desk. Of several dispatchers that start at once, one inserts it. */
export async function registerFilmDesk({ database, clock }: Pick<Deps, 'database' | 'clock'>): Promise<void> {
  const row = { id: newId(), url: filmDeskUrl, name: 'films', labels: [], createdAt: clock.now() };
  await Backend.query(database).insert(row).onConflict('url').ignore();
}

/** Those of these addresses that stay out of the pool because an administrator removed them. */
export async function listRemovedByHand(database: Database, urls: readonly string[]): Promise<string[]> {
  if (urls.length === 0) return [];
  const rows = await Backend.query(database)
    .select('url')
    .whereIn('url', urls)
    .where({ fromEnvironment: false })
    .whereNull('discoveredBy')
    .whereNotNull('removedAt')
    .orderBy('url');
  return rows.map(({ url }) => url);
}

async function tryTwice(deps: Deps, named: readonly NamedBackend[]): Promise<void> {
  const replaceAll = () => inTransaction(deps.database, (trx) => replace(deps, trx, named));
  try {
    await replaceAll();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another dispatcher that started at the same moment has inserted it: now it is found.
    await replaceAll();
  }
}

/** All rows are locked, so that one of two dispatchers with different lists decides about every row. */
async function replace(deps: Deps, trx: Transaction, named: readonly NamedBackend[]): Promise<void> {
  const rows: Row[] = await Backend.query(trx)
    .select('id', 'url', 'fromEnvironment', 'discoveredBy', 'removedAt')
    .select('credentials', 'credentialsKind', 'credentialsFromEnvironment')
    .orderBy('id')
    .forUpdate();
  await forgetUnused(trx, rows);
  await hideSecrets(deps, trx, rows);
  if (named.length > 0) await replaceNamed(deps, trx, rows, named);
}

async function replaceNamed(
  { clock, logger, keyRing }: Deps,
  trx: Transaction,
  rows: readonly Row[],
  named: readonly NamedBackend[],
): Promise<void> {
  for (const row of rows) {
    const { id, url, fromEnvironment, discoveredBy, removedAt } = row;
    const entry = named.find((one) => one.url === url);
    const patch: Partial<Backend> = {};
    if (entry && discoveredBy !== null)
      Object.assign(patch, { fromEnvironment: true, discoveredBy: null, missingSince: null });
    else if (!fromEnvironment) {
      if (entry) warnOfAdministrators(logger, row, entry);
      continue;
    }
    if (entry) Object.assign(patch, changeCredentials(keyRing, row, entry));
    if (removedAt === null && !entry) {
      Object.assign(patch, { removedAt: clock.now() });
      logger.info(
        { backendId: id, url },
        'COMFYUI_URLS does not name a backend any more: it leaves the pool',
      );
    } else if (removedAt !== null && entry)
      Object.assign(patch, { removedAt: null, state: 'unknown', stateReason: null });
    if (Object.keys(patch).length > 0) await Backend.query(trx).findById(id).patch(patch);
  }
  for (const { url, credentials } of named.filter((one) => !rows.some((row) => row.url === one.url))) {
    const id = newId();
    const name = new URL(url).host.slice(0, 64);
    const createdAt = clock.now();
    const sealed = credentials
      ? sealCredentials(keyRing, id, credentials, { fromEnvironment: true })
      : noCredentials;
    await Backend.query(trx).insert({
      id,
      url,
      name,
      labels: [],
      fromEnvironment: true,
      createdAt,
      ...sealed,
    });
  }
}

function warnOfAdministrators(
  logger: Logger,
  { id, url, removedAt }: Row,
  { credentials }: NamedBackend,
): void {
  if (removedAt !== null)
    logger.warn(
      { backendId: id, url },
      'COMFYUI_URLS names a GPU server that an administrator removed: it stays out of the pool. POST /api/admin/backends with its address takes it back',
    );
  else if (credentials)
    logger.warn(
      { backendId: id, url },
      'the environment has credentials for a GPU server that an administrator added: they are not used. PATCH /api/admin/backends/{id} sets its credentials',
    );
}

/**
 * Credentials from the variable count; those that it gave before and does not give now are removed. An
 * administrator's credentials stay if the variable gives none.
 */
function changeCredentials(
  keyRing: KeyRing,
  row: Row,
  { credentials }: NamedBackend,
): Partial<StoredCredentials> {
  if (!credentials) return row.credentialsFromEnvironment ? noCredentials : {};
  const isKept = JSON.stringify(tryOpen(keyRing, row)) === JSON.stringify(credentials);
  if (isKept && row.credentialsFromEnvironment) return {};
  return sealCredentials(keyRing, row.id, credentials, { fromEnvironment: true });
}

function tryOpen(keyRing: KeyRing, row: Row) {
  try {
    return openCredentials(keyRing, row);
  } catch (error) {
    if (error instanceof SecretUnreadable) return undefined;
    throw error;
  }
}

/** A removed server needs no credentials once it has finished its tasks. */
async function forgetUnused(trx: Transaction, rows: readonly Row[]): Promise<void> {
  const removed = rows.filter(({ removedAt, credentials }) => removedAt !== null && credentials !== null);
  if (removed.length === 0) return;
  const ids = removed.map(({ id }) => id);
  const busy = new Set((await Slot.query(trx).whereIn('backendId', ids)).map(({ backendId }) => backendId));
  for (const row of removed.filter(({ id }) => !busy.has(id))) {
    await Backend.query(trx).findById(row.id).patch(noCredentials);
    Object.assign(row, noCredentials);
  }
}

/**
 * Takes user and password out of addresses, where earlier releases kept them, and encrypts with the first key what an
 * older one encrypted, so that the older one can leave `DATA_KEYS`.
 */
async function hideSecrets(deps: Deps, trx: Transaction, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    try {
      const patch = { ...moveFromUrl(deps, row, rows), ...encryptAnew(deps, row) };
      if (Object.keys(patch).length === 0) continue;
      await Backend.query(trx).findById(row.id).patch(patch);
      Object.assign(row, patch);
    } catch (err) {
      if (!(err instanceof KeyMissing) && !(err instanceof SecretUnreadable)) throw err;
      deps.logger.warn(
        { backendId: row.id, reason: err.message },
        'the credentials of a GPU server stay as they are',
      );
    }
  }
}

function moveFromUrl({ clock, keyRing }: Deps, row: Row, rows: readonly Row[]): Partial<Row> {
  const { url, credentials } = splitBackendUrl(row.url);
  if (!credentials) return {};
  // Addresses are unique: if the plain one is in the table, this row is an old one.
  if (rows.some((other) => other.url === url))
    return { url: `${url.slice(0, 200)}#${row.id}`, removedAt: row.removedAt ?? clock.now() };
  if (row.removedAt !== null) return { url };
  return { url, ...sealCredentials(keyRing, row.id, credentials, { fromEnvironment: row.fromEnvironment }) };
}

function encryptAnew({ keyRing }: Deps, row: Row): Partial<StoredCredentials> {
  if (row.credentials === null || keyRing.isCurrent(row.credentials)) return {};
  const credentials = openCredentials(keyRing, row);
  if (!credentials) return {};
  return sealCredentials(keyRing, row.id, credentials, { fromEnvironment: row.credentialsFromEnvironment });
}
