import { discordEnvSchema } from '@star-graph/bot/config';
import { mailEnv } from '@star-graph/core/ground/config/mailEnv';
import { MailFault, tryMailServer } from '@star-graph/core/ground/sendMail';
import { z } from 'zod';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { Environment } from '../../launcher/launcherConfig.ts';

const limitMs = 10_000;
const botSchema = z.object({ username: z.string() });

/** Shows Discord the token. @returns what it knows of the bot. @throws LaunchFailure where it knows none */
export async function askDiscord(env: Environment): Promise<string> {
  const address = discordEnvSchema.shape.DISCORD_API_URL.parse(env.DISCORD_API_URL);
  let answer: Response;
  try {
    answer = await fetch(`${address}/v10/users/@me`, {
      headers: { authorization: `Bot ${env.DISCORD_TOKEN}` },
      signal: AbortSignal.timeout(limitMs),
    });
  } catch {
    return `Discord could not be asked at ${new URL(address).host}: the token is kept as it is, untried.`;
  }
  if (answer.status === 401)
    throw new LaunchFailure(
      'DISCORD_TOKEN: Discord does not know this token. Make a new one in the developer portal, under Bot, Reset Token.',
    );
  const bot = botSchema.safeParse(await answer.json().catch(() => undefined));
  return answer.ok && bot.success
    ? `Discord knows the bot as ${bot.data.username}.`
    : `Discord answers ${answer.status}: the token is kept as it is, untried.`;
}

/** Greets the mail server and signs in; nothing is sent. @throws LaunchFailure without its password */
export async function greetMailServer(env: Environment): Promise<string> {
  const { SMTP_URL: url = '', SMTP_TLS } = env;
  const read = mailEnv.SMTP_URL.safeParse(url);
  if (!read.success) throw new LaunchFailure(`SMTP_URL ${read.error.issues[0]?.message}.`);
  const { host } = new URL(url);
  try {
    await tryMailServer({ url, from: '', requireTls: SMTP_TLS !== 'optional', timeoutMs: limitMs });
    return `The mail server at ${host} takes messages.`;
  } catch (error) {
    if (!(error instanceof MailFault)) throw error;
    throw new LaunchFailure(
      `SMTP_URL: at ${host} ${error.message}. Correct address, user and password: smtps:// for TLS from the start (465), smtp:// for STARTTLS (587).`,
    );
  }
}
