import type { AssetView } from '../../../../../contract/assets/assets.ts';
import { ErrorState } from '../../../../../ui/feedback/EmptyState.tsx';
import { Skeleton } from '../../../../../ui/feedback/Skeleton.tsx';
import { Dialog } from '../../../../../ui/overlays/Dialog.tsx';
import { ComparePictures } from '../../../../../ui/pictures/ComparePictures.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { mediaOf } from '../pictures/placePicture.ts';
import { texts } from './texts.ts';

interface CompareDialogProps {
  /** The asset that it was made from. */
  input: string;
  output: AssetView;
  onClose(): void;
}

export function CompareDialog({ input, output, onClose }: CompareDialogProps) {
  const before = useResource((signal) => api.getAsset({ params: { id: input } }, { signal }), [input]);
  return (
    <Dialog open size="large" title={texts.compare} onClose={onClose}>
      <div class="result-compare">
        {before.value && <ComparePictures before={toCompared(before.value)} after={toCompared(output)} />}
        {before.state === 'loading' && <Skeleton ratio={output.width / output.height} />}
        {before.state === 'failed' && (
          <ErrorState title={texts.originalGone}>{describeProblem(before.error)}</ErrorState>
        )}
      </div>
    </Dialog>
  );
}

const toCompared = ({ url, width, height, mime }: AssetView) => ({
  url,
  width,
  height,
  isFilm: mediaOf(mime) === 'video',
});
