/** What a checkpoint was trained as: only files of the same family can replace each other. */
export const modelFamilies = [
  'sd15',
  'sd2',
  'sdxl',
  'sd3',
  'flux',
  'flux2',
  'z-image',
  'qwen-image',
  'krea2',
  'wan',
  'ltx',
  'minimax-h3',
  'seedvr2',
  'stable-video',
  /** Any other known family: none of our workflows uses it. */
  'other',
] as const;
export type ModelFamily = (typeof modelFamilies)[number];

/** What is known about a model file. `family` is undefined if neither its name nor its metadata says it. */
export interface ModelTraits {
  family: ModelFamily | undefined;
  /** Made to fill a masked part: it takes a mask as input and draws nothing without one. */
  isInpainting: boolean;
  /** Made for a few steps at low guidance: the usual settings burn its pictures. */
  isDistilled: boolean;
  /** Draws no picture by itself: models for video and sound, those that find something in pictures, and refiners. */
  drawsNoPicture: boolean;
}

/**
 * Families by the words that authors put into file names. The first match counts, so a name that contains another
 * comes first. The names without a family are those of the most downloaded SD 1.5 models.
 */
const byName: readonly (readonly [ModelFamily, RegExp])[] = [
  ['stable-video', /svd|stable[-_ ]?video/i],
  ['flux2', /(?:^|[^a-z])flux[-_. ]?2|(?:^|[^a-z])klein(?:[^a-z]|$)/i],
  ['flux', /(?:^|[^a-z])flux|schnell/i],
  ['z-image', /z[-_ ]?image/i],
  // It gives a picture apart in layers, by a VAE of its own.
  ['other', /qwen[-_ ]?image[-_ ]?layered/i],
  ['qwen-image', /qwen[-_ ]?image/i],
  ['krea2', /(?:^|[^a-z])krea[-_ ]?2/i],
  ['minimax-h3', /minimax[-_ ]?h3/i],
  ['seedvr2', /seedvr2/i],
  ['ltx', /ltx/i],
  ['wan', /(?:^|[^a-z])wan[-_ ]?\d/i],
  ['sd3', /sd[-_ ]?3(?:\D|$)|stable[-_ ]?diffusion[-_ ]?3|sd35/i],
  [
    'other',
    /chroma(?!t)|qwen|hidream|kolors|pixart|aura[-_ ]?flow|lumina|cosmos|omnigen|krea|hunyuan|(?:^|[^a-z])sana(?:[^a-z]|$)|mochi|cascade|audio|ace[-_ ]?step|video|(?:^|[^a-z])sam[-_ ]?[23]/i,
  ],
  ['sdxl', /xl|pony|illustrious|noob[-_ ]?ai/i],
  [
    'sd2',
    /(?:^|[^a-z\d])sd[-_ ]?v?2(?:[-_.][01])?(?![\d.])|(?:^|[\\/])v2-[01][-_]|768-v-ema|512-base-ema|stable[-_ ]?diffusion[-_ ]?2/i,
  ],
  ['sd15', /(?:^|[^a-z\d]|v|sd)1[-_.]?5(?!\d)/i],
  [
    'sd15',
    /realistic[-_ ]?vision|epic[-_ ]?realism|absolute[-_ ]?reality|cyber[-_ ]?realistic|chillout|majicmix|meina|counterfeit|anything|orangemix|rev[-_ ]?animated|deliberate|dreamshaper[-_ ]?[3-8](?!\d)|juggernaut[-_ ]?(?:reborn|aftermath)|ghostmix|lyriel|openjourney/i,
  ],
];

const noPicture =
  /svd|video|ltx|hunyuan|mochi|cosmos|minimax|seedvr|sdpose|(?:^|[^a-z])sam[-_ ]?[23]|(?:^|[^a-z])wan[-_ ]?\d|audio|ace[-_ ]?step|cascade|refiner/i;
const inpainting = /inpaint/i;
const distilled = /turbo|lightning|hyper[-_ ]?(?:sd|xl|\d)|(?:^|[^a-z])lcm|dmd2?(?:[^a-z]|$)|schnell/i;

/** `modelspec.architecture`, as the ModelSpec standard and the files of Stability AI write it, and `ss_base_model_version`, as trainers of LoRAs do. */
const byArchitecture: readonly (readonly [ModelFamily, RegExp])[] = [
  ['stable-video', /^stable-video/],
  ['flux2', /^flux[-_. ]?2/],
  ['flux', /^flux/],
  ['z-image', /^z[-_ ]?image/],
  ['qwen-image', /^qwen[-_ ]?image/],
  ['krea2', /^krea[-_ ]?2/],
  ['wan', /^wan/],
  ['ltx', /^ltx/],
  ['minimax-h3', /^minimax[-_ ]?h3/],
  ['sd3', /^(?:stable-diffusion-v?3|sd_?3)/],
  ['sdxl', /^(?:stable-diffusion-xl|sdxl|pony|illustrious|noob)/i],
  ['sd2', /^(?:stable-diffusion-v2|sd_v?2)/],
  ['sd15', /^(?:stable-diffusion-v1|sd_v?1)/],
];

/**
 * Says what a file is: by the operator's setting, else by the architecture in its metadata, else by its name.
 * @param architecture `modelspec.architecture` of its safetensors header.
 */
export function traitsOf(
  name: string,
  told: { family?: ModelFamily | undefined; architecture?: string | undefined } = {},
): ModelTraits {
  const { architecture } = told;
  const named = byName.find(([, names]) => names.test(name))?.[0];
  const declared =
    architecture === undefined
      ? undefined
      : (byArchitecture.find(([, names]) => names.test(architecture))?.[0] ?? 'other');
  const family = told.family ?? declared ?? named;
  return {
    family,
    isInpainting: inpainting.test(name) || inpainting.test(architecture ?? ''),
    isDistilled: distilled.test(name),
    drawsNoPicture: family === 'stable-video' || (told.family === undefined && noPicture.test(name)),
  };
}

/** Names of base models that say less than a file's name does. */
const byBase: readonly (readonly [ModelFamily, RegExp])[] = [
  ['qwen-image', /^qwen(?: image| 2)?$/i],
  ['wan', /^wan video/i],
  ['krea2', /^krea 2/i],
];

/** The family of what a model was made of, as its page names that: `SDXL 1.0`, `black-forest-labs/FLUX.1-dev`. */
export const familyOfBase = (base: string): ModelFamily | null =>
  byBase.find(([, names]) => names.test(base))?.[0] ?? traitsOf(base).family ?? null;
