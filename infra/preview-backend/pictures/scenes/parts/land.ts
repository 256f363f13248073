import { type Colour, clamp, mix, ramp } from '../colour.ts';
import { dab, type Layer } from '../layer.ts';
import { layeredNoise, noise, ridgedNoise } from '../noise.ts';
import { ground, inLight, inShade } from '../palette.ts';
import type { Ridge, ScenePlan } from '../plan.ts';
import { createRandom } from '../random.ts';
import { plantRow } from './growth.ts';

/** Everything that stands on the horizon, the farthest first, each paler than what is before it. */
export function paintLand(layer: Layer, plan: ScenePlan): void {
  const crests = plan.ridges.map((ridge) => crestOf(layer, plan, ridge));
  const foot = plan.water ? Math.round(plan.horizon * layer.height) : layer.height;
  const random = createRandom(`growth ${plan.layoutSeed}`);
  for (const [index, ridge] of plan.ridges.entries()) {
    const crest = crests[index] as Float32Array;
    paintRidge(layer, plan, ridge, crest, lowest(crests.slice(index + 1), layer.width, foot));
    if (ridge.trees > 0)
      plantRow(layer, plan, { crest, foot, distance: ridge.distance, density: ridge.trees }, random);
  }
}

/** Down to where each column is sure to be hidden by something nearer. */
function lowest(nearer: readonly Float32Array[], width: number, foot: number): Float32Array {
  return Float32Array.from({ length: width }, (_, x) =>
    nearer.reduce((least, crest) => Math.min(least, (crest[x] as number) + 3), foot),
  );
}

/** The upper edge of a ridge, in pixels, column by column. */
function crestOf({ width, height, unit }: Layer, { detail }: ScenePlan, ridge: Ridge): Float32Array {
  return Float32Array.from({ length: width }, (_, x) => {
    const u = (x / unit) * ridge.grain + ridge.offset;
    const lean = ridge.lean === 0 ? 1 : leaning(x / width, ridge.lean);
    return (ridge.base - ridge.rise * (risen(ridge, u, detail) * lean - (1 - lean) * 0.5)) * height;
  });
}

/** Falls below the horizon on one side. */
const leaning = (across: number, lean: number): number => ramp(0.35, 0.95, lean > 0 ? across : 1 - across);

function risen({ kind, offset }: Ridge, u: number, detail: number): number {
  if (kind === 'peaks') {
    const range = ramp(0.1, 0.9, noise(u * 0.55, offset)) * 0.75 + 0.25;
    return (
      ridgedNoise(u, offset, Math.min(detail, 6)) * range * 1.15 +
      layeredNoise(u * 9, offset, detail - 1) * 0.05
    );
  }
  if (kind === 'hills') {
    return (
      layeredNoise(u, offset, 2.2) * 0.95 +
      (layeredNoise(u * 7, offset, Math.max(1, detail - 2)) - 0.5) * 0.06
    );
  }
  if (kind === 'headland') return 0.45 + layeredNoise(u, offset, Math.min(4, detail)) * 0.9;
  // The wind piles sand up slowly and drops it steeply.
  const bent = u + noise(u * 0.8, offset) * 0.9;
  const wave = bent - Math.floor(bent);
  return (
    (wave < 0.72
      ? Math.sin((wave / 0.72) * (Math.PI / 2))
      : Math.cos(((wave - 0.72) / 0.28) * (Math.PI / 2))) * 0.8
  );
}

