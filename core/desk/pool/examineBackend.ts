import type { BackendInventory } from '@star-graph/workflows/models/requirements';
import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import { splitBackendUrl } from '../../comfy/http/credentials.ts';
import { SecretUnreadable } from '../../comfy/http/explainFault.ts';
import type { BackendNetwork } from '../../comfy/http/network.ts';
import { openCredentials } from '../../comfy/storedCredentials.ts';
import type { Database } from '../../ground/db/connect.ts';
import type { KeyRing } from '../../ground/encryption/keyRing.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { Catalogue } from '../../library/catalogue/catalogue.ts';
import { readModelSettings } from '../../library/catalogue/modelSettings.ts';
import { type Examination, examineServer } from '../doctor/examineServer.ts';
import { requireBackend } from './backends.ts';
import { parseBackendUrl } from './backendUrl.ts';

interface Deps {
  database: Database;
  clock: Clock;
  keyRing: KeyRing;
  network: BackendNetwork;
  catalogue: Pick<Catalogue, 'listOffered'>;
}

export interface ExaminedServer {
  url: string;
  examination: Examination;
}

/** The longest that somebody waits for the answer. */
const limitMs = 60_000;

/**
 * Looks at a server that need not be in the pool, with the workflows on offer. @throws Problem `invalid-params` for an
 * address where no GPU server may be.
 */
export async function examineAddress(
  deps: Deps,
  asked: { url: string; credentials?: BackendCredentials | undefined },
): Promise<ExaminedServer> {
  const url = await parseBackendUrl(asked.url);
  return { url, examination: await examine(deps, { url, credentials: asked.credentials }, {}) };
}

/** With the credentials and the marks of its row. @throws Problem `not-found`. */
export async function examineBackend(deps: Deps, id: string): Promise<ExaminedServer> {
  const { backend, marks } = await requireBackend(deps.database, id);
  // Rows of earlier releases may have a password in the address.
  const { url, credentials: inUrl } = splitBackendUrl(backend.url);
  try {
    const credentials = openCredentials(deps.keyRing, backend) ?? inUrl;
    const unfit = marks.map(({ models }) => models);
    return { url, examination: await examine(deps, { url, credentials }, { unfit }) };
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
    return { url, examination: { fault: error.message } };
  }
}

async function examine(
  deps: Deps,
  { url, credentials }: { url: string; credentials: BackendCredentials | undefined },
  marks: Pick<BackendInventory, 'unfit'>,
): Promise<Examination> {
  const [workflows, { fileNames }] = await Promise.all([
    deps.catalogue.listOffered(),
    readModelSettings(deps.database),
  ]);
  const backend = { url, ...(credentials && { credentials }) };
  const known = { ...marks, fileNames };
  return examineServer(deps, backend, { workflows, known }, AbortSignal.timeout(limitMs));
}
