import { createHash } from 'node:crypto';
import { type WorkflowView, workflowSchema } from '@star-graph/contract/catalogue/workflows';
import type { Redis } from '@star-graph/core/ground/redis/createRedis';
import type { LiveSettings } from '@star-graph/core/ground/settings/liveSettings';
import type { Catalogue } from '@star-graph/core/library/catalogue/catalogue';
import type { Logger } from 'pino';
import { version } from '../../version.ts';
import { presentWorkflow } from './presentWorkflow.ts';

/** The workflows as `GET workflows` shows them. */
export interface WorkflowListing {
  read(): Promise<readonly WorkflowView[]>;
}

/** A revision without readers is dropped. */
const keptSeconds = 3_600;

/**
 * Made once for each revision of the catalogue, price level and measured speeds, in memory and in Redis, where other processes find it: comparing every
 * workflow with every backend and describing its parameters is too much for each request, and for each process after
 * each change of the pool. Without Redis each process makes its own.
 */
export function createWorkflowListing(deps: {
  catalogue: Catalogue;
  settings: Pick<LiveSettings, 'read'>;
  redis: Redis;
  prefix: string;
  log: Pick<Logger, 'debug'>;
}): WorkflowListing {
  let made: { name: string; items: Promise<readonly WorkflowView[]> } | undefined;
  return {
    async read() {
      const revision = await readRevision(deps.catalogue);
      const { PRICE_PERCENT: pricePercent } = await deps.settings.read();
      const name = `${revision}:${pricePercent}`;
      if (made?.name !== name) made = { name, items: findOrMake(deps, revision, pricePercent) };
      const { items } = made;
      items.catch(() => {
        if (made?.items === items) made = undefined;
      });
      return items;
    },
  };
}

type Deps = Parameters<typeof createWorkflowListing>[0];

async function readRevision(catalogue: Catalogue): Promise<string> {
  const [revision, speeds] = await Promise.all([catalogue.readRevision(), catalogue.readSpeeds()]);
  return createHash('sha256').update(`${revision} ${speeds}`).digest('base64url');
}

async function findOrMake(
  deps: Deps,
  revision: string,
  pricePercent: number,
): Promise<readonly WorkflowView[]> {
  const key = `${deps.prefix}catalogue:${version}:${revision}:${pricePercent}`;
  const kept = await deps.redis.get(key).catch((err: unknown) => {
    deps.log.debug({ err }, 'the catalogue could not be read from Redis');
    return null;
  });
  const known = kept === null ? undefined : workflowSchema.array().safeParse(JSON.parse(kept));
  if (known?.success) return known.data;
  const items = await make(deps.catalogue, pricePercent);
  // Later pool changes belong to another revision.
  if ((await readRevision(deps.catalogue)) === revision)
    await deps.redis.set(key, JSON.stringify(items), 'EX', keptSeconds).catch((err: unknown) => {
      deps.log.debug({ err }, 'the catalogue could not be kept in Redis');
    });
  return items;
}

async function make(catalogue: Catalogue, pricePercent: number): Promise<WorkflowView[]> {
  const [listed, entries] = await Promise.all([catalogue.listWorkflows(), catalogue.readEntries()]);
  return Promise.all(
    listed.map(async (item) =>
      presentWorkflow(item, { options: await catalogue.listOptions(item.workflow), entries }, pricePercent),
    ),
  );
}
