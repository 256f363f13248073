import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';

const lines = [
  [1.5, 0.8, 1.2, 1.7],
  [0.7, 1.4, 1, 1.3, 0.8],
  [1.8, 1.1, 0.75, 1.4],
];

/** Where pictures will stand: a page of them at first, a line at the end of a list. */
export function SkeletonRows({ isFirst, height }: { isFirst: boolean; height: number }) {
  return (
    <div class={isFirst ? 'grid-skeletons grid-skeletons-first' : 'grid-skeletons'} aria-hidden="true">
      {lines.slice(0, isFirst ? 3 : 1).map((line, row) => (
        <div key={row} class="grid-skeleton-row" style={{ blockSize: `${height}px` }}>
          {line.map((aspect, place) => (
            <span key={place} style={{ flexGrow: aspect, flexBasis: `${aspect * 20}px` }}>
              <Skeleton height="100%" />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
