import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Problem } from '@star-graph/core/ground/errors';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { deleteAssets } from '@star-graph/core/library/assets/deleteAssets';
import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import { type PersonCaller, requirePerson } from '@star-graph/core/people/identity/caller';
import { requireScope } from '@star-graph/core/people/identity/keyLimits';
import { requireThumbnail } from '@star-graph/core/work/dispatch/sweeps/requireThumbnail';
import {
  listTasks,
  requireTaskWithOutputs,
  type TaskWithOutputs,
} from '@star-graph/core/work/tasks/findTasks';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { z } from 'zod';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { answerObject } from '../../routes/assets/serveFiles.ts';
import { presentTask, presentTasks } from '../../routes/tasks/presentTask.ts';
import { acceptTasks, cancelTasks, findRepeated, readRepeatKey } from '../acceptTasks.ts';
import { fetchPictures, identityOf } from '../fetchPictures.ts';
import { toTasks } from '../planned.ts';
import { storePictures } from '../storePictures.ts';
import { presentVideo, taskIdOf, unknownVideo, type Video, videoIdOf } from './presentVideo.ts';
import type { OpenAiDeps } from './startRequest.ts';
import {
  parseVideo,
  planVideo,
  type ReceivedVideo,
  receiveVideo,
  refuse,
  remixSchema,
} from './videoRequest.ts';

/** Of workflows that make a film of words or of a picture. */
const filmTypes = ['text2video', 'img2video'] as const;
/** Python's package waits so long between two looks. */
const pollMs = { least: 2_000, most: 10_000 };

const callerOf = (ctx: ApiContext): PersonCaller => requirePerson(ctx.state.caller);
const idIn = (ctx: ApiContext): string => (ctx as ApiContext & { params: { id: string } }).params.id;

export const createVideo =
  (deps: OpenAiDeps, readPictures: ApiMiddleware): ApiMiddleware =>
  async (ctx) => {
    const caller = callerOf(ctx);
    requireNoMaintenance(await deps.settings.read(), caller.account);
    const leaveSlot = deps.takeUploadSlot(caller.account.id);
    await using received = await receiveVideo(deps, ctx, readPictures).finally(leaveSlot);
    const { asked, sent } = received;
    if (sent.images.length > 0) requireScope(caller, 'assets');
    return answerVideo(deps, ctx, caller, await acceptVideo(deps, ctx, caller, { asked, sent }));
  };

/** @returns the id of its task. */
export async function acceptVideo(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  { asked, sent }: Pick<ReceivedVideo, 'asked' | 'sent'>,
): Promise<string> {
  const key = readRepeatKey(ctx);
  const content = JSON.stringify(['video', asked, sent.images.map(identityOf)]);
  const repeats = key === undefined ? undefined : { key, content };
  const [earlier] = await findRepeated(deps, caller, repeats);
  if (earlier) return earlier.id;
  const planned = await planVideo(deps, caller, asked, sent.images.length);
  const signal = deps.clients.watch(ctx);
  await using fetched = await fetchPictures(deps, caller, sent, signal);
  const stored = await storePictures(deps, caller, fetched, signal);
  const [taskId = ''] = await acceptTasks(deps, caller, ctx, toTasks(planned, stored, 1), repeats);
  return taskId;
}

/** @throws Problem `not-found` for anything but a film of the person. */
export const readVideo = async (deps: OpenAiDeps, caller: PersonCaller, videoId: string): Promise<TaskView> =>
  presentTask(deps, await requireFilm(deps, videoId, caller));

/** The same again with other words: workflow, size, length and seed stay. */
export const remixVideo =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const caller = callerOf(ctx);
    const { prompt } = parseVideo(remixSchema, ctx.request.body);
    const { task } = await requireFilm(deps, idIn(ctx), caller);
    const key = readRepeatKey(ctx);
    const repeats =
      key === undefined ? undefined : { key, content: JSON.stringify(['remix', task.id, prompt]) };
    const bodies = [{ ...task.params, prompt, meta: { parentId: task.id } }];
    const request = { workflowName: task.workflowName, bodies };
    const [taskId = ''] = await acceptTasks(deps, caller, ctx, request, repeats);
    return answerVideo(deps, ctx, caller, taskId);
  };

export const showVideo =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    answerView(deps, ctx, await readVideo(deps, callerOf(ctx), idIn(ctx)));
  };

export const listSchema = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z
    .literal('desc', { error: 'Lists begin with the newest: leave it out, or ask for desc.' })
    .default('desc'),
});

export const listVideos =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const { account } = callerOf(ctx);
    const { after, limit } = parseVideo(listSchema, ctx.query);
    const page = { limit: limit + 1, ...(after !== undefined && { beforeId: taskIdOf(after) }) };
    const lists = await Promise.all(filmTypes.map((type) => listFilms(deps, account.id, type, page)));
    const newest = lists.flat().toSorted((one, other) => (one.task.id < other.task.id ? 1 : -1));
    const data = (await presentTasks(deps, newest.slice(0, limit))).map((task) => presentVideo(deps, task));
    ctx.body = {
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: newest.length > limit,
    };
  };

