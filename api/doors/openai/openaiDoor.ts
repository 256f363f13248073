import Router, { type RouterMiddleware } from '@koa/router';
import { Problem } from '@star-graph/core/ground/errors';
import { every } from '@star-graph/core/ground/runtime/every';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { authenticate } from '@star-graph/core/people/identity/authenticate';
import { type PersonCaller, requirePerson } from '@star-graph/core/people/identity/caller';
import { requireScope } from '@star-graph/core/people/identity/keyLimits';
import { doorUploads } from '@star-graph/workflows/shared/uploadRules';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { readJson } from '../../middleware/readJson.ts';
import type { EventStream } from '../../routes/tasks/eventStream.ts';
import type { Door, DoorDeps } from '../doorDeps.ts';
import { unknownModel } from '../findModel.ts';
import { letIn, makes, reads } from '../letIn.ts';
import { listModels } from '../listModels.ts';
import { readResult } from '../readResults.ts';
import { openResult } from '../resultLinks.ts';
import { runTasks } from '../runTasks.ts';
import { createWaitingClients } from '../waitingClients.ts';
import {
  geminiKeyHeader,
  geminiPrefix,
  presentImages,
  resultPath,
  routerImagesPath,
  routerVideosPath,
  speaksGemini,
} from './answer.ts';
import { answerChat, parseChat } from './chat.ts';
import { describeDoor } from './document.ts';
import { answerErrors } from './errors.ts';
import { answerGemini, presentGeminiModel, readCall } from './gemini.ts';
import { generationSchema, parseAsked } from './parameters.ts';
import { receiveEdit } from './receiveEdit.ts';
import { answerResponse, cancelResponse, showResponse } from './responses.ts';
import { answerRouterImages, parseRouterImages } from './routerImages.ts';
import { createRouterVideo, showRouterVideo, showRouterVideoModels } from './routerVideos.ts';
import { type ImageRequest, type OpenAiDeps, startRequest } from './startRequest.ts';
import { type EventPrefix, streamImages } from './stream.ts';
import {
  createVideo,
  deleteVideo,
  listVideos,
  refuseVideo,
  remixVideo,
  showContent,
  showVideo,
} from './videoRoutes.ts';

/** Proxies give up on a silent answer after 30 to 60 seconds. */
const keepAliveMs = 15_000;

const prefix = '/v1/';

