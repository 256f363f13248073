import type { ApiClient } from '@star-graph/client/client';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { priceAt } from '@star-graph/workflows/shared/priceAt';
import { type APIComponentInContainer, ComponentType, type RawFile } from 'discord.js';
import { fetchThumbnails } from '../../api/thumbnails.ts';
import { answerParts } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { findPricePercent } from '../../interaction/place.ts';
import { engineOf } from '../../policy/policyCheck.ts';
import { escapeText } from '../../replies/markdown.ts';
import { nameModels } from '../../replies/modelNames.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import { findMessageRef } from '../../tracking/messageRef.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';
import { linkTo } from '../taskList.ts';

const texts = inBoth(
  {
    title: 'Models',
    none: 'No GPU server offers any models right now.',
    moreOf: (shown: number, all: number) =>
      `Showing ${shown} of ${all}. To search them all, type in the model option of a command.`,
    yourSample: 'your latest',
    makes: { image: 'Pictures', video: 'Videos', audio: 'Audio', text: 'Texts', model3d: '3D models' },
    from: (credits: number) => `from ${credits} ${credits === 1 ? 'credit' : 'credits'}`,
  },
  {
    title: '模型',
    none: '目前没有 GPU 服务器提供模型。',
    moreOf: (shown, all) => `共 ${all} 个，显示 ${shown} 个。在命令的“模型”选项中输入即可搜索全部。`,
    yourSample: '您最近的作品',
    makes: { image: '图片', video: '视频', audio: '音频', text: '文本', model3d: '3D 模型' },
    from: (credits) => `${credits} 积分起`,
  },
);

/** Discord counts all texts and all parts of a message together. */
const engineCharacters = 2_600;
const fileCharacters = 900;
const wordsCharacters = 140;
const promptCharacters = 60;
/** A card with a picture has three parts, one without has one; a message has forty. */
const samplesShown = 9;
const enginesShown = 18;
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
    const [all, workflows, percent] = await Promise.all([
      bot.catalogue.listModels(client),
      bot.catalogue.listWorkflows(client),
      findPricePercent({ bot }, interaction),
    ]);
    const offered = all.filter(({ folder }) => Object.hasOwn(say.modelFolder, folder));
    const samples = await findSamples(client, workflows);
    const cards = [
      ...listRunning(workflows, locale, percent),
      ...listDrawn(words, offered, samples),
    ].toSorted((a, b) => Number(samples.has(b.name)) - Number(samples.has(a.name)));
    const thumbnails = await fetchThumbnails(
      bot,
      cards.flatMap(({ name }) => samples.get(name)?.outputs.slice(0, 1) ?? []).slice(0, samplesShown),
    );
    const files = [...thumbnails.values()];
    const parts = presentModels(words, cards, offered, (name) => {
      const task = samples.get(name);
      const file = thumbnails.get(task?.outputs[0]?.id ?? '');
      return task && file && { task, file };
    });
    await answerParts(interaction, [{ type: ComponentType.Container, components: parts }], files);
  },
};

type Words = Pick<Context, 'say' | 'locale'>;

/** What people choose by the name of its model, or a file that the person has drawn with. */
interface Card {
  /** As a task names it. */
  name: string;
  title: string;
  kinds: Set<WorkflowView['outputKind']>;
  leastCost?: number;
  /** What it is good at. */
  about: string;
}

/** What people ask for first says what a model is good at. */
const firstAsked = ['text2img', 'text2video'];

/** The engines that run now, each model once. */
function listRunning(
  workflows: readonly WorkflowView[],
  locale: Words['locale'],
  percent: number | undefined,
): Card[] {
  const cards = new Map<string, Card & { leastCost: number }>();
  const isFirst = ({ name }: WorkflowView) => firstAsked.includes(name);
  for (const { engines: listed = [], outputKind } of workflows.toSorted(
    (a, b) => Number(isFirst(b)) - Number(isFirst(a)),
  ))
    for (const { model, workflow, available, leastCost } of listed) {
      if (!available) continue;
      const about = workflows.find(({ name }) => name === workflow)?.description[locale] ?? '';
      const kinds = cards.get(model)?.kinds ?? new Set();
      const known = cards.get(model) ?? { name: model, title: model, kinds, about, leastCost: leastCost };
      kinds.add(outputKind);
      cards.set(model, { ...known, leastCost: Math.min(known.leastCost, leastCost) });
    }
  return [...cards.values()].map(({ leastCost, ...card }) => ({
    ...card,
    ...(percent !== undefined && { leastCost: priceAt(leastCost, percent) }),
  }));
}

