import { readFile } from 'node:fs/promises';
import { readPngText } from '@star-graph/core/media/metadata/pngText';
import { DamagedFile } from '@star-graph/core/media/metadata/rewrittenFile';
import { infotextKeyword, readInfotext } from '@star-graph/workflows/shared/infotext';
import { z } from 'zod';
import type { ApiMiddleware } from '../../apiContext.ts';
import { receiveBase64 } from '../dataUrl.ts';
import { receivePictures } from './drawings.ts';
import { parseBody } from './parseBody.ts';
import type { SdapiDeps } from './sdapiDeps.ts';

export const pngInfoSchema = z.strictObject({
  image: z.string().min(1).meta({ description: 'Base64, with or without data:image/png;base64, in front' }),
});

/** What a program wrote into a picture. Nothing is stored, and a picture without lines has none to tell. */
export const showPngInfo =
  (deps: SdapiDeps, readPictures: ApiMiddleware): ApiMiddleware =>
  async (ctx) => {
    await receivePictures(deps, ctx, readPictures);
    const { image } = parseBody(pngInfoSchema, ctx.request.body);
    await using file = await receiveBase64(image, '/image', deps.uploads.tempDirectory);
    const texts = textsOf(await readFile(file.path));
    const info = texts.get(infotextKeyword) ?? '';
    const items = Object.fromEntries([...texts].filter(([keyword]) => keyword !== 'star-graph'));
    ctx.body = { info, items, parameters: info === '' ? {} : readInfotext(info) };
  };

function textsOf(file: Buffer): ReadonlyMap<string, string> {
  try {
    return readPngText(file);
  } catch (error) {
    if (error instanceof DamagedFile) return new Map();
    throw error;
  }
}
