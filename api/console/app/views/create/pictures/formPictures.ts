import { ClientProblem } from '@star-graph/client/clientProblem';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { PictureSource } from '@star-graph/ui/form/useUploads';
import { describeProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { describeLinkFault } from './describeLinkFault.ts';
import { type SentPicture, sendLink, sendPicture, toAssetValue } from './sendPicture.ts';

interface Ways {
  chooseFromGallery?: PictureSource['chooseFromGallery'];
  /** A picture of the form was deleted meanwhile. */
  onLost(assetId: string): void;
  /** One has arrived and may bring its settings; what came from a link is no file here. */
  onUploaded(asset: AssetView, file?: Blob): void;
}

/** Where the pictures of a form come from. */
export function createPictureSource(ways: Ways): PictureSource {
  const arrive = async (
    signal: AbortSignal,
    describe: (error: unknown) => string,
    send: () => Promise<SentPicture>,
  ): Promise<SentPicture> => {
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      throw new Error(describe(error), { cause: error });
    }
  };
  return {
    chooseFromGallery: ways.chooseFromGallery,
    async uploadPicture(file, options) {
      const { asset, value } = await arrive(options.signal, describeProblem, () =>
        sendPicture(file, options),
      );
      if (!options.isMask) ways.onUploaded(asset, file);
      return value;
    },
    async importUrl(url, options) {
      const { asset, value } = await arrive(options.signal, describeLinkFault, () => sendLink(url, options));
      ways.onUploaded(asset);
      return value;
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
