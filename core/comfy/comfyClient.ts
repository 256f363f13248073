import { randomUUID } from 'node:crypto';
import type { Graph } from '@star-graph/workflows/graph/graph';
import type { Logger } from 'pino';
import { invariant } from '../ground/errors.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import { createArchitectureReader } from './answers/architectures.ts';
import { parseHistory } from './answers/history.ts';
import { parseInventory } from './answers/inventory.ts';
import { createModelSizeReader } from './answers/modelSizes.ts';
import { parseAccepted, parseRefused } from './answers/refusal.ts';
import { parseFacts, parseQueue, parseUpload } from './answers/serverAnswers.ts';
import {
  type ComfyClient,
  type ComfyConfig,
  ComfyFault,
  type InputImage,
  type OutputFile,
  type PostOptions,
  type PostResult,
} from './comfy.ts';
import { accessOf } from './http/access.ts';
import { splitBackendUrl } from './http/credentials.ts';
import { explainFault } from './http/explainFault.ts';
import { type ComfyHttp, createComfyHttp } from './http/http.ts';
import { multipartBody } from './http/multipartBody.ts';
import { publicAuthorities } from './http/network.ts';
import { createPromptTracker, type PromptTracker } from './tracking/promptTracker.ts';
import { type ComfySocket, createComfySocket } from './tracking/socket.ts';

export type { ComfyClient, ComfyConfig } from './comfy.ts';

/**
 * The server answers a POST within milliseconds, even while it samples. Until the answer is known to be lost, the
 * prompt is in doubt: what runs may be the rest of a refused one.
 */
const longestPostMs = 10_000;

/** The cheapest, which needs no file of its own: some milliseconds a step. */
const previewMethod = 'latent2rgb';

/** An upload that is slower than this is stuck. */
const minUploadBytesPerMs = 250;

interface Parts {
  readonly logger: Logger;
  readonly http: ComfyHttp;
  readonly socket: ComfySocket;
  readonly tracker: PromptTracker;
  readonly lookTimeoutMs: number;
  readonly httpTimeoutMs: number;
  /** Undefined until the first call. */
  hasJobsApi: boolean | undefined;
}

