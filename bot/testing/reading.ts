import { expect } from 'vitest';
import { eventually } from './botPlatform.ts';
import type { Act, DiscordStandIn } from './discord/standIn.ts';
import type { StoredMessage } from './discord/state.ts';

/** custom_ids of the bot's own buttons, in their order. */
export const customIdsOf = (message: StoredMessage): string[] =>
  JSON.stringify(message.components).match(/sg1:[a-z]+:[0-9a-f-]{36}:\d+/g) ?? [];

/** @throws Error listing the components if the message has no such button. */
export function buttonOf(message: StoredMessage, action: string): string {
  const found = customIdsOf(message).find((id) => id.startsWith(`sg1:${action}:`));
  if (!found) throw new Error(`no ${action} on ${JSON.stringify(message.components)}`);
  return found;
}

export const actionsOf = (message: StoredMessage): (string | undefined)[] =>
  customIdsOf(message).map((id) => id.split(':')[1]);

/** The id of a message's task. */
export const taskIdOf = (message: StoredMessage): string => customIdsOf(message)[0]?.split(':')[2] ?? '';

export const titleOf = (message: StoredMessage): string => message.embeds[0]?.title ?? '';

/** Fields of the first embed, by name. */
export const fieldsOf = ({ embeds: [embed] }: StoredMessage): Record<string, string> =>
  Object.fromEntries((embed?.fields ?? []).map(({ name, value }) => [name, value]));

/** Waits until the answer's first embed has this title. */
export const titled = (act: Pick<Act, 'message'>, title: string): Promise<StoredMessage> =>
  eventually(() => {
    const message = act.message();
    expect(titleOf(message)).toBe(title);
    return message;
  });

export const finished = (act: Pick<Act, 'message'>): Promise<StoredMessage> => titled(act, 'Done');

/** Waits until the message offers this button. */
export const offering = (act: Pick<Act, 'message'>, action: string): Promise<StoredMessage> =>
  eventually(() => {
    buttonOf(act.message(), action);
    return act.message();
  });

/** Waits until the answer's text holds this. */
export const answered = (act: Pick<Act, 'message'>, text: string): Promise<StoredMessage> =>
  eventually(() => {
    expect(act.message().content).toContain(text);
    return act.message();
  });

/** Waits for a private answer in an empty channel, and until no part of it is visible to others. */
export const repliedPrivately = (discord: DiscordStandIn, { interaction }: Act): Promise<string> =>
  eventually(() => {
    const said = [...discord.state.messages.values()].filter(
      ({ channelId }) => channelId === interaction.channelId,
    );
    expect(said.map(({ ephemeral, loading }) => ({ ephemeral, loading }))).toEqual([
      { ephemeral: true, loading: false },
    ]);
    return said[0]?.content ?? '';
  });

/** The button that agrees to a price, once it is asked in a private message of the channel, and how many credits. */
export const askedPrice = (
  discord: DiscordStandIn,
  channelId: string,
): Promise<{ question: StoredMessage; yes: string; cost: number }> =>
  eventually(() => {
    for (const message of discord.state.messages.values()) {
      if (message.channelId !== channelId || !message.ephemeral) continue;
      const [yes, cost] = /sg1y:(\d+):[^"]+/.exec(JSON.stringify(message.components)) ?? [];
      if (yes !== undefined) return { question: message, yes, cost: Number(cost) };
    }
    throw new Error('no price is asked');
  });
