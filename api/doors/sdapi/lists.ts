import { samplerNames, schedulerNames } from '@star-graph/workflows/shared/samplerNames';
import type { ApiMiddleware } from '../../apiContext.ts';
import { nameOfFile } from './choices.ts';
import { callerOf, type SdapiDeps } from './sdapiDeps.ts';
import { upscalerNameOf } from './upscalerNames.ts';

type List = (deps: SdapiDeps) => ApiMiddleware;

export const listModels: List = (deps) => async (ctx) => {
  const names = await deps.choices.listModels(callerOf(ctx));
  ctx.body = names.map((name) => ({
    title: name,
    model_name: name,
    hash: null,
    sha256: null,
    filename: name,
    config: null,
  }));
};

export const listSamplers: List = (deps) => async (ctx) => {
  const names = await deps.choices.list(callerOf(ctx), 'samplers');
  ctx.body = names.map((name) => ({ name: samplerNames.toTheirs(name), aliases: [name], options: {} }));
};

export const listSchedulers: List = (deps) => async (ctx) => {
  const names = await deps.choices.list(callerOf(ctx), 'schedulers');
  ctx.body = names.map((name) => ({
    name,
    label: schedulerNames.toTheirs(name),
    aliases: null,
    default_rho: -1,
    need_inner_model: false,
  }));
};

/** The first one leaves the choice to the workflow: these programs expect it there. */
export const listUpscalers: List = (deps) => async (ctx) => {
  const files = await deps.choices.list(callerOf(ctx), 'upscalers');
  ctx.body = ['None', ...files.map(upscalerNameOf)].map((name) => ({
    name,
    model_name: null,
    model_path: null,
    model_url: null,
    scale: 4,
  }));
};

export const listLoras: List = (deps) => async (ctx) => {
  const files = await deps.choices.list(callerOf(ctx), 'loras');
  ctx.body = files.map((file) => {
    const name = nameOfFile(file);
    return { name, alias: name, path: file, metadata: {} };
  });
};

/** Of what is not chosen here: the VAE is the model's, and there is no second pass over a latent picture. */
export const listNothing: List = () => async (ctx) => {
  ctx.body = [];
};

/** Those of this kind, by the names that these programs have for them. */
export const listRealEsrgan: List = (deps) => async (ctx) => {
  const files = await deps.choices.list(callerOf(ctx), 'upscalers');
  ctx.body = files
    .map((file) => ({ name: upscalerNameOf(file), path: file, scale: 4 }))
    .filter(({ name }) => name.startsWith('R-ESRGAN'));
};

/** Lists that are no list: what does not run or load here. */
const empties = {
  scripts: { txt2img: [], img2img: [] },
  embeddings: { loaded: {}, skipped: {} },
  'cmd-flags': {},
} as const;
export const emptyObjects = Object.keys(empties) as (keyof typeof empties)[];

export const showEmpty =
  (name: keyof typeof empties): ApiMiddleware =>
  async (ctx) => {
    ctx.body = empties[name];
  };

/** Lists are those of the moment. */
export const refresh: List = () => async (ctx) => {
  ctx.type = 'application/json';
  ctx.body = 'null';
};

export const showMemory: List = () => async (ctx) => {
  const elsewhere = { error: 'Pictures are made on other machines.' };
  ctx.body = { ram: elsewhere, cuda: elsewhere };
};
