import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { Images } from 'lucide';
import { describeProblem } from '../../../data/problemText.ts';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { galleryQuestion } from './galleryQuestion.ts';
import { toAssetValue } from './sendPicture.ts';
import { texts } from './texts.ts';
import './pictures.css';

/** Shown while somebody is asked. */
export function GalleryPicker() {
  const question = galleryQuestion.value;
  if (!question) return null;
  const { media, answer } = question;
  return (
    <Dialog
      open
      size="large"
      title={{ image: texts.chooseImage, video: texts.chooseVideo, audio: texts.chooseSound }[media]}
      onClose={() => answer(undefined)}
    >
      <Choices media={media} onChoose={(asset) => answer(toAssetValue(asset))} />
    </Dialog>
  );
}

function Choices({ media, onChoose }: { media: FileKind; onChoose(asset: ListedAssetView): void }) {
  const pages = usePages(
    (page, signal) => api.listAssets({ query: { ...page, media, limit: 60 } }, { signal }),
    [media],
  );
  const { items, state, error, hasMore } = pages;
  if (items.length === 0 && state === 'failed')
    return (
      <ErrorState title={texts.failed} action={{ label: texts.again, onAction: pages.reload }}>
        {describeProblem(error)}
      </ErrorState>
    );
  if (items.length === 0 && state === 'ready' && !hasMore)
    return (
      <EmptyState icon={Images} title={texts.empty}>
        {texts.emptyHint}
      </EmptyState>
    );
  return (
    <>
      <div class="picker-grid" aria-busy={state === 'loading'}>
        {items.map((asset) => (
          <button
            key={asset.id}
            type="button"
            class="picker-choice"
            aria-label={asset.task?.prompt ?? texts.upload}
            onClick={() => onChoose(asset)}
          >
            {media === 'audio' ? (
              <KindMark media={media} of={asset} />
            ) : (
              <img src={asset.thumbnailUrl ?? asset.url} alt="" loading="lazy" />
            )}
          </button>
        ))}
        {state === 'loading' && Array.from({ length: 8 }, (_, at) => <Skeleton key={at} ratio={1} />)}
      </div>
      {hasMore && (
        <Button wide busy={state === 'loading'} onClick={pages.loadMore}>
          {texts.more}
        </Button>
      )}
    </>
  );
}
