import type { ShippedWorkflow } from '@star-graph/workflows/params/shippedParams';
import { holdsPattern, holdsWord } from '@star-graph/workflows/shared/wordFilter';
import type { GuildPlaceRules, GuildPolicyView } from './guildPolicy.ts';
import { type GuildPlace, resolvePlaceRules } from './guildRules.ts';

/** Where somebody asks for a task, or shows one. */
export interface Place extends GuildPlace {
  /** Null in direct messages. */
  guildId: string | null;
  isAgeRestricted: boolean;
}

/** A rule of a place that something breaks, with the limit where there is one. */
export type PlaceFault =
  | {
      rule: 'disabled' | 'channel' | 'role' | 'workflow' | 'model' | 'nsfwModel' | 'words' | 'nsfwWords';
    }
  | { rule: 'steps' | 'count' | 'size' | 'frames' | 'seconds'; limit: number };

type Params = Readonly<Record<string, unknown>>;

export interface WantedTask {
  workflow: string;
  params: Params;
  /** Parameters that name models; default: those of the built-in workflows. */
  modelParams?: readonly string[];
  /** Frames a second, where it makes a film. */
  fps?: number | undefined;
  /** How many pixels each frame has, where no parameter says it. */
  pixels?: number | undefined;
  /** Where the workflow is an engine of another one. */
  engine?: { of: string; model: string } | undefined;
}

/** Whether tasks may be requested here at all. */
export function findPlaceFault(policy: GuildPolicyView, place: Place): PlaceFault | undefined {
  if (place.guildId === null) return undefined;
  if (!policy.enabled) return { rule: 'disabled' };
  if (policy.channelIds && !place.channelIds.some((id) => policy.channelIds?.includes(id)))
    return { rule: 'channel' };
  if (place.channelIds.some((id) => policy.deniedChannelIds?.includes(id))) return { rule: 'channel' };
  if (policy.roleIds && !place.roleIds.some((id) => policy.roleIds?.includes(id))) return { rule: 'role' };
  return undefined;
}

/**
 * Whether a slash command, or a menu or button that does the same, may be used here.
 * @param ways commands that do the same: one of them is enough.
 */
