import { type Colour, clamp, hex, mix } from '../colour.ts';
import { fillDisc, fillRect, type Layer, shine } from '../layer.ts';
import { ground, inLight, inShade } from '../palette.ts';
import type { ScenePlan } from '../plan.ts';
import { between, createRandom } from '../random.ts';
import { fillShape, type Outline, place } from '../shape.ts';
import { type Figure, figures } from './figures.ts';
import { type Ground, lighthouseAcross } from './near.ts';
import { silhouette } from './silhouette.ts';

const lamp = hex('#ffd890');

/** What the prompt names and what stands still, on the ground in front. */
export function paintThings(layer: Layer, plan: ScenePlan, edge: Ground): void {
  const { words } = plan;
  const random = createRandom(`things ${plan.layoutSeed}`);
  if (words.has('lighthouse')) paintLighthouse(layer, plan);
  if (words.has('house')) paintHouse(layer, plan, edge);
  const figure = (Object.keys(figures) as Figure[]).find((name) => words.has(name));
  if (figure && plan.near !== 'none') {
    // Against the light, as far as there is ground under it.
    const wanted =
      plan.near === 'shore' ? 0.5 + plan.side * 0.24 : plan.light.x + plan.side * between(random, 0.02, 0.08);
    const { outlines, size } = figures[figure];
    const x = layer.width * clamp(wanted, 0.2, 0.8);
    const y = groundAt(edge, x) + layer.unit * 0.006;
    const mirrored = plan.side > 0;
    const body = outlines.map((outline) => place(outline, x, y, size * layer.unit, mirrored));
    fillShape(layer, body, mix(silhouette(plan, [0.3, 0.26, 0.26]), [0.04, 0.04, 0.06], 0.45));
  }
}

/** A castle on its rock, in the distance. */
export function paintCastle(layer: Layer, plan: ScenePlan): void {
  if (!plan.words.has('castle')) return;
  const { width, height, unit } = layer;
  const random = createRandom(`castle ${plan.layoutSeed}`);
  const size = unit * 0.24;
  const [x, y] = [width * (0.5 + plan.side * 0.17), height * (plan.horizon + 0.015)];
  const far = 0.3;
  const [dark, bright] = [
    silhouette(plan, ground.wall, far),
    mix(inLight(plan.palette, ground.wall), plan.palette.haze, far),
  ];
  fillShape(
    layer,
    [place([-1.1, 0, -0.7, 0.14, -0.45, 0.28, 0.4, 0.28, 0.62, 0.18, 1.1, 0], x, y, size)],
    silhouette(plan, ground.rock, far),
  );
  const towers = [-0.36, -0.18, 0, 0.17, 0.34].map((at, index) => ({
    at,
    wide: between(random, 0.07, 0.11),
    tall: 0.55 + (index === 2 ? 0.45 : between(random, 0, 0.3)),
  }));
  fillShape(layer, [place([-0.4, 0.24, -0.4, 0.5, 0.38, 0.5, 0.38, 0.24], x, y, size)], dark);
  for (const { at, wide, tall } of towers) {
    fillShape(
      layer,
      [place([at - wide, 0.2, at - wide, tall, at + wide, tall, at + wide, 0.2], x, y, size)],
      dark,
    );
    const lit = plan.light.x * width > x ? 1 : -1;
    const rim = [
      at + lit * wide * 0.35,
      0.2,
      at + lit * wide * 0.35,
      tall,
      at + lit * wide,
      tall,
      at + lit * wide,
      0.2,
    ];
    fillShape(layer, [place(rim, x, y, size)], bright, 0.5);
    fillShape(
      layer,
      [place([at - wide * 1.35, tall, at, tall + wide * 3.2, at + wide * 1.35, tall], x, y, size)],
      dark,
    );
    if (plan.hour === 'day') continue;
    const pane = size * 0.018;
    const [px, py] = [x + at * size, y - (tall - 0.12) * size];
    fillRect(layer, [px - pane, py - pane, px + pane, py + pane * 1.4], lamp, 0.9);
    shine(layer, [px, py, pane * 9], lamp, 0.5);
  }
}

const groundAt = (edge: Ground, x: number): number =>
  edge[Math.round(clamp(x, 0, edge.length - 1))] as number;

/** Where the lighthouse stands and how large it is, in pixels. */
export function lighthouseAt(
  { width, height, unit }: Pick<Layer, 'width' | 'height' | 'unit'>,
  plan: ScenePlan,
) {
  const across = plan.side > 0 ? lighthouseAcross : 1 - lighthouseAcross;
  return { x: width * across, y: height * 0.795, size: Math.min(unit * 0.44, height * 0.6) };
}

