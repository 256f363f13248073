import { parentPort } from 'node:worker_threads';
import { invariant } from '@star-graph/core/ground/errors';
import { findEdges } from './canny.ts';
import { mixPictures } from './mixPictures.ts';
import type { PixelReply, PixelRequest, PixelTaskKind, PixelTasks } from './pixelTasks.ts';
import { resample } from './resample.ts';
import { paintScene } from './scenes/paintScene.ts';

type Runners = { [K in PixelTaskKind]: (input: PixelTasks[K]['input']) => Promise<Uint8Array> | Uint8Array };

const runners: Runners = {
  // TensorFlow.js takes half a second to load, so only workers that upscale load it.
  'upscale-tile': async (input) => (await import('../upscaling/upscaleTile.ts')).upscaleTile(input),
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
