import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { testCertificates, testKey } from '@star-graph/core/testing/services/certificates';
import type { ActivityFacts } from './discordServer.ts';

/*
 * Discord's client and the proxy that an Activity comes through, under their real names, in a browser that is led here.
 * infra/docs/bot.md says what they refuse, and where they differ from Discord.
 */

export interface DiscordClient extends AsyncDisposable {
  /** For a browser that finds both names here. */
  browserArgs: string[];
  /** The page of a person who opens the Activity in this room. */
  addressOf(person: { id: string; name: string; locale?: string }, roomId: string): string;
  /** Whether people agree when they are asked. */
  consent: { isGiven: boolean };
}

/** @param apiUrl what the mapping `/` leads to. */
export async function startDiscordClient(facts: ActivityFacts, apiUrl: string): Promise<DiscordClient> {
  const script = await readFile(join(import.meta.dirname, 'discordClient.js'));
  const consent = { isGiven: true };
  const people = new Map<string, { id: string; name: string; locale?: string }>();
  const proxyHost = `${facts.applicationId}.discordsays.com`;
  const tls = { cert: testCertificates.good, key: testKey };
  const client = createServer(tls, (incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'https://discord.com');
    const person = people.get(url.searchParams.get('person') ?? '');
    const roomId = url.searchParams.get('room') ?? '';
    const json = (body: unknown) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (url.pathname === '/client.js')
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (!person) response.writeHead(404).end();
    else if (url.pathname === '/agree') json({ code: consent.isGiven ? facts.agree(person) : null });
    else if (url.pathname === '/token')
      json({ isKnown: facts.findPerson(url.searchParams.get('token') ?? '')?.id === person.id });
    else if (url.pathname === '/people')
      json([...(facts.instances.get(roomId)?.users ?? [])].map((id) => people.get(id)).filter(Boolean));
    else {
      // Discord's client puts its person into the instance before it opens the frame.
      facts.instances.get(roomId)?.users.add(person.id);
      const query = { frame_id: crypto.randomUUID(), instance_id: roomId, platform: 'desktop' };
      const given = { applicationId: facts.applicationId, origin: `https://${proxyHost}`, person, query };
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        `<!doctype html><title>Discord</title><meta name="viewport" content="width=device-width"><style>body{margin:0}iframe{border:0;inline-size:100vw;block-size:100vh}</style>
<iframe title="Activity" allow="clipboard-write" sandbox="allow-scripts allow-same-origin allow-forms"></iframe>
<script type="application/json" id="given">${JSON.stringify(given)}</script>
<script type="module" src="/client.js"></script>`,
      );
    }
  });
  const proxy = createServer(tls, (incoming, response) => pass(apiUrl, proxyHost, incoming, response));
  const sockets = new Set<Socket>();
  proxy.on('upgrade', (incoming: IncomingMessage, socket: Socket) =>
    passSocket(apiUrl, incoming, socket, sockets),
  );
  const ports = [await listen(client), await listen(proxy)];
  return {
    consent,
    browserArgs: [
      `--host-resolver-rules=MAP discord.com:443 127.0.0.1:${ports[0]}, MAP ${proxyHost}:443 127.0.0.1:${ports[1]}`,
    ],
    addressOf(person, roomId) {
      people.set(person.id, person);
      return `https://discord.com/channels/@me?${new URLSearchParams({ person: person.id, room: roomId })}`;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      for (const server of [client, proxy]) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The rule that Discord's proxy puts in the place of the page's own. */
const policyOf = (host: string): string =>
  [
    `default-src 'self'`,
    `script-src 'self' 'unsafe-eval' blob:`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob: https://cdn.discordapp.com https://media.discordapp.net`,
    `media-src 'self' blob:`,
    `connect-src https://${host}/ wss://${host}/ blob: https://discord.com/api/`,
    `worker-src 'self' blob:`,
    `frame-ancestors https://discord.com https://*.discord.com`,
  ].join('; ');

function pass(apiUrl: string, host: string, incoming: IncomingMessage, response: ServerResponse): void {
  const target = new URL(apiUrl);
  // Everybody comes from the proxy's address, and the mapping's name is the host that is asked.
  const headers = { ...incoming.headers, host: target.host };
  const { method, url: path } = incoming;
  // It lets no service worker be registered.
  if (incoming.rawHeaders.some((name) => /^service-worker$/i.test(name)))
    return void response.writeHead(403).end();
  const onward = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
    const given = { ...answer.headers, 'content-security-policy': policyOf(host) };
    if (given['content-type']?.startsWith('text/html')) {
      delete given['cache-control'];
      delete given.etag;
    }
    // Only such cookies are kept in a frame of another site.
    given['set-cookie'] = given['set-cookie']?.filter((cookie) => /; *Partitioned/i.test(cookie));
    if (given['set-cookie'] === undefined) delete given['set-cookie'];
    response.writeHead(answer.statusCode ?? 502, given);
    answer.pipe(response);
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}

function passSocket(apiUrl: string, incoming: IncomingMessage, client: Socket, sockets: Set<Socket>): void {
  const target = new URL(apiUrl);
  const upstream = connect(Number(target.port), target.hostname);
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    sockets.add(one);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      other.destroy();
      sockets.delete(one);
    });
  }
  const headers = incoming.rawHeaders.flatMap((name, index, all) => {
    if (index % 2 === 1) return [];
    return [`${name}: ${/^host$/i.test(name) ? target.host : all[index + 1]}`];
  });
  upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  client.pipe(upstream).pipe(client);
}
