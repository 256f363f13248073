import { DiscordAPIError } from 'discord.js';

/** Codes of Discord's own, https://docs.discord.com/developers/topics/opcodes-and-status-codes. */
export const discordCodes = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  alreadyAcknowledged: 40060,
  tooLarge: 40005,
  invalidForm: 50035,
  archivedThread: 50083,
  missingAccess: 50001,
  missingPermissions: 50013,
  invalidToken: 50027,
} as const;

export const hasCode = (error: unknown, codes: readonly number[]): boolean =>
  error instanceof DiscordAPIError && codes.includes(Number(error.code));

/** Whether the same request may succeed later: no answer came, or Discord failed or was too busy. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof DiscordAPIError) || error.status >= 500 || error.status === 429;