function paintRidge(
  layer: Layer,
  plan: ScenePlan,
  ridge: Ridge,
  crest: Float32Array,
  foot: Float32Array,
): void {
  const { width, height, unit } = layer;
  const { palette, mist } = plan;
  const shadeAt = shader(plan, ridge);
  const top = Math.max(0, Math.floor(crest.reduce((least, y) => Math.min(least, y), height)));
  const bottom = Math.min(height, Math.ceil(foot.reduce((most, y) => Math.max(most, y), 0)));
  const air = mix(
    mix(palette.haze, palette.sky[3], 0.35),
    inLight(palette, ridge.own),
    ridge.kind === 'dunes' ? 0.45 : 0.08,
  );
  // Pale in the distance, and paler where the mist lies: at the feet.
  const far = ridge.distance ** 1.25 * (ridge.kind === 'dunes' ? 0.5 : 0.8);
  const deep = ridge.rise * height * 0.95;
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < width; x++) {
      const below = y + 1 - (crest[x] as number);
      if (below <= 0 || y > (foot[x] as number)) continue;
      const low = ramp(0, deep, below) * (0.14 + 0.6 * mist) * (0.35 + ridge.distance * 0.65);
      const hidden = far + (1 - far) * low;
      shadeAt(x / unit, y / unit, below / unit);
      dab(
        layer,
        y * width + x,
        (shaded[0] as number) + (air[0] - (shaded[0] as number)) * hidden,
        (shaded[1] as number) + (air[1] - (shaded[1] as number)) * hidden,
        (shaded[2] as number) + (air[2] - (shaded[2] as number)) * hidden,
        Math.min(1, below),
      );
    }
  }
}

/** The colour that was found last: one array for all pixels. */
const shaded = new Float32Array(3);

/** Finds the colour at a place of the ridge, before any air lies between: light and shade on its facets, and snow. */
function shader(plan: ScenePlan, ridge: Ridge): (u: number, v: number, below: number) => void {
  const { palette, detail, light } = plan;
  const isSnowy = ridge.snow > 0;
  const [litOwn, darkOwn] = [inLight(palette, ridge.own), inShade(palette, ridge.own)];
  const [litSnow, darkSnow] = [
    inLight(palette, ground.snow),
    inShade(palette, mix(ground.snow, palette.sky[1], 0.35)),
  ];
  const rough = { peaks: 1, hills: 0.75, dunes: 0.1, headland: 0.7 }[ridge.kind];
  const grain = { peaks: 7, hills: 5, dunes: 3, headland: 9 }[ridge.kind] * (1 + (1 - ridge.distance) * 0.6);
  const octaves = Math.min(detail - 1, 4.5);
  const slope = light.x > 0.5 ? 1 : -1;
  // Sand is smooth: the side of a dune that faces the light is bright as a whole.
  const slant = (u: number): number => {
    if (ridge.kind !== 'dunes') return 0;
    const at = u * ridge.grain + ridge.offset;
    return (risen(ridge, at - 0.03, 2) - risen(ridge, at + 0.03, 2)) * slope;
  };
  const set = (a: Colour, b: Colour, share: number): void => {
    for (let channel = 0; channel < 3; channel++) {
      shaded[channel] = (a[channel] as number) + ((b[channel] as number) - (a[channel] as number)) * share;
    }
  };
  return (u, v, below) => {
    // Ribs run down the slope, aslant, and turn one side to the light.
    const [x, y] = [u * grain + ridge.offset - below * grain * 0.75 * slope, v * grain * 0.8 + below * 2];
    const here = layeredNoise(x, y, octaves);
    const facet =
      ridge.kind === 'hills'
        ? here - 0.5
        : ridgedNoise(x, y, octaves) - ridgedNoise(x + 0.2 * slope, y - 0.16, octaves);
    const bright = clamp(
      0.5 +
        facet * 1.7 * rough +
        slant(u) * 2.2 * ramp(0.3, 0, below) +
        (ridge.kind === 'hills' ? 0.14 - below * 1.5 : 0),
    );
    set(darkOwn, litOwn, bright);
    if (!isSnowy) return;
    const lies =
      ridge.snow === 1 ? 0.93 - (ridge.kind === 'peaks' ? below * 1.3 : 0) : ridge.snow * 0.13 - below;
    const white = ramp(-0.035, 0.035, lies + (here - 0.5) * 0.22);
    if (white <= 0) return;
    for (let channel = 0; channel < 3; channel++) {
      const own = shaded[channel] as number;
      const snow =
        (darkSnow[channel] as number) +
        ((litSnow[channel] as number) - (darkSnow[channel] as number)) * bright;
      shaded[channel] = own + (snow - own) * white;
    }
  };
}
