import { clamp, gradientTable, mix, ramp, white } from '../colour.ts';
import { fillDisc, type Layer, lighten, shine } from '../layer.ts';
import { layeredNoise, noise } from '../noise.ts';
import type { ScenePlan } from '../plan.ts';
import { between, createRandom, type Random } from '../random.ts';

const steps = 1024;

/** The sky without its clouds, over the whole picture: what lies below the horizon shows through mist alone. */
export function paintSky(layer: Layer, plan: ScenePlan): void {
  const random = createRandom(`sky ${plan.layoutSeed}`);
  paintGradient(layer, plan);
  if (plan.words.has('space')) paintNebula(layer, plan, random);
  if (plan.stars > 0) paintStars(layer, plan, random);
  if (plan.words.has('aurora')) paintAurora(layer, plan, random);
  paintLight(layer, plan, random);
  layer.cover.fill(1);
}

/** From the top to the horizon, brighter towards the light. */
function paintGradient({ width, height, unit, rgb }: Layer, { palette, horizon, light }: ScenePlan): void {
  const [top, high, low, bottom] = palette.sky;
  const table = gradientTable(
    [
      [0, top],
      [0.45, high],
      [0.8, low],
      [1, bottom],
    ],
    steps,
  );
  const [red, green, blue] = palette.glow;
  const strength = light.isMoon ? 0.24 : 0.42;
  // How quickly the glow is lost.
  const reach = light.isMoon ? 9 : 5;
  const edge = horizon * height;
  const [lightX, lightY] = [light.x * width, light.y * height];
  for (let y = 0; y < height; y++) {
    const at = Math.min(steps - 2, (y / edge) * (steps - 1));
    const from = Math.floor(at) * 3;
    const share = at - Math.floor(at);
    const channel = (index: number): number => {
      const start = table[from + index] as number;
      return start + ((table[from + 3 + index] as number) - start) * share;
    };
    const [r, g, b] = [channel(0), channel(1), channel(2)];
    const down = ((y - lightY) / unit) * 1.5;
    for (let x = 0; x < width; x++) {
      const across = (x - lightX) / unit;
      const near = 1 / (1 + (across * across + down * down) * reach);
      const glow = strength * near * near;
      const pixel = (y * width + x) * 3;
      rgb[pixel] = lighten(r, red * glow);
      rgb[pixel + 1] = lighten(g, green * glow);
      rgb[pixel + 2] = lighten(b, blue * glow);
    }
  }
}

function paintStars(layer: Layer, { stars, horizon, detail }: ScenePlan, random: Random): void {
  const { width, height, unit } = layer;
  const count = Math.round(stars * 90 * detail);
  for (let index = 0; index < count; index++) {
    const [x, y] = [random() * width, random() ** 1.3 * horizon * height * 0.97];
    const size = random() ** 7;
    const bright = (0.25 + 0.75 * random()) * stars * (1 - ramp(0.55, 1, y / (horizon * height)) * 0.8);
    const tint = mix([0.8, 0.88, 1], [1, 0.92, 0.82], random());
    const radius = Math.max(0.45, unit * (0.0006 + size * 0.0012));
    fillDisc(layer, [x, y, radius], tint, { share: bright * (0.35 + size), soft: 1.2 });
    if (size > 0.5) shine(layer, [x, y, radius * 5], tint, bright * 0.4);
  }
}

/** Clouds of gas between the stars, along a band. */
function paintNebula(layer: Layer, { detail }: ScenePlan, random: Random): void {
  const { width, height, unit, rgb } = layer;
  const [offset, slope] = [random() * 200, between(random, -0.7, 0.7)];
  const hues = [
    [0.75, 0.28, 0.55],
    [0.2, 0.5, 0.85],
    [0.9, 0.6, 0.4],
  ] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / unit, y / unit];
      const warp = noise(u * 2 + offset, v * 2) * 0.5;
      const cloud = layeredNoise(u * 2.2 + offset + warp, v * 2.2 + warp, detail);
      const band = Math.exp(-(((v - 0.42 - (u - 0.5) * slope + (warp - 0.25) * 0.5) / 0.24) ** 2));
      const thick = ramp(0.36, 0.85, cloud) * (0.25 + band);
      const hue = noise(u * 1.4 + offset + 50, v * 1.4 + 9);
      const tint = hue < 0.5 ? mix(hues[1], hues[0], hue * 2) : mix(hues[0], hues[2], hue * 2 - 1);
      const dust = 1 - 0.7 * band * ramp(0.5, 0.75, layeredNoise(u * 4 + offset, v * 4 + 70, 4));
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        rgb[at + channel] =
          lighten(rgb[at + channel] as number, (tint[channel] as number) * thick * 0.95) * dust;
      }
    }
  }
}

