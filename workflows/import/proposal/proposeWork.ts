import { checkWork } from '../../manifest/checkWork.ts';
import { type ManifestInput, manifestDocument } from '../../manifest/manifestSchema.ts';
import { findModels } from '../../models/loaders.ts';
import { type ModelFamily, traitsOf } from '../../models/modelFamilies.ts';
import { transformerRates } from '../../models/transformerRates.ts';
import { beginsLatent, listPlaces, type Place, type Surroundings } from './places.ts';

/** Billions of parameters that a step evaluates; of families that our prices are not made for. */
const billions: Partial<Record<ModelFamily, number>> = {
  sd3: 8,
  flux: 12,
  flux2: 32,
  'z-image': 6,
  'qwen-image': 20,
  krea2: 12,
  wan: 14,
  ltx: 22,
  'minimax-h3': 21,
  seedvr2: 7,
};

/** Latents of films hold about four frames in one. */
const framesInLatent = 4;

/** A guess at price and time from the family that the graph's files are of. */
export function proposeRates(surroundings: Surroundings, isVideo: boolean): ManifestInput['rates'] {
  const names = findModels(surroundings.graph)
    .filter(({ folder }) => folder === 'diffusion_models' || folder === 'checkpoints')
    .map(({ name }) => name);
  const family = names.map((name) => traitsOf(name).family).find(Boolean);
  const size = names
    .map((name) => Number(/(?:^|[^a-z\d.])(\d{1,2}(?:\.\d)?)b(?:[^a-z]|$)/i.exec(name)?.[1]))
    .find(Number.isFinite);
  const parameters = size ?? (family && billions[family]);
  const plain = {
    creditsPerUnit: 0.125,
    secondsPerUnit: isVideo ? 0.25 : 0.3,
    overheadSeconds: isVideo ? 10 : 5,
  };
  if (parameters === undefined || family === 'sd15' || family === 'sdxl') return plain;
  const guidance = listPlaces(surroundings).filter(
    ({ input, value }) => input === 'cfg' && Number(value) > 1,
  );
  const rates = transformerRates(parameters, {
    evaluations: guidance.length > 0 ? 2 : 1,
    overheadSeconds: plain.overheadSeconds,
  });
  const share = isVideo ? framesInLatent : 1;
  return {
    creditsPerUnit: round(rates.creditsPerUnit / share),
    secondsPerUnit: round(rates.secondsPerUnit / share),
    overheadSeconds: rates.overheadSeconds,
  };
}

const round = (value: number): number => Number(value.toPrecision(2));

/** Megapixels × steps × frames × pictures: parameters where there are some, else the graph's own numbers. */
export function proposeWork(surroundings: Surroundings, names: ReadonlySet<string>): ManifestInput['work'] {
  const places = listPlaces(surroundings);
  const hasSides = names.has('width') && names.has('height');
  const constants = [
    names.has('steps') ? 1 : countSteps(places),
    names.has('frames') ? 1 : greatest(places, ['length', 'video_frames', 'num_frames'], surroundings),
    hasSides ? 1 : readMegapixels(places, surroundings),
  ];
  return {
    base: Number(constants.reduce((product, one) => product * one, 1).toPrecision(3)),
    ...(hasSides && { megapixels: ['width', 'height'] as [string, string] }),
    times: ['steps', 'frames', 'count'].filter((name) => names.has(name)),
  };
}

function countSteps(places: readonly Place[]): number {
  const steps = places.flatMap(({ input, value }) =>
    input === 'steps' && typeof value === 'number' ? [value] : [],
  );
  const sigmas = places.flatMap(({ input, value }) =>
    input === 'sigmas' && typeof value === 'string' ? [value.split(',').length - 1] : [],
  );
  return Math.max(
    1,
    ...steps,
    sigmas.reduce((sum, one) => sum + one, 0),
  );
}

function greatest(places: readonly Place[], inputs: readonly string[], { define }: Surroundings): number {
  const values = places.flatMap(({ input, value, node }) =>
    inputs.includes(input) && typeof value === 'number' && beginsLatent(define, node.class_type)
      ? [value]
      : [],
  );
  return Math.max(1, ...values);
}

function readMegapixels(places: readonly Place[], surroundings: Surroundings): number {
  const told = places.find(({ input, value }) => input === 'megapixels' && typeof value === 'number');
  if (told) return Math.max(0.01, Number(told.value));
  const [width, height] = [['width'], ['height']].map((side) => greatest(places, side, surroundings));
  return width && height && width * height > 1 ? (width * height) / 1_000_000 : 1;
}

/** Lowers the limits of parameters until no request may cost or take more than a manifest may. */
export function tameWork(manifest: ManifestInput): ManifestInput {
  let tamed = manifest;
  for (const name of [
    'count',
    'steps',
    'frames',
    'width',
    'height',
    'count',
    'steps',
    'frames',
    'width',
    'height',
  ]) {
    const parsed = manifestDocument.safeParse(tamed);
    if (!parsed.success || checkWork(parsed.data).length === 0) return tamed;
    tamed = halve(tamed, name);
  }
  return tamed;
}

function halve(manifest: ManifestInput, name: string): ManifestInput {
  const param = manifest.params.properties[name];
  if (param?.type !== 'integer' || param.default === undefined) return manifest;
  const { enum: values, maximum, default: own, multipleOf = 1 } = param;
  const most = Math.max(
    own,
    Math.floor((maximum ?? Math.max(0, ...(values ?? []))) / 2 / multipleOf) * multipleOf,
  );
  const lowered = values
    ? { ...param, enum: values.filter((value) => value <= most) }
    : { ...param, maximum: most };
  return {
    ...manifest,
    params: { ...manifest.params, properties: { ...manifest.params.properties, [name]: lowered } },
  };
}