/** The checkpoints that the person has a sample of. */
const listDrawn = (
  { locale }: Words,
  offered: readonly ModelView[],
  samples: ReadonlyMap<string, TaskView>,
): Card[] =>
  nameModels(offered, locale)
    .filter(({ model }) => model.folder === 'checkpoints' && samples.has(model.name))
    .map(({ model, name, family = '' }) => ({
      name: model.name,
      title: name,
      kinds: new Set(),
      about: family,
    }));

/** Cards with what they are good at, price and sample; then the files by readable names. */
function presentModels(
  words: Words,
  cards: readonly Card[],
  offered: readonly ModelView[],
  sampleOf: (name: string) => { task: TaskView; file: RawFile } | undefined,
): APIComponentInContainer[] {
  const { say, locale } = words;
  const text = (content: string) => ({ type: ComponentType.TextDisplay as const, content });
  const shown = takeWithin(cards.slice(0, enginesShown), engineCharacters, (card) =>
    presentCard(words, card, sampleOf(card.name)?.task),
  );
  const listed = takeWithin(
    nameModels(offered, locale),
    fileCharacters,
    ({ model, name, family, isShared }) => {
      const folders: Readonly<Record<string, string>> = say.modelFolder;
      const parts = [
        `${folders[model.folder]} · **${presentText(name, 60)}**`,
        family ?? '',
        isShared ? escapeText(model.name) : '',
      ];
      return parts.filter((part) => part !== '').join(' · ');
    },
  );
  const { title, none, moreOf } = texts[locale];
  const count = cards.length + offered.length;
  return [
    text(`## ${title}`),
    ...shown.map(({ item, content }): APIComponentInContainer => {
      const sample = sampleOf(item.name);
      if (!sample) return text(content);
      const media = { url: `attachment://${sample.file.name}` };
      return {
        type: ComponentType.Section,
        components: [text(content)],
        accessory: { type: ComponentType.Thumbnail, media },
      };
    }),
    ...(listed.length === 0 ? [] : [text(listed.map(({ content }) => content).join('\n'))]),
    text(count === 0 ? none : `-# ${moreOf(shown.length + listed.length, count)}`),
  ];
}

function presentCard({ say, locale }: Words, card: Card, sample: TaskView | undefined): string {
  const { makes, from, yourSample } = texts[locale];
  const { title, kinds, leastCost, about } = card;
  const link = sample && linkTo(sample);
  const prompt = sample?.params.prompt;
  const drawn = [
    typeof prompt === 'string' ? presentText(prompt, promptCharacters) : '',
    link === undefined ? '' : `[${say.jump}](${link})`,
  ].filter((part) => part !== '');
  const lines = [
    [`**${presentText(title, 60)}**`, ...[...kinds].map((kind) => makes[kind])].join(' · ') +
      (leastCost === undefined ? '' : ` · ${from(leastCost)}`),
    presentText(about, wordsCharacters),
    drawn.length === 0 ? '' : `-# ${yourSample}: ${drawn.join(' · ')}`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** As many in a row as fit into that many characters. */
function takeWithin<Item>(
  items: readonly Item[],
  characters: number,
  present: (item: Item) => string,
): { item: Item; content: string }[] {
  let left = characters;
  const taken: { item: Item; content: string }[] = [];
  for (const item of items) {
    const content = present(item);
    left -= content.length + 1;
    if (left < 0) break;
    taken.push({ item, content });
  }
  return taken;
}

/** The person's own latest public result with each engine or file. */
async function findSamples(
  client: ApiClient,
  workflows: readonly WorkflowView[],
): Promise<ReadonlyMap<string, TaskView>> {
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
  return samples;
}
