import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { offerAsset } from '@star-graph/ui/pictures/assetDrag';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { CircleAlert } from 'lucide';
import { mediaOf } from '../pictures/placePicture.ts';
import { lookAt } from './chosen.ts';
import type { Entry } from './listGroups.ts';
import { renewResult } from './resultActions.ts';
import { texts } from './texts.ts';

/** The words of what was asked for; empty where it took none. */
export function promptOf(entry: Entry): string {
  const { prompt } = entry.kind === 'press' ? entry.press.params : entry.task.params;
  return typeof prompt === 'string' ? prompt : '';
}

interface PlaceProps {
  entry: Entry;
  at: number;
  all: number;
  isShown: boolean;
}

/** Wider or taller ones are cut. */
const widest = 2;

/** One picture of a group, or the place that it will take. */
export function Place({ entry, at, all, isShown }: PlaceProps) {
  const name = texts.pictureOf(at + 1, all, promptOf(entry) || texts.result);
  const aspect = Math.min(widest, Math.max(1 / widest, entry.aspect));
  return (
    <li class="result" data-kind={entry.kind} style={{ '--aspect': aspect }}>
      <button
        type="button"
        class="result-choose"
        aria-label={name}
        aria-current={isShown || undefined}
        onClick={() => lookAt(entry.key)}
      >
        <PlaceContent entry={entry} />
      </button>
    </li>
  );
}

function PlaceContent({ entry }: { entry: Entry }) {
  if (entry.kind === 'press') return <Ring size={32} percent={0} label={texts.sending} />;
  if (entry.kind === 'ended') return <Icon icon={CircleAlert} label={texts.failed} />;
  if (entry.kind !== 'result') {
    const { status, progress } = entry.task;
    return (
      <>
        {entry.preview !== undefined && <img src={entry.preview} alt="" />}
        <Ring size={32} percent={status === 'running' ? progress.percent : undefined} />
      </>
    );
  }
  const { task, output } = entry;
  const { id, mime, url, thumbnailUrl, width, height } = output;
  const media = mediaKindOf(mime);
  const renew = () => void renewResult(task, output);
  if (!isSeen(media)) return <KindMark media={media} of={output} onStale={renew} />;
  if (mediaOf(mime) === 'video' && thumbnailUrl === undefined)
    return <video src={url} preload="metadata" muted playsInline />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: some browsers drag no button, so its picture is dragged
    <img
      src={thumbnailUrl ?? url}
      alt=""
      {...{ width, height }}
      loading="lazy"
      decoding="async"
      draggable={mediaOf(mime) === 'image'}
      onDragStart={({ dataTransfer }) => {
        if (dataTransfer) offerAsset(dataTransfer, { assetId: id, url, width, height });
      }}
      onError={renew}
    />
  );
}
