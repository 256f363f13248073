import type { InventoryParam } from '../workflow.ts';
import { findModelFolder } from './loaders.ts';
import { type ModelFamily, type ModelTraits, traitsOf } from './modelFamilies.ts';

/** What is known about files beside their names, by `folder/name`. */
export interface ModelFacts {
  /** The operator's settings. */
  families?: Readonly<Record<string, ModelFamily>> | undefined;
  /** `modelspec.architecture` of the file's metadata. */
  architectures?: Readonly<Record<string, string>> | undefined;
}

type Place = Pick<InventoryParam, 'classType' | 'input'>;

const lookUp = <Value>(
  record: Readonly<Record<string, Value>> | undefined,
  key: string,
): Value | undefined => (record && Object.hasOwn(record, key) ? record[key] : undefined);

const knownTraits = (folder: string, name: string, { families, architectures }: ModelFacts): ModelTraits =>
  traitsOf(name, {
    family: lookUp(families, `${folder}/${name}`),
    architecture: lookUp(architectures, `${folder}/${name}`),
  });

/** What a file was trained as or for: by the operator's setting, else its metadata, else its name. */
export const familyOf = (folder: string, name: string, facts: ModelFacts): ModelFamily | undefined =>
  knownTraits(folder, name, facts).family;

/** What a ControlNet follows, by the words that authors put into the name. */
const controlKind = (name: string): string | undefined =>
  /openpose|canny|depth|lineart|softedge|scribble|seg|normal|tile|mlsd|ip2p|shuffle|inpaint/i
    .exec(name)?.[0]
    .toLowerCase();

/**
 * How well a model file serves in place of `wanted`, 0 best; undefined when it does not. A file whose family is known
 * to be another never serves: it would fail on the GPU, or draw noise. A LoRA or a VAE belongs to a look or to one
 * model and has no stand-in.
 */
export function rankStandIn(
  place: Place,
  wanted: unknown,
  name: string,
  facts: ModelFacts = {},
): number | undefined {
  const folder = findModelFolder(place.classType, place.input);
  if (folder === 'upscale_models') return 0;
  if (folder === 'controlnet') return rankControlNet(String(wanted), name);
  if (folder !== 'checkpoints') return undefined;
  const traits = knownTraits(folder, name, facts);
  if (place.classType === 'ImageOnlyCheckpointLoader')
    return traits.family === 'stable-video' ? 0 : undefined;
  return rankCheckpoint(traitsOf(String(wanted)), traits);
}

function rankControlNet(wanted: string, name: string): number | undefined {
  if (controlKind(wanted) !== controlKind(name)) return undefined;
  const [wantedFamily, family] = [traitsOf(wanted).family, traitsOf(name).family];
  if (family === wantedFamily) return 0;
  return family === undefined ? 1 : undefined;
}

function rankCheckpoint(wanted: ModelTraits, traits: ModelTraits): number | undefined {
  if (traits.drawsNoPicture || traits.isDistilled !== wanted.isDistilled) return undefined;
  if (traits.isInpainting && !wanted.isInpainting) return undefined;
  if (traits.family !== undefined && wanted.family !== undefined && traits.family !== wanted.family)
    return undefined;
  // A plain checkpoint fills a masked part too, with a harder edge.
  const unlike = traits.isInpainting === wanted.isInpainting ? 0 : 1;
  return unlike + (traits.family === wanted.family ? 0 : 2);
}

/**
 * Whether a form may offer the file when `usual` is the default: every file that is not known to be unfit. A
 * distilled model is a choice, and a name may say nothing.
 */
export function isOfferable(place: Place, usual: unknown, name: string, facts: ModelFacts = {}): boolean {
  const folder = findModelFolder(place.classType, place.input);
  if (folder !== 'checkpoints' || name === usual) return true;
  const traits = knownTraits(folder, name, facts);
  if (place.classType === 'ImageOnlyCheckpointLoader') return traits.family === 'stable-video';
  return (
    rankCheckpoint(traitsOf(String(usual)), {
      ...traits,
      isDistilled: traitsOf(String(usual)).isDistilled,
    }) !== undefined
  );
}
