import { type Colour, clamp, mix } from '../colour.ts';
import { fillDisc, type Layer } from '../layer.ts';
import { ground, inLight, inShade } from '../palette.ts';
import type { ScenePlan, TreeKind } from '../plan.ts';
import { between, pick, type Random } from '../random.ts';
import { fillShape, place } from '../shape.ts';

interface Row {
  crest: Float32Array;
  foot: number;
  /** 1 far, 0 near. */
  distance: number;
  density: number;
}

interface Tree {
  kind: TreeKind;
  x: number;
  y: number;
  /** The height in pixels. */
  tall: number;
  distance: number;
}

/** Trees along a crest, in clumps. */
export function plantRow(
  layer: Layer,
  plan: ScenePlan,
  { crest, foot, distance, density }: Row,
  random: Random,
): void {
  const { width, unit } = layer;
  const size = unit * (0.014 + (1 - distance) ** 1.4 * 0.05);
  const step = (size * 0.2) / Math.max(0.3, density);
  const kind = plan.tree === 'palm' ? 'leafy' : plan.tree;
  let clump = random();
  for (let x = -size; x < width + size; x += step * between(random, 0.3, 1.9)) {
    if (random() < 0.12) clump = random();
    const tall = size * between(random, 0.45, 1.2) * (0.6 + clump * 0.7);
    const under = crest[Math.round(Math.min(width - 1, Math.max(0, x)))] as number;
    if (clump > density + 0.25 || under > foot - 1) continue;
    growTree(layer, plan, { kind, x, y: under + tall * between(random, 0.08, 0.24), tall, distance }, random);
  }
}

export function growTree(layer: Layer, plan: ScenePlan, tree: Tree, random: Random): void {
  growers[tree.kind](layer, plan, tree, random);
}

const growers = { pine: growPine, palm: growPalm, leafy: growLeafy };

const inAir = (plan: ScenePlan, colour: Colour, distance: number): Colour =>
  mix(colour, mix(plan.palette.haze, plan.palette.sky[3], 0.25), distance ** 1.1 * 0.82);

/** Tiers of drooping branches, ragged by chance, with the side to the light a little brighter. */
function growPine(layer: Layer, plan: ScenePlan, { x, y, tall, distance }: Tree, random: Random): void {
  const { palette, words, light } = plan;
  const own = words.has('autumn') && random() < 0.4 ? mix(ground.autumn, ground.pine, 0.3) : ground.pine;
  const dark = inAir(plan, mix(inShade(palette, own), [0.03, 0.05, 0.07], 0.42 - distance * 0.3), distance);
  const bright = inAir(plan, mix(inShade(palette, own), inLight(palette, own), 0.7), distance);
  const tiers = Math.max(4, Math.min(15, Math.round(tall / 6)));
  const slim = between(random, 0.17, 0.25);
  const sides = [-1, 1].map((side) => {
    const line: number[] = [];
    for (let tier = 0; tier < tiers; tier++) {
      const up = 0.99 - ((tier + 0.85) / tiers) * 0.87;
      const reach = slim * ((tier + 1) / tiers) ** 0.85 * between(random, 0.72, 1.1);
      line.push(
        side * reach,
        up - 0.01 - random() * 0.012,
        side * reach * between(random, 0.34, 0.5),
        up + 0.016,
      );
    }
    return line;
  });
  const [left, right] = sides as [number[], number[]];
  const trunk = [0.012, 0.12, 0.014, 0, -0.014, 0, -0.012, 0.12];
  const back: number[] = [];
  for (let at = left.length - 2; at >= 0; at -= 2) back.push(left[at] as number, left[at + 1] as number);
  fillShape(layer, [place([0, 1, ...right, ...trunk, ...back], x, y, tall)], dark);
  if (tall < 12) return;
  const toLight = light.x * layer.width > x ? right : left;
  const rim = [0, 1, ...toLight.map((value, at) => (at % 2 === 0 ? value * 0.94 : value)), 0.0, 0.13];
  fillShape(layer, [place(rim, x, y, tall)], bright, 0.32);
  if (words.has('snow'))
    layOnSnow(layer, plan, { x, y, tall, distance, kind: 'pine' }, [left, right], random);
}

/** Snow on the upper side of each branch. */
function layOnSnow(
  layer: Layer,
  plan: ScenePlan,
  tree: Tree,
  sides: readonly number[][],
  random: Random,
): void {
  const snow = inAir(
    plan,
    mix(inShade(plan.palette, ground.snow), inLight(plan.palette, ground.snow), 0.55),
    tree.distance,
  );
  const patches: number[][] = [];
  for (const line of sides) {
    for (let at = 0; at + 3 < line.length; at += 4) {
      if (random() < 0.2) continue;
      const [tipX, tipY] = [line[at] as number, line[at + 1] as number];
      const deep = between(random, 0.25, 0.6);
      patches.push([tipX, tipY, tipX * 0.25, tipY + 0.05, tipX * (1 - deep), tipY + 0.012]);
    }
  }
  for (const patch of patches) fillShape(layer, [place(patch, tree.x, tree.y, tree.tall)], snow, 0.85);
}

interface Lobe {
  u: number;
  v: number;
  radius: number;
}

