import { Problem } from '@star-graph/core/ground/errors';
import { probeImage } from '@star-graph/core/media/pictures';
import type { ApiMiddleware } from '../../apiContext.ts';
import { receiveBase64 } from '../dataUrl.ts';
import { faultOf, firstFaultOf, readResult } from '../readResults.ts';
import { storePictures } from '../storePictures.ts';
import { nameOfFile } from './choices.ts';
import { receivePictures, runRequest } from './drawings.ts';
import { extrasSchema } from './parameters.ts';
import { parseBody } from './parseBody.ts';
import { callerOf, type SdapiDeps } from './sdapiDeps.ts';

const workflowName = 'upscale';
const factors = [2, 4] as const;

export const enlarge =
  (deps: SdapiDeps, readPictures: ApiMiddleware): ApiMiddleware =>
  async (ctx) => {
    await receivePictures(deps, ctx, readPictures);
    const caller = callerOf(ctx);
    const asked = parseBody(extrasSchema, ctx.request.body);
    const { tempDirectory, mostPixels } = deps.uploads;
    await using picture = await receiveBase64(asked.image, '/image', tempDirectory);
    const wanted =
      asked.resize_mode === 1 ? await factorTo(picture.path, asked, mostPixels) : asked.upscaling_resize;
    const factor = wanted ?? factors[0];
    const scale = nearest(factor);
    const upscaler = await findUpscaler(deps, caller, asked.upscaler_1 ?? '');
    const signal = deps.clients.watch(ctx);
    const stored = await storePictures(deps, caller, { images: [picture], mask: undefined }, signal);
    const body = { image: stored.imageIds[0], scale, ...(upscaler === undefined ? {} : { model: upscaler }) };
    const ended = await runRequest(deps, ctx, caller, { workflowName, bodies: [body] }, signal);
    const [asset] = ended.flatMap((one) => (faultOf(one) ? [] : one.outputs));
    if (!asset) throw firstFaultOf(ended);
    const html_info =
      scale === factor ? '' : `<p>The picture became ${scale} times as large: the nearest that there is.</p>`;
    const image = (await readResult(deps, asset, { format: 'png' })).toString('base64');
    ctx.body = { html_info, image };
  };

async function factorTo(
  path: string,
  asked: { upscaling_resize_w?: number | null | undefined; upscaling_resize_h?: number | null | undefined },
  mostPixels: number,
): Promise<number> {
  const { width, height } = await probeImage(path, { mostPixels });
  return Math.max((asked.upscaling_resize_w ?? 0) / width, (asked.upscaling_resize_h ?? 0) / height);
}

const nearest = (factor: number): (typeof factors)[number] =>
  Math.abs(factor - factors[1]) <= Math.abs(factor - factors[0]) ? factors[1] : factors[0];

/** `None` leaves the choice to the workflow. */
async function findUpscaler(
  deps: SdapiDeps,
  caller: ReturnType<typeof callerOf>,
  name: string,
): Promise<string | undefined> {
  if (['', 'none'].includes(name.toLowerCase())) return undefined;
  const files = await deps.choices.list(caller, 'upscalers');
  const file = files.find((one) => one === name || nameOfFile(one) === name);
  if (file !== undefined) return file;
  throw new Problem('invalid-params', 'There is no such upscaler.', {
    errors: [{ pointer: '/upscaler_1', message: 'GET /sdapi/v1/upscalers lists them.' }],
  });
}
