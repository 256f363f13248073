import { randomUUID } from 'node:crypto';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ProtocolFlavour } from '../config.ts';
import type { Faults } from '../execution/faults.ts';
import { pythonFloatOf, pythonStr } from '../graph/pythonText.ts';
import { type NodeErrors, type ValidationDeps, validatePrompt } from '../graph/validate.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { PromptQueue } from '../promptQueue.ts';
import { type Exchange, PythonException, readJson, sendJson } from './http.ts';
import type { Route } from './router.ts';

interface PromptRouteDeps {
  clock: Clock;
  protocol: ProtocolFlavour;
  validation: ValidationDeps;
  queue: PromptQueue;
  faults: Faults;
  crash: () => never;
}

/** A canonical UUID, the only form 0.33.0 takes. */
const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isCanonicalUuid(value: unknown): value is string {
  return typeof value === 'string' && canonicalUuid.test(value);
}

/** `POST /prompt` and the count at `GET /prompt`. */
export function promptRoutes(deps: PromptRouteDeps): Route[] {
  // Also used up by refused prompts.
  let counter = 0;

  const numberOf = (body: JsonObject): number => {
    if (body.number !== undefined) {
      const converted = pythonFloatOf(body.number);
      if ('error' in converted) throw new PythonException(converted.error);
      return Number(converted.value);
    }
    const number = body.front ? -counter : counter;
    counter += 1;
    return number;
  };

  const post = async (exchange: Exchange): Promise<void> => {
    const body = await readJson(exchange);
    if (!isJsonObject(body)) throw new PythonException('the body is not an object');
    const number = numberOf(body);
    if (body.prompt === undefined)
      return refuse(exchange, 'no_prompt', 'No prompt provided', 'No prompt provided');
    const promptId = promptIdOf(deps.protocol, body);
    if (promptId === null) {
      return refuse(
        exchange,
        'invalid_prompt_id',
        'prompt_id must be a valid UUID',
        'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one',
      );
    }
    const targets = Array.isArray(body.partial_execution_targets)
      ? body.partial_execution_targets.map(pythonStr)
      : null;
    const verdict = validatePrompt(deps.validation, body.prompt, targets);
    if (verdict.kind === 'server-error') throw new PythonException('validation failed');
    const extraData = extraDataOf(deps, body);
    if (verdict.kind === 'refused') {
      return sendJson(exchange, 400, { error: verdict.error, node_errors: verdict.nodeErrors });
    }
    try {
      deps.queue.put({ number, promptId, graph: verdict.graph, extraData, outputs: verdict.outputs });
    } catch (error) {
      // The item is queued all the same: that is ComfyUI's own trap.
      throw new PythonException(String(error));
    }
    answer(deps, exchange, { prompt_id: promptId, number, node_errors: verdict.nodeErrors });
  };

  return [
    { method: 'POST', pattern: '/prompt', handle: post },
    {
      method: 'GET',
      pattern: '/prompt',
      handle: (exchange) =>
        sendJson(exchange, 200, { exec_info: { queue_remaining: deps.queue.remaining() } }),
    },
  ];
}

function answer(
  deps: PromptRouteDeps,
  exchange: Exchange,
  body: { prompt_id: string; number: number; node_errors: NodeErrors },
): void {
  const dying = deps.faults.strike('accept-die');
  if (dying && !dying.answer) deps.crash();
  if (deps.faults.strike('accept-hang')) return;
  sendJson(exchange, 200, body);
  if (dying) exchange.response.on('finish', () => deps.crash());
}

function refuse(exchange: Exchange, type: string, message: string, details: string): void {
  sendJson(exchange, 400, { error: { type, message, details, extra_info: {} }, node_errors: {} });
}

/** Null when 0.33.0 refuses the id. */
function promptIdOf(protocol: ProtocolFlavour, body: JsonObject): string | null {
  const given: Json | undefined = body.prompt_id;
  if (protocol === '0.3.64') return given === undefined ? randomUUID() : pythonStr(given);
  if (given === undefined || given === null) return randomUUID();
  return isCanonicalUuid(given) ? given : null;
}

function extraDataOf(deps: PromptRouteDeps, body: JsonObject): JsonObject | null {
  const given = body.extra_data === undefined ? {} : body.extra_data;
  const hasClient = body.client_id !== undefined;
  if (!isJsonObject(given)) {
    // Python fails on assigning into None; without anything to assign 0.3.64 queues it.
    if (given !== null || hasClient || deps.protocol === '0.33.0') throw new PythonException('extra_data');
    return null;
  }
  const extraData = { ...given };
  if (body.client_id !== undefined) extraData.client_id = body.client_id;
  if (deps.protocol === '0.33.0') extraData.create_time = deps.clock.now().getTime();
  return extraData;
}
