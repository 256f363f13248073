import { z } from 'zod';
import type { Env } from '../../ground/config/config.ts';
import { applicationIdOf } from '../../ground/config/discordEnv.ts';
import { Problem } from '../../ground/errors.ts';

/** What the Activity asks of Discord, as its application. */
export interface DiscordApi {
  applicationId: string;
  /**
   * Exchanges the code of a person who has agreed.
   * @throws Problem `unauthenticated` for a code that Discord does not take, `unavailable`.
   */
  exchangeCode(code: string): Promise<{ accessToken: string; person: DiscordPerson }>;
  /** A running Activity; undefined where there is none by that id. @throws Problem `unavailable`. */
  findInstance(id: string): Promise<ActivityInstance | undefined>;
  /** The roles of a member; none of somebody who is no member. @throws Problem `unavailable`. */
  findRoles(guildId: string, personId: string): Promise<readonly string[]>;
  /** @throws Problem `forbidden` where the bot may not write, `unavailable`. */
  postMessage(channelId: string, message: object, file?: { name: string; bytes: Blob }): Promise<void>;
}

export interface DiscordPerson {
  id: string;
  /** As Discord names languages: `en-US`, `zh-CN`. */
  locale: string;
}

export interface ActivityInstance {
  channelId: string;
  /** Absent in direct messages. */
  guildId: string | undefined;
  /** Discord's numbers of those who are in it. */
  people: readonly string[];
}

const snowflake = z.string().regex(/^[0-9]{15,20}$/);
const tokenSchema = z.object({ access_token: z.string().min(1).max(2_000) });
const personSchema = z.object({ id: snowflake, locale: z.string().max(20).default('en-US') });
const memberSchema = z.object({ roles: z.array(snowflake) });
const instanceSchema = z.object({
  location: z.object({ channel_id: snowflake, guild_id: snowflake.nullish() }),
  users: z.array(snowflake),
});

const timeoutMs = 4_000;
/** Another answer than a success, which the caller makes something of. */
class Refused {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** Undefined while the Activity is switched off. */
export function openDiscord(
  env: Pick<Env, 'DISCORD_TOKEN' | 'DISCORD_API_URL' | 'DISCORD_CLIENT_SECRET'>,
  send: typeof fetch = fetch,
): DiscordApi | undefined {
  const { DISCORD_TOKEN: token = '', DISCORD_CLIENT_SECRET: secret } = env;
  const applicationId = applicationIdOf(token);
  if (secret === undefined || applicationId === undefined) return undefined;
  const asBot = { Authorization: `Bot ${token}` };

  async function ask(path: string, request: RequestInit): Promise<unknown> {
    let answer: Response;
    let body: unknown;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      answer = await send(`${env.DISCORD_API_URL}/v10${path}`, { ...request, redirect: 'error', signal });
      body = answer.ok && answer.status !== 204 ? await answer.json() : undefined;
    } catch (cause) {
      throw away({ cause });
    }
    if (answer.ok) return body;
    await answer.body?.cancel();
    if (answer.status === 429 || answer.status >= 500) throw away({ cause: answer.status });
    return new Refused(answer.status);
  }

  async function read<Answer>(
    schema: z.ZodType<Answer>,
    path: string,
    request: RequestInit,
  ): Promise<Answer | Refused> {
    const answer = await ask(path, request);
    if (answer instanceof Refused) return answer;
    const read = schema.safeParse(answer);
    if (!read.success) throw away({ cause: read.error });
    return read.data;
  }

  return {
    applicationId,
    async exchangeCode(code) {
      const form = {
        grant_type: 'authorization_code',
        code,
        client_id: applicationId,
        client_secret: secret,
      };
      const granted = await read(tokenSchema, '/oauth2/token', {
        method: 'POST',
        body: new URLSearchParams(form),
      });
      if (granted instanceof Refused)
        throw new Problem('unauthenticated', 'Discord does not take this code. Open the Activity again.');
      const { access_token: accessToken } = granted;
      const headers = { Authorization: `Bearer ${accessToken}` };
      const person = await read(personSchema, '/users/@me', { headers });
      if (person instanceof Refused) throw away({ cause: person.status });
      return { accessToken, person };
    },
    async findInstance(id) {
      const path = `/applications/${applicationId}/activity-instances/${encodeURIComponent(id)}`;
      const found = await read(instanceSchema, path, { headers: asBot });
      if (found instanceof Refused) {
        if (found.status === 404) return undefined;
        throw away({ cause: found.status });
      }
      const { location, users: people } = found;
      return { channelId: location.channel_id, guildId: location.guild_id ?? undefined, people };
    },
    async findRoles(guildId, personId) {
      const member = await read(memberSchema, `/guilds/${guildId}/members/${personId}`, { headers: asBot });
      return member instanceof Refused ? [] : member.roles;
    },
    async postMessage(channelId, message, file) {
      const form = new FormData();
      form.set('payload_json', JSON.stringify(message));
      if (file) form.set('files[0]', file.bytes, file.name);
      const request = { method: 'POST', headers: asBot, body: form };
      const posted = await ask(`/channels/${channelId}/messages`, request);
      if (posted instanceof Refused)
        throw new Problem(
          'forbidden',
          'The bot may not write in this channel. Ask the managers of the server to let it see the channel, write and attach files.',
        );
    },
  };
}

const away = (options: { cause: unknown }): Problem =>
  new Problem('unavailable', 'Discord does not answer. Try again in a moment.', {
    ...options,
    retryAfterSeconds: 5,
  });
