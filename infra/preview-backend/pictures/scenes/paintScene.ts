import type { PixelTasks } from '../pixelTasks.ts';
import { drawScene, prepareScene, type Scene } from './scene.ts';

/** The frames of a film follow one another, and those of two films may mix. */
const keptScenes = 2;
const kept = new Map<string, Scene>();

/** Draws a scene at a moment; what stands still in it is painted once for all its moments. */
export function paintScene({ request, width, height, phase }: PixelTasks['scene']['input']): Uint8Array {
  const key = JSON.stringify([request, width, height]);
  const scene = kept.get(key) ?? prepareScene(request, width, height);
  kept.delete(key);
  kept.set(key, scene);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptScenes) break;
    kept.delete(oldest);
  }
  return drawScene(scene, phase);
}
