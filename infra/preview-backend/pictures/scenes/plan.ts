import { type Colour, clamp, mix } from './colour.ts';
import { choosePalette, ground, type Hour, type Palette } from './palette.ts';
import { between, createRandom, pick, type Random } from './random.ts';
import { findWords, type Word } from './words.ts';

/** What a scene follows from. */
export interface SceneRequest {
  prompt: string;
  negativePrompt: string;
  /** Everything that lays the scene out: seed, model, place in the batch. */
  layout: string;
  /** What changes its texture alone. */
  texture: string;
  steps: number;
  cfg: number;
}

type RidgeKind = 'peaks' | 'hills' | 'dunes' | 'headland';

export interface Ridge {
  kind: RidgeKind;
  /** Where it stands and how high it rises, in parts of the picture's height. */
  base: number;
  rise: number;
  /** Crests to a unit of width. */
  grain: number;
  offset: number;
  /** 1 is at the horizon, 0 in front. */
  distance: number;
  own: Colour;
  /** How white its upper parts are. */
  snow: number;
  /** −1 rises to the left, 1 to the right, 0 everywhere. */
  lean: number;
  /** How densely trees stand on its crest. */
  trees: number;
}

export type TreeKind = 'pine' | 'leafy' | 'palm';

export interface ScenePlan {
  words: ReadonlySet<Word>;
  hour: Hour;
  palette: Palette;
  horizon: number;
  light: { x: number; y: number; radius: number; isMoon: boolean; isSeen: boolean };
  /** Shares of the sky. */
  clouds: number;
  stars: number;
  mist: number;
  ridges: readonly Ridge[];
  /** What lies in front of the horizon; null where the ground goes on to the lower edge. */
  water: { kind: 'sea' | 'lake' | 'street'; colour: Colour } | null;
  near: 'shore' | 'meadow' | 'grove' | 'snow' | 'sand' | 'none';
  /** Where things in front stand: −1 left, 1 right. */
  side: -1 | 1;
  tree: TreeKind;
  leaves: readonly [Colour, Colour, Colour];
  /** Octaves of detail. */
  detail: number;
  contrast: number;
  layoutSeed: string;
  textureSeed: string;
}

const places = ['sea', 'lake', 'forest', 'mountain', 'meadow', 'desert', 'city', 'space'] as const;

/** Decides what the scene shows and where; how it is painted is the painters' business. */
export function planScene(request: SceneRequest): ScenePlan {
  const words = wordsOf(request);
  const chosen = createRandom(`chosen ${request.prompt}`);
  const layout = createRandom(`layout ${request.layout}`);
  if (!places.some((place) => words.has(place))) words.add(inventPlace(chosen, words));
  const hour = hourOf(words, chosen);
  const isBad = words.has('rain') || (words.has('fog') && hour !== 'sunset');
  const dullness = words.has('rain') ? 0.75 : isBad ? 0.5 : words.has('snow') && hour === 'day' ? 0.3 : 0;
  const palette = choosePalette(chosen, hour, dullness);
  const water = waterOf(words, palette);
  const side = layout() < 0.5 ? -1 : 1;
  const horizon = horizonOf(words, layout);
  return {
    words,
    hour,
    palette,
    horizon,
    water,
    side,
    light: placeLight(words, hour, horizon, side, layout),
    clouds: cloudsOf(words, layout),
    stars: words.has('space') ? 1 : hour === 'night' ? (isBad ? 0.15 : 0.75) : hour === 'dusk' ? 0.25 : 0,
    mist: words.has('fog') ? 1 : words.has('rain') ? 0.6 : hour === 'dawn' ? 0.55 : 0.3,
    ridges:
      words.has('space') && words.size < 3 ? [] : planRidges(words, horizon, water !== null, side, layout),
    near: nearOf(words),
    tree: words.has('palm') ? 'palm' : treeOf(words, chosen),
    leaves: leavesOf(words),
    detail: clamp(1.6 + Math.log2(1 + request.steps), 2.2, 7),
    contrast: clamp(1 + (request.cfg - 7) * 0.022, 0.94, 1.2),
    layoutSeed: request.layout,
    textureSeed: request.texture,
  };
}

