import Router, { type RouterMiddleware } from '@koa/router';
import { Problem } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { type PersonCaller, requirePerson } from '@star-graph/core/people/identity/caller';
import { graphBounds } from '@star-graph/workflows/shared/boundedJson';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { readJson } from '../../middleware/readJson.ts';
import { makes, reads } from '../letIn.ts';
import { answerErrors } from './errors.ts';
import { describeFeatures } from './features.ts';
import type { GraphDeps } from './graphDeps.ts';
import { readModels, readObjectInfo, systemStats } from './infoRoutes.ts';
import { readModelInfo } from './kritaModelInfo.ts';
import { keepNamedPicture } from './kritaPictures.ts';
import { letSenderIn } from './letSenderIn.ts';
import { receivePrompt } from './receivePrompt.ts';
import { receiveUpload } from './receiveUpload.ts';
import { cancelJobs, listJobs, readJob, readJobIds } from './runs/jobs.ts';
import { openRuns, presentHistory } from './runs/presentRuns.ts';
import { changeQueue, interrupt } from './runs/stopRuns.ts';
import { answerAsset, viewFile } from './viewFile.ts';

/** What ComfyUI answers where something was done. */
const nothing = Buffer.alloc(0);

/** Whether a request may change something. */
const rules = { make: makes, read: reads } as const;
type Access = keyof typeof rules;

/** A graph with the page's own copy of it, which clients send along. */
const promptBytes = 4_000_000;

/** ComfyUI's routes at the root and below `/api`: a translation onto tasks of the person behind the key. */
export function createGraphDoor(deps: GraphDeps): ApiMiddleware[] {
  const router = new Router({ strict: true, sensitive: true });
  const add = (method: 'get' | 'post' | 'put', path: string, access: Access, ...stack: ApiMiddleware[]) => {
    const named: ApiMiddleware = async (ctx, next) => {
      ctx.state.routePath = path.replaceAll(/:(\w+)/g, '{$1}');
      await next();
    };
    // The router's context type lacks our state, which every request has by then.
    router[method](
      path,
      ...([named, ...letSenderIn(deps, rules[access]), ...stack] as unknown as RouterMiddleware[]),
    );
  };
  const small = readJson({ limitBytes: deps.config.BODY_LIMIT_BYTES, takesAnyType: true });
  const readPrompt = readJson({ limitBytes: promptBytes, bounds: graphBounds, takesAnyType: true });
  add('post', '/prompt', 'make', readPrompt, async (ctx) => {
    ctx.body = await receivePrompt(deps, ctx, callerOf(ctx));
  });
  add('get', '/prompt', 'read', async (ctx) => {
    const { list } = await readRuns(deps, ctx);
    ctx.body = { exec_info: { queue_remaining: openRuns(list).length } };
  });
  add('get', '/queue', 'read', async (ctx) => answerJson(ctx, (await readRuns(deps, ctx)).queue));
  add('post', '/queue', 'make', small, async (ctx) => {
    await changeQueue(deps, callerOf(ctx), ctx.request.body);
    ctx.body = nothing;
  });
  add('post', '/interrupt', 'make', small, async (ctx) => {
    await interrupt(deps, callerOf(ctx), ctx.request.body);
    ctx.body = nothing;
  });
  add('get', '/history', 'read', showHistory(deps));
  add('get', '/history/:promptId', 'read', showEntry(deps));
  add('get', '/jobs', 'read', async (ctx) => {
    ctx.body = await listJobs(deps, ctx, callerOf(ctx));
  });
  add('get', '/jobs/:jobId', 'read', async (ctx) => {
    ctx.body = await readJob(deps, callerOf(ctx), paramOf(ctx, 'jobId'));
  });
  add('post', '/jobs/cancel', 'make', small, async (ctx) => {
    ctx.body = await cancelJobs(deps, callerOf(ctx), readJobIds(ctx.request.body));
  });
  add('post', '/jobs/:jobId/cancel', 'make', small, async (ctx) => {
    ctx.body = await cancelJobs(deps, callerOf(ctx), [paramOf(ctx, 'jobId')]);
  });
  add('get', '/view', 'read', (ctx) => viewFile(deps, ctx, callerOf(ctx)));
  for (const [path, isMask] of [
    ['/upload/image', false],
    ['/upload/mask', true],
  ] as const)
    add('post', path, 'make', async (ctx) => {
      ctx.body = await receiveUpload(deps, ctx, callerOf(ctx), { isMask });
    });
  add('put', '/etn/image/:name', 'make', async (ctx) => {
    const isNew = await keepNamedPicture(deps, ctx, callerOf(ctx), paramOf(ctx, 'name'));
    ctx.status = isNew ? 201 : 200;
    ctx.body = { status: isNew ? 'success' : 'cached' };
  });
  add('get', '/etn/image/:name', 'read', async (ctx) => {
    const owner = callerOf(ctx).account.id;
    await answerAsset(deps, ctx, await requireAsset(deps.database, paramOf(ctx, 'name'), owner));
  });
  add('get', '/etn/model_info/:name', 'read', async (ctx) => {
    ctx.body = await readModelInfo(deps, callerOf(ctx), paramOf(ctx, 'name'), ctx.query);
  });
  // Nobody publishes graphs to others here.
  for (const path of ['/etn/workflow/subscribe', '/etn/workflow/unsubscribe'])
    add('post', path, 'read', async (ctx) => {
      ctx.body = { status: 'success' };
    });
  addInfo(deps, (path, answer) =>
    add('get', path, 'read', async (ctx) => {
      ctx.body = await answer(callerOf(ctx), paramOf(ctx, 'name'));
    }),
  );
  return [withoutPrefix, answerErrors, router.routes() as unknown as ApiMiddleware, nothingHere];
}

