import { type Colour, greyed, hex, lit, mix, scale, turnHue } from './colour.ts';
import { pick, type Random } from './random.ts';

export type Hour = 'dawn' | 'day' | 'sunset' | 'dusk' | 'night';

/** The colours of an hour. */
export interface Palette {
  /** From the top of the sky to the horizon. */
  sky: readonly [Colour, Colour, Colour, Colour];
  /** Sun or moon itself, and what its glow adds. */
  light: Colour;
  glow: Colour;
  /** What the air lays over distant things. */
  haze: Colour;
  /** How light falls on things: multiplies their own colours. */
  sun: Colour;
  shade: Colour;
  cloudLit: Colour;
  cloudShade: Colour;
}

const skies: Record<Hour, readonly [Look, ...Look[]]> = {
  dawn: [
    {
      sky: ['#5677ab', '#a9a8c9', '#f0c0b0', '#ffe0b8'],
      light: '#fff6dc',
      glow: '#ffc98c',
      haze: '#e3c3c4',
      sun: '#ffe2c8',
      shade: '#7d82a8',
      cloudLit: '#ffd9c2',
      cloudShade: '#9f93b5',
    },
    {
      sky: ['#6c8fc2', '#b7c6de', '#f3d6cf', '#fde9c8'],
      light: '#fffae6',
      glow: '#ffdba6',
      haze: '#d9d3dd',
      sun: '#fff0da',
      shade: '#8490b5',
      cloudLit: '#fff0e2',
      cloudShade: '#a9a9c9',
    },
    {
      sky: ['#4a5f95', '#9c84ac', '#e99a94', '#ffcf96'],
      light: '#fff2cf',
      glow: '#ffab78',
      haze: '#d3a3a8',
      sun: '#ffd0b0',
      shade: '#6a6594',
      cloudLit: '#ffbfa3',
      cloudShade: '#8a7599',
    },
  ],
  day: [
    {
      sky: ['#2f74bd', '#5f9fd8', '#a7d0ea', '#e3f0f0'],
      light: '#fffdf0',
      glow: '#fff3cf',
      haze: '#bcd6e4',
      sun: '#fffbee',
      shade: '#8fa5c2',
      cloudLit: '#ffffff',
      cloudShade: '#a9bfd6',
    },
    {
      sky: ['#3f8ac4', '#79b8dc', '#b9dfe6', '#f4f3dd'],
      light: '#fffbe6',
      glow: '#fff0c0',
      haze: '#c6ddd9',
      sun: '#fff8e2',
      shade: '#8aa6b8',
      cloudLit: '#fffdf6',
      cloudShade: '#b0c4cf',
    },
  ],
  sunset: [
    {
      sky: ['#2f3466', '#84507f', '#e5705c', '#ffc069'],
      light: '#fff0c4',
      glow: '#ff9a4a',
      haze: '#d98470',
      sun: '#ffb98a',
      shade: '#574876',
      cloudLit: '#ff9a6c',
      cloudShade: '#6d4a74',
    },
    {
      sky: ['#31558c', '#8a86ae', '#f0a582', '#ffdb8f'],
      light: '#fff6d6',
      glow: '#ffb862',
      haze: '#e0ab92',
      sun: '#ffd0a0',
      shade: '#665f8c',
      cloudLit: '#ffc79a',
      cloudShade: '#86779c',
    },
    {
      sky: ['#46306e', '#a34a7c', '#f2786a', '#ffb783'],
      light: '#ffeccb',
      glow: '#ff8a5c',
      haze: '#cf7b86',
      sun: '#ffab8f',
      shade: '#553f73',
      cloudLit: '#ff8f7c',
      cloudShade: '#6f437c',
    },
  ],
  dusk: [
    {
      sky: ['#1d2a55', '#434a84', '#9a7397', '#eeb090'],
      light: '#fff0d8',
      glow: '#e99a80',
      haze: '#7f6f96',
      sun: '#8f86b0',
      shade: '#333a66',
      cloudLit: '#b98a9c',
      cloudShade: '#3d4374',
    },
    {
      sky: ['#173050', '#2f5c7e', '#7b95a0', '#e8c7a0'],
      light: '#fff4dc',
      glow: '#e8b184',
      haze: '#6f8795',
      sun: '#8b99a8',
      shade: '#2b4460',
      cloudLit: '#a9a3a3',
      cloudShade: '#33526e',
    },
  ],
  night: [
    {
      sky: ['#070d24', '#0f1d41', '#1f3763', '#3f5e8c'],
      light: '#fbf6e2',
      glow: '#8fa9d8',
      haze: '#2f4a78',
      sun: '#5c72a4',
      shade: '#141f42',
      cloudLit: '#54699a',
      cloudShade: '#152447',
    },
    {
      sky: ['#06131f', '#0c2a3d', '#185064', '#4a8288'],
      light: '#fdf8e4',
      glow: '#8ecac4',
      haze: '#235a6b',
      sun: '#568a92',
      shade: '#0d2837',
      cloudLit: '#4a7d88',
      cloudShade: '#103244',
    },
    {
      sky: ['#0d0a26', '#211a4c', '#413272', '#74588f'],
      light: '#fdf3e2',
      glow: '#b69ae0',
      haze: '#463c78',
      sun: '#7064a4',
      shade: '#1a1640',
      cloudLit: '#6a5896',
      cloudShade: '#221b4e',
    },
  ],
};

type Look = Record<Exclude<keyof Palette, 'sky'>, string> & {
  sky: readonly [string, string, string, string];
};

/** The colours of this hour, one of a few looks and a little turned, dulled where the weather is bad. */
export function choosePalette(random: Random, hour: Hour, dullness: number): Palette {
  const look = pick(random, skies[hour]);
  const turn = (random() - 0.5) * 14;
  const tune = (text: string): Colour => greyed(turnHue(hex(text), turn), dullness * 0.7);
  const [top, high, low, horizon] = look.sky;
  const even = tune(high);
  const dull = (text: string): Colour =>
    scale(mix(tune(text), mix(even, tune(look.haze), 0.6), dullness * 0.65), 1 - dullness * 0.18);
  return {
    sky: [dull(top), dull(high), dull(low), dull(horizon)],
    light: tune(look.light),
    glow: tune(look.glow),
    haze: scale(tune(look.haze), 1 - dullness * 0.15),
    sun: mix(tune(look.sun), tune(look.shade), dullness * 0.4),
    shade: tune(look.shade),
    cloudLit: mix(tune(look.cloudLit), tune(look.cloudShade), dullness * 0.5),
    cloudShade: scale(tune(look.cloudShade), 1 - dullness * 0.45),
  };
}

/** Own colours of what stands on the ground. */
export const ground = {
  rock: hex('#75706f'),
  pine: hex('#2d5a45'),
  leaf: hex('#5d8c42'),
  grass: hex('#7da24e'),
  autumn: hex('#c9772f'),
  rust: hex('#a5452c'),
  gold: hex('#dba844'),
  blossom: hex('#f0b3c4'),
  snow: hex('#f4f7fc'),
  sand: hex('#dcae74'),
  wall: hex('#8b8793'),
  wood: hex('#6b4a34'),
  water: hex('#3d7f94'),
} as const;

/** A thing's own colour where light falls on it and where none does. */
export const inLight = (palette: Palette, own: Colour): Colour => lit(own, palette.sun);
export const inShade = (palette: Palette, own: Colour): Colour => lit(own, palette.shade);
