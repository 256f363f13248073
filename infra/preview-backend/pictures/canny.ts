import type { PixelTasks } from './pixelTasks.ts';

/**
 * Canny's detector: Gaussian 5×5 (sigma 1), Sobel gradients, thinning along the gradient, and hysteresis between
 * two thresholds given as shares of full strength, as kornia (which ComfyUI's node calls) takes them.
 */
export function findEdges({ width, height, grey, low, high }: PixelTasks['canny']['input']): Uint8Array {
  const smooth = blur(
    Float32Array.from(grey, (value) => value / 255),
    width,
    height,
  );
  const { strength, direction } = gradients(smooth, width, height);
  const thin = suppress(strength, direction, width, height);
  return connect(thin, width, height, low, high);
}

const kernel = [0.0545, 0.2442, 0.4026, 0.2442, 0.0545] as const;

function blur(source: Float32Array, width: number, height: number): Float32Array {
  const pass = (from: Float32Array, isHorizontal: boolean): Float32Array => {
    const to = new Float32Array(from.length);
    const last = isHorizontal ? width - 1 : height - 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let offset = -2; offset <= 2; offset++) {
          const at = Math.min(last, Math.max(0, (isHorizontal ? x : y) + offset));
          sum += (kernel[offset + 2] ?? 0) * (from[isHorizontal ? y * width + at : at * width + x] ?? 0);
        }
        to[y * width + x] = sum;
      }
    }
    return to;
  };
  return pass(pass(source, true), false);
}

function gradients(source: Float32Array, width: number, height: number) {
  const strength = new Float32Array(source.length);
  /** 0 horizontal, 1 diagonal, 2 vertical, 3 other diagonal. */
  const direction = new Uint8Array(source.length);
  const at = (x: number, y: number): number =>
    source[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx =
        at(x + 1, y - 1) +
        2 * at(x + 1, y) +
        at(x + 1, y + 1) -
        at(x - 1, y - 1) -
        2 * at(x - 1, y) -
        at(x - 1, y + 1);
      const dy =
        at(x - 1, y + 1) +
        2 * at(x, y + 1) +
        at(x + 1, y + 1) -
        at(x - 1, y - 1) -
        2 * at(x, y - 1) -
        at(x + 1, y - 1);
      const index = y * width + x;
      strength[index] = Math.hypot(dx, dy);
      direction[index] = Math.round((Math.atan2(dy, dx) / Math.PI) * 4 + 4) % 4;
    }
  }
  return { strength, direction };
}

const steps = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;

function suppress(
  strength: Float32Array,
  direction: Uint8Array,
  width: number,
  height: number,
): Float32Array {
  const thin = new Float32Array(strength.length);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (strength[y * width + x] ?? 0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const [dx, dy] = steps[direction[index] as 0 | 1 | 2 | 3];
      const value = strength[index] ?? 0;
      // Equal neighbours keep only one of the two, so that edges stay one pixel wide.
      if (value > at(x + dx, y + dy) && value >= at(x - dx, y - dy)) thin[index] = value;
    }
  }
  return thin;
}

function connect(thin: Float32Array, width: number, height: number, low: number, high: number): Uint8Array {
  const edges = new Uint8Array(thin.length);
  const stack: number[] = [];
  thin.forEach((value, index) => {
    if (value >= high) {
      edges[index] = 255;
      stack.push(index);
    }
  });
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const x = index % width;
    const y = (index - x) / width;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const neighbour = ny * width + nx;
        if (edges[neighbour] !== 0 || (thin[neighbour] ?? 0) < low) continue;
        edges[neighbour] = 255;
        stack.push(neighbour);
      }
    }
  }
  return edges;
}
