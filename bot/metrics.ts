import {
  createBoundedLabel,
  defineCounter,
  defineDurations,
  defineGauge,
} from '@star-graph/core/ground/telemetry/define';
import type { Interaction } from 'discord.js';

const interactions = defineCounter({
  name: 'star_graph_bot_interactions_total',
  help: 'Interactions by command (or autocomplete, button, modal) and outcome: answered, refused, failed, elsewhere (another process answered)',
  labels: ['command', 'outcome'],
});
const firstAnswers = defineDurations({
  name: 'star_graph_bot_first_answer_seconds',
  help: 'From the arrival of a command to its first answer at Discord, which is refused after three seconds',
  labels: ['command'],
  buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3],
});
const rateLimits = defineCounter({
  name: 'star_graph_bot_rate_limited_total',
  help: "Waits for Discord's rate limits",
});
export type Posted = 'taken' | 'ping' | 'unsigned' | 'late' | 'invalid' | 'elsewhere';
const posted = defineCounter({
  name: 'star_graph_bot_posted_interactions_total',
  help: 'Requests at the address for interactions by outcome: taken, ping, unsigned, late (signed more than a minute from now), invalid, elsewhere (another process has the shard)',
  labels: ['outcome'],
});
const messages = defineGauge({
  name: 'star_graph_bot_followed_messages',
  help: 'Messages of unfinished tasks',
});

interface BotView {
  isGatewayReady(): boolean;
  isConnected(): boolean;
  countServers(): number;
  countShards(): number;
}

/** Undefined while none runs in this process. */
let watched: BotView | undefined;

/** @returns a function that ends it. */
export function watchBot(view: BotView): () => void {
  watched = view;
  return () => {
    if (watched === view) watched = undefined;
  };
}

defineGauge(
  { name: 'star_graph_bot_gateway_ready', help: "1 while all shards are connected to Discord's gateway" },
  (gauge) => gauge.set(watched?.isGatewayReady() ? 1 : 0),
);
defineGauge(
  { name: 'star_graph_bot_events_connected', help: '1 while the bot hears the events of the API by STOMP' },
  (gauge) => gauge.set(watched?.isConnected() ? 1 : 0),
);
defineGauge({ name: 'star_graph_bot_servers', help: 'Discord servers that this process serves' }, (gauge) =>
  gauge.set(watched?.countServers() ?? 0),
);

defineGauge(
  { name: 'star_graph_bot_shards', help: "Shards of Discord's gateway that this process has" },
  (gauge) => gauge.set(watched?.countShards() ?? 0),
);

/** The bot has fewer; what Discord sends is not made of its own names alone. */
const commandLabel = createBoundedLabel(60);

export const commandOf = (interaction: Interaction): string => {
  if (interaction.isAutocomplete()) return 'autocomplete';
  if (interaction.isCommand()) return commandLabel(interaction.commandName);
  return interaction.isMessageComponent() ? 'button' : 'modal';
};

export const countInteraction = (
  interaction: Interaction,
  outcome: 'answered' | 'refused' | 'failed' | 'elsewhere',
): void => interactions.inc({ command: commandOf(interaction), outcome });

export const timeFirstAnswer = (command: string, arrivedMs: number): void =>
  firstAnswers.observe({ command: commandLabel(command) }, (performance.now() - arrivedMs) / 1_000);

export const countPosted = (outcome: Posted): void => posted.inc({ outcome });

export const countRateLimit = (): void => rateLimits.inc();

export const setFollowedMessages = (count: number): void => messages.set(count);
