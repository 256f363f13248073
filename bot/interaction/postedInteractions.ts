import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { createServerStop } from '@star-graph/core/ground/runtime/stopServer';
import { InteractionType } from 'discord.js';
import { z } from 'zod';
import { countPosted, type Posted } from '../metrics.ts';

/** What Discord asks for is there alone; a proxy leads its address here. */
const path = '/discord/interactions';
/** Discord's own are a few kilobytes; those with a long message a few dozen. */
const bodyLimitBytes = 512 * 1_024;
/** An interaction waits three seconds for its answer: the rest is for clocks that differ. */
const ageLimitMs = 60_000;
const timeLimits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
const stopLimitMs = 1_000;
const mostConnections = 256;

const interactionSchema = z.looseObject({
  id: z.string(),
  type: z.int(),
  token: z.string(),
  guild_id: z.string().optional(),
});
export type PostedInteraction = z.output<typeof interactionSchema>;

interface Deps {
  clock: Pick<Clock, 'now'>;
  /** Of the application, as 64 hexadecimal digits. */
  publicKey: string;
  /** Whether this process has the shard of that server; another one has it otherwise. */
  isOurs(guildId: string | undefined): boolean;
  /** Answers it by a call of its own, as one that came by the gateway. */
  take(interaction: PostedInteraction): void;
}

interface PostedInteractions {
  url: string;
  close(): Promise<void>;
}

/**
 * Takes interactions that Discord posts. Each is taken with 202, and answered by the same call as one that came by the
 * gateway, which Discord accepts once: so a repeated or doubled delivery has no effect, in any process.
 */
export async function openPostedInteractions(
  deps: Deps,
  { port, host }: { port: number; host: string },
): Promise<PostedInteractions> {
  const key = readPublicKey(deps.publicKey);
  const server = createServer(timeLimits, (request, response) => {
    answer(deps, key, request, response).then(countPosted, () => response.destroy());
  });
  server.maxConnections = mostConnections;
  const { stop } = createServerStop(server);
  server.listen(port, host);
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}${path}`,
    close: () => stop(stopLimitMs),
  };
}

async function answer(
  deps: Deps,
  key: KeyObject,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Posted> {
  const refuse = (status: number, why: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(why);
  };
  if (request.url !== path || request.method !== 'POST') {
    refuse(404, 'Interactions of Discord are posted to another address.');
    return 'invalid';
  }
  const body = await readBody(request);
  if (body === undefined) {
    response.shouldKeepAlive = false;
    refuse(413, 'Too large.');
    return 'invalid';
  }
  const { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp } = request.headers;
  if (!isSigned(key, String(signature), String(timestamp), body)) {
    refuse(401, 'The signature is wrong.');
    return 'unsigned';
  }
  if (Math.abs(deps.clock.now().getTime() - Number(timestamp) * 1_000) > ageLimitMs) {
    refuse(401, 'The time of the signature is not now.');
    return 'late';
  }
  const interaction = parseInteraction(body);
  if (!interaction) {
    refuse(400, 'This is no interaction.');
    return 'invalid';
  }
  if (interaction.type === InteractionType.Ping) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"type":${InteractionType.Ping}}`);
    return 'ping';
  }
  if (!deps.isOurs(interaction.guild_id)) {
    refuse(404, 'Another process has the shard of this server.');
    return 'elsewhere';
  }
  response.writeHead(202).end();
  deps.take(interaction);
  return 'taken';
}

/** @returns undefined for a body that is too large, of which no more is read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Of an Ed25519 key in DER; the key's own 32 bytes follow. */
const keyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function readPublicKey(hex: string): KeyObject {
  const key = Buffer.concat([keyPrefix, Buffer.from(hex, 'hex')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

const isSigned = (key: KeyObject, signature: string, timestamp: string, body: Buffer): boolean =>
  /^[0-9a-f]{128}$/i.test(signature) &&
  /^[0-9]{1,12}$/.test(timestamp) &&
  verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));

function parseInteraction(body: Buffer): PostedInteraction | undefined {
  try {
    return interactionSchema.safeParse(JSON.parse(body.toString())).data;
  } catch {
    return undefined;
  }
}
