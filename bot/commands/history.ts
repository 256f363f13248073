import type { Command } from './command.ts';
import { createSlash } from './localise.ts';
import { answerList, listed } from './taskList.ts';

export const history: Command = {
  data: createSlash({
    name: ['history', '历史'],
    description: ['Show your latest tasks', '查看您最近的任务'],
  }).toJSON(),
  audience: 'private',
  async execute(context, interaction) {
    const { items } = await context.client.listTasks({ query: { limit: listed } });
    await answerList(context, interaction, context.say.historyTitle, items);
  },
};
