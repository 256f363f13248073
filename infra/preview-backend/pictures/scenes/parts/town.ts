import { type Colour, hex, mix, ramp } from '../colour.ts';
import { fillRect, type Layer, shine } from '../layer.ts';
import { noise } from '../noise.ts';
import { ground, inLight, inShade } from '../palette.ts';
import type { ScenePlan } from '../plan.ts';
import { between, createRandom, pick, type Random } from '../random.ts';
import { fillShape } from '../shape.ts';

interface Block {
  left: number;
  top: number;
  wide: number;
  distance: number;
}

/** A skyline in four rows, the farthest palest, with windows that are lit when it is dark. */
export function paintTown(layer: Layer, plan: ScenePlan): void {
  if (!plan.words.has('city')) return;
  const random = createRandom(`town ${plan.layoutSeed}`);
  const foot = Math.round(plan.horizon * layer.height);
  const offset = random() * 200;
  for (const distance of [0.95, 0.7, 0.42, 0.12]) {
    let x = -layer.unit * random() * 0.05;
    while (x < layer.width) {
      const wide = layer.unit * between(random, 0.035, 0.085) * (1.25 - distance * 0.55);
      // Higher about the middle, where the centre of the town is, lowest where the light stands.
      const centre = noise((x / layer.unit) * 1.6 + offset, distance * 3);
      const opening =
        1 - 0.45 * Math.exp(-(((x / layer.width - plan.light.x) / 0.16) ** 2)) * (1 - distance * 0.5);
      const tall =
        foot * (0.1 + 0.5 * centre ** 1.5 * between(random, 0.55, 1.25)) * (0.82 + distance * 0.22) * opening;
      paintBlock(layer, plan, { left: x, top: foot - tall, wide, distance }, foot, random);
      x += wide * between(random, 0.92, 1.12);
    }
    layHaze(layer, plan, foot, distance);
  }
}

function paintBlock(layer: Layer, plan: ScenePlan, block: Block, foot: number, random: Random): void {
  const { palette, light } = plan;
  const { left, top, wide, distance } = block;
  const air = (colour: Colour): Colour =>
    mix(colour, mix(palette.haze, palette.sky[3], 0.4), distance ** 1.1 * 0.8);
  const own = mix(ground.wall, pick(random, [hex('#7d6f78'), hex('#6f7c8c'), hex('#9c8d7c')]), 0.6);
  const dark = air(mix(inShade(palette, own), [0.03, 0.035, 0.07], 0.35));
  const bright = air(mix(inShade(palette, own), inLight(palette, own), 0.75));
  const isLitLeft = light.x * layer.width < left + wide / 2;
  fillRect(layer, [left, top, left + wide, foot], dark);
  // One narrow side catches the light.
  const side = wide * between(random, 0.16, 0.34);
  const [from, to] = isLitLeft ? [left, left + side] : [left + wide - side, left + wide];
  fillRect(layer, [from, top, to, foot], bright, 0.6);
  const roof = random();
  if (roof < 0.22) fillRect(layer, [left + wide * 0.2, top - wide * 0.25, left + wide * 0.8, top], dark);
  else if (roof < 0.255) {
    fillShape(layer, [[left, top + 1, left + wide / 2, top - wide * 0.8, left + wide, top + 1]], dark);
  }
  if (roof < 0.16 || roof > 0.9) {
    const mast = Math.max(1, wide * 0.03);
    fillRect(
      layer,
      [left + wide / 2, top - wide * between(random, 0.5, 1.1), left + wide / 2 + mast, top],
      dark,
    );
  }
  lightWindows(layer, plan, block, foot, random);
}

const lamps = [hex('#ffd58a'), hex('#ffbf6b'), hex('#fff0c8'), hex('#ffe2a6'), hex('#bcd8ff')] as const;
const neon = [hex('#ff5fa2'), hex('#53e0ff'), hex('#b07cff'), hex('#ffd58a')] as const;

function lightWindows(
  layer: Layer,
  plan: ScenePlan,
  { left, top, wide, distance }: Block,
  foot: number,
  random: Random,
): void {
  const { hour, detail, palette, words } = plan;
  const storey = Math.max(2.6, layer.unit * 0.0135 * (1.1 - distance * 0.55));
  const columns = Math.max(2, Math.round(wide / (storey * between(random, 0.7, 1.1))));
  const pane = wide / columns;
  const isDark = hour === 'night' || hour === 'dusk';
  const share =
    { night: 0.46, dusk: 0.36, sunset: 0.2, dawn: 0.1, day: 0.55 }[hour] * Math.min(1, detail / 5);
  const glass = mix(palette.sky[1], palette.shade, 0.35);
  const colours = words.has('night') && random() < 0.2 ? neon : lamps;
  for (let y = top + storey; y < foot - storey; y += storey) {
    const isLitFloor = random() < 0.08;
    for (let column = 0; column < columns; column++) {
      if (random() > (isLitFloor ? 0.85 : share)) continue;
      const x = left + column * pane;
      const lamp = pick(random, colours);
      const strength = (hour === 'day' ? 0.4 : between(random, 0.45, 1)) * (1 - distance * 0.62);
      const box = [x + pane * 0.2, y, x + pane * 0.8, y + storey * 0.55] as const;
      fillRect(layer, box, hour === 'day' ? glass : lamp, strength);
      if (isDark && random() < 0.05) shine(layer, [x + pane / 2, y, storey * 3], lamp, 0.3);
    }
  }
}

/** What hangs in the streets between two rows. */
function layHaze(layer: Layer, { palette, hour, mist }: ScenePlan, foot: number, distance: number): void {
  const tall = layer.unit * 0.2;
  const glow = hour === 'night' || hour === 'dusk' ? mix(palette.haze, [1, 0.72, 0.45], 0.25) : palette.haze;
  for (let y = Math.max(0, Math.floor(foot - tall)); y < foot; y++) {
    const share = ramp(foot - tall, foot, y) * (0.22 + mist * 0.45) * (0.3 + distance * 0.7);
    for (let x = 0; x < layer.width; x++) {
      const at = y * layer.width + x;
      const cover = layer.cover[at] as number;
      const pixel = at * 3;
      for (let channel = 0; channel < 3; channel++) {
        const below = layer.rgb[pixel + channel] as number;
        layer.rgb[pixel + channel] = below + ((glow[channel] as number) * cover - below) * share;
      }
    }
  }
}