function paintLighthouse(layer: Layer, plan: ScenePlan): void {
  const { palette } = plan;
  const { x, y, size } = lighthouseAt(layer, plan);
  const wall = hex('#f2ece2');
  const band = hex('#c0473d');
  const at = (up: number): number => 0.078 - up * 0.036;
  const piece = (from: number, to: number, own: Colour): void => {
    const whole = [-at(from), from, -at(to), to, at(to), to, at(from), from];
    fillShape(layer, [place(whole, x, y, size)], mix(inShade(palette, own), inLight(palette, own), 0.35));
    const lit = plan.light.x * layer.width > x ? 1 : -1;
    for (const share of [0.15, 0.45, 0.75]) {
      const half = [
        lit * at(from) * share,
        from,
        lit * at(to) * share,
        to,
        lit * at(to),
        to,
        lit * at(from),
        from,
      ];
      fillShape(layer, [place(half, x, y, size)], inLight(palette, own), 0.3);
    }
  };
  for (let index = 0; index < 5; index++)
    piece(0.01 + index * 0.155, 0.01 + (index + 1) * 0.155, index % 2 === 0 ? wall : band);
  const iron = silhouette(plan, [0.25, 0.25, 0.3]);
  fillShape(layer, [place([-0.072, 0.78, -0.072, 0.8, 0.072, 0.8, 0.072, 0.78], x, y, size)], iron);
  fillShape(
    layer,
    [place([-0.036, 0.8, -0.036, 0.88, 0.036, 0.88, 0.036, 0.8], x, y, size)],
    plan.hour === 'day' ? wall : lamp,
  );
  fillShape(
    layer,
    [place([-0.05, 0.88, -0.03, 0.93, 0, 0.96, 0.03, 0.93, 0.05, 0.88], x, y, size)],
    mix(iron, band, 0.5),
  );
}

function paintHouse(layer: Layer, plan: ScenePlan, edge: Ground): void {
  const { palette, hour, words, near, side } = plan;
  if (near === 'none') return;
  const size = layer.unit * 0.12;
  const x = layer.width * (near === 'shore' ? 0.5 + side * 0.3 : 0.5 - side * 0.12);
  const y = groundAt(edge, x) + size * 0.09;
  const put = (outline: Outline, colour: Colour, share = 1): void =>
    fillShape(layer, [place(outline, x, y, size, side > 0)], colour, share);
  const wood = mix(inShade(palette, ground.wood), inLight(palette, ground.wood), 0.45);
  const roof = words.has('snow')
    ? mix(inShade(palette, ground.snow), inLight(palette, ground.snow), 0.5)
    : silhouette(plan, hex('#7a4238'));
  put([0.22, 0.6, 0.22, 0.98, 0.34, 0.98, 0.34, 0.5], silhouette(plan, ground.rock));
  put([-0.52, 0, -0.52, 0.42, -0.2, 0.78, 0.52, 0.78, 0.52, 0], wood);
  put([-0.52, 0, -0.52, 0.42, -0.2, 0.78, 0.1, 0.42, 0.1, 0], silhouette(plan, ground.wood), 0.55);
  put([-0.24, 0.86, 0.5, 0.86, 0.66, 0.36, 0.08, 0.36], roof);
  put([-0.64, 0.36, -0.24, 0.88, -0.18, 0.86, -0.56, 0.34], mix(roof, [0, 0, 0], 0.25));
  const isLit = hour !== 'day';
  const glass = isLit ? lamp : mix(palette.sky[1], palette.shade, 0.4);
  put([-0.32, 0.2, -0.32, 0.38, -0.12, 0.38, -0.12, 0.2], glass);
  put([0.22, 0.12, 0.22, 0.28, 0.42, 0.28, 0.42, 0.12], glass);
  if (isLit)
    for (const u of [-0.22, 0.32])
      shine(layer, [x + (side > 0 ? -u : u) * size, y - 0.26 * size, size * 0.55], lamp, 0.5);
}

/** A hot-air balloon with stripes, lit from one side. */
export function paintBalloon(
  layer: Layer,
  plan: ScenePlan,
  [x, y, size]: readonly [number, number, number],
  hue: number,
): void {
  const { palette } = plan;
  const colours = [hex('#d9503f'), hex('#f0b545'), hex('#3f7fae'), hex('#e8e1d0')] as const;
  const [one, other] = [colours[hue % 4] as Colour, colours[(hue + 1) % 4] as Colour];
  const stripes = 7;
  for (let stripe = 0; stripe < stripes; stripe++) {
    const edgeAt = (share: number): number => Math.sin((share - 0.5) * Math.PI);
    const [from, to] = [edgeAt(stripe / stripes), edgeAt((stripe + 1) / stripes)];
    const line = (side: number): number[] =>
      Array.from({ length: 15 }, (_, index) => {
        const t = index / 14;
        const wide =
          0.42 * Math.sin(Math.PI * Math.min(1, 0.12 + t * 0.88)) ** 0.75 * (t < 0.12 ? 0.35 + t * 5.4 : 1);
        return [side * Math.max(0.05, wide), 0.22 + t * 0.78];
      }).flat();
    const left = line(from);
    const right = line(to);
    const back = Array.from({ length: 15 }, (_, index) =>
      right.slice((14 - index) * 2, (14 - index) * 2 + 2),
    ).flat();
    const own = stripe % 2 === 0 ? one : other;
    const facing = clamp(0.5 + (plan.light.x * layer.width > x ? 1 : -1) * (from + to) * 0.4);
    fillShape(
      layer,
      [place([...left, ...back], x, y, size)],
      mix(inShade(palette, own), inLight(palette, own), 0.25 + facing * 0.75),
    );
  }
  const basket = silhouette(plan, ground.wood);
  fillShape(layer, [place([-0.05, 0, -0.06, 0.08, 0.06, 0.08, 0.05, 0], x, y, size)], basket);
  for (const side of [-1, 1]) {
    fillShape(
      layer,
      [place([side * 0.05, 0.08, side * 0.057, 0.08, side * 0.08, 0.25, side * 0.073, 0.25], x, y, size)],
      basket,
      0.8,
    );
  }
  if (plan.hour !== 'day')
    fillDisc(layer, [x, y - size * 0.24, size * 0.04], lamp, { soft: size * 0.06, share: 0.9 });
}
