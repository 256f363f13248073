import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Context } from '../interaction/context.ts';
import type { Command } from './command.ts';
import { createSlash, localise } from './options/localise.ts';
import { requireSlash } from './options/requireKind.ts';
import { answerList, listed } from './taskList.ts';

const pagesAtMost = 20;

export const command: Command = {
  data: createSlash({
    name: ['history', '历史'],
    description: ['Show your latest tasks, or your favourites', '查看您最近的任务或收藏'],
  })
    .addBooleanOption((option) =>
      localise(option, {
        name: ['favourites', '收藏'],
        description: ['Show only what you keep with ⭐', '只显示您用 ⭐ 收藏的结果'],
      }),
    )
    .addIntegerOption((option) =>
      localise(option, {
        name: ['page', '页码'],
        description: [`Go further back, ${listed} at a time`, `查看更早的内容，每页 ${listed} 个`],
      })
        .setMinValue(1)
        .setMaxValue(pagesAtMost),
    )
    .toJSON(),
  audience: 'private',
  async execute(context, interaction) {
    const { say } = context;
    const { options } = requireSlash(interaction);
    const page = options.getInteger('page') ?? 1;
    const isKept = options.getBoolean('favourites') === true;
    const tasks = isKept ? await readFavourites(context, page) : await readTasks(context, page);
    const { title, none } = isKept ? say.stars : { title: say.historyTitle, none: say.noTasks };
    await answerList(context, interaction, page === 1 ? title : `${title} · ${say.stars.page(page)}`, tasks, {
      none: page === 1 ? none : say.stars.noMore(page),
    });
  },
};

const readTasks = ({ client }: Context, page: number): Promise<TaskView[]> =>
  readPage((query) => client.listTasks({ query }), page);

/** Each favourite as a task with that result only: a list shows one picture for each entry. */
async function readFavourites({ client }: Context, page: number): Promise<TaskView[]> {
  const kept = await readPage((query) => client.listFavourites({ query }), page);
  return kept.flatMap(({ asset, task }) => (task ? [withOutput(task, asset)] : []));
}

const withOutput = (task: TaskView, asset: AssetView): TaskView => ({ ...task, outputs: [asset] });

interface ListQuery {
  limit: number;
  cursor?: string;
}

/** @param page from 1. Empty where there are fewer. */
async function readPage<Item>(
  list: (query: ListQuery) => Promise<{ items: Item[]; nextCursor: string | null }>,
  page: number,
): Promise<Item[]> {
  let before: { cursor?: string } = {};
  // The longest list that the API gives at once.
  for (let skip = (page - 1) * listed; skip > 0; ) {
    const limit = Math.min(skip, 100);
    const { nextCursor } = await list({ limit, ...before });
    if (nextCursor === null) return [];
    before = { cursor: nextCursor };
    skip -= limit;
  }
  return (await list({ limit: listed, ...before })).items;
}
