import { Problem } from '@star-graph/core/ground/errors';
import { probeImage } from '@star-graph/core/media/pictures';
import type { ReceivedFile } from '@star-graph/core/media/receiveUpload';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { receiveBase64 } from '../dataUrl.ts';
import { faultOf, firstFaultOf, readResult } from '../readResults.ts';
import { storePictures } from '../storePictures.ts';
import { receivePictures, runRequest } from './drawings.ts';
import { type Extras, extrasBatchSchema, extrasSchema } from './parameters.ts';
import { parseBody } from './parseBody.ts';
import { callerOf, type SdapiDeps } from './sdapiDeps.ts';
import { findUpscalerFile, isOpenUpscaler } from './upscalerNames.ts';

const workflowName = 'upscale';
const factors = [2, 4] as const;

export const enlarge =
  (deps: SdapiDeps, readPictures: ApiMiddleware): ApiMiddleware =>
  async (ctx) => {
    await receivePictures(deps, ctx, readPictures);
    const { image, ...asked } = parseBody(extrasSchema, ctx.request.body);
    const { html_info, images } = await enlargeAll(deps, ctx, [{ data: image, pointer: '/image' }], asked);
    ctx.body = { html_info, image: images[0] };
  };

/** All of them or none: each is a task, and what was accepted is given back where a later one is refused. */
export const enlargeMany =
  (deps: SdapiDeps, readPictures: ApiMiddleware): ApiMiddleware =>
  async (ctx) => {
    await receivePictures(deps, ctx, readPictures);
    const { imageList, ...asked } = parseBody(extrasBatchSchema, ctx.request.body);
    const sent = imageList.map(({ data }, index) => ({ data, pointer: `/imageList/${index}/data` }));
    ctx.body = await enlargeAll(deps, ctx, sent, asked);
  };

async function enlargeAll(
  deps: SdapiDeps,
  ctx: ApiContext,
  sent: readonly { data: string; pointer: string }[],
  asked: Extras,
): Promise<{ html_info: string; images: string[] }> {
  const caller = callerOf(ctx);
  const { tempDirectory, mostPixels } = deps.uploads;
  await using files = new AsyncDisposableStack();
  const pictures: { file: ReceivedFile; scale: number; isExact: boolean }[] = [];
  for (const { data, pointer } of sent) {
    const file = files.use(await receiveBase64(data, pointer, tempDirectory));
    const wanted =
      asked.resize_mode === 1 ? await factorTo(file.path, asked, mostPixels) : asked.upscaling_resize;
    const factor = wanted ?? factors[0];
    const scale = nearest(factor);
    pictures.push({ file, scale, isExact: scale === factor });
  }
  const model = await findUpscaler(deps, caller, asked.upscaler_1 ?? '');
  const signal = deps.clients.watch(ctx);
  const images = pictures.map(({ file }) => file);
  const { imageIds } = await storePictures(deps, caller, { images, mask: undefined }, signal);
  const bodies = pictures.map(({ scale }, index) => ({
    image: imageIds[index],
    scale,
    ...(model === undefined ? {} : { model }),
  }));
  const ended = await runRequest(deps, ctx, caller, { workflowName, bodies }, signal);
  const assets = ended.flatMap((one) => (faultOf(one) ? [] : one.outputs));
  if (assets.length === 0) throw firstFaultOf(ended);
  const enlarged: string[] = [];
  // One after the other: each is held in memory while it is encoded.
  for (const asset of assets)
    enlarged.push((await readResult(deps, asset, { format: 'png' })).toString('base64'));
  const changed = [...new Set(pictures.flatMap(({ scale, isExact }) => (isExact ? [] : [scale])))];
  const said = changed.map(
    (scale) => `<p>The picture became ${scale} times as large: the nearest that there is.</p>`,
  );
  return { html_info: said.join(''), images: enlarged };
}

async function factorTo(path: string, asked: Extras, mostPixels: number): Promise<number> {
  const { width, height } = await probeImage(path, { mostPixels });
  return Math.max((asked.upscaling_resize_w ?? 0) / width, (asked.upscaling_resize_h ?? 0) / height);
}

const nearest = (factor: number): (typeof factors)[number] =>
  Math.abs(factor - factors[1]) <= Math.abs(factor - factors[0]) ? factors[1] : factors[0];

async function findUpscaler(
  deps: SdapiDeps,
  caller: ReturnType<typeof callerOf>,
  name: string,
): Promise<string | undefined> {
  if (isOpenUpscaler(name)) return undefined;
  const file = findUpscalerFile(await deps.choices.list(caller, 'upscalers'), name);
  if (file !== undefined) return file;
  throw new Problem('invalid-params', 'There is no such upscaler.', {
    errors: [{ pointer: '/upscaler_1', message: 'GET /sdapi/v1/upscalers lists them.' }],
  });
}
