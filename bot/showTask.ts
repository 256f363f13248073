import type { TaskView } from '@star-graph/api/contract/tasks';
import { Routes } from 'discord.js';
import type { Answerable } from './acknowledge.ts';
import type { Context } from './context.ts';
import { createMessageRef } from './generation.ts';
import { toBody } from './tracking/messageRoutes.ts';
import { createEndMessage } from './tracking/resultMessage.ts';

export const openStatuses = ['queued', 'assigned', 'running'];

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