/** The OpenAI Images API at `/v1`: a translation onto tasks, with the rights and limits of the person behind the key. */
export function createOpenAiDoor(deps: DoorDeps): Door {
  const clients = createWaitingClients();
  const streams = new Set<EventStream>();
  const stopTicking = every(deps.clock, keepAliveMs, () => {
    for (const stream of streams) stream.keepAlive();
  });
  const door: OpenAiDeps = {
    ...deps,
    clients,
    authenticate: (presented) => authenticate(deps, presented),
    keep(stream) {
      streams.add(stream);
      stream.body.once('close', () => streams.delete(stream));
    },
  };
  const router = new Router({ strict: true, sensitive: true });
  const add = (method: 'get' | 'post' | 'delete', path: string, ...stack: ApiMiddleware[]) => {
    const named: ApiMiddleware = async (ctx, next) => {
      ctx.state.routePath = path.replaceAll(/:(\w+)/g, '{$1}');
      await next();
    };
    // The router's context type lacks our state, which every request has by then.
    const whole = [named, requireOpen(deps), ...stack] as unknown as RouterMiddleware[];
    router[method](path, ...whole);
  };
  const read = letIn(deps, reads, { authorizationOf });
  const make = letIn(deps, makes, { authorizationOf });
  const json = readJson({ limitBytes: deps.config.BODY_LIMIT_BYTES });
  add('post', '/v1/images/generations', ...make, json, generate(door));
  add('post', '/v1/images/edits', ...make, edit(door));
  add('post', '/v1/chat/completions', ...make, chat(door));
  add('post', routerImagesPath, ...make, routerImages(door));
  const pictures = readJson({ limitBytes: doorUploads.jsonBytes });
  add('post', '/v1/videos', ...make, createVideo(door, pictures));
  add('get', '/v1/videos', ...read, listVideos(door));
  add('post', '/v1/videos/edits', ...make, refuseVideo('To edit a film'));
  add('post', '/v1/videos/extensions', ...make, refuseVideo('To extend a film'));
  add('get', '/v1/videos/:id', ...read, showVideo(door));
  add('delete', '/v1/videos/:id', ...make, deleteVideo(door));
  add('get', '/v1/videos/:id/content', ...read, showContent(door));
  add('post', '/v1/videos/:id/remix', ...make, json, remixVideo(door));
  add('post', routerVideosPath, ...make, createRouterVideo(door, readWithPictures(door)));
  add('get', `${routerVideosPath}/models`, ...read, showRouterVideoModels(door));
  add('get', `${routerVideosPath}/:id`, ...read, showRouterVideo(door));
  add('get', `${routerVideosPath}/:id/content`, ...read, showContent(door));
  add('post', '/v1/responses', ...make, responses(door));
  add('get', '/v1/responses/:id', ...read, async (ctx) => {
    ctx.body = await showResponse(door, callerOf(ctx), paramOf(ctx, 'id'));
  });
  add('post', '/v1/responses/:id/cancel', ...make, json, async (ctx) => {
    ctx.body = await cancelResponse(door, callerOf(ctx), paramOf(ctx, 'id'));
  });
  for (const path of [prefix, geminiPrefix]) {
    add('get', `${path}models`, ...read, showModels(door));
    add('get', `${path}models/:model`, ...read, showModel(door));
    // Addresses of Gemini have the operation behind the model.
    add('post', `${path}models/:model`, ...make, gemini(door));
  }
  add('get', `${resultPath}/:token`, showResult(door));
  const document = describeDoor(deps.publicUrl);
  add('get', '/v1/openapi.json', async (ctx) => {
    ctx.body = document;
  });
  const routes = router.routes();
  // What there is not below its prefix is refused in its words, too.
  const inProtocol: ApiMiddleware = (ctx, next) =>
    [prefix, geminiPrefix, `${routerVideosPath}/`].some((one) => `${ctx.path}/`.startsWith(one))
      ? answerErrors(ctx, () => (routes as unknown as ApiMiddleware)(ctx, () => refuseOthers(ctx, next)))
      : next();
  return {
    // As what the router makes: who reads its routes finds it.
    middleware: Object.assign(inProtocol, { router }) as unknown as Door['middleware'],
    close() {
      stopTicking();
      clients.close();
    },
  };
}

const requireOpen =
  ({ settings }: Pick<DoorDeps, 'settings'>): ApiMiddleware =>
  async (_ctx, next) => {
    if (settings.latest.OPENAI_DOOR === 'off')
      throw new Problem('not-found', 'This platform does not answer OpenAI clients.');
    await next();
  };

/** Many packages have more of OpenAI's API than pictures, and some call it unless they are told not to. */
const refuseOthers: ApiMiddleware = async (ctx, next) => {
  const { matched = [] } = ctx as ApiContext & { matched?: readonly unknown[] };
  if (matched.length > 0) return next();
  const asked = `${ctx.method} ${ctx.path.slice(0, longestShown)}`;
  throw new Problem('not-found', `There is nothing at ${asked}. ${offered}`);
};
const longestShown = 100;
const offered =
  'Pictures are asked for at /v1/images/generations, /v1/images/edits, /v1/chat/completions and /v1/responses, films at /v1/videos, and nothing here answers with words. What makes sounds, texts and 3D models is asked at /api/v1/generate or /mcp.';

/** Clients of Azure and of Gemini have headers of their own for the key. */
const authorizationOf = (ctx: ApiContext): string => {
  const key = ctx.get('api-key') || ctx.get(geminiKeyHeader);
  return ctx.get('authorization') || (key === '' ? '' : `Bearer ${key}`);
};

const callerOf = (ctx: ApiContext) => requirePerson(ctx.state.caller);

const generate =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const asked = parseAsked(generationSchema, toObject(ctx.request.body));
    const sent = { images: [], mask: undefined };
    await answerRequest(deps, ctx, callerOf(ctx), { prefix: 'image_generation', asked, sent });
  };

