import { randomInt } from 'node:crypto';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import type { ReceivedFile } from '@star-graph/core/media/receiveUpload';
import { hasScope, requireScope } from '@star-graph/core/people/identity/keyLimits';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { acceptTasks, type DoorRequest } from '../acceptTasks.ts';
import { receiveBase64 } from '../dataUrl.ts';
import { toTasks } from '../planned.ts';
import { requireStillValid } from '../requireStillValid.ts';
import { runTasks } from '../runTasks.ts';
import { type SentPictures, type StoredPictures, storePictures } from '../storePictures.ts';
import { paramsOf } from '../workflowParts.ts';
import { presentDrawing } from './answer.ts';
import {
  type Asked,
  type Img2img,
  img2imgSchema,
  maskHabits,
  mostPictures,
  txt2imgSchema,
} from './parameters.ts';
import { parseBody, refused } from './parseBody.ts';
import { type PlannedDrawing, planDrawing } from './plan.ts';
import { createPreviewKeeper } from './previews.ts';
import { callerOf, doorScope, type KeyCaller, type SdapiDeps } from './sdapiDeps.ts';

export const draw =
  (deps: SdapiDeps): ApiMiddleware =>
  async (ctx) => {
    const asked = parseBody(txt2imgSchema, ctx.request.body);
    await answerDrawing(deps, ctx, asked, { images: [], mask: undefined });
  };

export const redraw =
  (deps: SdapiDeps, readPictures: ApiMiddleware): ApiMiddleware =>
  async (ctx) => {
    await receivePictures(deps, ctx, readPictures);
    const asked = parseBody(img2imgSchema, ctx.request.body);
    await using files = new AsyncDisposableStack();
    const receive = async (text: string, pointer: string): Promise<ReceivedFile> =>
      files.use(await receiveBase64(text, pointer, deps.uploads.tempDirectory));
    const images: ReceivedFile[] = [];
    for (const picture of asked.init_images) images.push(await receive(picture, '/init_images'));
    const mask = asked.mask ? await receive(asked.mask, '/mask') : undefined;
    const isInverted = Boolean(asked.inpainting_mask_invert);
    const sent = { images, mask: mask && { ...mask, isInverted } };
    await answerDrawing(deps, ctx, asked, sent, habitsOf(asked));
  };

/** A body with pictures is held in memory, and counts as an upload. */
export async function receivePictures(
  deps: SdapiDeps,
  ctx: ApiContext,
  readPictures: ApiMiddleware,
): Promise<void> {
  const caller = callerOf(ctx);
  if (!hasScope(caller, doorScope)) requireScope(caller, 'assets');
  requireNoMaintenance(await deps.settings.read(), caller.account);
  const leaveSlot = deps.takeUploadSlot(caller.account.id);
  await readPictures(ctx, async () => {}).finally(leaveSlot);
}

const habitsOf = (asked: Img2img): string[] => {
  const given = maskHabits.filter((name) => (asked as Record<string, unknown>)[name] !== undefined);
  return given.length === 0 ? [] : [`${given.join(', ')}: the model does it in its own way.`];
};

async function answerDrawing(
  deps: SdapiDeps,
  ctx: ApiContext,
  asked: Asked,
  sent: SentPictures,
  comments: readonly string[] = [],
): Promise<void> {
  const caller = callerOf(ctx);
  const signal = deps.clients.watch(ctx);
  const pictures = (asked.batch_size ?? 1) * (asked.n_iter ?? 1);
  if (pictures > mostPictures)
    throw refused([{ pointer: '/n_iter', message: `Ask for at most ${mostPictures} pictures in all.` }]);
  const planned = await planDrawing(deps, caller, asked, {
    images: sent.images.length,
    hasMask: sent.mask !== undefined,
  });
  const stored = await storePictures(deps, caller, sent, signal);
  const request = eachBySeed(planned, stored, pictures);
  const ended = await runRequest(deps, ctx, caller, request, signal);
  const said: PlannedDrawing = { ...planned, comments: [...planned.comments, ...comments] };
  const sendsImages = asked.send_images !== false;
  ctx.body = await presentDrawing(deps, said, ended, { echo: echoOf(asked), sendsImages });
}

/** Seeds as A1111 draws them: programs with 32 bits have room for all. */
const seeds = 2 ** 32;

/**
 * A task for each picture, their seeds counted up as A1111 does, so that each picture can be made again by its own. A
 * workflow without seeds makes as many as it can at once.
 */
function eachBySeed(planned: PlannedDrawing, stored: StoredPictures, pictures: number): DoorRequest {
  if (pictures === 1 || !('seed' in paramsOf(planned.workflow))) return toTasks(planned, stored, pictures);
  const first = typeof planned.params.seed === 'number' ? planned.params.seed : randomInt(seeds);
  const bodies = Array.from({ length: pictures }, (_, index) => {
    const seed = Math.min(first + index, Number.MAX_SAFE_INTEGER);
    return toTasks({ ...planned, params: { ...planned.params, seed } }, stored, 1).bodies;
  });
  return { workflowName: planned.workflow.name, bodies: bodies.flat() };
}

/** One who hangs up may still want the picture: these programs say `interrupt` where they do not. */
export async function runRequest(
  deps: SdapiDeps,
  ctx: ApiContext,
  caller: KeyCaller,
  request: DoorRequest,
  signal: AbortSignal,
) {
  const taskIds = await acceptTasks(deps, caller, ctx, request, undefined);
  const ended = await runTasks(deps, caller, {
    taskIds,
    signal,
    isRepeatable: false,
    outlivesClient: true,
    onProgress: createPreviewKeeper(deps),
  });
  await requireStillValid(deps, ctx, caller);
  return ended;
}

/** Pictures are large, and what programs sent of themselves may hold the key. */
const notEchoed = ['init_images', 'mask', 'auth', 'url'];

const echoOf = (asked: Asked): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(asked).filter(([name, value]) => value !== undefined && !notEchoed.includes(name)),
  );
