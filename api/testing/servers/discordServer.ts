import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { answering } from '@star-graph/core/testing/services/answering';

/*
 * What Discord's servers know of an Activity, on loopback: codes for one use, tokens, who is in which instance, members'
 * roles, and messages of the bot. infra/docs/bot.md says where it differs from Discord.
 */

interface Instance {
  channelId: string;
  guildId?: string;
  /** Numbers of those who are in it. It ends with the last one. */
  users: Set<string>;
}

export interface ActivityFacts {
  applicationId: string;
  botToken: string;
  clientSecret: string;
  instances: Map<string, Instance>;
  /** By a member's number. */
  roles: Map<string, string[]>;
  /** A person agrees. @returns the code for the application's server. */
  agree(person: { id: string; locale?: string }): string;
  /** The person of an access token. */
  findPerson(accessToken: string): { id: string; locale?: string } | undefined;
  /** Undefined for a route that is none of these. */
  answer(request: ActivityRequest): ActivityAnswer | undefined;
}

interface ActivityRequest {
  method: string;
  /** Behind the version. */
  path: string;
  authorization: string;
  form: URLSearchParams;
}

interface ActivityAnswer {
  status: number;
  body: unknown;
}

const notFound: ActivityAnswer = { status: 404, body: { message: '404: Not Found', code: 0 } };
const unauthorised: ActivityAnswer = { status: 401, body: { message: '401: Unauthorized', code: 0 } };

export function createActivityFacts(of: { applicationId: string; botToken: string }): ActivityFacts {
  const clientSecret = `secret-${of.applicationId}`;
  const codes = new Map<string, { id: string; locale?: string }>();
  const tokens = new Map<string, { id: string; locale?: string }>();
  const instances: ActivityFacts['instances'] = new Map();
  const roles: ActivityFacts['roles'] = new Map();

  function exchange(form: URLSearchParams): ActivityAnswer {
    const refused = (error: string) => ({ status: 400, body: { error } });
    if (form.get('client_id') !== of.applicationId || form.get('client_secret') !== clientSecret)
      return { status: 401, body: { error: 'invalid_client' } };
    // An Activity's code comes without a page that it returns to.
    if (form.get('grant_type') !== 'authorization_code' || form.has('redirect_uri'))
      return refused('invalid_request');
    const code = form.get('code') ?? '';
    const person = codes.get(code);
    codes.delete(code);
    if (!person) return refused('invalid_grant');
    const accessToken = `access-${crypto.randomUUID()}`;
    tokens.set(accessToken, person);
    return {
      status: 200,
      body: { access_token: accessToken, token_type: 'Bearer', expires_in: 604_800, scope: 'identify' },
    };
  }

  function answerBot(path: string): ActivityAnswer | undefined {
    const [, instanceId] =
      new RegExp(`^/applications/${of.applicationId}/activity-instances/([^/]+)$`).exec(path) ?? [];
    if (instanceId !== undefined) {
      const id = decodeURIComponent(instanceId);
      const found = instances.get(id);
      if (!found || found.users.size === 0) return notFound;
      const { channelId, guildId, users } = found;
      const kind = guildId === undefined ? 'pc' : 'gc';
      const place = guildId === undefined ? {} : { guild_id: guildId };
      const location = { id: `${kind}-${channelId}`, kind, channel_id: channelId, ...place };
      const facts = { application_id: of.applicationId, instance_id: id, launch_id: '1', location };
      return { status: 200, body: { ...facts, users: [...users] } };
    }
    const [, member] = /^\/guilds\/\d+\/members\/(\d+)$/.exec(path) ?? [];
    if (member === undefined) return undefined;
    const known = roles.get(member);
    return known ? { status: 200, body: { roles: known } } : notFound;
  }

  return {
    ...of,
    clientSecret,
    instances,
    roles,
    agree(person) {
      const code = `code-${crypto.randomUUID()}`;
      codes.set(code, person);
      return code;
    },
    findPerson: (accessToken) => tokens.get(accessToken),
    answer({ method, path, authorization, form }) {
      if (path === '/oauth2/token' && method === 'POST') return exchange(form);
      if (path === '/users/@me' && authorization.startsWith('Bearer ')) {
        const person = tokens.get(authorization.slice('Bearer '.length));
        return person ? { status: 200, body: { username: 'somebody', ...person } } : unauthorised;
      }
      const answered = method === 'GET' ? answerBot(path) : undefined;
      return answered && authorization !== `Bot ${of.botToken}` ? unauthorised : answered;
    },
  };
}

interface PostedMessage {
  channelId: string;
  message: Record<string, unknown>;
  files: string[];
}

export interface DiscordServer extends AsyncDisposable {
  facts: ActivityFacts;
  /** Variables of an API that speaks to it. */
  env: Record<string, string>;
  posted: PostedMessage[];
  /** Channels in which the bot may write. */
  channels: Set<string>;
  /** While it is away it answers nothing but failures. */
  state: { isAway: boolean };
}

export async function startDiscordServer(): Promise<DiscordServer> {
  const applicationId = String(600_000_000_000_000_000n + BigInt(Date.now()));
  const botToken = `${Buffer.from(applicationId).toString('base64')}.of.the-bot`;
  const facts = createActivityFacts({ applicationId, botToken });
  const running: Omit<DiscordServer, typeof Symbol.asyncDispose | 'env'> = {
    facts,
    posted: [],
    channels: new Set(),
    state: { isAway: false },
  };
  const server = createServer(
    answering(async (request, response) => {
      const { status, body } = running.state.isAway
        ? { status: 503, body: { message: 'away' } }
        : await answer(running, request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(running, {
    env: {
      DISCORD_TOKEN: botToken,
      DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
      DISCORD_CLIENT_SECRET: facts.clientSecret,
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

async function answer(
  { facts, posted, channels }: Pick<DiscordServer, 'facts' | 'posted' | 'channels'>,
  request: IncomingMessage,
): Promise<ActivityAnswer> {
  const { method = 'GET', url = '', headers } = request;
  const path = url.replace(/^\/api\/v10/, '');
  const bytes = await buffer(request);
  const [, channelId] = /^\/channels\/(\d+)\/messages$/.exec(path) ?? [];
  const authorization = headers.authorization ?? '';
  if (channelId === undefined || method !== 'POST') {
    const form = new URLSearchParams(bytes.toString());
    return facts.answer({ method, path, authorization, form }) ?? notFound;
  }
  if (authorization !== `Bot ${facts.botToken}`) return unauthorised;
  if (!channels.has(channelId)) return { status: 403, body: { message: 'Missing Access', code: 50001 } };
  const form = await new Response(bytes, {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();
  const message = JSON.parse(String(form.get('payload_json'))) as Record<string, unknown>;
  const files = [...form.values()].flatMap((one) => (one instanceof File ? [one.name] : []));
  const isSame = (one: PostedMessage) => one.message.nonce === message.nonce && one.channelId === channelId;
  // Documented for enforce_nonce: of two within some minutes there is one message.
  if (!posted.some(isSame)) posted.push({ channelId, message, files });
  return { status: 200, body: { id: String(1_000_000_000_000_000_000n + BigInt(posted.length)) } };
}
