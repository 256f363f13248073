import { ClientProblem } from '@star-graph/client/clientProblem';
import { findEngineView } from '@star-graph/contract/catalogue/engineForms';
import type { EngineView } from '@star-graph/contract/catalogue/workflows';
import { ActionRowBuilder, ButtonBuilder, ButtonStyle, MessageFlags } from 'discord.js';
import { formatGridId, type GridId } from '../../components/buttons/customId.ts';
import { findWayOn, requireCredits } from '../../generate/explainRefusal.ts';
import { findPrice } from '../../generate/findPrice.ts';
import { requireStyle } from '../../generate/fitRequest.ts';
import type { GenerationRequest } from '../../generate/generationRequest.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { type Answerable, deferReply, type Press, toPrivate } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfResult } from '../../interaction/place.ts';
import { escapeText, unescapeText } from '../../replies/markdown.ts';
import { presentProblem, Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import { optionNames } from '../../replies/texts/optionNames.ts';
import type { Command } from '../command.ts';
import { completeSampling } from '../options/complete.ts';
import { createSlash, localise } from '../options/localise.ts';
import { addStyle } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const texts = inBoth(
  {
    asks: (models: string, cost: string) => `${models}: together this costs ${cost}. Do you want it?`,
    twice: 'Choose each model once.',
    long: 'The names of these models are too long for one button. Choose fewer.',
  },
  {
    asks: (models, cost) => `${models}：共需要 ${cost}，确定要生成吗？`,
    twice: '每个模型请只选一次。',
    long: '这些模型的名称过长，无法放入一个按钮。请少选几个。',
  },
);

const options = ['model', 'model2', 'model3', 'model4'] as const;
/** The question holds the prompt, and each mark of it may need another one to be shown as it is. */
const promptCharacters = 800;
/** Discord's own bound for a custom_id. */
const idCharacters = 100;

const builder = createSlash({
  name: ['grid', '对比'],
  description: ['Draw one description with up to four models', '用最多四个模型绘制同一描述'],
});
builder.addStringOption((option) =>
  localise(option, {
    name: optionNames.prompt,
    description: ['Describe what you want to see', '用文字描述画面'],
  })
    .setRequired(true)
    .setMaxLength(promptCharacters),
);
for (const [index, name] of options.entries())
  builder.addStringOption((option) =>
    localise(option, {
      name: index === 0 ? optionNames.model : [name, `模型${index + 1}`],
      description: ['Type to search', '输入以搜索'],
    })
      .setRequired(index < 2)
      .setAutocomplete(true),
  );
addStyle(builder).addBooleanOption((option) =>
  localise(option, {
    name: ['private', '仅自己可见'],
    description: ['Show the results only to me', '结果只显示给我'],
  }),
);

export const command: Command = {
  data: builder.toJSON(),
  texts,
  audience: 'private',
  like: 'imagine',
  async execute(context, interaction) {
    const { options: given } = requireSlash(interaction);
    const prompt = given.getString('prompt', true).trim();
    const models = options.flatMap((name) => given.getString(name) ?? []);
    const engines = await findEngines(context, models);
    const look = given.getString('style');
    const style = look === null ? undefined : (await requireStyle(context, look)).name;
    if (new Set(engines.map(({ workflow }) => workflow)).size < engines.length)
      throw new Refusal(texts[context.locale].twice);
    const isPrivate = audienceOfResult(context, interaction) === 'private';
    await askTotal(context, interaction, { prompt, engines, isPrivate, style });
  },
  complete: completeSampling,
};

interface Grid {
  prompt: string;
  engines: readonly EngineView[];
  isPrivate: boolean;
  style: string | undefined;
}

/** @throws Refusal for a name of none. */
async function findEngines({ bot, client, say }: Context, models: readonly string[]): Promise<EngineView[]> {
  const drawing = (await bot.catalogue.listWorkflows(client)).find(({ name }) => name === 'text2img');
  return models.map((model) => {
    const engine = drawing && findEngineView(drawing, model);
    if (!engine) throw new Refusal(say.badOption(say.limited(say.option.model, say.limit.listed)));
    return engine;
  });
}

const requestOf = (
  { prompt, style }: Pick<Grid, 'prompt' | 'style'>,
  { model }: EngineView,
): GenerationRequest => ({
  workflow: 'text2img',
  params: { prompt, model },
  takesDefaults: true,
  ...(style === undefined ? {} : { style }),
});

/**
 * Asks once for the price of all. The question holds all that its button makes.
 * @param agreed what the person has agreed to.
 * @throws Refusal with what is missing, or with the question, unless no more than that is asked.
 */
async function askTotal(
  context: Context,
  interaction: Answerable,
  { prompt, engines, isPrivate, style }: Grid,
  agreed = 0,
): Promise<void> {
  const { say, locale } = context;
  const quotes = await Promise.all(
    engines.map((engine) => findPrice(context, interaction, requestOf({ prompt, style }, engine))),
  );
  await requireCredits(context, quotes);
  const cost = quotes.reduce((sum, quote) => sum + quote.cost, 0);
  if (cost <= agreed) return;
  const customId = formatGridId({
    cost,
    isPrivate,
    workflows: engines.map(({ workflow }) => workflow),
    style,
  });
  if (customId.length > idCharacters) throw new Refusal(texts[locale].long);
  const yes = new ButtonBuilder().setCustomId(customId).setStyle(ButtonStyle.Primary).setLabel(say.makeIt);
  const names = say.list(engines.map(({ model }) => presentText(model, 60)));
  throw new Refusal(`${texts[locale].asks(names, say.credits(cost))}\n>>> ${escapeText(prompt)}`, [
    new ActionRowBuilder<ButtonBuilder>().addComponents(yes).toJSON(),
  ]);
}

/** Makes the pictures, each with a message of its own. A second press of the same button makes nothing more. */
export async function makeGrid(context: Context, interaction: Press, { cost, ...id }: GridId): Promise<void> {
  const { say } = context;
  const { isPrivate, workflows, style } = id;
  const { content, id: question } = interaction.message;
  await deferReply(interaction, isPrivate ? 'private' : 'public');
  const prompt = unescapeText(content.slice(content.indexOf('\n') + 1).replace(/^>>> /, ''));
  const engines = await findEngines(context, workflows);
  await askTotal(context, interaction, { prompt, engines, isPrivate, style }, cost);
  const failures: unknown[] = [];
  const flags = isPrivate ? { flags: MessageFlags.Ephemeral as const } : {};
  for (const [index, engine] of engines.entries()) {
    const waiting = { content: `**${presentText(engine.model, 60)}** …`, allowedMentions: { parse: [] } };
    // The first fills the deferral, or a further message would.
    const message =
      index === 0
        ? await interaction.editReply(waiting)
        : await interaction.followUp({ ...waiting, ...flags });
    const request = { ...requestOf({ prompt, style }, engine), idempotencyKey: `${question}:${index}` };
    try {
      const made = await startGeneration(context, interaction, request, message.id);
      if (!made) throw new Refusal(say.alreadyMade);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof ClientProblem)) throw error;
      failures.push(error);
      await interaction.webhook.deleteMessage(message.id);
    }
  }
  if (failures.length === engines.length) throw failures[0];
  const told = new Set(failures.map((error) => presentProblem(say, error)));
  if (told.size === 0) return;
  const ways = await Promise.all(failures.map((error) => findWayOn(context, error)));
  const components = ways.find((rows) => rows.length > 0) ?? [];
  await interaction.followUp({ ...toPrivate([...told].join('\n')), components });
}
