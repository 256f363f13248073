import { type Colour, clamp, hex, mix, ramp } from '../colour.ts';
import { dab, fillDisc, type Layer } from '../layer.ts';
import { layeredNoise, noise, ridgedNoise } from '../noise.ts';
import { ground, inLight, inShade } from '../palette.ts';
import type { ScenePlan } from '../plan.ts';
import { between, createRandom, pick, type Random } from '../random.ts';
import { fillShape } from '../shape.ts';
import { growTree } from './growth.ts';

/** The upper edge of what one stands on, in pixels, column by column. */
export type Ground = Float32Array;

/** What lies in front of everything, and what grows on it. */
export function paintNear(layer: Layer, plan: ScenePlan): Ground {
  const random = createRandom(`near ${plan.layoutSeed}`);
  const edge = groundEdge(layer, plan, random() * 200);
  if (plan.near === 'none') return edge;
  if (plan.near === 'grove') plantGrove(layer, plan, edge, random);
  if (plan.near === 'shore' && plan.water?.kind === 'sea') breakWaves(layer, plan, edge, random() * 200);
  paintGround(layer, plan, edge);
  if (plan.near !== 'sand') growBlades(layer, plan, edge, random);
  if (
    plan.words.has('flowers') ||
    (plan.near === 'meadow' && plan.hour !== 'night' && !plan.words.has('snow'))
  ) {
    scatterFlowers(layer, plan, edge, random);
  }
  plantFrame(layer, plan, edge, random);
  return edge;
}

/** Where the lighthouse stands, from the low side of the bank to the high one. */
export const lighthouseAcross = 0.77;

function groundEdge({ width, height, unit }: Layer, plan: ScenePlan, offset: number): Ground {
  const { near, side, words } = plan;
  return Float32Array.from({ length: width }, (_, x) => {
    const across = side > 0 ? x / width : 1 - x / width;
    const u = x / unit;
    const bumps = (layeredNoise(u * 2.2 + offset, 1, 4) - 0.5) * 0.05;
    if (near === 'none') return height;
    if (words.has('lighthouse')) {
      // A headland of rock, with the level top that a tower needs.
      const rock =
        (ridgedNoise(u * 3.2 + offset, 3, 5) - 0.4) *
        0.06 *
        (1 - 0.8 * ramp(0.1, 0.02, Math.abs(across - lighthouseAcross)));
      return (
        height *
        (1.02 -
          ramp(0.38, 0.56, across) * 0.12 -
          ramp(0.5, 0.74, across) * 0.13 -
          rock * ramp(0.4, 0.5, across))
      );
    }
    if (near === 'shore') {
      // A bank that comes in from one side and runs out.
      const bank = ramp(0.38, 1.05, across) ** 0.9 * 0.17 + ramp(0.75, 0, across) * -0.02;
      return height * (1.005 - bank - bumps * ramp(0.3, 0.7, across) * 0.7);
    }
    if (near === 'sand')
      return height * (0.9 - ramp(0.2, 1, across) * 0.1 + (noise(u * 1.2 + offset, 5) - 0.5) * 0.05);
    const rise = { grove: 0.05, meadow: 0.09, snow: 0.09 }[near];
    return height * (0.885 - ramp(0.25, 1, across) * rise - bumps);
  });
}

/** Foam along the shore. */
function breakWaves(layer: Layer, { palette }: ScenePlan, edge: Ground, offset: number): void {
  const { width, height, unit } = layer;
  const [r, g, b] = mix(inLight(palette, [1, 1, 1]), palette.sky[3], 0.25);
  for (let x = 0; x < width; x++) {
    const start = edge[x] as number;
    const reach = unit * (0.012 + 0.05 * ramp(0.35, 0.8, layeredNoise((x / unit) * 7 + offset, 2, 3)));
    for (let y = Math.max(0, Math.floor(start - reach)); y < Math.min(height, start + 3); y++) {
      const near = 1 - (start - y) / reach;
      const spray = layeredNoise((x / unit) * 26 + offset, (y / unit) * 44, 4);
      dab(
        layer,
        y * width + x,
        r,
        g,
        b,
        clamp(ramp(0.62 - near * 0.4, 0.8 - near * 0.3, spray) * near * 1.2) * 0.85,
      );
    }
  }
}

