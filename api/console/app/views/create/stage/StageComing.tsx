import type { AssetView } from '@star-graph/contract/assets/assets';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';

/** The shape of a picture on the stage, and how wide it is shown at most. */
export const fitOf = ({ width, height }: AssetView) => ({
  '--aspect': width / height || 1,
  '--widest': `${width * 2}px`,
});

/** The place of the picture until the stage is there, with its thumbnail as soon as that is known. */
export function StageComing({ output }: { output?: AssetView | undefined }) {
  const { thumbnailUrl } = output ?? {};
  return (
    <>
      <div class="stage-place" aria-busy="true">
        <div class="stage-picture" data-coming style={output ? fitOf(output) : { '--aspect': 1 }}>
          {thumbnailUrl === undefined ? (
            <Skeleton ratio={1} />
          ) : (
            <img src={thumbnailUrl} alt="" fetchPriority="high" />
          )}
        </div>
      </div>
      {output && <div class="stage-tools stage-tools-coming" />}
    </>
  );
}
