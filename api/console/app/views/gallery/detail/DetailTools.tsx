import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ArrowLeft, Columns2, Download, Heart, Info, Trash2 } from 'lucide';
import type { ComponentChildren } from 'preact';
import { api } from '../../../session/session.ts';
import { sayProblem } from '../changes.ts';
import { fileNameOf } from '../grid/fileName.ts';
import { texts as galleryTexts } from '../texts.ts';
import { SideWays } from './SideWays.tsx';
import { texts } from './texts.ts';
import type { OpenedAsset } from './useDetail.ts';
import type { DetailActions } from './useDetailKeys.ts';

interface DetailToolsProps {
  asset: OpenedAsset | undefined;
  actions: DetailActions;
  hasFacts: boolean;
  children?: ComponentChildren;
}

/** They lie on the picture: the way back and what is done with it above, the ones beside it at its sides. */
export function DetailTools({ asset, actions, hasFacts, children }: DetailToolsProps) {
  const { previous, next, compare, favourite, remove } = actions;
  const isFavourite = asset?.favourite === true;
  return (
    <>
      <div class="detail-tools">
        <IconButton look="glass" icon={ArrowLeft} label={texts.back} onClick={actions.close} />
        <span class="detail-space" />
        {asset && (
          <>
            {favourite && (
              <IconButton
                look="glass"
                icon={Heart}
                label={isFavourite ? galleryTexts.unfavourite : galleryTexts.favourite}
                pressed={isFavourite}
                class="detail-heart"
                onClick={favourite}
              />
            )}
            {compare && (
              <IconButton look="glass" icon={Columns2} label={texts.compareInput} onClick={compare} />
            )}
            {children}
            <IconButton
              look="glass"
              icon={Download}
              label={galleryTexts.download}
              onClick={() => void saveFile(asset).catch(sayProblem)}
            />
            {remove && <IconButton look="glass" icon={Trash2} label={galleryTexts.delete} onClick={remove} />}
            <IconButton
              look="glass"
              icon={Info}
              label={texts.facts}
              pressed={hasFacts}
              onClick={actions.toggleFacts}
            />
          </>
        )}
      </div>
      <SideWays previous={previous} next={next} texts={texts} side="detail" />
    </>
  );
}

/** From a link that is new: that of the list may have ended. */
async function saveFile(asset: OpenedAsset): Promise<void> {
  const { url } = await api.getAssetUrl({ params: { id: asset.id } });
  // A link to another origin would only be opened by its name; the bytes are saved under ours.
  const isOurs = new URL(url).origin === location.origin;
  const href = isOurs ? url : URL.createObjectURL(await (await fetch(url)).blob());
  Object.assign(document.createElement('a'), { href, download: fileNameOf(asset) }).click();
}
