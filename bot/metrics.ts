import type { Interaction } from 'discord.js';
import { Counter, Gauge, Histogram } from 'prom-client';

const interactions = new Counter({
  name: 'bot_interactions_total',
  help: 'Interactions by kind and what became of them',
  labelNames: ['kind', 'outcome'],
});
const acknowledgements = new Histogram({
  name: 'bot_acknowledgement_seconds',
  help: 'From the arrival of a command to the end of its deferral',
  buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3],
});
const rateLimits = new Counter({ name: 'bot_rate_limited_total', help: "Waits for Discord's rate limits" });
const messages = new Gauge({ name: 'bot_followed_messages', help: 'Messages of unfinished tasks' });

const kindOf = (interaction: Interaction): string => {
  if (interaction.isAutocomplete()) return 'autocomplete';
  if (interaction.isCommand()) return interaction.commandName;
  return interaction.isMessageComponent() ? 'button' : 'modal';
};

export const countInteraction = (
  interaction: Interaction,
  outcome: 'answered' | 'refused' | 'failed' | 'elsewhere',
): void => interactions.inc({ kind: kindOf(interaction), outcome });

export const timeAcknowledgement = (arrivedMs: number): void =>
  acknowledgements.observe((performance.now() - arrivedMs) / 1_000);

export const countRateLimit = (): void => rateLimits.inc();

export const setFollowedMessages = (count: number): void => messages.set(count);
