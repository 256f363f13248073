import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { useEffect } from 'preact/hooks';
import type { OpenedAsset } from './useDetail.ts';

interface StageProps {
  asset: OpenedAsset;
  name: string;
  next: ListedAssetView | undefined;
  previous: ListedAssetView | undefined;
}

/** What is transparent shows its ground once there is a picture to stand on it. */
const showShape = ({ currentTarget }: { currentTarget: HTMLImageElement }) => {
  currentTarget.dataset.loaded = '';
};

/** The picture in its shape from the start: its thumbnail, then its own bytes. The ones beside it are fetched ahead. */
export function Stage({ asset, name, next, previous }: StageProps) {
  const { url, thumbnailUrl, width, height, media } = asset;
  useEffect(() => {
    for (const beside of [next, previous])
      if (beside?.media === 'image') Object.assign(new Image(), { src: beside.url });
  }, [next, previous]);
  const shape = { '--aspect': width / height || 1, '--widest': `${width * 2}px` };
  if (media === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: films of GPUs have no speech to caption.
      <video
        key={asset.id}
        class="detail-picture"
        style={shape}
        src={url}
        poster={thumbnailUrl}
        controls
        loop
        playsInline
        aria-label={name}
      />
    );
  return (
    <div key={asset.id} class="detail-picture" style={shape}>
      {thumbnailUrl !== undefined && (
        <img class="detail-thumbnail" src={thumbnailUrl} alt="" onLoad={showShape} />
      )}
      <img src={url} alt={name} onLoad={showShape} />
    </div>
  );
}
