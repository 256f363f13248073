import type { PictureSource } from '@star-graph/ui/form/useUploads';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { LocalProblem } from '../../problems/problem.ts';
import { translateProblem } from '../../problems/translateProblem.ts';
import { findVideoFormat } from '../../runs/videoFormat.ts';
import { nameOf, readFile } from '../readFile.ts';

/** Further pictures and videos of a form. Each is uploaded when it is chosen. */
export const formPictures: PictureSource = {
  async uploadPicture(blob, { isMask }) {
    const file = blob instanceof File ? blob : new File([blob], 'mask.png', { type: blob.type });
    try {
      const kind = (await findVideoFormat(file)) ? 'video' : 'image';
      const assetId = await background.uploadFile(await readFile(file), nameOf(file), kind, isMask);
      return { assetId, url: await background.getAssetUrl(assetId) };
    } catch (error) {
      const problem = error instanceof LocalProblem ? { code: error.code } : problemOf(error);
      throw new Error(translateProblem(problem), { cause: error });
    }
  },
  findPicture: async (assetId) => ({ assetId, url: await background.getAssetUrl(assetId) }),
};
