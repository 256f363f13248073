import type { AssetView } from '@star-graph/contract/assets/assets';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { findBlock, resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { ShippedWorkflow } from '@star-graph/workflows/params/shippedParams';
import { holdsPattern, holdsWord } from '@star-graph/workflows/shared/wordFilter';
import { nearestValue } from '@star-graph/workflows/translation/nearestValue';
import { enlargesFilms } from '../generate/generationRequest.ts';
import { modelParamsOf, paramsOf } from '../generate/workflowSchema.ts';
import { Refusal } from '../replies/problems.ts';
import type { Messages } from '../replies/texts/en.ts';
import { presentTime } from '../replies/time.ts';
import type { Place } from './policies.ts';

type Params = Readonly<Record<string, unknown>>;

export interface WantedTask {
  workflow: string;
  params: Params;
  /** Parameters that name models; default: those of the built-in workflows. */
  modelParams?: readonly string[];
  /** Frames a second, where it makes a film. */
  fps?: number | undefined;
  /** Where the workflow is an engine of another one. */
  engine?: { of: string; model: string } | undefined;
}

/** What the list tells of a workflow that is an engine of another one. */
export function engineOf(
  listed: readonly WorkflowView[],
  workflow: string,
): NonNullable<WantedTask['engine']> | undefined {
  const { engineOf: of, model } = listed.find(({ name }) => name === workflow) ?? {};
  return of === undefined || model === undefined ? undefined : { of, model };
}

/** Whether tasks may be requested here at all. @throws Refusal */
export function requirePlace(say: Messages, policy: GuildPolicyView, place: Place): void {
  if (place.guildId === null) return;
  if (!policy.enabled) throw new Refusal(say.refused.disabled);
  if (policy.channelIds && !place.channelIds.some((id) => policy.channelIds?.includes(id)))
    throw new Refusal(say.refused.channel);
  if (place.channelIds.some((id) => policy.deniedChannelIds?.includes(id)))
    throw new Refusal(say.refused.channel);
  if (policy.roleIds && !place.roleIds.some((id) => policy.roleIds?.includes(id)))
    throw new Refusal(say.refused.role);
}

/** Whether the server's moderators have blocked this member. @throws Refusal */
export function requireUnblocked(
  { refused }: Messages,
  policy: GuildPolicyView,
  memberId: string,
  now: Date,
): void {
  const block = findBlock(policy, memberId, now.getTime());
  if (!block) return;
  throw new Refusal(
    block.until === undefined ? refused.blockedForGood : refused.blocked(presentTime(block.until)),
  );
}

/**
 * Whether a slash command, or a menu or button that does the same, may be used here.
 * @param ways commands that do the same: one of them is enough.
 * @throws Refusal
 */
export function requireCommand(
  say: Messages,
  policy: GuildPolicyView,
  place: Place,
  ...ways: readonly string[]
): void {
  if (place.guildId === null) return;
  const { commands, deniedCommands = [] } = resolvePlaceRules(policy, place);
  const isAllowed = (way: string) => (commands?.includes(way) ?? true) && !deniedCommands.includes(way);
  if (!ways.some(isAllowed)) throw new Refusal(say.refused.workflow);
}

/** The compiler asks for the command of each workflow that ships. */
const ownCommands: Readonly<Record<ShippedWorkflow, string>> = {
  text2img: 'imagine',
  img2img: 'img2img',
  inpaint: 'inpaint',
  outpaint: 'outpaint',
  upscale: 'upscale',
  pose: 'pose',
  text2video: 'video',
  img2video: 'video',
};

/** Whether a workflow has a slash command for itself; the others are run by /run. */
export const hasOwnCommand = (workflow: string): workflow is ShippedWorkflow =>
  Object.hasOwn(ownCommands, workflow);

/** The slash commands that run a workflow: an engine is run by its own name or by that of the other workflow. */
const waysTo = ({ workflow, engine }: WantedTask): string[] => [
  commandOf(workflow),
  ...(engine ? [commandOf(engine.of)] : []),
  ...(workflow === enlargesFilms ? [ownCommands.upscale] : []),
];

/** The slash command that runs a workflow by its own name. */
export const commandOf = (workflow: string): string =>
  hasOwnCommand(workflow) ? ownCommands[workflow] : 'run';

/** Whether this may be generated here. Choices from lists are checked again. @throws Refusal */
export function requireAllowed(
  say: Messages,
  policy: GuildPolicyView,
  place: Place,
  wanted: WantedTask,
): void {
  requirePlace(say, policy, place);
  if (place.guildId === null) return;
  const { workflow, params, modelParams = ['model', 'videoModel'], engine } = wanted;
  requireCommand(say, policy, place, ...waysTo(wanted));
  const rules = resolvePlaceRules(policy, place);
  const { refused } = say;
  if (rules.workflows && !rules.workflows.includes(workflow)) throw new Refusal(refused.workflow);
  const names = [...modelParams.map((name) => params[name]), ...lorasOf(params), engine?.model];
  if (rules.models && names.some((name) => name !== undefined && !rules.models?.includes(String(name))))
    throw new Refusal(refused.model);
  if (names.some((name) => rules.deniedModels?.includes(String(name)))) throw new Refusal(refused.model);
  if (!place.isAgeRestricted && names.some((name) => rules.nsfwModels?.includes(String(name))))
    throw new Refusal(refused.nsfwModel);
  requireWords(say, rules, place, textOf(params));
  requireLimits(say, rules, wanted);
}

function requireWords({ refused }: Messages, rules: GuildPlaceRules, place: Place, text: string): void {
  if (holdsWord(text, rules.blockedWords) || holdsPattern(text, rules.blockedPatterns))
    throw new Refusal(refused.words);
  if (!place.isAgeRestricted && holdsWord(text, rules.nsfwWords)) throw new Refusal(refused.nsfwWords);
}

const exceeds = (value: unknown, limit: number | undefined): limit is number =>
  limit !== undefined && typeof value === 'number' && value > limit;

function requireLimits(
  { refused }: Messages,
  rules: GuildPlaceRules,
  { params, fps }: Pick<WantedTask, 'params' | 'fps'>,
): void {
  if (exceeds(params.steps, rules.maxSteps)) throw new Refusal(refused.steps(rules.maxSteps));
  if (exceeds(params.count, rules.maxCount)) throw new Refusal(refused.count(rules.maxCount));
  const pixels = Number(params.width ?? 0) * Number(params.height ?? 0) || pixelsOf(params.resolution);
  if (exceeds(pixels / 1_000_000, rules.maxMegapixels)) throw new Refusal(refused.size(rules.maxMegapixels));
  if (typeof params.frames !== 'number') return;
  requireLength(refused, rules, { frames: params.frames, ...(fps && { seconds: params.frames / fps }) });
}

/** About the area of a film, by the name of its resolution; 0 for other names. */
const pixelsOf = (resolution: unknown): number =>
  (Number(/^([0-9]{3,4})p$/.exec(String(resolution))?.[1] ?? 0) ** 2 * 16) / 9;

/** Hardly longer is not longer: a film's frames are on a grid, and its rate is an average. */
const slackSeconds = 0.1;

function requireLength(
  refused: Messages['refused'],
  { maxFrames, maxSeconds }: GuildPlaceRules,
  { frames, seconds }: { frames: number; seconds?: number },
): void {
  if (exceeds(frames, maxFrames)) throw new Refusal(refused.frames(maxFrames));
  if (maxSeconds !== undefined && exceeds(seconds, maxSeconds + slackSeconds))
    throw new Refusal(refused.seconds(maxSeconds));
}

/** All texts that the person wrote, under any parameter name; one text a line. */
export const textOf = (params: Params): string =>
  Object.values(params)
    .filter((value) => typeof value === 'string')
    .join('\n');

const lorasOf = (params: Params): unknown[] =>
  Array.isArray(params.loras) ? params.loras.map((lora: { name?: unknown }) => lora.name) : [];

const checkedParams = ['steps', 'count', 'width', 'height', 'frames', 'resolution'];

/**
 * The workflow's defaults that a policy limits, so that they can be checked. A default above the limit is lowered,
 * not refused.
 */
export function withDefaults(
  rules: GuildPlaceRules,
  workflow: WorkflowView | undefined,
  params: Params,
): Omit<WantedTask, 'workflow'> {
  if (!workflow) return { params };
  const modelParams = modelParamsOf(workflow);
  const limits: Readonly<Record<string, number | undefined>> = {
    steps: rules.maxSteps,
    count: rules.maxCount,
  };
  const defaults = paramsOf(workflow)
    .filter(
      ([name, schema]) => schema.default !== undefined && [...modelParams, ...checkedParams].includes(name),
    )
    .map(([name, schema]): [string, unknown] => {
      const limit = limits[name];
      const value = schema.default;
      return [name, limit !== undefined && typeof value === 'number' ? Math.min(value, limit) : value];
    });
  const schemas = new Map(paramsOf(workflow));
  const fps = [params.fps, schemas.get('fps')?.default, workflow.fps].find(
    (rate) => typeof rate === 'number',
  );
  const fitted = {
    ...Object.fromEntries(defaults),
    ...fittingSize(rules, schemas, params),
    ...fittingLength(rules, schemas.get('frames'), fps),
    ...fittingResolution(rules, schemas.get('resolution')),
  };
  return { params: { ...fitted, ...params }, modelParams, ...(fps === undefined ? {} : { fps }) };
}

/** As many frames of the usual ones as there may be here, or the fewest that the engine makes. */
function fittingLength(
  { maxFrames = Infinity, maxSeconds = Infinity }: GuildPlaceRules,
  schema: ParamSchema | undefined,
  fps = Infinity,
): { frames?: number } {
  const usual = schema?.default;
  const inSeconds = fps === Infinity ? Infinity : Math.floor((maxSeconds + slackSeconds) * fps);
  const most = Math.min(maxFrames, inSeconds);
  if (!schema || typeof usual !== 'number' || usual <= most) return {};
  // The nearest that the engine makes may be more.
  for (let wanted = most; wanted > (schema.minimum ?? 0); wanted--) {
    const frames = Number(nearestValue(schema, wanted));
    if (frames <= most) return { frames };
  }
  return schema.minimum === undefined ? {} : { frames: schema.minimum };
}

/** The largest of the smaller resolutions that may be here. */
function fittingResolution(
  { maxMegapixels = Infinity }: GuildPlaceRules,
  schema: ParamSchema | undefined,
): { resolution?: unknown } {
  const fits = (name: unknown) => pixelsOf(name) <= maxMegapixels * 1_000_000;
  if (schema?.default === undefined || fits(schema.default)) return {};
  const fitting = (schema.enum ?? []).filter(fits).toSorted((a, b) => pixelsOf(b) - pixelsOf(a));
  return fitting[0] === undefined ? {} : { resolution: fitting[0] };
}

/** The workflow's own size in the same aspect, as large as it may be here; nothing where one was typed or it fits. */
function fittingSize(
  { maxMegapixels = Infinity }: GuildPlaceRules,
  schemas: ReadonlyMap<string, ParamSchema>,
  params: Params,
): { width?: number; height?: number } {
  const [width, height] = [schemas.get('width'), schemas.get('height')];
  const isTyped = params.width !== undefined || params.height !== undefined;
  if (isTyped || typeof width?.default !== 'number' || typeof height?.default !== 'number') return {};
  const shrink = Math.sqrt((maxMegapixels * 1_000_000) / (width.default * height.default));
  if (shrink >= 1) return {};
  const side = ({ minimum = 1, multipleOf = 1 }: ParamSchema, usual: number) =>
    Math.max(minimum, Math.floor((usual * shrink) / multipleOf) * multipleOf);
  return { width: side(width, width.default), height: side(height, height.default) };
}

/**
 * What follows from a file may be neither larger nor longer.
 * @param makes.scale times its sides; `makes.times` its frames
 * @throws Refusal
 */
export function requireResult(
  { refused }: Messages,
  rules: GuildPlaceRules,
  { width, height, durationMs, fps = 0 }: Pick<AssetView, 'width' | 'height' | 'durationMs' | 'fps'>,
  { scale = 1, times = 1 }: { scale?: number; times?: number },
): void {
  const { maxMegapixels } = rules;
  if (maxMegapixels !== undefined && width * height * scale ** 2 > maxMegapixels * 1_000_000)
    throw new Refusal(refused.size(maxMegapixels));
  if (durationMs === undefined) return;
  const seconds = durationMs / 1_000;
  requireLength(refused, rules, { frames: Math.round(seconds * fps) * times, seconds });
}