/** A trunk under a crown of several lobes. */
function growLeafy(layer: Layer, plan: ScenePlan, tree: Tree, random: Random): void {
  const { palette } = plan;
  const { x, y, tall, distance } = tree;
  const bark = inAir(plan, mix(inShade(palette, ground.wood), [0.05, 0.04, 0.05], 0.45), distance);
  const own = pick(random, plan.leaves);
  const bend = between(random, -0.05, 0.05);
  const trunk = [
    -0.04, 0, -0.016, 0.2, -0.02, 0.5, -0.16, 0.68, -0.01, 0.56, 0.12, 0.72, 0.022, 0.48, 0.018, 0.2, 0.045,
    0,
  ];
  const bent = trunk.map((value, at) => (at % 2 === 0 && (trunk[at + 1] ?? 0) > 0.3 ? value + bend : value));
  fillShape(layer, [place(bent, x, y, tall)], bark);
  const isSmall = tall < layer.unit * 0.045;
  // What is far off stands in its own undergrowth.
  const middle: Lobe = { u: bend, v: isSmall ? 0.42 : 0.64, radius: 0.2 };
  const count = isSmall ? 4 : 8;
  const lobes = Array.from({ length: count }, (_, index): Lobe => {
    const angle = (index / count) * Math.PI * 2 + random() * 0.6;
    const out = between(random, 0.55, 1);
    const [u, v] = [bend + Math.cos(angle) * out * 0.33, middle.v + Math.sin(angle) * out * 0.2];
    return { u, v, radius: between(random, 0.11, 0.19) };
  });
  const shadow = mix(inShade(palette, mix(own, ground.pine, 0.3)), [0.03, 0.04, 0.06], 0.25);
  const rim = { soft: Math.max(1, tall * 0.014), share: 0.96 };
  for (const { u, v, radius } of [...lobes, middle]) {
    const at = [x + u * tall, y - v * tall, radius * tall * 0.92] as const;
    fillDisc(layer, at, inAir(plan, shadow, distance), rim);
  }
  hangLeaves(layer, plan, tree, { lobes: [...lobes, middle], middle, own }, random);
}

/** Leaves on a crown, painted from the shade to the light. */
function hangLeaves(
  layer: Layer,
  plan: ScenePlan,
  { x, y, tall, distance }: Tree,
  { lobes, middle, own }: { lobes: readonly Lobe[]; middle: Lobe; own: Colour },
  random: Random,
): void {
  const { palette, leaves, light, detail } = plan;
  const side = light.x * layer.width > x ? 1 : -1;
  const share = tall / layer.unit;
  const isSmall = share < 0.045;
  const count = Math.round(Math.min(330, 22 + share * 700) * detail * (isSmall ? 0.25 : 1));
  for (let index = 0; index < count; index++) {
    const { u, v, radius } = pick(random, lobes as [Lobe, ...Lobe[]]);
    const angle = random() * Math.PI * 2;
    const out = Math.sqrt(random()) * 1.04;
    const facing = Math.cos(angle) * side * 0.55 + Math.sin(angle) * 0.75;
    const whole = (u - middle.u) * side * 0.9 + (v - middle.v) * 1.3;
    const bright = clamp(0.34 + facing * out * 0.42 + whole * 0.9 + between(random, -0.14, 0.14));
    if (index / count < 0.5 ? bright > 0.6 : bright < 0.25) continue;
    const tint = mix(own, pick(random, leaves), random() * 0.5);
    const colour = mix(inShade(palette, mix(tint, ground.pine, 0.2)), inLight(palette, tint), bright);
    const leaf = tall * (isSmall ? 0.05 : between(random, 0.006, 0.017));
    const [across, up] = [u + Math.cos(angle) * out * radius, v + Math.sin(angle) * out * radius];
    const soft = Math.max(1, leaf * 0.5);
    fillDisc(layer, [x + across * tall, y - up * tall, leaf], inAir(plan, colour, distance), {
      soft,
      share: 0.8,
    });
  }
}

/** A bent trunk under a crown of fronds. */
function growPalm(layer: Layer, plan: ScenePlan, { x, y, tall, distance }: Tree, random: Random): void {
  const { palette } = plan;
  const lean = between(random, -0.3, 0.3);
  const at = (up: number): number => lean * up * up;
  const bark = inAir(plan, mix(inShade(palette, ground.wood), [0.04, 0.03, 0.04], 0.5), distance);
  const outline: number[] = [];
  for (let up = 0; up <= 1.001; up += 0.1) outline.push(at(up) + 0.022 - up * 0.012, up);
  for (let up = 1; up >= -0.001; up -= 0.1) outline.push(at(up) - 0.022 + up * 0.012, up);
  fillShape(layer, [place(outline, x, y, tall)], bark);
  const dark = inAir(plan, mix(inShade(palette, ground.pine), [0.03, 0.05, 0.05], 0.4), distance);
  const bright = inAir(
    plan,
    mix(inShade(palette, ground.leaf), inLight(palette, ground.leaf), 0.6),
    distance,
  );
  for (let frond = 0; frond < 11; frond++) {
    const angle = (frond / 10 - 0.5) * Math.PI * 1.25 + between(random, -0.1, 0.1);
    const long = between(random, 0.3, 0.42);
    const line: number[] = [];
    const under: number[] = [];
    for (let step = 0; step <= 12; step++) {
      const t = step / 12;
      const [u, v] = [
        at(1) + Math.sin(angle) * long * t,
        1 + Math.cos(angle) * long * t * 0.55 - long * t * t * 0.62,
      ];
      const wide = 0.05 * Math.sin(Math.PI * Math.min(1, t * 0.92 + 0.08)) * (step % 2 === 0 ? 1 : 0.45);
      line.push(u, v + 0.008);
      under.unshift(u, v - wide);
    }
    // Pairs were put before each other, so they are in order again from the tip to the stem.
    fillShape(layer, [place([...line, ...under], x, y, tall)], frond % 3 === 0 ? bright : dark);
  }
}
