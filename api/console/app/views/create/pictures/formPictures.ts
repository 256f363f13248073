import { ClientProblem } from '../../../../../client/clientProblem.ts';
import type { AssetView } from '../../../../../contract/assets/assets.ts';
import type { AssetValue } from '../../../../../ui/form/model/fitValue.ts';
import type { PictureSource } from '../../../../../ui/form/useUploads.ts';
import { describeProblem } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';

export const toAssetValue = ({ id, url, width, height }: AssetView): AssetValue => ({
  ...{ assetId: id, url, width, height },
});

/** Where the pictures of a form come from. */
export function createPictureSource(ways: {
  chooseFromGallery: NonNullable<PictureSource['chooseFromGallery']>;
  /** A picture of the form was deleted meanwhile. */
  onLost(assetId: string): void;
  /** One has arrived: it may be one of ours and bring its settings. */
  onUploaded(asset: AssetView): void;
}): PictureSource {
  return {
    chooseFromGallery: ways.chooseFromGallery,
    async uploadPicture(file, { signal, onProgress }) {
      try {
        const asset = await api.uploadAsset(file, {
          ...{ signal, filename: file instanceof File ? file.name : 'picture' },
          onProgress: (sent, total) => onProgress(total === 0 ? 0 : sent / total),
        });
        ways.onUploaded(asset);
        return toAssetValue(asset);
      } catch (error) {
        signal.throwIfAborted();
        throw new Error(describeProblem(error), { cause: error });
      }
    },
    async findPicture(assetId) {
      try {
        return toAssetValue(await api.getAsset({ params: { id: assetId } }));
      } catch (error) {
        if (!(error instanceof ClientProblem) || error.code !== 'not-found') throw error;
        ways.onLost(assetId);
        return undefined;
      }
    },
  };
}
