import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { ComparePictures } from '@star-graph/ui/pictures/ComparePictures.tsx';
import { placeBefore } from '@star-graph/ui/pictures/comparePlace';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { mediaOf } from '../pictures/placePicture.ts';
import { texts } from '../results/texts.ts';

interface ComparisonProps {
  input: string;
  output: AssetView;
  /** Of the task: an extended picture lies where they say. */
  params: TaskView['params'];
}

/** A result over what it was made from, in its place on the stage. */
export function Comparison({ input, output, params }: ComparisonProps) {
  const before = useResource((signal) => api.getAsset({ params: { id: input } }, { signal }), [input]);
  if (before.state === 'failed')
    return <ErrorState title={texts.originalGone}>{describeProblem(before.error)}</ErrorState>;
  const { width, height } = output;
  return (
    <div class="stage-picture" style={{ '--aspect': width / height || 1 }}>
      {before.value ? (
        <ComparePictures
          before={{ ...toCompared(before.value), place: placeBefore(params, before.value, output) }}
          after={toCompared(output)}
        />
      ) : (
        <Skeleton ratio={width / height} />
      )}
    </div>
  );
}

const toCompared = ({ url, width, height, mime }: AssetView) => ({
  url,
  width,
  height,
  isFilm: mediaOf(mime) === 'video',
});
