import { type Colour, hex, mix } from '../colour.ts';
import { type Layer, shine } from '../layer.ts';
import { ground, inLight, inShade } from '../palette.ts';
import type { ScenePlan } from '../plan.ts';
import { between, createRandom } from '../random.ts';
import { fillShape, type Outline, place } from '../shape.ts';
import { silhouette } from './silhouette.ts';
import { lighthouseAt, paintBalloon } from './things.ts';

/** Once around in a film, so that its end is its beginning. */
const around = (phase: number, shift = 0): number => Math.sin((phase + shift) * Math.PI * 2);

/** Where balloons hang and how large they are, the nearest first. */
const balloons = [
  [-0.14, 0.46, 0.2],
  [0.22, 0.32, 0.09],
  [0.02, 0.2, 0.055],
] as const;

/** What moves in the air before the land: birds and balloons. */
export function paintFlyers(layer: Layer, plan: ScenePlan, phase: number): void {
  const { words, hour } = plan;
  const random = createRandom(`flyers ${plan.layoutSeed}`);
  const { width, height, unit } = layer;
  if (words.has('balloon')) {
    const first = Math.floor(random() * 4);
    for (const [index, [across, down, size]] of balloons.entries()) {
      const x = width * (0.5 + across * plan.side) + around(phase, index / 3) * unit * 0.008;
      const y = height * down + around(phase, index / 3 + 0.25) * unit * 0.006;
      paintBalloon(layer, plan, [x, y, unit * size], index + first);
    }
  }
  const isLikely = hour !== 'night' && !words.has('rain') && !words.has('space') && random() < 0.5;
  if (words.has('birds') || isLikely) paintBirds(layer, plan, random, phase);
}

function paintBirds(layer: Layer, plan: ScenePlan, random: () => number, phase: number): void {
  const { width, height, unit } = layer;
  const count = plan.words.has('birds') ? 11 : 5;
  const dark = mix(silhouette(plan, [0.2, 0.2, 0.24]), plan.palette.haze, 0.15);
  const [midX, midY] = [
    plan.light.x + plan.side * between(random, 0.06, 0.2),
    plan.horizon * between(random, 0.36, 0.58),
  ];
  for (let index = 0; index < count; index++) {
    const size = unit * between(random, 0.011, 0.021) * (plan.words.has('birds') ? 1.35 : 1);
    const shift = random();
    const x = width * (midX + (random() - 0.5) * 0.26) + around(phase, shift) * unit * 0.022;
    const y = height * (midY + (random() - 0.5) * 0.14) + around(phase, shift + 0.25) * unit * 0.009;
    const flap = 0.18 + 0.24 * around(phase * 4, shift);
    const tilt = between(random, -0.12, 0.12);
    const wing = (side: number): number[] => [
      side * 0.45,
      0.16 + flap * 0.75 + tilt * side,
      side * 1,
      flap * 0.6 + tilt * 2 * side,
    ];
    const [lx, ly, tipLx, tipLy] = wing(-1) as [number, number, number, number];
    const [rx, ry, tipRx, tipRy] = wing(1) as [number, number, number, number];
    const outline = [
      tipLx,
      tipLy,
      lx,
      ly,
      0,
      0.02,
      rx,
      ry,
      tipRx,
      tipRy,
      rx,
      ry - 0.1,
      0.05,
      -0.1,
      -0.05,
      -0.1,
      lx,
      ly - 0.1,
    ];
    fillShape(layer, [place(outline, x, y, size)], dark, 0.85);
  }
}

