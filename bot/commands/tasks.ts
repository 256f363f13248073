import type { TaskView } from '@star-graph/api/contract/tasks';
import { EmbedBuilder, Routes } from 'discord.js';
import { type Answerable, answerText } from '../acknowledge.ts';
import type { Context } from '../context.ts';
import { createMessageRef } from '../generation.ts';
import type { Messages } from '../replies/en.ts';
import { presentText } from '../replies/taskEmbed.ts';
import { toBody } from '../tracking/messageRoutes.ts';
import { createEndMessage } from '../tracking/resultMessage.ts';
import type { Command } from './command.ts';
import { createSlash, localise } from './localise.ts';
import { requireSlash } from './requireKind.ts';

const listed = 10;
export const openStatuses = ['queued', 'assigned', 'running'];

const titleOf = (say: Messages, { status }: TaskView): string =>
  say.title[status === 'assigned' ? 'queued' : status];

const lineOf = (say: Messages, task: TaskView): string => {
  const prompt = typeof task.params.prompt === 'string' ? presentText(task.params.prompt, 60) : '';
  const time = `<t:${Math.floor(Date.parse(task.createdAt) / 1_000)}:R>`;
  return `**${titleOf(say, task)}** · ${task.workflow.name} · ${time} · ${say.credits(task.cost)}\n${prompt}\n\`${task.id}\``;
};

/** Shows a task in this interaction's message: its result, or its progress from now on. */
export async function showTask(
  context: Context,
  interaction: Answerable,
  task: TaskView,
  messageId: string | undefined,
): Promise<void> {
  const { bot } = context;
  const id = messageId ?? (await interaction.fetchReply()).id;
  const ref = createMessageRef(context, interaction, id);
  if (openStatuses.includes(task.status)) {
    bot.tracker.moveTo(task, ref);
    return;
  }
  const content = await createEndMessage(bot, task, ref);
  const route = Routes.webhookMessage(bot.applicationId(), interaction.token, id);
  await bot.rest.patch(route, { ...toBody(content), auth: false });
}

const taskBuilder = createSlash({
  name: ['task', '任务'],
  description: ['Show a task, or fetch its result', '查看任务或获取结果'],
});
taskBuilder.addStringOption((option) =>
  localise(option, {
    name: ['id', '编号'],
    description: ['Of the task; empty: the latest', '任务编号；留空为最近的任务'],
  })
    .setMaxLength(36)
    .setAutocomplete(true),
);

export const task: Command = {
  data: taskBuilder.toJSON(),
  audience: 'private',
  async execute(context, interaction, messageId) {
    const { client, say } = context;
    const id = requireSlash(interaction).options.getString('id');
    const found =
      id === null
        ? (await client.listTasks({ query: { limit: 1 } })).items[0]
        : await client.getTask({ params: { id: id.trim().toLowerCase() } });
    if (found) await showTask(context, interaction, found, messageId);
    else await answerText(interaction, say.noTasks);
  },
  async complete({ client, say }, interaction) {
    const typed = interaction.options.getFocused().toLowerCase();
    const { items } = await client.listTasks({ query: { limit: 25 } });
    return items
      .map((item) => {
        const prompt = typeof item.params.prompt === 'string' ? item.params.prompt : '';
        const name = `${titleOf(say, item)} · ${item.workflow.name} · ${prompt}`;
        return { name: [...name].slice(0, 90).join('').slice(0, 100), value: item.id };
      })
      .filter(({ name, value }) => value.startsWith(typed) || name.toLowerCase().includes(typed));
  },
};

async function answerList(
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
  await interaction.editReply({ embeds: [embed], allowedMentions: { parse: [] } });
}

export const history: Command = {
  data: createSlash({
    name: ['history', '历史'],
    description: ['Your latest tasks', '您最近的任务'],
  }).toJSON(),
  audience: 'private',
  async execute(context, interaction) {
    const { items } = await context.client.listTasks({ query: { limit: listed } });
    await answerList(context, interaction, context.say.historyTitle, items);
  },
};

export const queue: Command = {
  data: createSlash({
    name: ['queue', '队列'],
    description: ['What waits and runs', '查看排队和运行情况'],
  }).toJSON(),
  audience: 'private',
  async execute(context, interaction) {
    const { client, say } = context;
    const [status, { items }] = await Promise.all([
      client.getStatus(),
      client.listTasks({ query: { limit: 100 } }),
    ]);
    const { queuedTasks, runningTasks, backendsUp, backends } = status.pool;
    const head = say.queue(queuedTasks, runningTasks, backendsUp, backends);
    const open = items.filter((item) => openStatuses.includes(item.status)).slice(0, listed);
    await answerList(context, interaction, say.yourTasks, open, head);
  },
};

export const models: Command = {
  data: createSlash({
    name: ['models', '模型'],
    description: ['What can be chosen', '可选的模型'],
  }).toJSON(),
  audience: 'private',
  async execute({ bot, client, say }, interaction) {
    const all = await bot.catalogue.listModels(client);
    const shownFolders = ['checkpoints', 'loras'];
    const names = all.filter(({ folder }) => shownFolders.includes(folder));
    const shown = names.slice(0, 40);
    const text = shown.map(({ folder, name }) => `${folder} · ${name}`).join('\n');
    const embed = new EmbedBuilder()
      .setTitle(say.modelsTitle)
      .setDescription(text === '' ? say.noModels : text.slice(0, 4_000))
      .setFooter({ text: say.moreOf(shown.length, names.length) });
    await interaction.editReply({ embeds: [embed], allowedMentions: { parse: [] } });
  },
};