/** Creates the client of one server. It does nothing before it is called. See `ComfyClient`. */
export function createComfyClient(deps: { clock: Clock; logger: Logger }, config: ComfyConfig): ComfyClient {
  const { httpTimeoutMs = 30_000, lookTimeoutMs = 3_000, pingIntervalMs = 5_000 } = config;
  const { handshakeTimeoutMs = 3_000 } = config;
  const logger = deps.logger.child({ backend: new URL(config.url).host });
  const { readAccess = async () => accessOf(config.url), network = publicAuthorities } = config;
  const target = { base: splitBackendUrl(config.url).url, readAccess, network };
  const http = createComfyHttp(deps, target, () => tracker.noteContact());
  const socket: ComfySocket = createComfySocket(
    { clock: deps.clock, logger },
    { ...target, clientId: randomUUID(), pingIntervalMs, handshakeTimeoutMs },
    {
      // The messages of a followed prompt go to the id it was posted with. Otherwise a fresh id is safer: a half-dead
      // socket of ours cannot unregister it when it closes at last.
      nextClientId: (current) => (tracker.isFollowing ? current : randomUUID()),
      onText: (text) => tracker.onText(text),
      onBinary: (bytes) => tracker.onBinary(bytes),
      onContact: () => tracker.noteContact(),
      onOpen: () => tracker.pollNow(),
      onReopened: () => config.onReopened?.(),
      onDown: () => tracker.pollNow(),
    },
  );
  const queue: ComfyClient['queue'] = async (signal) =>
    parseQueue(await http.requireJson('/queue', { timeoutMs: lookTimeoutMs, signal }));
  const history: ComfyClient['history'] = async (promptId, signal) => {
    const path = `/history/${encodeURIComponent(requirePromptId(promptId))}`;
    return parseHistory(await http.requireJson(path, { timeoutMs: lookTimeoutMs, signal }), promptId);
  };
  const tracker: PromptTracker = createPromptTracker(
    { clock: deps.clock, logger, queue, history, socket },
    {
      pollIntervalMs: config.pollIntervalMs ?? 3_000,
      silentAfterMs: config.silentAfterMs ?? 10_000,
      forgottenAfterMs: config.forgottenAfterMs ?? 1_000,
      unreachableAfterMs: config.unreachableAfterMs ?? 10_000,
      stalledAfterMs: config.stalledAfterMs ?? Number.POSITIVE_INFINITY,
    },
  );
  const readArchitectures = createArchitectureReader(http, lookTimeoutMs);
  const readSizes = createModelSizeReader(http, lookTimeoutMs);
  const parts: Parts = {
    logger,
    http,
    socket,
    tracker,
    lookTimeoutMs,
    httpTimeoutMs,
    hasJobsApi: undefined,
  };
  return {
    connect: () => socket.open(),
    async close() {
      tracker.close();
      await socket.close();
    },
    probe: () => probe(parts),
    async inventory() {
      const inventory = parseInventory(await http.requireJson('/object_info', { timeoutMs: httpTimeoutMs }));
      const { models } = inventory;
      const [architectures, bytes] = await Promise.all([readArchitectures(models), readSizes(models)]);
      return { ...inventory, architectures, bytes };
    },
    upload: (image, signal) => upload(parts, image, signal),
    post: (promptId, graph, options) => post(parts, promptId, graph, options),
    queue,
    history,
    async locate(promptId, signal) {
      const { running, pending } = await queue(signal);
      if (running.some((item) => item.promptId === promptId)) return 'running';
      if (pending.some((item) => item.promptId === promptId)) return 'pending';
      return (await history(promptId, signal)) ? 'finished' : 'absent';
    },
    follow: (execution, onEvent, signal) => {
      requirePromptId(execution.promptId);
      return tracker.follow(execution, onEvent, signal);
    },
    async cancel(promptId, signal) {
      await cancel(parts, promptId, signal);
      tracker.pollNow();
    },
    fetchOutput: (file, { maxBytes, signal }) =>
      http.stream(`/view?${viewQuery(file)}`, { maxBytes, stallMs: httpTimeoutMs, signal }),
    free: () => free(parts),
    explain: (fault) => explainFault(fault, target.base),
  };
}

/**
 * The only form that every version accepts. An empty id must never be sent: for `/interrupt` it means the running
 * prompt, even another client's.
 */
function requirePromptId(promptId: string): string {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(promptId);
  invariant(isUuid, 'a promptId is a lower-case UUID');
  return promptId;
}

/** `type` would default to `output`, and previews are in `temp`, so all three are always sent. */
function viewQuery({ filename, subfolder, type }: OutputFile): URLSearchParams {
  return new URLSearchParams({ filename, subfolder, type });
}

async function probe(parts: Parts) {
  const options = { timeoutMs: parts.lookTimeoutMs };
  const [stats, features, hasJobsApi] = await Promise.all([
    parts.http.requireJson('/system_stats', options),
    parts.http.request('/features', options),
    findJobsApi(parts),
  ]);
  return { ...parseFacts(stats, features.json), hasJobsApi };
}

/** Exists since 0.33, and only under `/api`. */
async function findJobsApi(parts: Parts, signal?: AbortSignal): Promise<boolean> {
  const options = { timeoutMs: parts.lookTimeoutMs, signal };
  const { status } = await parts.http.request('/api/jobs?limit=1', options);
  parts.hasJobsApi = status === 200;
  return parts.hasJobsApi;
}

async function upload(parts: Parts, { bytes, name }: InputImage, signal?: AbortSignal): Promise<string> {
  invariant(/^[\w-]+\.\w+$/.test(name), 'an upload is named by its hash and an extension');
  const blob = bytes instanceof Blob ? bytes : new Blob([bytes]);
  const body = multipartBody(blob, name);
  const timeoutMs = parts.httpTimeoutMs + blob.size / minUploadBytesPerMs;
  const answer = await parts.http.request('/upload/image', { method: 'POST', body, timeoutMs, signal });
  const { status } = answer;
  if (status === 413) throw new ComfyFault('too-large', `/upload/image: ${blob.size} bytes`, { status });
  if (status !== 200) throw new ComfyFault('refused', `/upload/image: HTTP ${status}`, { status });
  return parseUpload(answer.json);
}

