import type { ApiClient } from '@star-graph/client/client';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { Clock } from '@star-graph/core/ground/runtime/clock';

/** The catalogue, at most half a minute old: every typed letter asks for it. */
export interface CatalogueCache {
  listModels(client: ApiClient): Promise<ModelView[]>;
  listWorkflows(client: ApiClient): Promise<WorkflowView[]>;
  listStyles(client: ApiClient): Promise<StyleView[]>;
  /** Whether the console opens in Discord. */
  opensInDiscord(client: ApiClient): Promise<boolean>;
}

const freshMs = 30_000;
const pagesAtMost = 20;

export function createCatalogueCache(deps: { clock: Clock }): CatalogueCache {
  return {
    listModels: remember(deps.clock, (client) => readAll((query) => client.listModels({ query }))),
    listWorkflows: remember(deps.clock, (client) => readAll((query) => client.listWorkflows({ query }))),
    listStyles: remember(deps.clock, async (client) => (await client.listStyles()).items),
    opensInDiscord: remember(deps.clock, async (client) => (await client.getStatus()).activity !== undefined),
  };
}

type ReadPage<Item> = (query: { limit: number; cursor?: string }) => Promise<{
  items: Item[];
  nextCursor: string | null;
}>;

async function readAll<Item>(readPage: ReadPage<Item>): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < pagesAtMost && cursor !== null; page++) {
    const { items, nextCursor } = await readPage({ limit: 100, ...(cursor ? { cursor } : {}) });
    all.push(...items);
    cursor = nextCursor;
  }
  return all;
}

/** Simultaneous calls share one answer; a failure is not cached. */
function remember<Answer>(clock: Clock, read: (client: ApiClient) => Promise<Answer>) {
  let known: { untilMs: number; answer: Promise<Answer> } | undefined;
  return (client: ApiClient): Promise<Answer> => {
    if (known && clock.monotonicMs() < known.untilMs) return known.answer;
    const asked = { untilMs: clock.monotonicMs() + freshMs, answer: read(client) };
    known = asked;
    asked.answer.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked.answer;
  };
}