/** Bright along the edge, where light strikes it, and darker towards the viewer. */
function paintGround(layer: Layer, plan: ScenePlan, edge: Ground): void {
  const { width, height, unit } = layer;
  const { palette } = plan;
  const own = ownGround(plan);
  const [bright, dark] = [
    inLight(palette, own),
    mix(inShade(palette, own), inShade(palette, mix(own, [0, 0, 0], 0.4)), 0.5),
  ];
  const textureAt = texture(plan);
  const top = Math.max(0, Math.floor(edge.reduce((least, y) => Math.min(least, y), height)));
  for (let y = top; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const below = y + 1 - (edge[x] as number);
      if (below <= 0) continue;
      const [u, v] = [x / unit, below / unit];
      const light = textureAt(u, v);
      dab(
        layer,
        y * width + x,
        dark[0] + (bright[0] - dark[0]) * light,
        dark[1] + (bright[1] - dark[1]) * light,
        dark[2] + (bright[2] - dark[2]) * light,
        Math.min(1, below),
      );
    }
  }
}

/** How light the ground is, 0-1, at a place and a depth below its edge, both in units. */
function texture({ near, words, detail, light }: ScenePlan): (u: number, v: number) => number {
  const octaves = Math.min(5, detail - 1);
  if (words.has('snow'))
    return (u, v) =>
      clamp(0.8 - v * 1.7 + (layeredNoise(u * 3 + v * 2, v * 8, Math.min(3, octaves)) - 0.5) * 0.34);
  if (near === 'sand' || words.has('palm')) {
    return (u, v) =>
      clamp(
        0.74 - v * 1.5 + Math.sin((v * 46 + layeredNoise(u * 3, v * 5, 3) * 5) * 2) * 0.07 * ramp(0, 0.1, v),
      );
  }
  if (words.has('sea')) {
    // Facets of rock: lit where they turn to the light.
    const turn = light.x > 0.5 ? 0.22 : -0.22;
    return (u, v) => {
      const here = ridgedNoise(u * 6, v * 7, octaves + 1);
      return clamp(
        0.5 - v * 1.5 + (here - ridgedNoise(u * 6 + turn, v * 7 - 0.25, 3)) * 0.75 + 0.3 * ramp(0.03, 0, v),
      );
    };
  }
  return (u, v) => {
    const far = 1 / (v + 0.09);
    return clamp(0.7 - v * 2 + (layeredNoise(u * far * 1.6, far * 7, octaves) - 0.5) * 0.5);
  };
}

function ownGround({ near, words }: ScenePlan): Colour {
  if (words.has('snow')) return ground.snow;
  if (near === 'sand' || (near === 'shore' && words.has('palm'))) return ground.sand;
  if (near === 'shore' && words.has('sea')) return mix(ground.rock, ground.wood, 0.4);
  if (words.has('autumn')) return mix(ground.autumn, ground.wood, 0.45);
  return near === 'grove'
    ? mix(ground.leaf, ground.wood, 0.45)
    : near === 'shore'
      ? mix(ground.grass, ground.wood, 0.3)
      : ground.grass;
}

/** Grass: blades that lean, the nearer the longer. */
function growBlades(layer: Layer, plan: ScenePlan, edge: Ground, random: Random): void {
  const { palette, words, near } = plan;
  const { width, height, unit } = layer;
  if (words.has('sea') && near === 'shore') return;
  const isSnowy = words.has('snow');
  const own = isSnowy ? ground.wood : words.has('autumn') ? ground.gold : ground.grass;
  const [dark, bright] = [mix(inShade(palette, own), [0.03, 0.05, 0.04], 0.3), inLight(palette, own)];
  const count = Math.round((isSnowy ? 25 : 170) * plan.detail * (width / unit));
  for (let index = 0; index < count; index++) {
    const x = random() * width;
    const start = edge[Math.floor(x)] as number;
    const depth = random() ** 0.7;
    const y = start + (height * 1.03 - start) * depth;
    if (start > height - 3) continue;
    const tall = unit * between(random, 0.008, 0.022) * (0.5 + depth * 1.5);
    const lean = between(random, -0.45, 0.45) * tall;
    const wide = Math.max(0.35, tall * 0.045);
    const blade = [
      x - wide,
      y,
      x + lean * 0.4,
      y - tall * 0.6,
      x + lean,
      y - tall,
      x + lean * 0.4 + wide,
      y - tall * 0.6,
      x + wide,
      y,
    ];
    fillShape(layer, [blade], mix(dark, bright, clamp(random() * 0.9 - depth * 0.25)), 0.8);
  }
}

const petals = [
  hex('#e8505b'),
  hex('#f3c84b'),
  hex('#f7f3ea'),
  hex('#b583d6'),
  hex('#f08fb0'),
  hex('#6f8fe0'),
] as const;

