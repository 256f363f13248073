import { isJsonObject, type Json, parseJson } from '../json.ts';
import type { PromptQueue } from '../promptQueue.ts';
import { type Exchange, PythonException, readBody, readJson, sendEmpty, sendJson } from './http.ts';
import { presentHistory, presentItem } from './presentItem.ts';
import type { Route } from './router.ts';

interface QueueRouteDeps {
  queue: PromptQueue;
  interrupt: () => void;
}

/** `/queue`, `/history`, `/interrupt` and `/free`. */
export function queueRoutes({ queue, interrupt }: QueueRouteDeps): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/queue',
      handle: (exchange) =>
        sendJson(exchange, 200, {
          queue_running: queue.running.map(presentItem),
          queue_pending: queue.pending.map(presentItem),
        }),
    },
    {
      method: 'POST',
      pattern: '/queue',
      async handle(exchange) {
        const body = await readObject(exchange);
        if (body.clear) queue.clearPending();
        for (const promptId of idsOf(body.delete)) queue.deletePending(promptId);
        sendEmpty(exchange);
      },
    },
    { method: 'GET', pattern: '/history', handle: (exchange) => listHistory(queue, exchange) },
    {
      method: 'GET',
      pattern: '/history/{prompt_id}',
      handle(exchange) {
        const promptId = exchange.params.prompt_id ?? '';
        const entry = queue.history.get(promptId);
        sendJson(exchange, 200, entry ? { [promptId]: presentHistory(entry) } : {});
      },
    },
    {
      method: 'POST',
      pattern: '/history',
      async handle(exchange) {
        const body = await readObject(exchange);
        if (body.clear) queue.history.clear();
        for (const promptId of idsOf(body.delete)) queue.history.delete(promptId);
        sendEmpty(exchange);
      },
    },
    {
      method: 'POST',
      pattern: '/interrupt',
      async handle(exchange) {
        const promptId = await interruptedId(exchange);
        // Nothing, null or an empty id is a global interrupt; a wrong id is none.
        if (!promptId || queue.running.some((item) => item.promptId === promptId)) interrupt();
        sendEmpty(exchange);
      },
    },
    {
      method: 'POST',
      pattern: '/free',
      async handle(exchange) {
        const body = await readObject(exchange);
        queue.setFlags({ unloadModels: Boolean(body.unload_models), freeMemory: Boolean(body.free_memory) });
        sendEmpty(exchange);
      },
    },
  ];
}

function listHistory(queue: PromptQueue, exchange: Exchange): void {
  const maxItems = integerQuery(exchange, 'max_items');
  const offset = integerQuery(exchange, 'offset') ?? -1;
  const entries = [...queue.history];
  // Without an offset the newest are meant.
  const from = offset < 0 && maxItems !== null ? Math.max(0, entries.length - maxItems) : Math.max(0, offset);
  const chosen = entries.slice(from, maxItems === null ? undefined : from + maxItems);
  sendJson(exchange, 200, Object.fromEntries(chosen.map(([id, entry]) => [id, presentHistory(entry)])));
}

function integerQuery(exchange: Exchange, name: string): number | null {
  const text = exchange.query.get(name);
  if (text === null) return null;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new PythonException(`invalid literal for int(): ${name}`);
  return Number(text);
}

async function readObject(exchange: Exchange): Promise<{ [key: string]: Json }> {
  const body = await readJson(exchange);
  if (!isJsonObject(body)) throw new PythonException('the body is not an object');
  return body;
}

function idsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

async function interruptedId(exchange: Exchange): Promise<unknown> {
  const text = (await readBody(exchange)).toString('utf8');
  try {
    const body = parseJson(text);
    return isJsonObject(body) ? body.prompt_id : null;
  } catch {
    // ComfyUI takes a body that is not JSON for none.
    return null;
  }
}
