import './feedback.css';

interface SkeletonProps {
  /** As CSS has it: `100%`, `12ch`. */
  width?: string;
  height?: string;
  /** Width through height, so that a picture keeps its place from the start. */
  ratio?: number;
  round?: boolean;
}

/** Where something will stand. The region around it says `aria-busy`. */
export const Skeleton = ({ width = '100%', height, ratio, round }: SkeletonProps) => (
  <span
    aria-hidden="true"
    class={round ? 'sg-skeleton sg-skeleton-round' : 'sg-skeleton'}
    style={{
      inlineSize: width,
      ...(ratio === undefined ? { blockSize: height ?? '1em' } : { aspectRatio: String(ratio) }),
    }}
  />
);

export const SkeletonText = ({ lines = 3 }: { lines?: number }) => (
  <span class="sg-skeleton-text" aria-hidden="true">
    {Array.from({ length: lines }, (_, index) => (
      <Skeleton key={index} width={index === lines - 1 ? '60%' : '100%'} height="0.8em" />
    ))}
  </span>
);
