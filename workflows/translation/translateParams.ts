import { isDeepStrictEqual } from 'node:util';
import { findModelFolder } from '../models/loaders.ts';
import { type ModelFamily, traitsOf } from '../models/modelFamilies.ts';
import { describeParams, type ParamSchema } from '../params/paramsMeta.ts';
import { findBucket } from '../params/sizes.ts';
import type { InputImage, Workflow, WorkflowParams } from '../workflow.ts';
import { nearestValue } from './nearestValue.ts';
import type { TranslationNote } from './notes.ts';
import { tuning } from './tuning.ts';

export interface Translation {
  /** What to send: absent values get the workflow's defaults, and model files the pool's. */
  params: WorkflowParams;
  notes: TranslationNote[];
}

/** What is to be made again in another way. */
export interface Origin {
  workflow: Workflow;
  /** As the task has them. */
  params: WorkflowParams;
  /** Absent: none is there any more. */
  result?: InputImage & { id: string; kind: 'image' | 'video' };
}

/**
 * The nearest params of another workflow. Parameters of one name mean the same everywhere, so their values carry
 * over, as far as the other schema takes them. Between workflows these do not:
 * - what tunes one model: on another one it spoils pictures
 * - model files of another family
 * - how much of a picture is drawn anew, unless both are engines of one name: a variation asks for little
 * - pictures, unless both are engines of one name: the result takes the place of the first
 * Params of the same version stay as they are.
 */
export function translateParams(origin: Origin, to: Workflow): Translation {
  if (origin.workflow.name === to.name && origin.workflow.digest === to.digest)
    return { params: { ...origin.params }, notes: [] };
  return settle(to, [...carry(origin, to), ...pictures(origin, to)]);
}

const sides: ReadonlySet<string> = new Set(['width', 'height']);

/** One parameter of the other workflow; without `value` it gets none. */
interface Outcome {
  param: string;
  value?: unknown;
  note?: TranslationNote;
}

const described = new WeakMap<Workflow['params'], ParamSchema>();

function describe({ params }: Workflow): ParamSchema {
  const known = described.get(params) ?? describeParams(params);
  described.set(params, known);
  return known;
}

const propertiesOf = (workflow: Workflow): Record<string, ParamSchema> => describe(workflow).properties ?? {};

const nameServed = ({ name, engine }: Workflow): string => engine?.of ?? name;

