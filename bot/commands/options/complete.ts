import { describeRequest } from '@star-graph/contract/catalogue/engineForms';
import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { ApplicationCommandOptionChoiceData, AutocompleteInteraction } from 'discord.js';
import { findPurpose, presetNames } from '../../generate/keptPreset.ts';
import type { Context } from '../../interaction/context.ts';
import { placeOf } from '../../interaction/place.ts';
import { listModelChoices } from '../../replies/modelNames.ts';

const choicesAtMost = 25;
const sizes = [
  '1024x1024',
  '1152x896',
  '896x1152',
  '1216x832',
  '832x1216',
  '1344x768',
  '768x1344',
  '768x768',
  '768x512',
  '512x768',
  '512x512',
];
/** A model draws doubled subjects on more than this share of the pixels that it draws by itself. */
const mostShare = 2.25;
const folders: Record<string, string> = { model: 'checkpoints', lora: 'loras' };

/** The allowed values that match the typed text, best first. Discord shows 25; the search covers all. */
export async function completeSampling(
  context: Context,
  interaction: AutocompleteInteraction,
): Promise<ApplicationCommandOptionChoiceData[]> {
  const { name, value } = interaction.options.getFocused(true);
  return rank(await listChoices(context, interaction, name), value);
}

async function listChoices(
  context: Context,
  interaction: AutocompleteInteraction,
  option: string,
): Promise<readonly Choice[]> {
  const { bot, client, locale } = context;
  if (option === 'size') return suggestSizes(await findDefaultSize(context, interaction));
  if (option === 'style')
    return (await bot.catalogue.listStyles(client)).map(({ name, title }) => ({
      name: title[locale],
      value: name,
    }));
  if (option === 'preset') return listPresets(context, enginesOf(interaction.commandName));
  if (option === 'sampler') return (await listSamplers(context)).map(toChoice);
  const isModel = /^model[0-9]?$/.test(option);
  const engines = isModel ? await listEngines(context, enginesOf(interaction.commandName)) : [];
  const models = takesEnginesAlone(interaction.commandName) ? [] : await bot.catalogue.listModels(client);
  const files = listModelChoices(
    models.filter(({ folder }) => folder === folders[option]),
    locale,
  );
  const choices = [...engines, ...files];
  const policy = await bot.policies.findSoon(interaction.guildId);
  if (!policy) return choices;
  const place = placeOf(interaction);
  const {
    models: allowed,
    nsfwModels: restricted = [],
    deniedModels = [],
  } = resolvePlaceRules(policy, place);
  return choices
    .filter(({ value }) => (allowed?.includes(value) ?? true) && !deniedModels.includes(value))
    .filter(({ value }) => place.isAgeRestricted || !restricted.includes(value));
}

/** The sizes that a model draws well, those as large as its own first; all where its own is not known. */
export function suggestSizes(own: { width: number; height: number } | undefined): Choice[] {
  const shareOf = (size: string): number => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    return own ? (width * height) / (own.width * own.height) : 1;
  };
  return sizes
    .filter((size) => shareOf(size) <= mostShare)
    .map((size) => ({
      ...toChoice(size),
      ...(Math.abs(shareOf(size) - 1) < 0.1 && { isFirst: true as const }),
    }));
}

/** Of the model that is typed, else of the one that would draw. */
async function findDefaultSize({ bot, client }: Context, { options, commandName }: AutocompleteInteraction) {
  const listed = await bot.catalogue.listWorkflows(client);
  const [workflow = commandName] = enginesOf(commandName);
  const view = listed.find(({ name }) => name === workflow);
  const model = options.getString('model') ?? undefined;
  const { properties = {} } = view ? (describeRequest(listed, view, { model }).params as ParamSchema) : {};
  const [width, height] = [properties.width?.default, properties.height?.default];
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
}

/** The engines of these workflows that run now, before all files; of all workflows without names. */
export async function listEngines(
  { bot, client }: Context,
  workflows?: readonly string[],
): Promise<readonly Choice[]> {
  const listed = await bot.catalogue.listWorkflows(client);
  const models = listed
    .filter(({ name }) => workflows?.includes(name) ?? true)
    .flatMap(({ engines = [] }) => engines)
    .filter(({ available }) => available)
    .map(({ model }) => model);
  return [...new Set(models)].map((model) => ({ ...toChoice(model), isFirst: true as const }));
}

/** What a command's `model` may mean: of preferences, for the commands that take them. */
const enginesOf = (command: string): readonly string[] => workflowsOf[command] ?? [command];
const workflowsOf: Readonly<Record<string, readonly string[]>> = {
  imagine: ['text2img'],
  grid: ['text2img'],
  video: ['text2video', 'img2video'],
  preferences: ['text2img', 'img2img', 'pose'],
};
/** Their models are not chosen by files: each engine has files of its own. */
const takesEnginesAlone = (command: string): boolean => command === 'video' || command === 'grid';

/** Those of every engine, then the person's own for these workflows. */
async function listPresets(
  { bot, client, locale }: Context,
  workflows: readonly string[],
): Promise<readonly Choice[]> {
  const [listed, { items }] = await Promise.all([bot.catalogue.listWorkflows(client), client.listPresets()]);
  const views = listed.filter(({ name }) => workflows.includes(name));
  const general = Object.entries(presetNames).map(([value, names]) => ({
    name: names[locale === 'en' ? 0 : 1],
    value,
    isFirst: true as const,
  }));
  const own = items.flatMap((preset) => {
    const purpose = views.map((view) => findPurpose(view, preset)).find((found) => found !== undefined);
    const model = purpose?.model === undefined ? '' : ` · ${purpose.model}`;
    return purpose ? [{ name: `${preset.name}${model}`, value: preset.id }] : [];
  });
  return [...general, ...own];
}

async function listSamplers({ bot, client }: Context): Promise<readonly string[]> {
  const workflows = await bot.catalogue.listWorkflows(client);
  const params = workflows.find(({ name }) => name === 'text2img')?.params.properties;
  const { sampler } = (params ?? {}) as { sampler?: { enum?: string[] } };
  return sampler?.enum ?? [];
}

/** The shown name and the sent value. */
interface Choice {
  name: string;
  value: string;
  /** Before others that match as well. */
  isFirst?: true;
}

export const toChoice = (name: string): Choice => ({ name, value: name });

const charactersAtMost = 100;

/**
 * First names that begin with the text, then names with a word that begins with it, then names that contain it. The
 * better match of shown name and sent value counts.
 */
export function rank(choices: readonly Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLowerCase();
  const scoreOf = (text: string): number => {
    const plain = text.toLowerCase();
    if (plain.startsWith(wanted)) return 0;
    if (plain.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 1;
    return plain.includes(wanted) ? 2 : 3;
  };
  return choices
    .filter(({ value }) => value.length <= charactersAtMost)
    .map((choice) => ({ choice, score: Math.min(scoreOf(choice.name), scoreOf(choice.value)) }))
    .filter(({ score }) => score < 3)
    .sort(
      (a, b) =>
        a.score - b.score ||
        Number(b.choice.isFirst ?? false) - Number(a.choice.isFirst ?? false) ||
        a.choice.name.localeCompare(b.choice.name),
    )
    .slice(0, choicesAtMost)
    .map(({ choice: { name, value } }) => ({ name: name.slice(0, charactersAtMost), value }));
}
