import { resolvePlaceRules } from '@star-graph/api/contract/guildRules';
import type { ApplicationCommandOptionChoiceData, AutocompleteInteraction } from 'discord.js';
import type { Context } from '../context.ts';
import { placeOf } from '../generation.ts';

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
  '512x512',
];
const folders: Record<string, string> = { model: 'checkpoints', lora: 'loras' };

/** What the person may use here and fits what was typed, best first. Discord shows 25; the search is over all. */
export async function completeSampling(
  context: Context,
  interaction: AutocompleteInteraction,
): Promise<ApplicationCommandOptionChoiceData[]> {
  const { name, value } = interaction.options.getFocused(true);
  const names = await listNames(context, interaction, name);
  return rank(names, value).map((found) => ({ name: found.slice(0, 100), value: found }));
}

async function listNames(
  context: Context,
  interaction: AutocompleteInteraction,
  option: string,
): Promise<readonly string[]> {
  const { bot, client } = context;
  if (option === 'size') return sizes;
  if (option === 'sampler') return listSamplers(context);
  const models = await bot.catalogue.listModels(client);
  const names = models.filter(({ folder }) => folder === folders[option]).map((model) => model.name);
  const policy = await bot.policies.findSoon(interaction.guildId);
  if (!policy) return names;
  const place = placeOf(interaction);
  const {
    models: allowed,
    nsfwModels: restricted = [],
    deniedModels = [],
  } = resolvePlaceRules(policy, place);
  return names
    .filter((one) => (allowed?.includes(one) ?? true) && !deniedModels.includes(one))
    .filter((one) => place.isAgeRestricted || !restricted.includes(one));
}

async function listSamplers({ bot, client }: Context): Promise<readonly string[]> {
  const workflows = await bot.catalogue.listWorkflows(client);
  const params = workflows.find(({ name }) => name === 'text2img')?.params.properties;
  const { sampler } = (params ?? {}) as { sampler?: { enum?: string[] } };
  return sampler?.enum ?? [];
}

/** Names that begin with the text, then those with a word that does, then those that hold it anywhere. */
export function rank(names: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const scoreOf = (name: string): number => {
    const plain = name.toLowerCase();
    if (plain.startsWith(wanted)) return 0;
    if (plain.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 1;
    return plain.includes(wanted) ? 2 : 3;
  };
  return names
    .filter((name) => name.length <= 100)
    .map((name) => ({ name, score: scoreOf(name) }))
    .filter(({ score }) => score < 3)
    .sort((a, b) => a.score - b.score || a.name.localeCompare(b.name))
    .slice(0, choicesAtMost)
    .map(({ name }) => name);
}