function carry(origin: Origin, to: Workflow): Outcome[] {
  const { workflow: from, params } = origin;
  const [own, other] = [propertiesOf(from), propertiesOf(to)];
  const outcomes = Object.entries(params).flatMap(([param, value]): Outcome[] => {
    if (isEmpty(value) || sides.has(param)) return [];
    if (own[param]?.['x-asset'] !== undefined || other[param]?.['x-asset'] !== undefined) return [];
    const isOwnDefault = isDeepStrictEqual(value, own[param]?.default);
    const isDrawn = param === from.seedParam && to.seedParam === undefined;
    const silent = isOwnDefault || isDrawn;
    const told = (note: TranslationNote): Outcome[] => [silent ? { param } : { param, note }];
    const target = param === from.seedParam ? (to.seedParam ?? param) : param;
    const schema = other[target];
    if (!schema) return told({ code: 'dropped', param, from: value });
    if (!mayCarry(from, to, param, value)) return told(toDefault(param, value, schema));
    const nearest = nearestValue(schema, value);
    if (nearest === undefined) return told(toDefault(param, value, schema));
    if (isDeepStrictEqual(nearest, value)) return [{ param: target, value }];
    return [{ param: target, value: nearest, note: { code: 'nearest', param, from: value, to: nearest } }];
  });
  return [...outcomes, ...carrySize(origin, to, other)];
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function mayCarry(from: Workflow, to: Workflow, param: string, value: unknown): boolean {
  if (from.name === to.name) return true;
  if (tuning.has(param)) return false;
  if (param === 'denoise' && nameServed(from) !== nameServed(to)) return false;
  if (from.inventoryParams[param] === undefined && to.inventoryParams[param] === undefined) return true;
  return typeof value === 'string' ? mayCarryFile(from, to, param, value) : mayCarryLoras(from, to);
}

const toDefault = (param: string, value: unknown, schema: ParamSchema): TranslationNote => ({
  code: 'default',
  param,
  from: value,
  ...(schema.default === undefined ? {} : { to: schema.default }),
});

/** Sides that would follow the picture are left to it, if the picture is the result. */
function carrySize(
  { workflow: from, params, result }: Origin,
  to: Workflow,
  { width, height }: Record<string, ParamSchema>,
): Outcome[] {
  const asked = { width: params.width, height: params.height };
  if (!width || !height) {
    const own = propertiesOf(from);
    const isChosen = asked.width !== own.width?.default || asked.height !== own.height?.default;
    if (to.imageParams.length > 0 || !isChosen) return [];
    return [{ param: 'size', note: { code: 'dropped', param: 'size', from: asked } }];
  }
  const followsPicture = to.imageParams.length > 0 && width.default === undefined;
  if (followsPicture && nameServed(from) !== nameServed(to)) return [];
  const isAsked = asked.width !== undefined || asked.height !== undefined;
  const size = sizeOf(asked) ?? (followsPicture || isAsked ? undefined : result);
  if (!size)
    return Object.entries(asked).flatMap(([param, value]) =>
      value === undefined ? [] : [{ param, value: nearestValue(param === 'width' ? width : height, value) }],
    );
  const nearest = nearestSize(to, { width, height }, size);
  const isSame = nearest.width === size.width && nearest.height === size.height;
  const note = { code: 'size', param: 'size', from: pick(size), to: nearest } as const;
  return [
    { param: 'width', value: nearest.width, ...(isSame ? {} : { note }) },
    { param: 'height', value: nearest.height },
  ];
}

const sizeOf = ({ width, height }: { width: unknown; height: unknown }): InputImage | undefined =>
  typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;

const pick = ({ width, height }: InputImage): InputImage => ({ width, height });

/** Pictures and films: those of the task for another engine of the same name, otherwise the result as the first. */
function pictures({ workflow: from, params, result }: Origin, to: Workflow): Outcome[] {
  const [own, other] = [propertiesOf(from), propertiesOf(to)];
  const isSameName = nameServed(from) === nameServed(to);
  const wanted = Object.entries(other).filter(([, schema]) => schema['x-asset'] !== undefined);
  const [first] = wanted;
  const used = wanted.flatMap(([param, { 'x-asset': kind }]): Outcome[] => {
    const before = params[param];
    if (isSameName && typeof before === 'string' && own[param]?.['x-asset'] === kind)
      return [{ param, value: before }];
    if (isSameName || param !== first?.[0] || !result || result.kind !== kind) return [];
    return [{ param, value: result.id, note: { code: 'result', param } }];
  });
  const kept = new Set(used.map(({ param }) => param));
  const dropped = Object.entries(own).flatMap(([param, schema]): Outcome[] => {
    const isLost = schema['x-asset'] !== undefined && typeof params[param] === 'string' && !kept.has(param);
    return isLost ? [{ param, note: { code: 'dropped', param } }] : [];
  });
  return [...used, ...dropped];
}

/** Gives up values that do not go together, and says what is still needed. */
function settle(to: Workflow, outcomes: readonly Outcome[]): Translation {
  const values = new Map(
    outcomes.flatMap(({ param, value }) => (value === undefined ? [] : [[param, value]])),
  );
  const notes = outcomes.flatMap(({ note }) => note ?? []);
  const { properties = {}, required = [] } = describe(to);
  for (const param of required) {
    if (values.has(param)) continue;
    const choice = properties[param]?.enum === undefined ? undefined : to.example[param];
    notes.push(choice === undefined ? { code: 'needed', param } : { code: 'default', param, to: choice });
    if (choice !== undefined) values.set(param, choice);
  }
  for (;;) {
    const faulty = faultyParams(to, values, new Set(notes.filter(isNeeded).map(({ param }) => param)));
    if (faulty.length === 0) return { params: Object.fromEntries(values), notes };
    for (const param of faulty.flatMap((name) => (sides.has(name) ? [...sides] : [name]))) {
      const from = values.get(param);
      if (values.delete(param)) notes.push(toDefault(param, from, properties[param] ?? {}));
      else if (!sides.has(param)) notes.push({ code: 'needed', param });
    }
  }
}

const isNeeded = ({ code }: TranslationNote): boolean => code === 'needed';

/** Parameters that the schema refuses together with the others; the example stands in for what is needed. */
function faultyParams(
  to: Workflow,
  values: ReadonlyMap<string, unknown>,
  needed: ReadonlySet<string>,
): string[] {
  const stood = Object.entries(to.example).filter(([param]) => needed.has(param));
  const parsed = to.params.safeParse(Object.fromEntries([...stood, ...values]));
  if (parsed.success) return [];
  const names = parsed.error.issues.map(({ path }) => String(path[0] ?? ''));
  return [...new Set(names)].filter((name) => !needed.has(name));
}

/** Folders of the models that draw: what belongs to them has their family. */
const drawing: readonly string[] = ['checkpoints', 'diffusion_models'];

/** Of the model that draws; undefined: none does, or its name does not tell. */
function familyOf(workflow: Workflow): ModelFamily | undefined {
  return workflow
    .models(workflow.example)
    .filter(({ folder }) => drawing.includes(folder))
    .map(({ name }) => traitsOf(name).family)
    .find((family) => family !== undefined);
}

function mayCarryLoras(from: Workflow, to: Workflow): boolean {
  const family = familyOf(from);
  return family !== undefined && family === familyOf(to);
}

/** A file goes where the other workflow's own file is of the same folder and was made for the same. */
function mayCarryFile(from: Workflow, to: Workflow, param: string, name: string): boolean {
  const [here, there] = [from.inventoryParams[param], to.inventoryParams[param]];
  if (!here || !there) return false;
  const folder = findModelFolder(here.classType, here.input);
  if (folder === undefined || folder !== findModelFolder(there.classType, there.input)) return false;
  const own = ownFile(to, param, folder);
  if (own === undefined) return false;
  const [ours, theirs] = [traitsOf(name), traitsOf(own)];
  const family = ours.family ?? traitsOf(ownFile(from, param, folder) ?? '').family;
  return (
    family !== undefined &&
    family === theirs.family &&
    ours.isInpainting === theirs.isInpainting &&
    ours.isDistilled === theirs.isDistilled
  );
}

/** What the workflow loads there when nobody chooses. */
function ownFile(workflow: Workflow, param: string, folder: string): string | undefined {
  const value = workflow.example[param];
  if (typeof value === 'string') return value;
  return workflow.models(workflow.example).find((model) => model.folder === folder)?.name;
}

/** The size itself if the workflow draws at it, else one of the workflow's usual area in the same aspect. */
function nearestSize(
  { params, example }: Workflow,
  { width, height }: { width: ParamSchema; height: ParamSchema },
  size: InputImage,
): InputImage {
  const isTaken = params.safeParse({ ...example, width: size.width, height: size.height }).success;
  if (isTaken) return { width: size.width, height: size.height };
  const usual = { width: Number(width.default ?? size.width), height: Number(height.default ?? size.height) };
  const scaled = findBucket(size, {
    area: usual.width * usual.height,
    multipleOf: Math.max(width.multipleOf ?? 1, height.multipleOf ?? 1),
    minSide: Math.max(width.minimum ?? 1, height.minimum ?? 1),
    maxSide: Math.min(width.maximum ?? Infinity, height.maximum ?? Infinity),
  });
  return {
    width: Number(nearestValue(width, scaled.width)),
    height: Number(nearestValue(height, scaled.height)),
  };
}
