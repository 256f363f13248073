import type { AssetView } from '@star-graph/contract/assets/assets';
import { waveformHeight, waveformPath, widthOfBars } from '@star-graph/contract/assets/waveformPath';
import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import { Box, type IconNode, Music } from 'lucide';
import { Icon } from '../Icon.tsx';
import { formatDuration } from '../texts/formats.ts';
import './unseen.css';

export const kindIcons: Readonly<Record<'audio' | 'model3d', IconNode>> = { audio: Music, model3d: Box };

/** What a small place shows of such a result. */
export type UnseenFacts = Pick<AssetView, 'text' | 'durationMs' | 'waveform' | 'thumbnailUrl'>;

interface KindMarkProps {
  media: MediaKind;
  of?: UnseenFacts | undefined;
  /** Where nothing beside it says what it is. */
  name?: string | undefined;
  /** The link to what it looks like was good for an hour. */
  onStale?: (() => void) | undefined;
}

/**
 * What stands in a small place for a result that is no picture and no film: the beginning of its words, how loud it is, what
 * it looks like, or its kind.
 */
export function KindMark({
  media,
  of: { text, durationMs, waveform, thumbnailUrl } = {},
  name,
  onStale,
}: KindMarkProps) {
  if (media === 'text')
    return (
      <span class="sg-kind" data-media="text" dir="auto">
        <span>{text?.slice(0, 300)}</span>
      </span>
    );
  const icon = <Icon icon={kindIcons[media === 'audio' ? 'audio' : 'model3d']} size={24} />;
  if (media === 'model3d' && thumbnailUrl !== undefined)
    return (
      <span class="sg-kind" data-media="model3d">
        <img
          class="sg-kind-poster"
          src={thumbnailUrl}
          alt=""
          loading="lazy"
          decoding="async"
          onError={onStale}
        />
        {icon}
      </span>
    );
  return (
    <span class="sg-kind" data-media={media}>
      {waveform ? <Waveform waveform={waveform} bars={40} /> : icon}
      {name && (
        <span class="sg-kind-name" dir="auto">
          {name}
        </span>
      )}
      {durationMs !== undefined && <span>{formatDuration(durationMs / 1_000)}</span>}
    </span>
  );
}

interface WaveformProps {
  waveform: string;
  bars: number;
  /** The share that was heard; default: it is not being played. */
  played?: number | undefined;
  onSeek?: ((share: number) => void) | undefined;
}

/** How loud a sound is from its beginning to its end. */
export function Waveform({ waveform, bars: mostBars, played, onSeek }: WaveformProps) {
  const { path, bars } = waveformPath(waveform, mostBars);
  return (
    <svg
      class="sg-waveform"
      viewBox={`0 0 ${widthOfBars(bars)} ${waveformHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      data-seeks={onSeek ? '' : undefined}
      onClick={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        onSeek?.((event.clientX - left) / width);
      }}
    >
      <path d={path} data-rest={played === undefined ? undefined : ''} />
      {played !== undefined && <path d={path} style={{ clipPath: `inset(0 ${(1 - played) * 100}% 0 0)` }} />}
    </svg>
  );
}
