import { clamp, mix, ramp } from '../colour.ts';
import { type Layer, lighten } from '../layer.ts';
import { layeredNoise } from '../noise.ts';
import type { ScenePlan } from '../plan.ts';
import { createRandom } from '../random.ts';

/** The surface, from the horizon to the lower edge: the slopes of its waves, which only turn while a film runs. */
export interface Surface {
  top: number;
  /** Of two values a pixel: where each of two waves stands in its turn. */
  turns: Float32Array;
}

export function formSurface({ width, height, unit }: Layer, plan: ScenePlan): Surface | null {
  if (!plan.water) return null;
  const random = createRandom(`water ${plan.layoutSeed}`);
  const offset = random() * 200;
  const top = Math.round(plan.horizon * height);
  const rows = height - top;
  const turns = new Float32Array(width * rows * 2);
  const octaves = Math.min(3, plan.detail - 1);
  for (let row = 0; row < rows; row++) {
    // Far waves stand closer in rows, and narrower.
    const far = unit / (row + unit * 0.018);
    for (let x = 0; x < width; x++) {
      const u = ((x - width / 2) / unit) * far;
      const at = (row * width + x) * 2;
      turns[at] = layeredNoise(u * 0.62 + offset, far * 5.2, octaves) * 3.2;
      turns[at + 1] = layeredNoise(u * 1.9 + offset + 70, far * 13, 2) * 2.6;
    }
  }
  return { top, turns };
}

const turnSteps = 4096;
const sines = Float32Array.from({ length: turnSteps }, (_, step) =>
  Math.sin((step / turnSteps) * Math.PI * 2),
);
/** The sine of whole turns. */
const wave = (turns: number): number => sines[Math.floor(turns * turnSteps) & (turnSteps - 1)] as number;

const limit = (value: number, most: number): number => Math.max(0, Math.min(most, value));

/** Mirrors what is painted above the horizon, broken by waves, and lets the light glitter. */
export function layWater(
  rgb: Float32Array,
  { width, height }: { width: number; height: number },
  { top, turns }: Surface,
  plan: ScenePlan,
  phase: number,
): void {
  const { water, light, palette, hour } = plan;
  if (!water) return;
  const unit = Math.sqrt(width * height);
  const calm = { sea: 0.35, lake: 0.8, street: 0.72 }[water.kind];
  const rough = { sea: 1, lake: 0.38, street: 0.3 }[water.kind];
  const [deepR, deepG, deepB] = mix(water.colour, palette.shade, 0.35);
  const [lightR, lightG, lightB] = mix(palette.light, palette.glow, 0.45);
  const lightX = light.x * width;
  const sparkle = (light.isSeen ? 1 : 0.3) * (hour === 'day' ? 0.5 : light.isMoon ? 0.6 : 0.9);
  // What is higher than the water is deep is mirrored smaller, so that the light is in it.
  const squeeze = Math.min(1.6, Math.max(1, (top / (height - top)) * 0.92));
  for (let y = top; y < height; y++) {
    const down = y - top;
    const near = down / (height - top);
    const swell = unit * 0.034 * rough * (0.12 + near);
    const mirror = calm * (1 - near * 0.42);
    const spread = unit * (0.03 + near * 0.11) * (light.isMoon ? 0.75 : 1);
    for (let x = 0; x < width; x++) {
      const at = (down * width + x) * 2;
      const first = wave((turns[at] as number) + phase * 2);
      const second = wave((turns[at + 1] as number) - phase * 3);
      const tilt = first * 0.65 + second * 0.35;
      const sourceY = limit((top - 0.5 - down * squeeze + tilt * swell * 1.6) | 0, top - 1);
      const sourceX = limit((x + 0.5 + second * swell * 0.35) | 0, width - 1);
      const source = (sourceY * width + sourceX) * 3;
      const bright = 1 + tilt * 0.09 * rough;
      const share = clamp(mirror + tilt * 0.16 * rough);
      const across = (x - lightX) / spread;
      const path = across > -3 && across < 3 ? Math.exp(-across * across * 0.5) : 0;
      const glint =
        path === 0 ? 0 : sparkle * path * (ramp(0.25, 0.95, tilt) * 0.95 + path * 0.1 * (1 - near));
      const pixel = (y * width + x) * 3;
      rgb[pixel] = lighten((deepR + ((rgb[source] as number) - deepR) * share) * bright, lightR * glint);
      rgb[pixel + 1] = lighten(
        (deepG + ((rgb[source + 1] as number) - deepG) * share) * bright,
        lightG * glint,
      );
      rgb[pixel + 2] = lighten(
        (deepB + ((rgb[source + 2] as number) - deepB) * share) * bright,
        lightB * glint,
      );
    }
  }
}
