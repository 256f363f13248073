import { createHash, randomInt } from 'node:crypto';
import type {
  BoundAudio,
  BoundImage,
  BoundInput,
  BoundVideo,
  Workflow,
  WorkflowParams,
} from '@star-graph/workflows';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { exampleInputs } from '@star-graph/workflows/params/inputFacts';
import type { Logger } from 'pino';
import sharp from 'sharp';
import type { ComfyClient } from '../../../comfy/comfy.ts';
import { uploadInput } from '../../../comfy/inputFiles.ts';
import { outputPrefixOf } from '../../../comfy/outputFiles.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { runTool } from '../../../media/videos/runTool.ts';

interface Deps {
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  client: Pick<ComfyClient, 'upload'>;
  catalogue: Pick<Catalogue, 'locateFiles'>;
  limits: { inputDirs: readonly string[] };
}

/** Sides of the picture or film that is sent, the smallest first. */
const sides = [64, 128, 256, 512, 1024];
/** ComfyUI skips nodes whose inputs it has seen, so no two warm-ups are alike. */
const seeds = 2 ** 48 - 1;

/**
 * The graph of a warm-up: that of a task with the same params, whose loaders are the ones that the next task finds in
 * ComfyUI's cache. Only a run to the end brings models into the GPU's memory; its files are named as a task's, so the
 * sweep of old files removes them too.
 */
export async function prepareWarmUp(
  deps: Deps,
  { workflow, params, backendId }: { workflow: Workflow; params: WorkflowParams; backendId: string },
  promptId: string,
  signal: AbortSignal,
): Promise<Graph> {
  const images: Record<string, BoundInput> = {};
  const side = sideFor(workflow, params);
  if (workflow.imageParams.length > 0) {
    const picture = await sendPicture(deps, side, signal);
    for (const param of workflow.imageParams) images[param] = picture;
  }
  if (workflow.videoParams.length > 0) {
    const film = await sendFilm(deps, side, signal);
    for (const param of workflow.videoParams) images[param] = film;
  }
  if (workflow.audioParams.length > 0) {
    const sound = await sendSound(deps, signal);
    for (const param of workflow.audioParams) images[param] = sound;
  }
  const seeded = workflow.seedParam === undefined ? {} : { [workflow.seedParam]: randomInt(seeds) };
  const outputPrefix = outputPrefixOf({ taskId: promptId, attempt: 0 });
  const graph = workflow.bind({ ...params, ...seeded }, { images, outputPrefix });
  return deps.catalogue.locateFiles(backendId, graph);
}

function sideFor(workflow: Workflow, params: WorkflowParams): number {
  const fits = (side: number) => {
    const sized = exampleInputs(workflow, { width: side, height: side });
    return workflow.checkImages(params, sized).length === 0;
  };
  return sides.find(fits) ?? 1024;
}

async function sendPicture(deps: Deps, side: number, signal: AbortSignal): Promise<BoundImage> {
  const background = { r: 128, g: 128, b: 128 };
  const bytes = await sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toBuffer();
  return { uploadedName: await sendBytes(deps, bytes, 'png', signal), width: side, height: side };
}

/** Nine frames in one second: a length that every model of films takes. */
async function sendFilm(deps: Deps, side: number, signal: AbortSignal): Promise<BoundVideo> {
  const frames = 9;
  const source = ['-f', 'lavfi', '-i', `color=gray:size=${side}x${side}:rate=${frames}`];
  // An encoder that every build of ffmpeg has, and a container that needs no file to go back in.
  const format = ['-c:v', 'mpeg4', '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4', '-'];
  const args = ['-v', 'error', '-nostdin', ...source, '-frames:v', String(frames), ...format];
  const bytes = await runTool('ffmpeg', args, { timeoutMs: filmTimeoutMs, signal });
  const uploadedName = await sendBytes(deps, bytes, 'mp4', signal);
  return { uploadedName, width: side, height: side, frames, fps: frames, seconds: 1, hasSound: false };
}

/** As long as the sound that checks of an example are made with. */
async function sendSound(deps: Deps, signal: AbortSignal): Promise<BoundAudio> {
  const seconds = 3;
  const args = [
    ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', `sine=frequency=220:duration=${seconds}`],
    ...['-c:a', 'flac', '-f', 'flac', '-'],
  ];
  const bytes = await runTool('ffmpeg', args, { timeoutMs: filmTimeoutMs, signal });
  return { uploadedName: await sendBytes(deps, bytes, 'flac', signal), seconds };
}

const filmTimeoutMs = 20_000;

function sendBytes(
  deps: Deps,
  bytes: Buffer,
  ext: 'png' | 'mp4' | 'flac',
  signal: AbortSignal,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = { sha256, ext, bytes: new Blob([new Uint8Array(bytes)]) };
  return uploadInput(deps, deps.limits.inputDirs, file, signal);
}
