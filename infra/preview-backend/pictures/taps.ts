/** Every target pixel is a weighted sum of `count` source pixels from `first` on. */
export interface Taps {
  first: Int32Array;
  weights: Float64Array;
  count: number;
}

export type ResizeMethod = 'nearest-exact' | 'bilinear' | 'area' | 'bicubic' | 'lanczos';

/** The source pixels of one target pixel, from an index on; the index may lie outside of the picture. */
interface Contribution {
  from: number;
  weights: number[];
}

type Sampler = (source: number, target: number, at: number) => Contribution;

/**
 * Pixels are squares and a sample stands in the middle of one: target pixel `at` looks at (at + ½) · ratio − ½ of the
 * source, as PyTorch's interpolate does with `align_corners=False`. Without the halves the picture would move.
 */
const centreOf = (source: number, target: number, at: number): number => ((at + 0.5) * source) / target - 0.5;

/** Pillow's LANCZOS: wider where it reduces, cut off and made whole again at the border. */
const lanczos: Sampler = (source, target, at) => {
  const ratio = source / target;
  const stretch = Math.max(1, ratio);
  const centre = (at + 0.5) * ratio;
  const from = Math.max(0, Math.trunc(centre - 3 * stretch + 0.5));
  const to = Math.min(source, Math.trunc(centre + 3 * stretch + 0.5));
  const weights: number[] = [];
  for (let pixel = from; pixel < to; pixel++) weights.push(lanczos3((pixel - centre + 0.5) / stretch));
  return { from, weights };
};

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos3 = (x: number): number => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

const bilinear: Sampler = (source, target, at) => {
  const centre = Math.max(0, centreOf(source, target, at));
  const from = Math.floor(centre);
  return { from, weights: [1 - (centre - from), centre - from] };
};

/** PyTorch's, whose curve is a little sharper than Catmull-Rom's. */
const bicubic: Sampler = (source, target, at) => {
  const centre = centreOf(source, target, at);
  const floor = Math.floor(centre);
  return { from: floor - 1, weights: [-1, 0, 1, 2].map((step) => cubic(centre - floor - step)) };
};

const sharpness = -0.75;

function cubic(signed: number): number {
  const x = Math.abs(signed);
  if (x <= 1) return ((sharpness + 2) * x - (sharpness + 3)) * x * x + 1;
  if (x < 2) return ((x - 5) * x + 8) * x * sharpness - 4 * sharpness;
  return 0;
}

/** PyTorch's adaptive average: whole source pixels only, each with the same weight. */
const area: Sampler = (source, target, at) => {
  const from = Math.floor((at * source) / target);
  return { from, weights: new Array<number>(Math.ceil(((at + 1) * source) / target) - from).fill(1) };
};

const nearest: Sampler = (source, target, at) => ({
  from: Math.floor(((at + 0.5) * source) / target),
  weights: [1],
});

const samplers: Readonly<Record<ResizeMethod, Sampler>> = {
  'nearest-exact': nearest,
  bilinear,
  area,
  bicubic,
  lanczos,
};

/** What every pixel of a side of `target` pixels is made of. The weights of a pixel add up to 1. */
export function planTaps(source: number, target: number, method: ResizeMethod): Taps {
  const planned = Array.from({ length: target }, (_, at) => samplers[method](source, target, at));
  const count = Math.min(
    source,
    planned.reduce((most, { weights }) => Math.max(most, weights.length), 1),
  );
  const taps: Taps = {
    first: new Int32Array(target),
    weights: new Float64Array(target * count),
    count,
  };
  planned.forEach(({ from, weights }, at) => {
    const first = Math.min(Math.max(0, from), source - count);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    taps.first[at] = first;
    weights.forEach((weight, index) => {
      // Beyond the border the picture goes on with its last pixel.
      const pixel = Math.min(source - 1, Math.max(0, from + index));
      const slot = at * count + pixel - first;
      taps.weights[slot] = (taps.weights[slot] ?? 0) + weight / sum;
    });
  });
  return taps;
}
