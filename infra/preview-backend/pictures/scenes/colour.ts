/** Red, green and blue as a screen takes them, 0-1. */
export type Colour = readonly [red: number, green: number, blue: number];

export const white: Colour = [1, 1, 1];

export function hex(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value));

/** 0 below the first, 1 above the second, smooth between. */
export function ramp(from: number, to: number, value: number): number {
  const share = clamp((value - from) / (to - from));
  return share * share * (3 - 2 * share);
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** A thing's own colour in this light. */
export const lit = (own: Colour, light: Colour): Colour => [
  own[0] * light[0],
  own[1] * light[1],
  own[2] * light[2],
];

export const scale = (colour: Colour, by: number): Colour => [
  clamp(colour[0] * by),
  clamp(colour[1] * by),
  clamp(colour[2] * by),
];

const luma = ([red, green, blue]: Colour): number => 0.3 * red + 0.59 * green + 0.11 * blue;

/** Less of its hue, by this share. */
export function greyed(colour: Colour, share: number): Colour {
  const grey = luma(colour);
  return mix(colour, [grey, grey, grey], share);
}

/** The colour turned around the wheel by degrees, as light as before. */
export function turnHue([red, green, blue]: Colour, degrees: number): Colour {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const luminance = luma([red, green, blue]);
  const i = 0.596 * red - 0.274 * green - 0.322 * blue;
  const q = 0.211 * red - 0.523 * green + 0.312 * blue;
  const [turnedI, turnedQ] = [i * cos - q * sin, i * sin + q * cos];
  return [
    clamp(luminance + 0.956 * turnedI + 0.621 * turnedQ),
    clamp(luminance - 0.272 * turnedI - 0.647 * turnedQ),
    clamp(luminance - 1.106 * turnedI + 1.703 * turnedQ),
  ];
}

/** A table of a smooth passage through these colours, three values a step. */
export function gradientTable(
  stops: readonly (readonly [at: number, colour: Colour])[],
  steps: number,
): Float32Array {
  const table = new Float32Array(steps * 3);
  for (let step = 0; step < steps; step++) {
    const at = step / Math.max(1, steps - 1);
    const next = Math.max(
      1,
      stops.findIndex(([stop]) => stop >= at),
    );
    const [from, to] = [stops[next - 1] ?? stops[0], stops[next] ?? stops.at(-1)];
    if (!from || !to) continue;
    const share = to[0] > from[0] ? clamp((at - from[0]) / (to[0] - from[0])) : 1;
    table.set(mix(from[1], to[1], share * share * (3 - 2 * share) * 0.5 + share * 0.5), step * 3);
  }
  return table;
}