/** Boats on the water, with what they mirror. */
export function paintBoats(layer: Layer, plan: ScenePlan, phase: number): void {
  const { words, water, side } = plan;
  if (!water || water.kind === 'street') return;
  const random = createRandom(`boats ${plan.layoutSeed}`);
  const isChance = water.kind === 'sea' && !words.has('lighthouse') && random() < 0.4;
  if (!words.has('boat') && !isChance) return;
  const { width, height, unit } = layer;
  const isPaper = words.has('paper');
  const size = unit * (isPaper ? 0.16 : words.has('boat') ? 0.17 : 0.055);
  const deep = isPaper ? 0.5 : words.has('boat') ? 0.3 : 0.06;
  const x = width * (0.5 - side * between(random, 0.02, 0.12)) + around(phase) * unit * 0.02;
  const y = height * (plan.horizon + (1 - plan.horizon) * deep) + around(phase * 2, 0.2) * unit * 0.0025;
  const roll = around(phase * 2) * 0.035;
  for (const isMirrored of [true, false]) {
    for (const [outline, colour] of isPaper ? paperBoat(plan) : sailBoat(plan)) {
      const rolled = outline.map((value, at) =>
        at % 2 === 0 ? value + (outline[at + 1] as number) * roll : value,
      );
      const placed = place(rolled, x, y, size, side > 0);
      const mirrored = placed.map((value, at) =>
        at % 2 === 0 ? value : y + (y - value) * 0.72 + size * 0.02,
      );
      if (isMirrored) fillShape(layer, [mirrored], mix(colour, water.colour, 0.5), 0.42);
      else fillShape(layer, [placed], colour);
    }
  }
}

type Part = readonly [Outline, Colour];

function sailBoat(plan: ScenePlan): Part[] {
  const { palette } = plan;
  const hull = silhouette(plan, hex('#7b3b33'));
  const cloth = hex('#f6efe2');
  const [bright, dim] = [
    mix(inLight(palette, cloth), palette.glow, 0.12),
    mix(inShade(palette, cloth), inLight(palette, cloth), 0.45),
  ];
  return [
    [[-0.01, 0.1, -0.006, 1.02, 0.006, 1.02, 0.012, 0.1], silhouette(plan, ground.wood)],
    [[0.02, 0.17, 0.02, 0.99, 0.1, 0.74, 0.24, 0.46, 0.46, 0.18], bright],
    [[-0.03, 0.17, -0.025, 0.88, -0.12, 0.6, -0.24, 0.34, -0.4, 0.17], dim],
    [
      [-0.5, 0.13, -0.4, 0.02, -0.3, -0.015, 0.32, -0.015, 0.42, 0.03, 0.54, 0.15, 0.2, 0.11, -0.2, 0.105],
      hull,
    ],
  ];
}

function paperBoat(plan: ScenePlan): Part[] {
  const { palette } = plan;
  const paper = hex('#f7f3ea');
  const tone = (share: number): Colour =>
    mix(mix(inShade(palette, paper), inLight(palette, paper), share), [1, 1, 1], share * 0.35);
  return [
    [[-0.2, 0.16, 0.0, 0.62, 0.02, 0.1], tone(0.35)],
    [[0.02, 0.1, 0.0, 0.62, 0.22, 0.16], tone(0.85)],
    [[-0.52, 0.34, -0.3, 0, 0.3, 0, 0.52, 0.34, 0.2, 0.2, 0, 0.13, -0.2, 0.2], tone(0.95)],
    [[-0.52, 0.34, -0.3, 0, 0.0, 0, 0, 0.13, -0.2, 0.2], tone(0.6)],
  ];
}

/** The lamp of a lighthouse, whose beam goes around once. */
export function paintBeam(layer: Layer, plan: ScenePlan, phase: number): void {
  if (!plan.words.has('lighthouse') || plan.hour === 'day') return;
  const { x, y, size } = lighthouseAt(layer, plan);
  const top = y - size * 0.84;
  const lamp = hex('#ffe9b8');
  const strength = plan.hour === 'night' || plan.hour === 'dusk' ? 1 : 0.6;
  for (const half of [0, 0.5]) {
    const turn = (phase + half + (plan.side > 0 ? 0.46 : 0.04)) * Math.PI * 2;
    const long = Math.cos(turn) * layer.unit * 0.8;
    for (const spread of [1, 0.72, 0.48, 0.28, 0.14]) {
      const wide = layer.unit * 0.055 * spread;
      const cone = [
        x,
        top,
        x + long,
        top - wide - layer.unit * 0.015,
        x + long * 1.04,
        top,
        x + long,
        top + wide - layer.unit * 0.015,
      ];
      fillShape(layer, [cone], lamp, 0.05 * strength * (1 - Math.abs(half) * 0.4));
    }
  }
  shine(layer, [x, top, size * 0.3], lamp, 0.8 * strength);
  shine(layer, [x, top, size * 0.08], [1, 1, 0.95], 0.9);
}
