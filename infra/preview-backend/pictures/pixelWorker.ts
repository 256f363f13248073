import { parentPort } from 'node:worker_threads';
import { invariant } from '@star-graph/core/ground/errors';
import { findEdges } from './canny.ts';
import { mixPictures } from './mixPictures.ts';
import type { PixelReply, PixelRequest, PixelTaskKind, PixelTasks } from './pixelTasks.ts';
import { resample } from './resample.ts';
import { drawScene, prepareScene, type Scene } from './scenes/scene.ts';

/** The frames of a film follow one another, and those of two films may mix. */
const keptScenes = 2;
const kept = new Map<string, Scene>();

/** Draws a scene at a moment; what stands still in it is painted once for all its moments. */
function paintScene({ request, width, height, phase }: PixelTasks['scene']['input']): Uint8Array {
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

type Runners = { [K in PixelTaskKind]: (input: PixelTasks[K]['input']) => Promise<Uint8Array> | Uint8Array };

const runners: Runners = {
  // TensorFlow.js takes half a second to load, so only workers that upscale load it.
  'upscale-tile': async (input) => (await import('./upscaleTile.ts')).upscaleTile(input),
  resample,
  canny: findEdges,
  scene: paintScene,
  mix: mixPictures,
};

async function answer<K extends PixelTaskKind>(request: PixelRequest<K>): Promise<PixelReply> {
  try {
    return { id: request.id, output: await runners[request.kind](request.input) };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
}

const port = parentPort;
invariant(port, 'pixelWorker.ts runs as a worker thread');
port.on('message', async (request: PixelRequest) => {
  const reply = await answer(request);
  port.postMessage(reply, 'output' in reply ? [reply.output.buffer as ArrayBuffer] : []);
});
