import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import { Box, type IconNode, Music } from 'lucide';
import { Icon } from '../../Icon.tsx';
import { formatDuration } from '../../texts/formats.ts';
import './unseen.css';

export const kindIcons: Readonly<Record<'audio' | 'model3d', IconNode>> = { audio: Music, model3d: Box };

interface KindMarkProps {
  media: MediaKind;
  /** Where nothing beside it says what it is. */
  name?: string | undefined;
  text?: string | undefined;
  durationMs?: number | undefined;
}

/** What stands in a small place for a result that is no picture and no film: the beginning of its words, or its kind. */
export function KindMark({ media, name, text, durationMs }: KindMarkProps) {
  if (media === 'text')
    return (
      <span class="sg-kind" data-media="text" dir="auto">
        <span>{text?.slice(0, 300)}</span>
      </span>
    );
  return (
    <span class="sg-kind" data-media={media}>
      <Icon icon={kindIcons[media === 'audio' ? 'audio' : 'model3d']} size={24} />
      {name && (
        <span class="sg-kind-name" dir="auto">
          {name}
        </span>
      )}
      {durationMs !== undefined && <span>{formatDuration(durationMs / 1_000)}</span>}
    </span>
  );
}
