import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import { Box, Music } from 'lucide';
import { Icon } from '../../Icon.tsx';
import { formatDuration } from '../../texts/formats.ts';
import './unseen.css';

interface KindMarkProps {
  media: MediaKind;
  text?: string | undefined;
  durationMs?: number | undefined;
}

/** What stands in a small place for a result that is no picture and no film: the beginning of its words, or its kind. */
export function KindMark({ media, text, durationMs }: KindMarkProps) {
  if (media === 'text')
    return (
      <span class="sg-kind" data-media="text" dir="auto">
        {text?.slice(0, 300)}
      </span>
    );
  return (
    <span class="sg-kind" data-media={media}>
      <Icon icon={media === 'audio' ? Music : Box} size={24} />
      {durationMs !== undefined && formatDuration(durationMs / 1_000)}
    </span>
  );
}
