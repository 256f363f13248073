import { isOpen } from '@star-graph/api/contract/tasks/tasks';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';
import { answerList, listed } from './taskList.ts';

export const queue: Command = {
  data: createSlash({
    name: ['queue', '队列'],
    description: ['Show the queue and your unfinished tasks', '查看队列和您未完成的任务'],
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
    const open = items.filter((item) => isOpen(item.status)).slice(0, listed);
    await answerList(context, interaction, say.yourTasks, open, { head });
  },
};
