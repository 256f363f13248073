import { outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type APIEmbed, EmbedBuilder, type RawFile } from 'discord.js';
import { findModelTitles, type ModelTitles } from '../api/modelTitles.ts';
import { fetchThumbnails } from '../api/thumbnails.ts';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { listFacts } from '../replies/resultEmbed.ts';
import { colors, presentPrice, presentText } from '../replies/taskEmbed.ts';
import type { Messages } from '../replies/texts/en.ts';
import { findMessageRef } from '../tracking/messageRef.ts';

/** How many tasks a list shows: each has an embed of its own, for its picture. */
export const listed = 10;

export function titleOf(say: Messages, task: TaskView): string {
  const { kind } = outcomeOf(task);
  if (kind === 'withheld' || kind === 'deleted') return say.title[kind];
  return say.title[task.status === 'assigned' ? 'queued' : task.status];
}

const colorsOf: Readonly<Record<TaskView['status'], number>> = {
  queued: colors.queued,
  assigned: colors.queued,
  running: colors.running,
  succeeded: colors.succeeded,
  failed: colors.failed,
  cancelled: colors.queued,
};

/** Shows tasks to their owner, with their first pictures and links to their messages. */
export async function answerList(
  context: Context,
  interaction: Answerable,
  title: string,
  tasks: readonly TaskView[],
  { head = '', none = context.say.noTasks }: { head?: string; none?: string } = {},
): Promise<void> {
  const { bot, client, say, locale } = context;
  const offered = await bot.catalogue.listWorkflows(client);
  const titles = new Map(offered.map((workflow) => [workflow.name, workflow.title[locale]]));
  const thumbnails = await fetchThumbnails(bot, tasks.flatMap(listShown));
  const models = await findModelTitles(bot, client, locale);
  const embeds = tasks.map((task) => presentEntry(say, task, { titles, thumbnails, models }));
  await interaction.editReply({
    content: [head, `**${title}**`, ...(tasks.length === 0 ? [none] : [])].join('\n').trim(),
    embeds,
    files: [...thumbnails.values()].map(({ name, data }) => ({ name, attachment: data as Buffer })),
    allowedMentions: { parse: [] },
  });
}

/** The picture of a task; pictures from places with spoilers are not shown in lists. */
const listShown = ({ meta, outputs }: TaskView) => (findMessageRef(meta)?.p ? [] : outputs.slice(0, 1));

function presentEntry(
  say: Messages,
  task: TaskView,
  known: {
    titles: ReadonlyMap<string, string>;
    thumbnails: ReadonlyMap<string, RawFile>;
    models: ModelTitles;
  },
): APIEmbed {
  const { name } = task.workflow;
  const time = `<t:${Math.floor(Date.parse(task.createdAt) / 1_000)}:R>`;
  const link = linkTo(task);
  const lines = [
    [
      `**${titleOf(say, task)}**`,
      presentText(known.titles.get(name) ?? name, 60),
      time,
      presentPrice(say, task),
    ].join(' · '),
    typeof task.params.prompt === 'string' ? presentText(task.params.prompt, 100) : '',
    link === undefined ? '' : `[${say.jump}](${link})`,
  ];
  const embed = new EmbedBuilder()
    .setColor(colorsOf[task.status])
    .setDescription(lines.filter((line) => line !== '').join('\n'));
  // A workflow that stands for its model is named above.
  const told = listFacts(say, task, known.models).filter((fact) => fact !== known.titles.get(name));
  const facts = told.join(' · ');
  if (facts !== '') embed.setFooter({ text: facts });
  const file = known.thumbnails.get(task.outputs[0]?.id ?? '');
  return (file ? embed.setThumbnail(`attachment://${file.name}`) : embed).toJSON();
}

/** Link to the message of a task; undefined if only its owner saw it, because such messages vanish. */
export function linkTo({ meta }: TaskView): string | undefined {
  const ref = findMessageRef(meta);
  if (!ref || ref.e) return undefined;
  return `https://discord.com/channels/${ref.g ?? '@me'}/${ref.c}/${ref.m}`;
}
