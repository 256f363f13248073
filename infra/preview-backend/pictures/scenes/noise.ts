import { createRandom } from './random.ts';

const side = 256;
const last = side - 1;
const lattice = createLattice();

/** One table serves all scenes: each looks at another part of it. */
function createLattice(): Float32Array {
  const random = createRandom('noise');
  return Float32Array.from({ length: side * side }, random);
}

/** Smooth noise in 0-1 of one unit's grain, the same for the same place. */
export function noise(x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const across = x - left;
  const down = y - top;
  const u = across * across * across * (across * (across * 6 - 15) + 10);
  const v = down * down * down * (down * (down * 6 - 15) + 10);
  const upper = (top & last) * side;
  const lower = ((top + 1) & last) * side;
  const near = left & last;
  const far = (left + 1) & last;
  const a = lattice[upper + near] as number;
  const b = lattice[upper + far] as number;
  const c = lattice[lower + near] as number;
  const d = lattice[lower + far] as number;
  const above = a + (b - a) * u;
  return above + (c + (d - c) * u - above) * v;
}

/** Noise in 0-1 whose grain goes finer by octaves; a part of an octave is faint. Turned from octave to octave, so that no grid shows. */
export function layeredNoise(x: number, y: number, octaves: number): number {
  let sum = 0;
  let total = 0;
  let share = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const weight = share * Math.min(1, octaves - octave);
    sum += weight * noise(x, y);
    total += weight;
    const turned = (x * 0.8 - y * 0.6) * 2.03 + 17.3;
    y = (x * 0.6 + y * 0.8) * 2.03 + 9.1;
    x = turned;
    share *= 0.5;
  }
  return sum / total;
}

/** Crests in 0-1, as mountains have them: sharp above, wide below. */
export function ridgedNoise(x: number, y: number, octaves: number): number {
  let sum = 0;
  let total = 0;
  let share = 1;
  for (let octave = 0; octave < octaves; octave++) {
    const weight = share * Math.min(1, octaves - octave);
    const crest = 1 - Math.abs(2 * noise(x, y) - 1);
    sum += weight * crest * crest;
    total += weight;
    x = x * 2.07 + 31.7;
    y = y * 2.07 + 5.3;
    share *= 0.47;
  }
  return sum / total;
}