async function post(
  parts: Parts,
  promptId: string,
  graph: Graph,
  options: PostOptions = {},
): Promise<PostResult> {
  requirePromptId(promptId);
  parts.tracker.notePosting(promptId);
  let result: PostResult = { kind: 'unknown' };
  try {
    result = await postOnce(parts, promptId, graph, options);
  } catch (error) {
    if (!(error instanceof ComfyFault) && !options.signal?.aborted) throw error;
    parts.logger.warn({ err: error, promptId }, 'the answer to a POST was lost');
  } finally {
    parts.tracker.notePosted(promptId, result);
  }
  return result;
}

async function postOnce(
  parts: Parts,
  promptId: string,
  graph: Graph,
  { withPreviews = false, signal }: PostOptions,
): Promise<PostResult> {
  // Never `number` (a pair of number and id used twice kills the worker), never `extra_data: null`.
  const json = {
    prompt: graph,
    prompt_id: promptId,
    client_id: parts.socket.clientId,
    ...(withPreviews && { extra_data: { preview_method: previewMethod } }),
  };
  const timeoutMs = Math.min(longestPostMs, parts.httpTimeoutMs);
  const answer = await parts.http.request('/prompt', { method: 'POST', json, timeoutMs, signal });
  if (answer.status >= 400 && answer.status < 500) {
    return { kind: 'refused', refusal: parseRefused(answer.status, answer.json) };
  }
  // A 500 may have queued the prompt all the same.
  const accepted = answer.status === 200 ? parseAccepted(answer.json) : undefined;
  if (!accepted) return { kind: 'garbled' };
  if (accepted.promptId !== promptId) {
    await tryCancel(parts, accepted.promptId);
    const summary = 'the server is too old: it chose a promptId of its own';
    return { kind: 'refused', refusal: { reason: 'backend', summary, errors: [] } };
  }
  if (!accepted.refusal) return { kind: 'accepted' };
  // Queued all the same, without the faulty branches.
  await tryCancel(parts, promptId);
  return { kind: 'refused', refusal: accepted.refusal };
}

/** A prompt that stays queued all the same only costs work; the refusal stands. */
async function tryCancel(parts: Parts, promptId: string) {
  try {
    await cancel(parts, promptId);
  } catch (error) {
    parts.logger.warn({ err: error, promptId }, 'a refused prompt could not be deleted');
  }
}

async function cancel(parts: Parts, promptId: string, signal?: AbortSignal) {
  requirePromptId(promptId);
  const options = { method: 'POST', timeoutMs: parts.lookTimeoutMs, signal } as const;
  if (parts.hasJobsApi ?? (await findJobsApi(parts, signal))) {
    const { status } = await parts.http.request(`/api/jobs/${promptId}/cancel`, options);
    if (status === 200) return;
    // Another version was started under the same address, or it does not know this prompt: the old way is harmless.
    parts.hasJobsApi = undefined;
  }
  // In this order: a prompt that begins to run between the two calls is caught by the second.
  const deletion = await parts.http.request('/queue', { ...options, json: { delete: [promptId] } });
  const interruption = await parts.http.request('/interrupt', { ...options, json: { prompt_id: promptId } });
  for (const { status } of [deletion, interruption]) {
    if (status !== 200) throw new ComfyFault('refused', `cancelling: HTTP ${status}`, { status });
  }
}

async function free(parts: Parts) {
  const json = { unload_models: true, free_memory: true };
  const { status } = await parts.http.request('/free', {
    method: 'POST',
    json,
    timeoutMs: parts.lookTimeoutMs,
  });
  if (status !== 200) throw new ComfyFault('refused', `/free: HTTP ${status}`, { status });
}
