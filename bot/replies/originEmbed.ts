import type { AssetView, OriginView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type APIEmbed, EmbedBuilder } from 'discord.js';
import { presentProvenance, presentText } from './taskEmbed.ts';
import type { Messages } from './texts/en.ts';

/** A task of one's own, under the title of what was asked for. */
export const presentOwnTask = (say: Messages, task: TaskView, owner: string): APIEmbed =>
  presentProvenance(say, task, owner).setTitle(say.infoTitle).toJSON();

const shown = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? presentText(String(value), 200) : undefined;

/** The origin of a copied picture. Person and price are shown only for public results. */
export function presentOrigin(say: Messages, origin: OriginView, copy: AssetView): APIEmbed {
  const { params, workflow, madeBy, cost } = origin;
  const embed = new EmbedBuilder().setTitle(say.infoTitle);
  if (typeof params.prompt === 'string') embed.setDescription(presentText(params.prompt));
  const [, snowflake] = /^discord:([0-9]+)$/.exec(madeBy ?? '') ?? [];
  const rows: [string, string | undefined][] = [
    [say.field.model, shown(params.model)],
    [say.field.seed, shown(params.seed)],
    [say.field.size, `${copy.width} × ${copy.height}`],
    [say.field.steps, shown(params.steps)],
    [say.field.workflow, `${presentText(workflow.name, 100)} v${workflow.version}`],
    [say.field.parent, origin.parentId],
    [say.field.by, snowflake === undefined ? undefined : `<@${snowflake}>`],
    [say.field.cost, cost === undefined ? undefined : say.credits(cost)],
  ];
  for (const [name, value] of rows) if (value !== undefined) embed.addFields({ name, value, inline: true });
  if (!origin.recorded) embed.addFields({ name: '⚠️', value: say.infoClaimed });
  return embed.setFooter({ text: say.taskFooter(presentText(origin.taskId, 60)) }).toJSON();
}
