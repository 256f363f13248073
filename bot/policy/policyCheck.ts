import type { AssetView } from '@star-graph/contract/assets/assets';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { findBlock } from '@star-graph/contract/guilds/guildRules';
import {
  findCommandFault,
  findFault,
  findLengthFault,
  findPlaceFault,
  findSizeFault,
  type Place,
  type PlaceFault,
  pixelsOf,
  slackSeconds,
  type WantedTask,
} from '@star-graph/contract/guilds/placeFaults';
import { type ParamSchema, usualSteps } from '@star-graph/workflows/params/paramsMeta';
import { nearestValue } from '@star-graph/workflows/translation/nearestValue';
import { modelParamsOf, paramsOf } from '../generate/workflowSchema.ts';
import { Refusal } from '../replies/problems.ts';
import type { Messages } from '../replies/texts/en.ts';
import { presentTime } from '../replies/time.ts';

type Params = WantedTask['params'];

/** @throws Refusal in the person's words, if there is a fault. */
function refuse({ refused }: Messages, fault: PlaceFault | undefined): void {
  if (!fault) return;
  throw new Refusal('limit' in fault ? refused[fault.rule](fault.limit) : refused[fault.rule]);
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
export const requirePlace = (say: Messages, policy: GuildPolicyView, place: Place): void =>
  refuse(say, findPlaceFault(policy, place));

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

/** As `findCommandFault` has it. @throws Refusal */
export const requireCommand = (
  say: Messages,
  policy: GuildPolicyView,
  place: Place,
  ...ways: readonly string[]
): void => refuse(say, findCommandFault(policy, place, ways));

/** Whether this may be generated here. Choices from lists are checked again. @throws Refusal */
export const requireAllowed = (
  say: Messages,
  policy: GuildPolicyView,
  place: Place,
  wanted: WantedTask,
): void => refuse(say, findFault(policy, place, wanted));

/** What a place limits. */
export const limitedParams = ['steps', 'videoSteps', 'count', 'width', 'height', 'frames', 'resolution'];

/**
 * The workflow's defaults that a policy limits, so that they can be checked. A default above the limit is lowered,
 * not refused.
 * @param usual what stands in place of its defaults.
 */
export function withDefaults(
  rules: GuildPlaceRules,
  view: WorkflowView | undefined,
  params: Params,
  usual: Params = {},
): Omit<WantedTask, 'workflow'> {
  if (!view) return { params: { ...usual, ...params } };
  const properties = paramsOf(view).map(([name, schema]): [string, ParamSchema] => [
    name,
    usual[name] === undefined ? schema : { ...schema, default: usual[name] },
  ]);
  const workflow = { ...view, params: { ...view.params, properties: Object.fromEntries(properties) } };
  const modelParams = modelParamsOf(workflow);
  const limits: Readonly<Record<string, number | undefined>> = {
    videoSteps: rules.maxSteps,
    count: rules.maxCount,
  };
  const defaults = paramsOf(workflow)
    .filter(
      ([name, schema]) => schema.default !== undefined && [...modelParams, ...limitedParams].includes(name),
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
  const form: ParamSchema = workflow.params;
  const fitted = {
    ...Object.fromEntries(defaults),
    ...fittingSteps(rules, form, params),
    ...fittingSize(rules, schemas, params),
    ...fittingLength(rules, schemas.get('frames'), fps),
    ...fittingResolution(rules, schemas.get('resolution')),
  };
  return {
    params: { ...fitted, ...params },
    modelParams,
    ...(fps === undefined ? {} : { fps }),
    ...(form['x-pixels'] === undefined ? {} : { pixels: form['x-pixels'] }),
  };
}

/** As many of the usual steps as there may be here, or the fewest that the engine takes. */
function fittingSteps(
  { maxSteps = Infinity }: GuildPlaceRules,
  form: ParamSchema,
  params: Params,
): { steps?: number } {
  const usual = usualSteps(form, params);
  const fewest = form.properties?.steps?.minimum ?? 1;
  return usual === undefined || usual <= maxSteps ? {} : { steps: Math.max(maxSteps, fewest) };
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
  say: Messages,
  rules: GuildPlaceRules,
  { width, height, durationMs, fps = 0 }: Pick<AssetView, 'width' | 'height' | 'durationMs' | 'fps'>,
  { scale = 1, times = 1 }: { scale?: number; times?: number },
): void {
  refuse(say, findSizeFault(rules, width * height * scale ** 2));
  if (durationMs === undefined) return;
  const seconds = durationMs / 1_000;
  refuse(say, findLengthFault(rules, { frames: Math.round(seconds * fps) * times, seconds }));
}
