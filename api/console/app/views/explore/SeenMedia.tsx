import type { SharedAssetView } from '@star-graph/contract/assets/sharedCollections';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { isSeen } from '@star-graph/workflows/shared/mediaKinds';
import { Flag, Play } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { api } from '../../session/session.ts';
import { sayProblem } from '../gallery/changes.ts';
import { aspectOf } from '../gallery/grid/layoutRows.ts';
import { namePerson, reasons, texts } from './texts.ts';
import './explore.css';

type Seen = Pick<SharedAssetView, 'media' | 'width' | 'height'>;

type LinkEvents =
  | 'onClick'
  | 'onPointerDown'
  | 'onPointerMove'
  | 'onPointerUp'
  | 'onPointerCancel'
  | 'onContextMenu';

interface MediaTileProps {
  asset: Seen & { thumbnailUrl?: string | undefined; url?: string };
  person: SharedAssetView['person'];
  /** Read aloud. */
  name: string;
  href: string;
  /** What else its link does. */
  link?: Pick<JSX.IntrinsicElements['a'], LinkEvents> | undefined;
  /** Over its corner. */
  beside?: ComponentChildren;
  isSelected?: boolean;
  children?: ComponentChildren;
}

/** Somebody's picture in its shape, with their name. */
export function MediaTile({ asset, person, name, href, children, ...choice }: MediaTileProps) {
  const { thumbnailUrl, url, media, width, height } = asset;
  const src = thumbnailUrl ?? url;
  return (
    <li style={{ '--aspect': aspectOf(asset) }} data-selected={choice.isSelected || undefined}>
      <a {...choice.link} href={href} aria-label={name}>
        {!isSeen(media) ? (
          <KindMark media={media} of={asset} />
        ) : media === 'video' && thumbnailUrl === undefined && url !== undefined ? (
          <video src={url} preload="metadata" muted playsInline />
        ) : (
          src !== undefined && (
            <img src={src} alt="" width={width} height={height} loading="lazy" decoding="async" />
          )
        )}
        <span class="explore-words">
          <span class="explore-person" dir="auto">
            {namePerson(person)}
          </span>
          {media === 'video' && <Icon icon={Play} />}
          {children}
        </span>
      </a>
      {choice.beside}
    </li>
  );
}

/** As large as there is room. */
export function LargeMedia({ asset, url, alt }: { asset: Seen; url: string; alt: string }) {
  const { media, width, height } = asset;
  return (
    <div class="publication-media sg-dark">
      {media === 'video' ? (
        // biome-ignore lint/a11y/useMediaCaption: what was made here has no words that are spoken.
        <video src={url} width={width} height={height} controls loop playsInline />
      ) : media === 'image' ? (
        <img src={url} width={width} height={height} alt={alt} />
      ) : media === 'audio' ? (
        // biome-ignore lint/a11y/useMediaCaption: what was made here has no words that are spoken.
        <audio src={url} controls />
      ) : (
        <a href={url} target="_blank" rel="noreferrer">
          {texts.openFile}
        </a>
      )}
    </div>
  );
}

/** Tells the moderators about somebody else's picture. */
export function ReportMenu({ assetId }: { assetId: string }) {
  const report = (reason: keyof typeof reasons) =>
    api
      .reportContent({ body: { assetId, reason } })
      .then(() => showToast({ tone: 'good', text: texts.reported }), sayProblem);
  return (
    <Menu
      label={texts.report}
      trigger={(attributes) => (
        <Button {...attributes} look="quiet" icon={Flag}>
          {texts.report}
        </Button>
      )}
      items={(Object.keys(reasons) as (keyof typeof reasons)[]).map((reason) => ({
        id: reason,
        label: reasons[reason],
        onSelect: () => void report(reason),
      }))}
    />
  );
}
