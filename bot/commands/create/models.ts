import type { ApiClient } from '@star-graph/client/client';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { EmbedBuilder } from 'discord.js';
import { fetchThumbnails } from '../../api/thumbnails.ts';
import type { Context } from '../../interaction/context.ts';
import { engineOf } from '../../policy/policyCheck.ts';
import { presentText } from '../../replies/embeds/taskEmbed.ts';
import { escapeText } from '../../replies/markdown.ts';
import { nameModels } from '../../replies/modelNames.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import { findMessageRef } from '../../tracking/messageRef.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';
import { linkTo } from '../tasks/taskList.ts';

const texts = inBoth(
  {
    title: 'Models',
    none: 'No GPU server offers any models right now.',
    moreOf: (shown: number, all: number) =>
      `Showing ${shown} of ${all}. To search them all, type in the model option of a command.`,
    yourSample: 'your latest',
    makes: { image: 'Pictures', video: 'Videos' },
    from: (credits: number) => `from ${credits} ${credits === 1 ? 'credit' : 'credits'}`,
  },
  {
    title: '模型',
    none: '目前没有 GPU 服务器提供模型。',
    moreOf: (shown, all) => `共 ${all} 个，显示 ${shown} 个。在命令的“模型”选项中输入即可搜索全部。`,
    yourSample: '您最近的作品',
    makes: { image: '图片', video: '视频' },
    from: (credits) => `${credits} 积分起`,
  },
);

const namesShown = 40;
/** Discord counts all embeds of a message together. */
const namesCharacters = 2_000;
const promptCharacters = 60;
/** Ten embeds fit in a message, and one is the list. */
const samplesShown = 9;
const tasksSearched = 100;

export const command: Command = {
  data: createSlash({
    name: ['models', '模型'],
    description: ['Show the models you can choose', '查看可选的模型'],
  }).toJSON(),
  texts,
  audience: 'private',
  async execute({ bot, client, say, locale }, interaction) {
    const words = { say, locale };
    const [all, workflows] = await Promise.all([
      bot.catalogue.listModels(client),
      bot.catalogue.listWorkflows(client),
    ]);
    const engines = listRunning(workflows);
    const samples = await findSamples(client, workflows);
    const offered = all.filter(({ folder }) => Object.hasOwn(say.modelFolder, folder));
    const shown = samples.filter(({ model }) =>
      [...engines, ...offered.filter(({ folder }) => folder === 'checkpoints')].some(
        ({ name }) => name === model,
      ),
    );
    const some = shown.slice(0, samplesShown);
    const thumbnails = await fetchThumbnails(
      bot,
      some.flatMap(({ task }) => task.outputs.slice(0, 1)),
    );
    const names = new Map(nameModels(offered, locale).map(({ model, name }) => [model.name, name]));
    const embeds = some.flatMap(({ model, task }) => {
      const file = thumbnails.get(task.outputs[0]?.id ?? '');
      return file
        ? [presentSample(words, names.get(model) ?? model, task).setThumbnail(`attachment://${file.name}`)]
        : [];
    });
    await interaction.editReply({
      content: '',
      embeds: [presentNames(words, engines, offered), ...embeds],
      files: [...thumbnails.values()].map(({ name, data }) => ({ name, attachment: data as Buffer })),
      allowedMentions: { parse: [] },
    });
  },
};

type Words = Pick<Context, 'say' | 'locale'>;

/** What people choose by the name of its model. */
interface Engine {
  name: string;
  kinds: Set<WorkflowView['outputKind']>;
  leastCost: number;
}

/** The engines that run now, each model once. */
function listRunning(workflows: readonly WorkflowView[]): Engine[] {
  const engines = new Map<string, Engine>();
  for (const { engines: listed = [], outputKind } of workflows)
    for (const { model, available, exampleCost } of listed) {
      if (!available) continue;
      const known = engines.get(model);
      const kinds = (known?.kinds ?? new Set()).add(outputKind);
      const leastCost = Math.min(known?.leastCost ?? Infinity, exampleCost);
      engines.set(model, { name: model, kinds, leastCost });
    }
  return [...engines.values()];
}

/** Engines, then files by readable names; files with the same readable name show their file names. */
function presentNames(
  { say, locale }: Words,
  engines: readonly Engine[],
  offered: readonly ModelView[],
): EmbedBuilder {
  const { makes, from } = texts[locale];
  const named = engines.map(({ name, kinds, leastCost }) =>
    [[...kinds].map((kind) => makes[kind]).join(', '), `**${presentText(name, 60)}**`, from(leastCost)].join(
      ' · ',
    ),
  );
  const folders: Readonly<Record<string, string>> = say.modelFolder;
  const files = nameModels(offered, locale).map(({ model, name, family, isShared }) => {
    const parts = [
      `${folders[model.folder]} · **${presentText(name, 60)}**`,
      family ?? '',
      isShared ? escapeText(model.name) : '',
    ];
    return parts.filter((part) => part !== '').join(' · ');
  });
  const lines = [...named, ...files].slice(0, namesShown);
  const shown = takeWithin(lines, namesCharacters);
  return new EmbedBuilder()
    .setTitle(texts[locale].title)
    .setDescription(shown.length === 0 ? texts[locale].none : shown.join('\n'))
    .setFooter({ text: texts[locale].moreOf(shown.length, engines.length + offered.length) });
}

/** Takes as many whole lines as fit into that many characters. */
function takeWithin(lines: readonly string[], characters: number): string[] {
  let left = characters;
  return lines.filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
}

interface Sample {
  model: string;
  task: TaskView;
}

/** The person's own latest public result with each engine or file, newest first. */
async function findSamples(client: ApiClient, workflows: readonly WorkflowView[]): Promise<Sample[]> {
  const { items } = await client.listTasks({ query: { status: 'succeeded', limit: tasksSearched } });
  const samples = new Map<string, TaskView>();
  for (const task of items) {
    const model = task.params.model ?? engineOf(workflows, task.workflow.name)?.model;
    const isPublic = task.meta.visibility === 'public' && findMessageRef(task.meta)?.p !== true;
    // It is made a moment after the result.
    const hasThumbnail = task.outputs[0]?.thumbnailUrl !== undefined;
    if (typeof model === 'string' && isPublic && hasThumbnail && !samples.has(model))
      samples.set(model, task);
  }
  return [...samples].map(([model, task]) => ({ model, task }));
}

function presentSample({ say, locale }: Words, name: string, task: TaskView): EmbedBuilder {
  const link = linkTo(task);
  const prompt =
    typeof task.params.prompt === 'string' ? presentText(task.params.prompt, promptCharacters) : '';
  const lines = [
    `**${presentText(name, 60)}** · ${texts[locale].yourSample}`,
    prompt,
    link === undefined ? '' : `[${say.jump}](${link})`,
  ];
  return new EmbedBuilder().setDescription(lines.filter((line) => line !== '').join('\n'));
}
