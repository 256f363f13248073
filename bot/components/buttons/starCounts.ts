import { type APIMessageTopLevelComponent, ComponentType } from 'discord.js';
import type { Logger } from 'pino';
import type { Press } from '../../interaction/acknowledge.ts';
import type { Row } from './buttons.ts';

/** Shows on a message how many stars its results have. The API counts; the number on a message is never read. */
export interface StarCounts {
  /** Never rejects: a star counts even if the message cannot show it. */
  show(interaction: Press, customId: string, stars: number): Promise<void>;
}

const messagesAtMost = 1_000;

interface Shown {
  /** How many stars a picture has, by the custom_id of its button. */
  counts: Map<string, number>;
  turn: Promise<void>;
}

/**
 * Edits to one message come one after another, each with the highest known counts: people who press at the same time
 * see the message as it was before both.
 */
export function createStarCounts(deps: { log: Logger }): StarCounts {
  const byMessage = new Map<string, Shown>();

  function remember(messageId: string): Shown {
    const shown = byMessage.get(messageId) ?? { counts: new Map(), turn: Promise.resolve() };
    byMessage.delete(messageId);
    byMessage.set(messageId, shown);
    const [oldest] = byMessage.keys();
    if (oldest !== undefined && byMessage.size > messagesAtMost) byMessage.delete(oldest);
    return shown;
  }

  return {
    show(interaction, customId, stars) {
      const { message } = interaction;
      const shown = remember(message.id);
      shown.counts.set(customId, Math.max(stars, shown.counts.get(customId) ?? 0));
      shown.turn = shown.turn.then(async () => {
        const rows = message.components.map((row) => withCounts(row.toJSON(), shown.counts));
        try {
          await interaction.webhook.editMessage(message.id, { components: rows as Row[] });
        } catch (err) {
          deps.log.info({ err, messageId: message.id }, 'a message does not show its stars');
        }
      });
      return shown.turn;
    },
  };
}

function withCounts(
  row: APIMessageTopLevelComponent,
  counts: ReadonlyMap<string, number>,
): APIMessageTopLevelComponent {
  if (row.type !== ComponentType.ActionRow) return row;
  const components = row.components.map((part) => {
    if (part.type === ComponentType.StringSelect)
      return {
        ...part,
        options: part.options.map((option) => countOption(option, counts.get(option.value))),
      };
    const stars = 'custom_id' in part ? counts.get(part.custom_id) : undefined;
    return stars === undefined ? part : { ...part, label: String(stars) };
  });
  return { ...row, components } as typeof row;
}

const countOption = <Option extends { label: string }>(option: Option, stars: number | undefined): Option =>
  stars === undefined ? option : { ...option, label: `${option.label.replace(/ \(\d+\)$/, '')} (${stars})` };