/** What the prompt names, less what the negative one does and the prompt does not. */
function wordsOf({ prompt, negativePrompt }: SceneRequest): Set<Word> {
  const words = findWords(prompt);
  // A castle (城堡) is no city, and a house in the woods needs no town.
  if (words.has('castle') && !/cit(y|ies)|城市/i.test(prompt)) words.delete('city');
  if (words.has('sea')) words.delete('lake');
  if (words.has('palm') && !/jungle|雨林/i.test(prompt)) words.delete('forest');
  if (words.has('paper') && words.has('boat')) words.delete('person');
  const unwanted = findWords(negativePrompt);
  if (unwanted.has('night') && !words.has('night')) words.add('day');
  return words;
}

function inventPlace(chosen: Random, words: ReadonlySet<Word>): Word {
  if (words.has('castle') || words.has('aurora')) return 'mountain';
  if (words.has('palm')) return 'sea';
  if (words.has('person') || words.has('cat') || words.has('dog') || words.has('balloon')) return 'meadow';
  if (words.has('snow') || words.has('autumn') || words.has('blossom')) {
    return pick(chosen, ['mountain', 'lake', 'forest', 'meadow']);
  }
  return pick(chosen, ['mountain', 'lake', 'lake', 'sea', 'meadow', 'forest']);
}

function hourOf(words: ReadonlySet<Word>, chosen: Random): Hour {
  const named = (['dawn', 'sunset', 'dusk', 'night', 'day'] as const).find((hour) => words.has(hour));
  if (words.has('space') || words.has('aurora')) return 'night';
  if (named) return named;
  if (words.has('city')) return pick(chosen, ['dusk', 'sunset', 'night']);
  if (words.has('cat')) return pick(chosen, ['dusk', 'sunset', 'night']);
  if (words.has('blossom') || words.has('flowers')) return pick(chosen, ['day', 'dawn']);
  return pick(chosen, ['day', 'dawn', 'sunset', 'day', 'dusk']);
}

function waterOf(words: ReadonlySet<Word>, palette: Palette): ScenePlan['water'] {
  const colour = mix(palette.sky[1], mix(ground.water, palette.shade, 0.55), 0.6);
  if (words.has('sea')) return { kind: 'sea', colour };
  if (words.has('lake')) return { kind: 'lake', colour };
  if (words.has('city')) return { kind: 'street', colour: mix(palette.shade, palette.haze, 0.2) };
  return null;
}

function horizonOf(words: ReadonlySet<Word>, layout: Random): number {
  const moved = between(layout, -0.035, 0.035);
  if (words.has('space')) return 0.86 + moved;
  if (words.has('sea')) return 0.58 + moved;
  if (words.has('lake')) return 0.62 + moved;
  if (words.has('city')) return 0.76 + moved;
  if (words.has('desert')) return 0.55 + moved;
  if (words.has('mountain')) return 0.56 + moved;
  return 0.6 + moved;
}

function placeLight(
  words: ReadonlySet<Word>,
  hour: Hour,
  horizon: number,
  side: number,
  layout: Random,
): ScenePlan['light'] {
  // Opposite to what stands in front, at a third of the width.
  const x = 0.5 - side * between(layout, 0.1, 0.24);
  const isMoon = hour === 'night';
  const high = between(layout, 0, 1);
  const y = {
    dawn: horizon - 0.09 - high * 0.06,
    sunset: horizon - 0.07 - high * 0.07,
    day: 0.14 + high * 0.06,
    dusk: horizon + 0.02,
    night: 0.17 + high * 0.14,
  }[hour];
  const radius = isMoon ? (words.has('moon') ? 0.085 : 0.04) : hour === 'day' ? 0.03 : 0.045;
  const isHidden = words.has('rain') || words.has('space') || hour === 'dusk';
  return { x, y, radius, isMoon, isSeen: !isHidden && !(words.has('fog') && hour === 'day') };
}

function cloudsOf(words: ReadonlySet<Word>, layout: Random): number {
  if (words.has('rain')) return 0.9;
  if (words.has('clouds')) return 0.72;
  if (words.has('space') || words.has('aurora')) return 0.12;
  if (words.has('desert')) return 0.2;
  return between(layout, 0.3, 0.58);
}