type Answer = (caller: PersonCaller, name: string) => Promise<object> | object;

/** What the pool has, as far as the person may use it. */
function addInfo(deps: GraphDeps, add: (path: string, answer: Answer) => void): void {
  add('/object_info', (caller) => readObjectInfo(deps, caller));
  add('/object_info/:name', (caller, name) => readObjectInfo(deps, caller, name));
  add('/models', async (caller) => [...(await readModels(deps, caller)).keys()]);
  add('/models/:name', async (caller, name) => {
    const files = (await readModels(deps, caller)).get(name);
    if (!files) throw new Problem('not-found', 'There is no such folder of models.');
    return files;
  });
  // Servers do not tell the names of theirs.
  add('/embeddings', () => []);
  add('/system_stats', () => systemStats);
  add('/features', () => describeFeatures(deps));
  // Words are not translated here.
  add('/etn/languages', () => []);
}

const callerOf = (ctx: ApiContext) => requirePerson(ctx.state.caller);
const paramOf = (ctx: ApiContext, name: string): string =>
  (ctx as ApiContext & { params: Partial<Record<string, string>> }).params[name] ?? '';
const readRuns = (deps: GraphDeps, ctx: ApiContext) => deps.runs.read(callerOf(ctx).account.id);

function answerJson(ctx: ApiContext, body: string): void {
  ctx.type = 'application/json';
  ctx.body = body;
}

const prefix = '/api/';

const withoutPrefix: ApiMiddleware = async (ctx, next) => {
  if (ctx.path.startsWith(prefix)) ctx.path = ctx.path.slice(prefix.length - 1);
  await next();
};

/** Without the path: there may be a key in it. */
const nothingHere: ApiMiddleware = async () => {
  throw new Problem(
    'not-found',
    'Only a part of what ComfyUI answers is offered here. GET /openapi.json lists it.',
  );
};

const wholeNumber = /^\d{1,6}$/;

function showHistory(deps: GraphDeps): ApiMiddleware {
  return async (ctx) => {
    const { list, history } = await readRuns(deps, ctx);
    const { max_items: most, offset } = ctx.query;
    if (typeof most !== 'string' || !wholeNumber.test(most)) return answerJson(ctx, history);
    const entries = Object.entries(presentHistory(list));
    const from =
      typeof offset === 'string' && wholeNumber.test(offset)
        ? Number(offset)
        : Math.max(0, entries.length - Number(most));
    ctx.body = Object.fromEntries(entries.slice(from, from + Number(most)));
  };
}

function showEntry(deps: GraphDeps): ApiMiddleware {
  return async (ctx) => {
    const promptId = paramOf(ctx, 'promptId');
    const { list } = await readRuns(deps, ctx);
    ctx.body = presentHistory(list.filter((run) => run.promptId === promptId));
  };
}