function edit(deps: OpenAiDeps): ApiMiddleware {
  const readPictures = readJson({ limitBytes: doorUploads.jsonBytes });
  return async (ctx) => {
    const caller = callerOf(ctx);
    requireScope(caller, 'assets');
    requireNoMaintenance(await deps.settings.read(), caller.account);
    const leaveSlot = deps.takeUploadSlot(caller.account.id);
    await using received = await receiveEdit(deps, ctx, readPictures).finally(leaveSlot);
    const { asked, sent } = received;
    await answerRequest(deps, ctx, caller, { prefix: 'image_edit', asked, sent });
  };
}

/** Reads pictures inside JSON, which may be large. */
function readWithPictures(deps: OpenAiDeps): (ctx: ApiContext) => Promise<Record<string, unknown>> {
  const readPictures = readJson({ limitBytes: doorUploads.jsonBytes });
  return async (ctx) => {
    const leaveSlot = deps.takeUploadSlot(callerOf(ctx).account.id);
    await readPictures(ctx, async () => {}).finally(leaveSlot);
    return toObject(ctx.request.body);
  };
}

function chat(deps: OpenAiDeps): ApiMiddleware {
  const read = readWithPictures(deps);
  return async (ctx) => {
    const request = parseChat(await read(ctx));
    if (request.urls.length > 0) requireScope(callerOf(ctx), 'assets');
    await answerChat(deps, ctx, callerOf(ctx), request);
  };
}

function routerImages(deps: OpenAiDeps): ApiMiddleware {
  const read = readWithPictures(deps);
  return async (ctx) => {
    const request = parseRouterImages(await read(ctx));
    if (request.urls.length > 0) requireScope(callerOf(ctx), 'assets');
    await answerRouterImages(deps, ctx, callerOf(ctx), request);
  };
}

function responses(deps: OpenAiDeps): ApiMiddleware {
  const read = readWithPictures(deps);
  return async (ctx) => {
    const body = await read(ctx);
    const caller = callerOf(ctx);
    await answerResponse(deps, ctx, caller, body, () => requireScope(caller, 'assets'));
  };
}

function gemini(deps: OpenAiDeps): ApiMiddleware {
  const read = readWithPictures(deps);
  return async (ctx) => {
    const call = readCall(paramOf(ctx, 'model'));
    await read(ctx);
    const caller = callerOf(ctx);
    await answerGemini(deps, ctx, caller, call, () => requireScope(caller, 'assets'));
  };
}

const paramOf = (ctx: ApiContext, name: string): string =>
  (ctx as ApiContext & { params: Record<string, string> }).params[name] ?? '';

const toObject = (body: unknown): Record<string, unknown> => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw new Problem('invalid-params', 'Send a JSON object.');
};

const presentModel = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'star-graph' });

const showModels =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const isGemini = speaksGemini(ctx);
    const names = await listModels(deps, callerOf(ctx), { withFilms: !isGemini });
    ctx.body = isGemini
      ? { models: names.map(presentGeminiModel) }
      : { object: 'list', data: names.map(presentModel) };
  };

const showModel =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    const isGemini = speaksGemini(ctx);
    const model = paramOf(ctx, 'model');
    if (!(await listModels(deps, callerOf(ctx), { withFilms: !isGemini })).includes(model))
      throw unknownModel(model);
    ctx.body = (isGemini ? presentGeminiModel : presentModel)(model);
  };

/** Bytes for the holder of a link, whatever credential comes along. */
const showResult =
  (deps: OpenAiDeps): ApiMiddleware =>
  async (ctx) => {
    await deps.rateLimits.countAddress(ctx.state.address);
    const { asset, encoding, lifeSeconds } = await openResult(deps, paramOf(ctx, 'token'));
    ctx.set({
      'Cache-Control': `private, max-age=${lifeSeconds}, immutable`,
      'Content-Disposition': 'inline',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    ctx.type = `image/${encoding.format}`;
    ctx.body = await readResult(deps, asset, encoding);
  };

/** From a request that was read to its answer: accepts, waits, and presents. */
async function answerRequest(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  request: ImageRequest & { prefix: EventPrefix },
): Promise<void> {
  const { asked, prefix } = request;
  const started = await startRequest(deps, ctx, caller, request);
  if (asked.stream) {
    streamImages(deps, caller, ctx, { ...started, asked, prefix }, deps.keep);
    return;
  }
  const ended = await runTasks(deps, caller, started);
  await started.requireStillValid();
  ctx.body = await presentImages(deps, asked, ended);
}
