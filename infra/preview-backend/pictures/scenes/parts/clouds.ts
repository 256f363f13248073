import { clamp, ramp } from '../colour.ts';
import type { Layer } from '../layer.ts';
import { layeredNoise } from '../noise.ts';
import type { ScenePlan } from '../plan.ts';
import { createRandom } from '../random.ts';

/** A strip of clouds wider than the picture, at half its fineness: clouds are soft. */
export interface Clouds {
  width: number;
  height: number;
  /** Of two values a point: how dense, and how lit. */
  points: Float32Array;
  /** How far they drift in a whole film, in points. */
  drift: number;
}

/** Points to a pixel: `layClouds` counts on every second. */
const fineness = 0.5;
/** How far clouds drift, in parts of the unit. */
const driftUnits = 0.09;

export function formClouds({ width, height, unit }: Layer, plan: ScenePlan): Clouds {
  const { clouds, horizon, light, detail, hour, words } = plan;
  const random = createRandom(`clouds ${plan.layoutSeed}`);
  const drift = Math.ceil(unit * driftUnits * fineness);
  const size = {
    width: Math.ceil(width * fineness) + 2 * drift + 4,
    height: Math.ceil(horizon * height * fineness) + 3,
  };
  const points = new Float32Array(size.width * size.height * 2);
  const offset = random() * 200;
  // Low light lies along the clouds and draws them out.
  const isLow = hour === 'sunset' || hour === 'dawn' || hour === 'dusk';
  const long = isLow ? 0.85 : words.has('rain') ? 1.1 : 1.5;
  const octaves = Math.min(5.5, detail);
  const least = 0.68 - clouds * 0.42;
  for (let y = 0; y < size.height; y++) {
    const up = 1 - y / size.height;
    const far = 1 / (0.22 + up);
    const v = far * (isLow ? 2.6 : 2) + offset;
    const fade = ramp(0, 0.22, up) * (isLow ? 1 : 0.95);
    for (let x = 0; x < size.width; x++) {
      const across = ((x - drift) / fineness - width * light.x) / unit;
      const u = across * long * (0.55 + far * 0.55) + offset;
      const warp = layeredNoise(u * 0.7, v * 0.7 + 40, 2) * 0.9;
      const here = layeredNoise(u + warp, v + warp * 0.4, octaves);
      const dense = ramp(least, least + 0.3, here) * fade;
      const at = (y * size.width + x) * 2;
      points[at] = dense;
      if (dense <= 0.004) continue;
      // Thicker towards the light means shaded.
      const toLight = -0.22 * clamp(across * 4, -1, 1);
      const there = layeredNoise(
        u + warp + toLight,
        v + warp * 0.4 + (isLow ? 0.14 : -0.2),
        Math.min(3, octaves),
      );
      points[at + 1] = clamp(0.56 + (here - there) * 2.1 - (dense - 0.5) * 0.22);
    }
  }
  return { ...size, points, drift };
}

/**
 * Lays the clouds over a sky. They drift to one side and fade over into themselves, so that the end of a film leads
 * into its beginning.
 */
export function layClouds(
  rgb: Float32Array,
  land: Float32Array,
  { width, height }: { width: number; height: number },
  clouds: Clouds,
  { palette, hour }: ScenePlan,
  phase: number,
): void {
  const [litR, litG, litB] = palette.cloudLit;
  const [darkR, darkG, darkB] = palette.cloudShade;
  const strength = hour === 'night' ? 0.75 : 0.9;
  const columns = Math.ceil(width / 2) + 1;
  let upper = new Float32Array(columns * 2);
  let lower = new Float32Array(columns * 2);
  moveRow(clouds, 0, phase, upper);
  const rows = Math.min(height, (clouds.height - 2) * 2);
  for (let y = 0; y < rows; y++) {
    // Every second row of pixels lies on one of points, the others half way to the next.
    if (y % 2 === 0) moveRow(clouds, y / 2 + 1, phase, lower);
    const share = y % 2 === 0 ? 0 : 0.5;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if ((land[at] as number) >= 1) continue;
      const near = (x >> 1) * 2;
      const next = x % 2 === 0 ? near : near + 2;
      const above = (upper[near] as number) + (upper[next] as number);
      const below = (lower[near] as number) + (lower[next] as number);
      const dense = (above + (below - above) * share) * 0.5 * strength;
      if (dense <= 0.003) continue;
      const brightAbove = (upper[near + 1] as number) + (upper[next + 1] as number);
      const brightBelow = (lower[near + 1] as number) + (lower[next + 1] as number);
      const light = (brightAbove + (brightBelow - brightAbove) * share) * 0.5;
      const pixel = at * 3;
      const rest = 1 - dense;
      rgb[pixel] = (rgb[pixel] as number) * rest + (darkR + (litR - darkR) * light) * dense;
      rgb[pixel + 1] = (rgb[pixel + 1] as number) * rest + (darkG + (litG - darkG) * light) * dense;
      rgb[pixel + 2] = (rgb[pixel + 2] as number) * rest + (darkB + (litB - darkB) * light) * dense;
    }
    if (y % 2 === 1) [upper, lower] = [lower, upper];
  }
}

/** A row of points as it stands at a moment. What comes lies one drift behind, and is where this was at first. */
function moveRow({ points, width, drift }: Clouds, row: number, phase: number, moved: Float32Array): void {
  const shift = phase * drift;
  const whole = Math.floor(shift);
  const part = shift - whole;
  const going = (row * width + drift + whole) * 2;
  const coming = (row * width + whole) * 2;
  for (let index = 0; index < moved.length; index++) {
    const old = (points[going + index] as number) * (1 - part) + (points[going + index + 2] as number) * part;
    if (phase === 0) {
      moved[index] = old;
      continue;
    }
    const fresh =
      (points[coming + index] as number) * (1 - part) + (points[coming + index + 2] as number) * part;
    moved[index] = old + (fresh - old) * phase;
  }
}
