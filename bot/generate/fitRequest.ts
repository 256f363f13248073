import { describeRequest, findEngineView } from '@star-graph/contract/catalogue/engineForms';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { EngineView, WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { Place, WantedTask } from '@star-graph/contract/guilds/placeFaults';
import type { PreferencesView } from '@star-graph/contract/users/preferences';
import type { Context } from '../interaction/context.ts';
import {
  engineOf,
  limitedParams,
  requireAllowed,
  requireResult,
  withDefaults,
} from '../policy/policyCheck.ts';
import { Refusal } from '../replies/problems.ts';
import type { Messages } from '../replies/texts/en.ts';
import { withChosenDefaults } from './chosenDefaults.ts';
import { withEngineValues } from './engineValues.ts';
import type { GenerationRequest } from './generationRequest.ts';
import { findPreset, readKeptPreset } from './keptPreset.ts';
import { paramsOf } from './workflowSchema.ts';

type Params = Readonly<Record<string, unknown>>;

interface FittedRequest extends WantedTask {
  /** Default models that no GPU server offers now. */
  missingModels: readonly string[];
}

/** The known place and person of a request. */
interface Circumstances {
  policy: GuildPolicyView;
  place: Place;
  preferences: PreferencesView;
}

/** The request with the defaults and limits of its person, its place and the policy there. @throws Refusal */
export async function fitRequest(
  { bot, say, client }: Context,
  { policy, place, preferences }: Circumstances,
  { workflow, params: asked, takesDefaults, preset: named, seconds, sound, style }: GenerationRequest,
): Promise<FittedRequest> {
  const rules = resolvePlaceRules(policy, place);
  const choosesDefaults = takesDefaults === true && hasChosen(preferences, rules);
  const isOfInterest =
    choosesDefaults ||
    isAnyThere([named, seconds, sound, style]) ||
    (place.guildId !== null && (speaksOfDefaults(rules) || concernsEngines(rules, asked)));
  const offered = isOfInterest ? await bot.catalogue.listWorkflows(client) : [];
  const listed = offered.find(({ name }) => name === workflow);
  const preset = named === undefined ? undefined : findPreset(named);
  const typed =
    named === undefined || preset
      ? asked
      : readKeptPreset(say, (await client.listPresets()).items, named, {
          offered,
          workflow,
          typed: asked,
          isLengthTyped: seconds !== undefined,
        });
  const own = place.guildId === null ? {} : keepToItself(rules, listed, typed);
  const { params: chosen, missingModels } =
    choosesDefaults && listed
      ? withChosenDefaults(typed, {
          preferences,
          rules,
          own,
          offered,
          workflow: listed,
          isAgeRestricted: place.isAgeRestricted,
          models: await bot.catalogue.listModels(client),
        })
      : { params: typed, missingModels: [] };
  const choices = {
    ...(preset && { preset }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(sound === undefined ? {} : { sound }),
    ...(style === undefined ? {} : { look: await requireStyle({ bot, say, client }, style) }),
  };
  const params = withEngineValues(say, offered, listed, { ...own, ...chosen }, choices);
  if (place.guildId === null) return { workflow, params, missingModels };
  const described = listed && describeRequest(offered, listed, params);
  const { model, ...others } = params;
  const engine = listed && findEngineView(listed, model);
  // The workflow's own model by its readable name: the rules name its file.
  const isOwn = engine?.workflow === workflow;
  const judged = isOwn || model === undefined ? others : { ...others, model };
  // A place lowers what a preset says, as it lowers a default; what was typed is refused above its limits.
  const isUsual = (name: string) =>
    named !== undefined &&
    limitedParams.includes(name) &&
    asked[name] === undefined &&
    (name !== 'frames' || seconds === undefined);
  const [usual, typedOnes] = partition(judged, isUsual);
  const wanted = {
    workflow,
    ...withDefaults(rules, described, typedOnes, usual),
    engine: engineOf(offered, workflow),
  };
  requireAllowed(say, policy, place, wanted);
  await requireMade({ say, client }, rules, described, params);
  if (engine && !isOwn) requireEngine(say, rules, place, engine);
  return { ...wanted, params: { ...(isOwn ? { model } : {}), ...wanted.params }, missingModels };
}

/** A look by its name, or by what people read. @throws Refusal */
export async function requireStyle(
  { bot, say, client }: Pick<Context, 'bot' | 'say' | 'client'>,
  style: string,
): Promise<StyleView> {
  const wanted = style.trim().toLowerCase();
  const isWanted = ({ name, title }: StyleView) =>
    [name, ...Object.values(title)].some((known) => known.toLowerCase() === wanted);
  const found = (await bot.catalogue.listStyles(client)).find(isWanted);
  if (!found) throw new Refusal(say.badOption(say.limited(say.option.style, say.limit.listed)));
  return found;
}

/** What is made from a film, and an enlarged picture, are bound by what they become. @throws Refusal */
async function requireMade(
  { say, client }: Pick<Context, 'say' | 'client'>,
  rules: GuildPlaceRules,
  described: WorkflowView | undefined,
  params: Params,
): Promise<void> {
  const schemas = new Map(described ? paramsOf(described) : []);
  const { scale, times } = Object.fromEntries(
    ['scale', 'times'].flatMap((name) => {
      const value = params[name] ?? schemas.get(name)?.default;
      return typeof value === 'number' ? [[name, value]] : [];
    }),
  );
  const id = params.video ?? params.image;
  const isBound = isAnyThere([rules.maxMegapixels, rules.maxFrames, rules.maxSeconds]);
  if (!isBound || typeof id !== 'string' || (scale === undefined && params.video === undefined)) return;
  requireResult(say, rules, await client.getAsset({ params: { id } }), {
    ...(scale === undefined ? {} : { scale }),
    ...(times === undefined ? {} : { times }),
  });
}

/** Whether the rules or the request may be about an engine. */
const concernsEngines = (
  { workflows, commands, deniedCommands }: GuildPlaceRules,
  { model }: Params,
): boolean => isAnyThere([workflows, commands, deniedCommands, model]);

/**
 * A server that lists its workflows or models has listed no engines by their common name: a request without a model
 * keeps to the workflow itself.
 */
function keepToItself(
  { workflows, models }: GuildPlaceRules,
  listed: WorkflowView | undefined,
  params: Params,
): Params {
  const { engines = [], model } = listed ?? {};
  const isListed = engines.every(
    (engine) => (workflows?.includes(engine.workflow) ?? true) && (models?.includes(engine.model) ?? true),
  );
  return params.model === undefined && !isListed && model !== undefined ? { model } : {};
}

/** An engine counts by its own name, as workflow and as model. @throws Refusal */
function requireEngine(
  { refused }: Messages,
  { workflows, models, deniedModels, nsfwModels }: GuildPlaceRules,
  { isAgeRestricted }: Place,
  { workflow, model }: EngineView,
): void {
  const isListed = (workflows?.includes(workflow) ?? true) && (models?.includes(model) ?? true);
  if (!isListed || deniedModels?.includes(model)) throw new Refusal(refused.model);
  if (!isAgeRestricted && nsfwModels?.includes(model)) throw new Refusal(refused.nsfwModel);
}

const isAnyThere = (values: readonly unknown[]): boolean => values.some((value) => value !== undefined);

function partition(params: Params, isFirst: (name: string) => boolean): [Params, Params] {
  const entries = Object.entries(params);
  return [
    Object.fromEntries(entries.filter(([name]) => isFirst(name))),
    Object.fromEntries(entries.filter(([name]) => !isFirst(name))),
  ];
}

const hasChosen = (
  { model, size, negativePrompt }: PreferencesView,
  { defaultModel, defaultSize, defaultNegativePrompt }: GuildPlaceRules,
): boolean => isAnyThere([model, size, negativePrompt, defaultModel, defaultSize, defaultNegativePrompt]);

/** Whether the rules limit values that a request may leave to its workflow. */
const speaksOfDefaults = (rules: GuildPlaceRules): boolean => {
  const { models, nsfwModels, deniedModels, maxSteps, maxCount, maxMegapixels, maxFrames, maxSeconds } =
    rules;
  return isAnyThere([
    ...[models, nsfwModels, deniedModels],
    ...[maxSteps, maxCount, maxMegapixels, maxFrames, maxSeconds],
  ]);
};
