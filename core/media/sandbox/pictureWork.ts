import { setTimeout } from 'node:timers/promises';
import { maskOfAlpha } from '../images/alphaMask.ts';
import { blurPicture } from '../images/blurPicture.ts';
import { type BrightMask, maskOfBrightness } from '../images/brightMask.ts';
import { drawBody } from '../images/drawBody.ts';
import { drawFrames } from '../images/drawFrames.ts';
import { drawSquare } from '../images/drawSquare.ts';
import { drawThumbnail, encodeThumbnail, type ThumbnailShape } from '../images/drawThumbnail.ts';
import { encodePicture } from '../images/encodePicture.ts';
import { fitPreview } from '../images/fitPreview.ts';
import { writePlainPng } from '../images/plainPng.ts';
import { beginProbe, type ProbedImage } from '../images/probeImage.ts';
import { putAlpha } from '../images/putAlpha.ts';
import type { Encoding } from '../pictureFormats.ts';
import type { WorkContext } from './serveWork.ts';

type Pixels = { mostPixels: number };

/** What is known of a result before its thumbnail is drawn: first the header, then that it is whole. */
export type ToldOfResult = { image: ProbedImage } | { isWhole: true };

/** Everything that opens pictures. Nothing else loads the picture library. */
export const pictureWork = {
  async probe({ signal, tell }: WorkContext, file: string | Buffer, options: Pixels): Promise<ProbedImage> {
    const { image, proof } = await beginProbe(file, { ...options, signal });
    tell(image);
    await proof;
    return image;
  },
  /** Proves a result and draws its thumbnail, from one decoding. It tells `ToldOfResult`. */
  async result(
    { signal, tell }: WorkContext,
    file: string | Buffer,
    { mostPixels, boxPixels, format, pauseMs }: Pixels & ThumbnailShape & { pauseMs: number },
  ): Promise<Buffer> {
    const { image, proof } = await beginProbe(file, { mostPixels, boxPixels, signal });
    tell({ image } satisfies ToldOfResult);
    const small = await proof;
    tell({ isWhole: true } satisfies ToldOfResult);
    await setTimeout(pauseMs, undefined, { signal });
    return encodeThumbnail(small, format);
  },
  thumbnail: ({ signal }: WorkContext, source: string | Buffer, shape: ThumbnailShape): Promise<Buffer> =>
    drawThumbnail(source, shape, signal),
  body: (_: WorkContext, file: string, shape: ThumbnailShape): Promise<Buffer> => drawBody(file, shape),
  frames: ({ signal }: WorkContext, source: string | Buffer): Promise<Buffer[]> => drawFrames(source, signal),
  square: (_: WorkContext, picture: Buffer, side: number): Promise<Buffer> => drawSquare(picture, side),
  plainPng: (
    { signal }: WorkContext,
    file: string,
    target: string,
    size: Parameters<typeof writePlainPng>[2],
  ) => writePlainPng(file, target, size, signal),
  encode: (_: WorkContext, file: Buffer, encoding: Encoding): Promise<Buffer> =>
    encodePicture(file, encoding),
  preview: (_: WorkContext, bytes: Buffer, limitBytes: number): Promise<Buffer> =>
    fitPreview(bytes, limitBytes),
  blur: (_: WorkContext, picture: Buffer, shape: Parameters<typeof blurPicture>[1]): Promise<Buffer> =>
    blurPicture(picture, shape),
  alpha: (_: WorkContext, picture: Buffer, maskFile: string, options: Pixels): Promise<Buffer> =>
    putAlpha(picture, maskFile, options),
  alphaMask: (_: WorkContext, file: string, options: Pixels): Promise<Buffer> => maskOfAlpha(file, options),
  brightMask: (_: WorkContext, mask: BrightMask, picture: string, options: Pixels): Promise<Buffer> =>
    maskOfBrightness(mask, picture, options),
};

export type PictureWork = typeof pictureWork;
