import { createLayer, type Layer } from './layer.ts';
import { type Clouds, formClouds, layClouds } from './parts/clouds.ts';
import { paintLand } from './parts/land.ts';
import { paintBeam, paintBoats, paintFlyers } from './parts/movers.ts';
import { paintNear } from './parts/near.ts';
import { paintSky } from './parts/sky.ts';
import { paintCastle, paintThings } from './parts/things.ts';
import { paintTown } from './parts/town.ts';
import { formSurface, layWater, type Surface } from './parts/water.ts';
import { paintWeather } from './parts/weather.ts';
import { planScene, type ScenePlan, type SceneRequest } from './plan.ts';
import { createRandom } from './random.ts';

/** A scene with all that stands still already painted. */
export interface Scene {
  plan: ScenePlan;
  sky: Layer;
  clouds: Clouds;
  /** What stands on the horizon and is mirrored by the water. */
  back: Layer;
  surface: Surface | null;
  front: Layer;
  grain: Float32Array;
  /** Where each moment is drawn. */
  drawn: Layer;
}

export function prepareScene(request: SceneRequest, width: number, height: number): Scene {
  const plan = planScene(request);
  const layer = (): Layer => createLayer(width, height);
  const [sky, back, front, drawn] = [layer(), layer(), layer(), layer()];
  paintSky(sky, plan);
  paintLand(back, plan);
  paintTown(back, plan);
  paintCastle(back, plan);
  paintThings(front, plan, paintNear(front, plan));
  const random = createRandom(`grain ${plan.textureSeed}`);
  const grain = Float32Array.from({ length: grainSide * grainSide }, random);
  return {
    plan,
    sky,
    clouds: formClouds(sky, plan),
    back,
    surface: formSurface(sky, plan),
    front,
    grain,
    drawn,
  };
}

const grainSide = 64;

/** The scene at a moment, 0-1 of its film: RGB. */
export function drawScene(scene: Scene, phase: number): Uint8Array {
  const { plan, sky, back, front, surface, drawn } = scene;
  drawn.rgb.set(sky.rgb);
  layClouds(drawn.rgb, back.cover, sky, scene.clouds, plan, phase);
  layOver(drawn.rgb, back);
  paintFlyers(drawn, plan, phase);
  if (surface) layWater(drawn.rgb, sky, surface, plan, phase);
  paintBoats(drawn, plan, phase);
  layOver(drawn.rgb, front);
  paintBeam(drawn, plan, phase);
  paintWeather(drawn, plan, phase);
  return develop(drawn, plan, scene.grain);
}

function layOver(below: Float32Array, { rgb, cover }: Layer): void {
  for (let at = 0; at < cover.length; at++) {
    const share = cover[at] as number;
    if (share === 0) continue;
    const first = at * 3;
    for (let index = first; index < first + 3; index++) {
      below[index] = (below[index] as number) * (1 - share) + (rgb[index] as number);
    }
  }
}

const toneSteps = 1024;

/** Steeper in the middle, by as much as an S-shaped curve is. */
function toneTable(contrast: number): Float32Array {
  return Float32Array.from({ length: toneSteps + 1 }, (_, step) => {
    const value = step / toneSteps;
    return (value + (value - 0.5) * (contrast - 0.92) * 4 * value * (1 - value)) * 255;
  });
}

/** Contrast, a darker rim, and grain that hides the steps of 8 bits. */
function develop({ width, height, rgb }: Layer, { contrast }: ScenePlan, grain: Float32Array): Uint8Array {
  const developed = new Uint8Array(rgb.length);
  const tones = toneTable(contrast);
  for (let y = 0; y < height; y++) {
    const down = (((y + 0.5) / height) * 2 - 1) ** 2;
    const grainRow = (y % grainSide) * grainSide;
    for (let x = 0; x < width; x++) {
      const across = ((x + 0.5) / width) * 2 - 1;
      const out = across * across + down;
      const rim = 1 - 0.055 * out * out;
      const noise = grain[grainRow + (x % grainSide)] as number;
      const first = (y * width + x) * 3;
      for (let index = first; index < first + 3; index++) {
        const at = Math.max(0, Math.min(toneSteps - 1, (rgb[index] as number) * toneSteps));
        const step = at | 0;
        const low = tones[step] as number;
        developed[index] = (low + ((tones[step + 1] as number) - low) * (at - step)) * rim + noise;
      }
    }
  }
  return developed;
}
