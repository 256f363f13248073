import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { handleChannelMessage, handleWebhook, patchChannel, takeCallback } from './callbacks.ts';
import { presentBot } from './messages.ts';
import { publicKeyOf } from './posts.ts';
import { type RequestBody, readRequestBody } from './requestBody.ts';
import { DiscordRefusal, type DiscordState } from './state.ts';

const prefix = '/api/v10';
/** How much one bucket lets through in one window. Discord does not publish the real figures. */
const bucketLimit = 40;
const bucketWindowMs = 1_000;

export function createRestServer(state: DiscordState): Server {
  const buckets = new Map<string, { startedMs: number; used: number }>();
  return createServer((request, response) => {
    void answer(state, buckets, request, response);
  });
}

type Buckets = Map<string, { startedMs: number; used: number }>;

async function answer(
  state: DiscordState,
  buckets: Buckets,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path.startsWith('/cdn/')) return answerFile(state, path, response);
  const body = await readRequestBody(request);
  const logged = { method, path: path.slice(prefix.length), atMs: state.nowMs() };
  const send = (status: number, value: unknown, code?: number) => {
    state.requests.push({ ...logged, status, ...(code === undefined ? {} : { code }) });
    if (value === undefined) response.writeHead(status).end();
    else response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  };
  if (!passBucket(buckets, logged, response))
    return send(429, { message: 'slow', retry_after: 1, global: false });
  await passWait(state, method, logged.path);
  const fault = takeFault(state, method, logged.path);
  try {
    if (fault && !fault.afterEffect) throw new DiscordRefusal(fault.status, fault.code ?? 0, 'ordered');
    const value = route(state, method, logged.path, request, body);
    if (fault) throw new DiscordRefusal(fault.status, fault.code ?? 0, 'ordered');
    send(value === undefined ? 204 : 200, value);
  } catch (error) {
    if (!(error instanceof DiscordRefusal)) throw error;
    send(error.status, { message: error.message, code: error.code, retry_after: 0.05 }, error.code);
  }
}

async function passWait(state: DiscordState, method: string, path: string): Promise<void> {
  const index = state.waits.findIndex((one) => one.method === method && one.path.test(path));
  const [wait] = index < 0 ? [] : state.waits.splice(index, 1);
  wait?.arrived();
  await wait?.until;
}

function takeFault(state: DiscordState, method: string, path: string) {
  const fault = state.faults.find((one) => one.method === method && one.path.test(path));
  if (!fault) return undefined;
  fault.times -= 1;
  if (fault.times === 0) state.faults.splice(state.faults.indexOf(fault), 1);
  return fault;
}

/** Callbacks are exempt, as the documentation says. */
function passBucket(
  buckets: Buckets,
  { method, path }: { method: string; path: string },
  response: ServerResponse,
): boolean {
  if (path.startsWith('/interactions/')) return true;
  const name = `${method} ${path.split('/').slice(0, 4).join('/')}`;
  const nowMs = Date.now();
  const known = buckets.get(name);
  const bucket = known && nowMs - known.startedMs < bucketWindowMs ? known : { startedMs: nowMs, used: 0 };
  buckets.set(name, bucket);
  bucket.used += 1;
  const resetAfter = (bucket.startedMs + bucketWindowMs - nowMs) / 1_000;
  response.setHeader('X-RateLimit-Bucket', Buffer.from(name).toString('hex').slice(0, 32));
  response.setHeader('X-RateLimit-Limit', bucketLimit);
  response.setHeader('X-RateLimit-Remaining', Math.max(0, bucketLimit - bucket.used));
  response.setHeader('X-RateLimit-Reset-After', resetAfter.toFixed(3));
  return bucket.used <= bucketLimit;
}

function route(
  state: DiscordState,
  method: string,
  path: string,
  request: IncomingMessage,
  body: RequestBody,
): unknown {
  const [kind, id = '', ...rest] = path.split('/').slice(1).map(decodeURIComponent);
  // Tokens of interactions are in the path; all other requests need the bot's token.
  if (kind === 'interactions') return takeCallback(state, { id, token: rest[0] ?? '' }, body);
  if (kind === 'webhooks') {
    const [token = '', , messageId] = rest;
    return handleWebhook(state, { method, token, ...(messageId === undefined ? {} : { messageId }) }, body);
  }
  if (request.headers.authorization !== `Bot ${state.token}`)
    throw new DiscordRefusal(401, 0, '401: Unauthorized');
  if (kind === 'channels' && rest[0] === 'messages') {
    const messageId = rest[1];
    const query = new URL(request.url ?? '', state.baseUrl).searchParams;
    return handleChannelMessage(
      state,
      { method, channelId: id, query, ...(messageId === undefined ? {} : { messageId }) },
      body,
    );
  }
  if (kind === 'channels' && rest.length === 0 && method === 'PATCH') return patchChannel(state, id, body);
  if (path === '/gateway/bot')
    return {
      url: `${state.baseUrl.replace('http', 'ws')}/gateway`,
      shards: state.shards,
      session_start_limit: { total: 1_000, remaining: 999, reset_after: 0, max_concurrency: 16 },
    };
  if (path === '/users/@me') return presentBot(state);
  if (path === '/applications/@me')
    return {
      id: state.applicationId,
      verify_key: publicKeyOf(state),
      interactions_endpoint_url: state.endpoint ?? null,
    };
  if (path === '/users/@me/channels' && method === 'POST')
    return openDirect(state, String(body.json.recipient_id));
  if (path === `/applications/${state.applicationId}/commands`) {
    if (method === 'PUT') {
      const commands = body.json as unknown as DiscordState['commands'];
      const hasEntryPoint = (list: DiscordState['commands']) => list.some(({ type }) => type === 4);
      if (hasEntryPoint(state.commands) && !hasEntryPoint(commands))
        throw new DiscordRefusal(400, 50240, "You cannot remove this app's Entry Point command");
      state.commands = commands;
      state.commandWrites += 1;
    }
    return state.commands.map((command) => ({
      id: '1',
      application_id: state.applicationId,
      version: '1',
      ...command,
    }));
  }
  throw new DiscordRefusal(404, 0, `404: Not Found ${method} ${path}`);
}

function answerFile(state: DiscordState, path: string, response: ServerResponse): void {
  const file = state.files.get(path.split('/')[2] ?? '');
  if (!file) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': file.contentType, 'Content-Length': file.bytes.length });
  if (file.sentBytes === undefined) response.end(file.bytes);
  else response.write(file.bytes.subarray(0, file.sentBytes), () => response.socket?.end());
}

/** The one channel between the bot and a person. */
function openDirect(state: DiscordState, personId: string): Record<string, unknown> {
  const id = `9${personId.slice(1)}`;
  if (!state.channels.has(id)) state.channels.set(id, { id, nsfw: false, reachable: true });
  return { id, type: 1, recipients: [{ id: personId }] };
}