/** Curtains of green and violet that hang from bent lines. */
function paintAurora(layer: Layer, { horizon }: ScenePlan, random: Random): void {
  const { width, height, unit, rgb } = layer;
  const edge = horizon * height;
  for (let curtain = 0; curtain < 3; curtain++) {
    const [offset, foot] = [random() * 200, between(random, 0.5, 0.82)];
    const strength = between(random, 0.45, 0.75);
    for (let x = 0; x < width; x++) {
      const u = x / unit;
      const line = (foot + (noise(u * 1.7 + offset, 3) - 0.5) * 0.5) * edge;
      const rays = 0.35 + 0.65 * layeredNoise(u * 16 + offset, 7, 3);
      const fade = ramp(0.15, 0.6, noise(u * 1.3 + offset, 31));
      const tall = edge * (0.3 + 0.35 * noise(u * 2.4 + offset, 17));
      for (let y = Math.max(0, Math.floor(line - tall)); y < Math.min(height, line + tall * 0.12); y++) {
        const up = (line - y) / tall;
        const near = up < 0 ? 1 + up / 0.12 : Math.max(0, 1 - up) ** 1.6;
        const share = strength * rays * fade * Math.max(0, near);
        const at = (y * width + x) * 3;
        const violet = clamp(up * 1.3 - 0.2);
        rgb[at] = lighten(rgb[at] as number, share * (0.15 + 0.5 * violet));
        rgb[at + 1] = lighten(rgb[at + 1] as number, share * (0.95 - 0.65 * violet));
        rgb[at + 2] = lighten(rgb[at + 2] as number, share * (0.55 + 0.25 * violet));
      }
    }
  }
}

function paintLight(layer: Layer, { light, palette, words }: ScenePlan, random: Random): void {
  if (words.has('space')) paintPlanet(layer, random);
  if (!light.isSeen) return;
  const { width, height, unit } = layer;
  const [x, y, radius] = [light.x * width, light.y * height, light.radius * unit];
  shine(layer, [x, y, radius * (light.isMoon ? 5 : 8)], palette.glow, light.isMoon ? 0.35 : 0.75);
  shine(layer, [x, y, radius * 2.6], palette.light, light.isMoon ? 0.25 : 0.7);
  fillDisc(layer, [x, y, radius], palette.light, { soft: Math.max(1.2, radius * 0.06) });
  if (light.isMoon) paintSeas(layer, [x, y, radius], random);
}

/** The moon's own darker plains and a slight shade at its rim. */
function paintSeas(layer: Layer, [x, y, radius]: readonly [number, number, number], random: Random): void {
  const offset = random() * 200;
  const { width, rgb } = layer;
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(layer.height, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(width, x + radius); column++) {
      const [u, v] = [(column + 0.5 - x) / radius, (row + 0.5 - y) / radius];
      const out = Math.hypot(u, v);
      if (out >= 1) continue;
      const plain = ramp(0.45, 0.68, layeredNoise(u * 1.3 + offset, v * 1.3, 4));
      const shade = 1 - 0.16 * plain * (1 - out ** 4) - 0.1 * out ** 3;
      const at = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel++) rgb[at + channel] = (rgb[at + channel] as number) * shade;
    }
  }
}

/** A world with bands, lit from one side. */
function paintPlanet(layer: Layer, random: Random): void {
  const { width, height, unit, rgb } = layer;
  const radius = unit * between(random, 0.12, 0.2);
  const [x, y] = [width * between(random, 0.25, 0.75), height * between(random, 0.25, 0.5)];
  const offset = random() * 200;
  const [own, other] = [
    mix([0.85, 0.55, 0.4], [0.4, 0.6, 0.8], random()),
    mix([0.95, 0.85, 0.7], white, random() * 0.3),
  ];
  shine(layer, [x, y, radius * 1.7], own, 0.35);
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius + 1); row++) {
    for (
      let column = Math.max(0, Math.floor(x - radius));
      column < Math.min(width, x + radius + 1);
      column++
    ) {
      const [u, v] = [(column + 0.5 - x) / radius, (row + 0.5 - y) / radius];
      const out = Math.hypot(u, v);
      const inside = clamp((1 - out) * radius + 0.5);
      if (inside <= 0) continue;
      const band = layeredNoise(u * 0.9 + offset, v * 5 + noise(u * 3 + offset, v * 3) * 0.8, 4);
      const facing = clamp(-u * 0.62 - v * 0.4 + Math.sqrt(Math.max(0, 1 - out * out)) * 0.68);
      const [r, g, b] = mix(own, other, ramp(0.3, 0.7, band));
      const bright = 0.05 + 0.95 * facing ** 0.8;
      const at = (row * width + column) * 3;
      rgb[at] = (rgb[at] as number) * (1 - inside) + r * bright * inside;
      rgb[at + 1] = (rgb[at + 1] as number) * (1 - inside) + g * bright * inside;
      rgb[at + 2] = (rgb[at + 2] as number) * (1 - inside) + b * bright * inside;
    }
  }
}