/** Rows that are read at once, and how often: who has deleted more than 2,000 films in a row sees a shorter list. */
const [rowsARead, mostReads] = [100, 20];

/** Reads on past what its person deleted, so that a page of that is no end of the list. */
async function listFilms(
  { database }: Pick<OpenAiDeps, 'database'>,
  userId: string,
  type: (typeof filmTypes)[number],
  { limit, beforeId }: { limit: number; beforeId?: string },
): Promise<TaskWithOutputs[]> {
  const films: TaskWithOutputs[] = [];
  let page = { limit, ...(beforeId !== undefined && { beforeId }) };
  for (let read = 0; read < mostReads; read += 1) {
    const rows = await listTasks(database, { userId, type }, page);
    films.push(...rows.filter((found) => !isGone(found)));
    const last = rows.at(-1);
    if (!last || rows.length < page.limit || films.length >= limit) break;
    page = { limit: rowsARead, beforeId: last.task.id };
  }
  return films;
}

export const showContent =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const { variant = 'video' } = ctx.query;
    if (variant !== 'video' && variant !== 'thumbnail')
      throw refuse('/variant', 'Choose video or thumbnail.');
    const { task, outputs } = await requireFilm(deps, idIn(ctx), callerOf(ctx));
    const [asset] = outputs;
    if (!asset)
      throw new Problem(
        'not-found',
        isTerminal(task.status)
          ? 'This video has no result.'
          : 'This video is not ready. Ask again once it is completed.',
      );
    ctx.set({
      'Cache-Control': 'private, max-age=3600',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    if (variant === 'thumbnail') {
      const key = await thumbnailOf(deps, asset);
      const stat = key === undefined ? undefined : await deps.storage.stat(key);
      if (key === undefined || !stat) throw new Problem('not-found', 'This video has no thumbnail.');
      ctx.type = 'image/webp';
      return answerObject(deps.storage, ctx, key, stat.bytes);
    }
    ctx.type = asset.mime;
    return answerObject(deps.storage, ctx, asset.storageKey, asset.bytes);
  };

/** A video is completed before its thumbnail is there: who asks first has it drawn. */
async function thumbnailOf(
  deps: OpenAiDeps,
  { id, thumbnailKey }: Pick<ShownAsset, 'id' | 'thumbnailKey'>,
): Promise<string | undefined> {
  if (thumbnailKey !== null) return thumbnailKey;
  const { tempDirectory } = deps.uploads;
  return requireThumbnail({ ...deps, logger: deps.log, tempDirectory }, id);
}

/** An unfinished one is cancelled, and paid as any cancelled task. */
export const deleteVideo =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const caller = callerOf(ctx);
    const { task, outputs } = await requireFilm(deps, idIn(ctx), caller);
    if (!isTerminal(task.status)) await cancelTasks(deps, caller, [task.id], { isCharged: true });
    if (outputs.length > 0) {
      requireScope(caller, 'assets');
      await deleteAssets(
        deps,
        outputs.map(({ id }) => id),
        caller.account.id,
      );
    }
    ctx.body = { id: videoIdOf(task.id), object: 'video.deleted', deleted: true };
  };

/** Answers for an operation of the protocol that no workflow here can do. */
export const refuseVideo = (what: string): ApiMiddleware => {
  return async () => {
    throw new Problem(
      'invalid-params',
      `${what} is not offered here. Make a video anew, or remix one of yours.`,
    );
  };
};

/** A task that succeeded and has nothing left: its person deleted the results. */
const isGone = ({ task, outputs, withheld = 0 }: TaskWithOutputs): boolean =>
  task.status === 'succeeded' && outputs.length === 0 && withheld === 0;

/** @throws Problem `not-found` for anything but a film of the person. */
async function requireFilm(
  { database }: OpenAiDeps,
  videoId: string,
  { account }: PersonCaller,
): Promise<TaskWithOutputs> {
  const found = await requireTaskWithOutputs(database, taskIdOf(videoId), account.id).catch(
    (error: unknown) => {
      if (error instanceof Problem && error.code === 'not-found') throw unknownVideo();
      throw error;
    },
  );
  if (!filmTypes.some((type) => type === found.task.type) || isGone(found)) throw unknownVideo();
  return found;
}

async function answerVideo(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  taskId: string,
): Promise<void> {
  const found = await requireTaskWithOutputs(deps.database, taskId, caller.account.id);
  answerView(deps, ctx, await presentTask(deps, found));
}

function answerView(deps: OpenAiDeps, ctx: ApiContext, task: TaskView): void {
  const video: Video = presentVideo(deps, task);
  const left = (task.progress.etaSeconds ?? 0) * 250;
  const wait = Math.round(Math.min(Math.max(left, pollMs.least), pollMs.most));
  ctx.set({ 'Cache-Control': 'no-store', 'openai-poll-after-ms': String(wait) });
  ctx.body = video;
}
