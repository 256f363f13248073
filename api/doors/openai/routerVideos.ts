import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { requirePerson } from '@star-graph/core/people/identity/caller';
import { requireScope } from '@star-graph/core/people/identity/keyLimits';
import { z } from 'zod';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { listModels } from '../listModels.ts';
import { routerVideosPath } from './answer.ts';
import { videoIdOf } from './presentVideo.ts';
import { receivePictures } from './receivePictures.ts';
import { sizeOfShape } from './shapes.ts';
import type { OpenAiDeps } from './startRequest.ts';
import { type AskedVideo, parseVideo, refuse, videoSchema } from './videoRequest.ts';
import { acceptVideo, readVideo } from './videoRoutes.ts';

const picture = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({ url: z.string() }),
});
const ignored = z.unknown().optional().meta({ description: 'Ignored' });

/** A film as clients of OpenRouter ask for one. */
export const routerVideoSchema = z.strictObject({
  model: videoSchema.shape.model,
  prompt: videoSchema.shape.prompt,
  duration: videoSchema.shape.seconds,
  size: z
    .string()
    .regex(/^(\d{3,4}p|[1-9]\d{1,4}x[1-9]\d{1,4})$/i, { error: 'Write it as 1280x720, or as 720p.' })
    .nullish(),
  resolution: z
    .string()
    .regex(/^(\d{3,4}p|[1-9]K)$/i, { error: 'Write it as 720p.' })
    .nullish()
    .meta({ description: 'The shorter side' }),
  aspect_ratio: z
    .string()
    .regex(/^[1-9]\d?:[1-9]\d?$/, { error: 'Write it as 16:9.' })
    .nullish(),
  seed: z.int().min(0).nullish(),
  frame_images: z
    .array(
      picture.extend({
        frame_type: z.literal('first_frame', { error: 'Only the first picture of a film can be given.' }),
      }),
    )
    .max(1, { error: 'Send one picture.' })
    .nullish(),
  input_references: z.array(picture).max(1, { error: 'Send one picture.' }).nullish(),
  generate_audio: ignored,
  provider: ignored,
  session_id: ignored,
  trace: ignored,
  user: ignored,
});

/** A film of 16:9 unless it says otherwise. */
function sizeOf({ size, resolution, aspect_ratio: ratio }: z.output<typeof routerVideoSchema>) {
  const side = size?.includes('x') ? undefined : (size ?? resolution);
  if (side == null) return size ?? (ratio == null ? undefined : sizeOfShape(ratio, usualSide * 1.25));
  const pixels = /k$/i.test(side) ? Number.parseInt(side, 10) * 540 : Number.parseInt(side, 10);
  const [across = 16, down = 9] = (ratio ?? '16:9').split(':').map(Number);
  const factor = pixels / Math.min(across, down);
  return `${Math.round(across * factor)}x${Math.round(down * factor)}`;
}
const usualSide = 720;

const statuses = {
  queued: 'pending',
  assigned: 'pending',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

/** Its links open without the key: clients fetch them without one. */
function presentJob({ id: taskId, status, outputs, charged, error }: TaskView): object {
  const id = videoIdOf(taskId);
  return {
    id,
    generation_id: id,
    polling_url: `${routerVideosPath}/${id}`,
    status: statuses[status],
    ...(outputs.length > 0 && { unsigned_urls: outputs.map(({ url }) => url) }),
    ...(charged !== undefined && { usage: { cost: charged, is_byok: false } }),
    ...(error && { error: error.detail }),
  };
}

export const createRouterVideo =
  (deps: OpenAiDeps, readBody: (ctx: ApiContext) => Promise<Record<string, unknown>>): ApiMiddleware =>
  async (ctx) => {
    const body = parseVideo(routerVideoSchema, await readBody(ctx));
    const caller = requirePerson(ctx.state.caller);
    const pictures = [...(body.frame_images ?? []), ...(body.input_references ?? [])];
    if (pictures.length > 1) throw refuse('/input_references', 'Send one picture.');
    if (pictures.length > 0) requireScope(caller, 'assets');
    const addresses = pictures.map(({ image_url: { url } }) => ({ url, pointer: '/frame_images' }));
    await using received = await receivePictures(deps.uploads.tempDirectory, addresses);
    const { model, prompt, duration: seconds, seed } = body;
    const asked: AskedVideo = { model, prompt, seconds, size: sizeOf(body), ...(seed != null && { seed }) };
    const sent = { images: received.pictures, mask: undefined };
    const taskId = await acceptVideo(deps, ctx, caller, { asked, sent });
    ctx.body = presentJob(await readVideo(deps, caller, videoIdOf(taskId)));
  };

export const showRouterVideo =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const { id } = (ctx as ApiContext & { params: { id: string } }).params;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = presentJob(await readVideo(deps, requirePerson(ctx.state.caller), id));
  };

export const showRouterVideoModels =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const caller = requirePerson(ctx.state.caller);
    const pictures = new Set(await listModels(deps, caller));
    const films = (await listModels(deps, caller, { withFilms: true })).filter((name) => !pictures.has(name));
    ctx.body = { data: films.map((id) => ({ id, name: id, created: 0 })) };
  };