function nearOf(words: ReadonlySet<Word>): ScenePlan['near'] {
  if (words.has('space')) return 'none';
  if (words.has('forest')) return 'grove';
  if (words.has('sea') || words.has('lake')) return 'shore';
  if (words.has('city') && !words.has('meadow')) return 'none';
  if (words.has('desert')) return 'sand';
  if (words.has('snow')) return 'snow';
  return 'meadow';
}

function treeOf(words: ReadonlySet<Word>, chosen: Random): TreeKind {
  if (words.has('pine')) return 'pine';
  if (words.has('blossom') || words.has('autumn') || words.has('meadow')) return 'leafy';
  if (words.has('snow') || words.has('mountain')) return 'pine';
  return chosen() < 0.65 ? 'pine' : 'leafy';
}

function leavesOf(words: ReadonlySet<Word>): ScenePlan['leaves'] {
  if (words.has('blossom'))
    return [ground.blossom, mix(ground.blossom, ground.snow, 0.5), mix(ground.blossom, ground.rust, 0.25)];
  if (words.has('autumn')) return [ground.autumn, ground.gold, ground.rust];
  return [ground.leaf, ground.grass, ground.pine];
}

function planRidges(
  words: ReadonlySet<Word>,
  horizon: number,
  isOnWater: boolean,
  side: number,
  layout: Random,
): Ridge[] {
  const kind = kindOf(words);
  const count = kind === 'headland' ? 2 : kind === 'peaks' ? 4 : 3;
  const foot = isOnWater ? horizon : kind === 'dunes' ? 0.86 : 0.84;
  return Array.from({ length: count }, (_, index): Ridge => {
    const near = index / (count - 1);
    // The farther, the higher a peak rises; hills roll towards the front.
    const high =
      kind === 'peaks' ? 0.5 - near * 0.36 : kind === 'headland' ? 0.05 + near * 0.05 : 0.1 - near * 0.02;
    return {
      kind,
      base: horizon + (foot - horizon) * near ** 1.15,
      rise: high * between(layout, 0.85, 1.2) * (isOnWater && kind === 'hills' ? 0.9 : 1),
      grain: { peaks: 1.3, hills: 1.1, dunes: 0.8, headland: 1.6 }[kind] * (1 + near * 0.9),
      offset: between(layout, 0, 200),
      distance: 1 - near * 0.78,
      own: ownColour(words, kind, near),
      snow: words.has('snow') ? 1 : kind === 'peaks' ? clamp(0.62 - near * 0.8) : 0,
      lean: kind === 'headland' ? (index === 0 ? -side : side) : 0,
      trees: treesOn(words, kind, near),
    };
  });
}

function treesOn(words: ReadonlySet<Word>, kind: RidgeKind, near: number): number {
  if (kind === 'dunes' || words.has('desert')) return 0;
  if (words.has('city')) return 0;
  if (words.has('forest')) return near * 0.9 + 0.1;
  if (kind === 'peaks' || kind === 'hills') return near > 0.6 ? 0.65 * near : 0;
  return near > 0.5 ? 0.2 : 0;
}

function kindOf(words: ReadonlySet<Word>): RidgeKind {
  if (words.has('mountain')) return 'peaks';
  if (words.has('desert')) return 'dunes';
  if (words.has('sea')) return 'headland';
  if (words.has('lake') || (words.has('snow') && !words.has('meadow')))
    return words.has('city') ? 'hills' : 'peaks';
  return 'hills';
}

function ownColour(words: ReadonlySet<Word>, kind: RidgeKind, near: number): Colour {
  if (words.has('snow')) return mix(ground.snow, ground.rock, kind === 'peaks' ? 0.25 : 0.04);
  if (words.has('autumn')) return mix(mix(ground.rock, ground.rust, 0.4), ground.autumn, near);
  if (kind === 'dunes') return ground.sand;
  if (kind === 'headland') return mix(ground.rock, ground.pine, 0.5);
  const green = words.has('meadow') ? ground.grass : ground.leaf;
  if (kind === 'hills') return mix(mix(ground.leaf, ground.pine, 0.4), green, near);
  return mix(ground.rock, ground.pine, near * 0.9);
}
