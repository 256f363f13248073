import type { TaskView } from '@star-graph/api/contract/tasks';
import { EmbedBuilder } from 'discord.js';
import type { Answerable } from '../acknowledge.ts';
import type { Context } from '../context.ts';
import type { Messages } from '../replies/en.ts';
import { presentPrice, presentText } from '../replies/taskEmbed.ts';

/** How many tasks a list shows. */
export const listed = 10;

export const titleOf = (say: Messages, { status }: TaskView): string =>
  say.title[status === 'assigned' ? 'queued' : status];

const lineOf = (say: Messages, task: TaskView): string => {
  const prompt = typeof task.params.prompt === 'string' ? presentText(task.params.prompt, 60) : '';
  const time = `<t:${Math.floor(Date.parse(task.createdAt) / 1_000)}:R>`;
  return `**${titleOf(say, task)}** · ${task.workflow.name} · ${time} · ${presentPrice(say, task)}\n${prompt}\n\`${task.id}\``;
};

export async function answerList(
  { say }: Context,
  interaction: Answerable,
  title: string,
  tasks: readonly TaskView[],
  head = '',
): Promise<void> {
  const lines = tasks.length === 0 ? [say.noTasks] : tasks.map((item) => lineOf(say, item));
  const embed = new EmbedBuilder()
    .setTitle(title)
    .setDescription([head, ...lines].join('\n\n').slice(0, 4_000));
  await interaction.editReply({ content: '', embeds: [embed], allowedMentions: { parse: [] } });
}
