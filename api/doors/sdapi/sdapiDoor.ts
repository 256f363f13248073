import Router, { type RouterMiddleware } from '@koa/router';
import { authenticate } from '@star-graph/core/people/identity/authenticate';
import { doorUploads } from '@star-graph/workflows/shared/uploadRules';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { readJson } from '../../middleware/readJson.ts';
import type { Door, DoorDeps } from '../doorDeps.ts';
import { letIn, makes, reads } from '../letIn.ts';
import { createWaitingClients } from '../waitingClients.ts';
import { createChoices } from './choices.ts';
import { draw, redraw } from './drawings.ts';
import { emptyLists, refreshed } from './listNames.ts';
import {
  emptyObjects,
  listLoras,
  listModels,
  listNothing,
  listRealEsrgan,
  listSamplers,
  listSchedulers,
  listUpscalers,
  refresh,
  showEmpty,
  showMemory,
} from './lists.ts';
import { changeOptions, showOptions } from './options.ts';
import { showPngInfo } from './pngInfo.ts';
import { interrupt, showProgress, skip } from './progress.ts';
import { doorScope, requireKey, type SdapiDeps } from './sdapiDeps.ts';
import { enlarge, enlargeMany } from './upscale.ts';

export const sdapiPrefix = '/sdapi/v1';

/** The API of A1111: a translation onto tasks, with the rights and limits of the person behind the key. */
export function createSdapiDoor(deps: DoorDeps): Door {
  const clients = createWaitingClients();
  const door: SdapiDeps = {
    ...deps,
    clients,
    choices: createChoices(deps),
    authenticate: (presented) => authenticate(deps, presented),
  };
  const router = new Router({ strict: true, sensitive: true });
  const add = (method: 'get' | 'post', path: string, ...stack: ApiMiddleware[]) => {
    const named: ApiMiddleware = async (ctx, next) => {
      ctx.state.routePath = `${sdapiPrefix}/${path}`;
      await next();
    };
    const entrance = letProgramIn(deps, method === 'get' ? reads : makes);
    // The router's context type lacks our state, which every request has by then.
    router[method](
      `${sdapiPrefix}/${path}`,
      ...([named, ...entrance, ...stack] as unknown as RouterMiddleware[]),
    );
  };
  const json = readJson({ limitBytes: deps.config.BODY_LIMIT_BYTES });
  const pictures = readJson({ limitBytes: doorUploads.jsonBytes });
  add('post', 'txt2img', json, draw(door));
  add('post', 'img2img', redraw(door, pictures));
  add('post', 'extra-single-image', enlarge(door, pictures));
  add('post', 'extra-batch-images', enlargeMany(door, pictures));
  add('post', 'png-info', showPngInfo(door, pictures));
  add('get', 'options', showOptions(door));
  add('post', 'options', json, changeOptions(door));
  add('get', 'sd-models', listModels(door));
  add('get', 'samplers', listSamplers(door));
  add('get', 'schedulers', listSchedulers(door));
  add('get', 'upscalers', listUpscalers(door));
  add('get', 'loras', listLoras(door));
  add('get', 'realesrgan-models', listRealEsrgan(door));
  for (const path of emptyLists) add('get', path, listNothing(door));
  for (const name of emptyObjects) add('get', name, showEmpty(name));
  for (const path of refreshed) add('post', path, refresh(door));
  add('get', 'memory', showMemory(door));
  add('get', 'progress', showProgress(door));
  add('post', 'interrupt', interrupt(door));
  add('post', 'skip', skip(door));
  return { middleware: router.routes(), close: () => clients.close() };
}

/** By the password of Basic authentication, whose name says nothing. */
const letProgramIn = (deps: DoorDeps, spec: typeof makes | typeof reads): ApiMiddleware[] =>
  letIn(deps, spec, {
    authorizationOf,
    scope: doorScope,
    // First the words of this protocol for what it lacks, then the rules that hold for all.
    requireOwn: requireKey,
  });

const basicPattern = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

function authorizationOf(ctx: ApiContext): string {
  const given = ctx.get('authorization');
  const [, encoded] = basicPattern.exec(given) ?? [];
  if (encoded === undefined) return given.startsWith('Bearer ') ? given : '';
  const pair = Buffer.from(encoded, 'base64').toString();
  return `Bearer ${pair.slice(pair.indexOf(':') + 1)}`;
}
