import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Answerable } from '../interaction/acknowledge.ts';
import type { Context } from '../interaction/context.ts';
import { createMessageRef } from './startGeneration.ts';

/** Shows a task in this interaction's message: its result, or its progress from now on. */
export async function showTask(
  context: Context,
  interaction: Answerable,
  task: TaskView,
  messageId: string | undefined,
): Promise<void> {
  const { bot } = context;
  const id = messageId ?? (await interaction.fetchReply()).id;
  const knownPolicy = await bot.policies.require(interaction.guildId);
  const ref = createMessageRef({ ...context, knownPolicy }, interaction, id);
  await bot.tracker.alsoShow(task, ref);
}
