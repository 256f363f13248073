import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Workflow } from '@star-graph/workflows';
import type { ModelName } from '@star-graph/workflows/models/modelEntry';
import {
  type BackendInventory,
  describeModel,
  isNothingMissing,
  missingFor,
  presentMissing,
} from '@star-graph/workflows/models/requirements';
import { createAskingClient } from '../../comfy/askBackend.ts';
import { type BackendFacts, ComfyFault } from '../../comfy/comfy.ts';
import { toHeaders } from '../../comfy/http/credentials.ts';
import type { BackendNetwork } from '../../comfy/http/network.ts';
import type { NamedBackend } from '../../comfy/namedBackends.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { measureOffset } from './clockOffset.ts';
import { runSmoke, type SmokeResult } from './smokeRun.ts';

/** One thing that a server lacks, in the words of `workflow-unavailable`, and the workflows that wait for it. */
interface Lack {
  what: string;
  workflows: string[];
  /** Where it is a model file. */
  model?: ModelName;
}

export interface FoundServer {
  facts: BackendFacts;
  /** How far its clock is ahead of ours; undefined if it tells no time. */
  offsetMs: number | undefined;
  /** Prompts that it has now, anybody's. */
  prompts: number;
  /** Names of the workflows that it can run with their usual choices. */
  runs: string[];
  /** What most workflows wait for comes first. */
  lacks: Lack[];
  /** Only if it was asked for. */
  smoke: SmokeResult | undefined;
}

/** `fault`: why it cannot be used, in a sentence that shows no secret. */
export type Examination = { fault: string } | { found: FoundServer };

interface ExamineDeps {
  clock: Clock;
  network: BackendNetwork;
}

interface ExamineOptions {
  /** The workflows that are compared with the server. */
  workflows: readonly Workflow[];
  /** What the platform knows of its files beside the inventory. */
  known?: Pick<BackendInventory, 'unfit' | 'fileNames'>;
  /** Runs some workflows, which takes minutes of its GPU. Default: no. */
  withSmoke?: boolean;
}

/** Looks at one server as a dispatcher would, without adding it, and changes nothing unless `withSmoke`. */
export async function examineServer(
  deps: ExamineDeps,
  backend: NamedBackend,
  { workflows, known = {}, withSmoke = false }: ExamineOptions,
  signal: AbortSignal,
): Promise<Examination> {
  const { url, credentials } = backend;
  const client = createAskingClient(deps, backend);
  try {
    const facts = await client.probe();
    await client.connect();
    const inventory = { ...(await client.inventory()), ...known };
    const { running, pending } = await client.queue(signal);
    const offsetMs = await measureServerOffset(
      deps,
      { url, headers: credentials ? toHeaders(credentials) : {} },
      signal,
    );
    const compared = compareAll(workflows, inventory);
    const smoke = withSmoke ? await runSmoke(deps, client, { ...compared, inventory }, signal) : undefined;
    const { runnable, lacks } = compared;
    const runs = runnable.map(({ name }) => name);
    return { found: { facts, offsetMs, prompts: running.length + pending.length, runs, lacks, smoke } };
  } catch (error) {
    if (signal.aborted) return { fault: client.explain(new ComfyFault('timed-out', 'the examination')) };
    if (!(error instanceof ComfyFault)) throw error;
    return { fault: client.explain(error) };
  } finally {
    await client.close();
  }
}

/** Each lack once, with all that wait for it: an operator installs files, not workflows. */
function compareAll(
  workflows: readonly Workflow[],
  inventory: BackendInventory,
): { runnable: Workflow[]; lacks: Lack[] } {
  const runnable: Workflow[] = [];
  const lacks = new Map<string, string[]>();
  const models = new Map<string, ModelName>();
  for (const workflow of workflows) {
    const missing = missingFor(workflow, undefined, inventory);
    if (isNothingMissing(missing)) runnable.push(workflow);
    for (const { folder, name, twins } of missing.models)
      if (twins === undefined) models.set(describeModel({ folder, name }), { folder, name });
    for (const what of presentMissing(missing)) lacks.set(what, [...(lacks.get(what) ?? []), workflow.name]);
  }
  return {
    runnable,
    lacks: [...lacks]
      .map(([what, names]) => ({ what, workflows: names, ...withModel(models.get(what)) }))
      .sort((a, b) => b.workflows.length - a.workflows.length || (a.what < b.what ? -1 : 1)),
  };
}

const withModel = (model: ModelName | undefined) => (model ? { model } : {});

const limitMs = 3_000;
/** Servers cut the second off: half of one is the middle of what it may be. */
const cutMs = 500;

/** How far its clock is ahead of ours, by the `Date` of an answer; undefined where a proxy leaves it out. */
async function measureServerOffset(
  { clock, network }: { clock: Pick<Clock, 'now'>; network: BackendNetwork },
  { url, headers }: { url: string; headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<number | undefined> {
  const target = new URL(`${url.replace(/\/$/, '')}/system_stats`);
  network.check(target);
  const { request } = target.protocol === 'https:' ? https : http;
  let isTold = true;
  const offsetMs = await measureOffset({ clock }, async () => {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const sent = request(target, { agent: network.agentFor(target), headers, signal: ending });
    try {
      const answered = once(sent, 'response');
      sent.end();
      const [response] = (await answered) as [IncomingMessage];
      response.resume();
      const read = Date.parse(response.headers.date ?? '');
      isTold = !Number.isNaN(read);
      return read + cutMs;
    } catch (cause) {
      signal.throwIfAborted();
      throw new ComfyFault('unreachable', '/system_stats', { cause });
    }
  });
  return isTold ? offsetMs : undefined;
}
