import { mix } from '../colour.ts';
import { fillDisc, type Layer } from '../layer.ts';
import type { ScenePlan } from '../plan.ts';
import { between, createRandom } from '../random.ts';
import { fillShape } from '../shape.ts';

/** Rain, snow, petals and leaves: they fall whole heights in a film, so that its end is its beginning. */
export function paintWeather(layer: Layer, plan: ScenePlan, phase: number): void {
  const { words } = plan;
  if (words.has('rain')) {
    paintRain(layer, plan, phase);
    return;
  }
  const share = layer.width / layer.unit;
  const { palette } = plan;
  if (words.has('snow'))
    paintFlakes(layer, plan, phase, {
      count: 300 * share,
      colour: mix([1, 1, 1], palette.haze, 0.15),
      size: 0.0022,
    });
  else if (words.has('blossom'))
    paintFlakes(layer, plan, phase, { count: 70 * share, colour: [0.97, 0.78, 0.84], size: 0.0032 });
  else if (words.has('autumn'))
    paintFlakes(layer, plan, phase, {
      count: 30 * share,
      colour: mix([0.85, 0.5, 0.2], palette.shade, 0.2),
      size: 0.0036,
    });
}

const wrap = (value: number): number => value - Math.floor(value);

function paintRain(layer: Layer, plan: ScenePlan, phase: number): void {
  const { width, height, unit } = layer;
  const random = createRandom(`rain ${plan.layoutSeed}`);
  const colour = mix(plan.palette.haze, [1, 1, 1], 0.5);
  for (let index = 0; index < 420 * (width / unit); index++) {
    const near = random();
    const speed = Math.round(4 + near * 4);
    const [startX, startY] = [random(), random()];
    const long = unit * (0.018 + near * 0.04);
    const y = wrap(startY + phase * speed) * (height + long);
    const x = startX * (width + unit * 0.2) - y * 0.12;
    const thick = Math.max(0.35, unit * 0.0009 * (0.4 + near));
    fillShape(
      layer,
      [[x, y - long, x + thick, y - long, x - long * 0.12 + thick, y, x - long * 0.12, y]],
      colour,
      0.1 + near * 0.2,
    );
  }
}

interface Flakes {
  count: number;
  colour: readonly [number, number, number];
  size: number;
}

function paintFlakes(layer: Layer, plan: ScenePlan, phase: number, { count, colour, size }: Flakes): void {
  const { width, height, unit } = layer;
  const random = createRandom(`flakes ${plan.layoutSeed}`);
  for (let index = 0; index < count; index++) {
    const near = random() ** 2.2;
    const [startX, startY, shift] = [random(), random(), random()];
    const speed = near > 0.4 ? 2 : 1;
    const y = wrap(startY + phase * speed) * height * 1.04 - height * 0.02;
    const sway = Math.sin((phase + shift) * Math.PI * 2) * unit * 0.012;
    const radius = Math.max(0.5, unit * size * between(random, 0.35, 0.75) * (0.6 + near * 2.2));
    fillDisc(layer, [startX * width + sway, y, radius], colour, {
      share: 0.35 + (1 - near) * 0.4,
      soft: 1 + radius * near * 1.2,
    });
  }
}