/** Few colours at once, in drifts, the nearer the larger. */
function scatterFlowers(layer: Layer, plan: ScenePlan, edge: Ground, random: Random): void {
  const { palette, words } = plan;
  const { width, height, unit } = layer;
  const colours = [pick(random, petals), pick(random, petals), petals[2]] as const;
  const count = Math.round((words.has('flowers') ? 70 : 16) * plan.detail * (width / unit));
  const offset = random() * 200;
  for (let index = 0; index < count; index++) {
    const x = random() * width;
    const depth = random() ** 1.1;
    const start = edge[Math.floor(x)] as number;
    const y = start + (height - start) * depth + unit * 0.002;
    if (start > height - 3 || noise((x / unit) * 5 + offset, depth * 4) < 0.42) continue;
    const radius = unit * between(random, 0.002, 0.0042) * (0.55 + depth * 1.9);
    const own = mix(pick(random, colours), [0, 0, 0], random() * 0.15);
    const lit = mix(inShade(palette, own), inLight(palette, own), between(random, 0.45, 1));
    const lift = radius * between(random, 1, 4);
    fillDisc(layer, [x - radius * 0.55, y - lift, radius * 0.8], mix(lit, [0, 0, 0], 0.12), { share: 0.95 });
    fillDisc(layer, [x + radius * 0.5, y - lift - radius * 0.25, radius * 0.85], lit, { share: 0.95 });
  }
}

/** A forest that opens towards the light: from far rows in the mist to dark trees at both sides. */
function plantGrove(layer: Layer, plan: ScenePlan, edge: Ground, random: Random): void {
  const { width, height, unit } = layer;
  const { light } = plan;
  for (const [row, distance] of [0.72, 0.52, 0.34, 0.18].entries()) {
    const tall = unit * (0.2 + row * 0.1);
    const foot = plan.horizon + ((edge[0] as number) / height - plan.horizon) * (0.5 + row * 0.16);
    for (let x = -tall * 0.2; x < width + tall * 0.2; x += tall * between(random, 0.13, 0.3)) {
      const aside = Math.abs(x / width - light.x);
      if (aside < 0.05 + row * 0.055 && random() < 0.92) continue;
      const grown = tall * between(random, 0.7, 1.25) * (0.75 + aside * 0.6);
      const y = foot * height + unit * between(random, 0.0, 0.05);
      growTree(layer, plan, { kind: plan.tree, x, y, tall: grown, distance }, random);
    }
    layMist(layer, plan, foot * height + unit * 0.05, distance);
  }
}

function layMist(layer: Layer, { palette, mist }: ScenePlan, foot: number, distance: number): void {
  const { width, height, unit } = layer;
  const tall = unit * 0.22;
  const [r, g, b] = mix(palette.haze, palette.sky[3], 0.35);
  for (let y = Math.max(0, Math.floor(foot - tall)); y < Math.min(height, foot + tall * 0.4); y++) {
    const near = y < foot ? ramp(foot - tall, foot, y) : 1 - ramp(foot, foot + tall * 0.4, y);
    for (let x = 0; x < width; x++) {
      const drift = 0.5 + noise((x / unit) * 3 + distance * 50, (y / unit) * 7);
      dab(layer, y * width + x, r, g, b, near * drift * (0.16 + mist * 0.42) * (0.35 + distance * 0.65));
    }
  }
}

/** One or a few large trees at the side, so that the eye goes past them into the picture. */
function plantFrame(layer: Layer, plan: ScenePlan, edge: Ground, random: Random): void {
  const { words, side, near } = plan;
  if (
    near === 'sand' ||
    (words.has('sea') && !words.has('palm') && !words.has('forest')) ||
    words.has('lighthouse')
  )
    return;
  const { width, unit } = layer;
  const count = plan.tree === 'pine' ? 3 : plan.tree === 'palm' ? 2 : 1;
  for (let index = 0; index < count; index++) {
    const share = between(random, 0.8, 0.94) + (index - count / 2) * 0.055;
    const x = width * (side > 0 ? share : 1 - share);
    const tall = unit * (plan.tree === 'leafy' ? between(random, 0.36, 0.46) : between(random, 0.3, 0.56));
    const y = (edge[Math.round(clamp(x, 0, width - 1))] as number) + unit * 0.012;
    growTree(layer, plan, { kind: plan.tree, x, y, tall, distance: 0.04 }, random);
  }
}
