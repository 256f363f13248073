import { z } from 'zod';
import { url, web } from './values.ts';

/** What the API and the bot both say to Discord, and what the Activity needs beyond the bot. */
export const discordEnv = {
  DISCORD_TOKEN: z.string().min(1).optional().describe('Token of the Discord bot; unset: no bot is started'),
  DISCORD_API_URL: url(web).default('https://discord.com/api').describe("Discord's API, without a version"),
  DISCORD_CLIENT_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Client secret of the Discord application: with it the console opens in Discord as an Activity; unset: it does not',
    ),
};

/** The bot's token begins with the id of its application. Undefined for a token of another form. */
export function applicationIdOf(token: string): string | undefined {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64').toString();
  return /^[0-9]{15,20}$/.test(id) ? id : undefined;
}
