import { isOpen } from '@star-graph/contract/tasks/tasks';
import { inBoth } from '../replies/texts/bilingual.ts';
import type { Command } from './command.ts';
import { createSlash } from './options/localise.ts';
import { answerList, listed } from './taskList.ts';

const texts = inBoth(
  {
    pool: (queued: number, running: number, up: number, all: number) =>
      `${running} working, ${queued} waiting; ${up} of ${all} GPU servers online.`,
    yours: 'Your unfinished tasks',
  },
  {
    pool: (queued, running, up, all) =>
      `生成中 ${running} 个，排队中 ${queued} 个；${all} 台 GPU 服务器中有 ${up} 台在线。`,
    yours: '您未完成的任务',
  },
);

export const command: Command = {
  data: createSlash({
    name: ['queue', '队列'],
    description: ['Show the queue and your unfinished tasks', '查看队列和您未完成的任务'],
  }).toJSON(),
  texts,
  audience: 'private',
  async execute(context, interaction) {
    const { client, locale, say } = context;
    const [status, { items }] = await Promise.all([
      client.getStatus(),
      client.listTasks({ query: { limit: 100 } }),
    ]);
    const { queuedTasks, runningTasks, backendsUp, backends, paused } = status.pool;
    const counts = texts[locale].pool(queuedTasks, runningTasks, backendsUp, backends);
    const head = paused ? `${counts}\n${say.progress.paused}` : counts;
    const open = items.filter((item) => isOpen(item.status)).slice(0, listed);
    await answerList(context, interaction, texts[locale].yours, open, { head });
  },
};