export function findCommandFault(
  policy: GuildPolicyView,
  place: Place,
  ways: readonly string[],
): PlaceFault | undefined {
  if (place.guildId === null) return undefined;
  const { commands, deniedCommands = [] } = resolvePlaceRules(policy, place);
  const isAllowed = (way: string) => (commands?.includes(way) ?? true) && !deniedCommands.includes(way);
  return ways.some(isAllowed) ? undefined : { rule: 'workflow' };
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

/** Enlarges films, as `upscale` does pictures. */
export const enlargesFilms = 'seedvr2-video';

/** The slash commands that may run further workflows, which /run does too. */
const furtherCommands: Readonly<Record<string, string>> = {
  [enlargesFilms]: ownCommands.upscale,
  describe: 'describe',
  'expand-prompt': 'expand',
};

/** Whether a workflow has a slash command for itself; the others are run by /run. */
export const hasOwnCommand = (workflow: string): workflow is ShippedWorkflow =>
  Object.hasOwn(ownCommands, workflow);

/** The slash commands that run a workflow: an engine is run by its own name or by that of the other workflow. */
const waysTo = ({ workflow, engine }: WantedTask): string[] => [
  commandOf(workflow),
  ...(engine ? [commandOf(engine.of)] : []),
  ...(Object.hasOwn(furtherCommands, workflow) ? [furtherCommands[workflow] ?? 'run'] : []),
];

/** The slash command that runs a workflow by its own name. */
export const commandOf = (workflow: string): string =>
  hasOwnCommand(workflow) ? ownCommands[workflow] : 'run';

/** Whether this may be generated, or shown, here. Choices from lists are checked again. */
export function findFault(policy: GuildPolicyView, place: Place, wanted: WantedTask): PlaceFault | undefined {
  const atAll = findPlaceFault(policy, place);
  if (atAll || place.guildId === null) return atAll;
  const { workflow, params, modelParams = ['model', 'videoModel'], engine } = wanted;
  const ofCommand = findCommandFault(policy, place, waysTo(wanted));
  if (ofCommand) return ofCommand;
  const rules = resolvePlaceRules(policy, place);
  if (rules.workflows && !rules.workflows.includes(workflow)) return { rule: 'workflow' };
  const names = [...modelParams.map((name) => params[name]), ...lorasOf(params), engine?.model];
  if (rules.models && names.some((name) => name !== undefined && !rules.models?.includes(String(name))))
    return { rule: 'model' };
  if (names.some((name) => rules.deniedModels?.includes(String(name)))) return { rule: 'model' };
  if (!place.isAgeRestricted && names.some((name) => rules.nsfwModels?.includes(String(name))))
    return { rule: 'nsfwModel' };
  return findWordFault(rules, place, textOf(params)) ?? findLimitFault(rules, wanted);
}

function findWordFault(rules: GuildPlaceRules, place: Place, text: string): PlaceFault | undefined {
  if (holdsWord(text, rules.blockedWords) || holdsPattern(text, rules.blockedPatterns))
    return { rule: 'words' };
  if (!place.isAgeRestricted && holdsWord(text, rules.nsfwWords)) return { rule: 'nsfwWords' };
  return undefined;
}

const exceeds = (value: unknown, limit: number | undefined): limit is number =>
  limit !== undefined && typeof value === 'number' && value > limit;

/** What is larger than it may be here. */
export function findSizeFault(
  { maxMegapixels: limit }: GuildPlaceRules,
  pixels: number,
): PlaceFault | undefined {
  return exceeds(pixels / 1_000_000, limit) ? { rule: 'size', limit } : undefined;
}

function findLimitFault(
  rules: GuildPlaceRules,
  { params, fps, pixels: fixed = 0 }: Pick<WantedTask, 'params' | 'fps' | 'pixels'>,
): PlaceFault | undefined {
  const steps = Math.max(Number(params.steps ?? 0), Number(params.videoSteps ?? 0));
  if (exceeds(steps, rules.maxSteps)) return { rule: 'steps', limit: rules.maxSteps };
  if (exceeds(params.count, rules.maxCount)) return { rule: 'count', limit: rules.maxCount };
  const asked = Number(params.width ?? 0) * Number(params.height ?? 0) || pixelsOf(params.resolution);
  const tooLarge = findSizeFault(rules, asked || fixed);
  if (tooLarge || typeof params.frames !== 'number') return tooLarge;
  return findLengthFault(rules, { frames: params.frames, ...(fps && { seconds: params.frames / fps }) });
}

/** About the area of a film, by the name of its resolution; 0 for other names. */
export const pixelsOf = (resolution: unknown): number =>
  (Number(/^([0-9]{3,4})p$/.exec(String(resolution))?.[1] ?? 0) ** 2 * 16) / 9;

/** Hardly longer is not longer: a film's frames are on a grid, and its rate is an average. */
export const slackSeconds = 0.1;

export function findLengthFault(
  { maxFrames, maxSeconds }: GuildPlaceRules,
  { frames, seconds }: { frames: number; seconds?: number },
): PlaceFault | undefined {
  if (exceeds(frames, maxFrames)) return { rule: 'frames', limit: maxFrames };
  if (maxSeconds !== undefined && exceeds(seconds, maxSeconds + slackSeconds))
    return { rule: 'seconds', limit: maxSeconds };
  return undefined;
}

/** All texts that the person wrote, under any parameter name; one text a line. */
export const textOf = (params: Params): string =>
  Object.values(params)
    .filter((value) => typeof value === 'string')
    .join('\n');

const lorasOf = (params: Params): unknown[] =>
  Array.isArray(params.loras) ? params.loras.map((lora: { name?: unknown }) => lora.name) : [];
