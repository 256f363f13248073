import { isSeen, type MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import { Ellipsis, Film, Heart, type IconNode, ImageOff } from 'lucide';
import { useState } from 'preact/hooks';
import { Checkbox } from '../controls/Checkbox.tsx';
import { IconButton } from '../controls/IconButton.tsx';
import { Icon } from '../Icon.tsx';
import { Menu } from '../overlays/Menu.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { offerAsset } from './assetDrag.ts';
import { CardProgress, type CardProgressProps } from './CardProgress.tsx';
import { KindMark, type UnseenFacts } from './KindMark.tsx';
import './PictureCard.css';

const texts = defineTexts({
  open: { en: (what: string) => `Open: ${what}`, 'zh-CN': (what: string) => `打开：${what}` },
  picture: { en: 'a picture', 'zh-CN': '图片' },
  select: { en: (what: string) => `Select: ${what}`, 'zh-CN': (what: string) => `选择：${what}` },
  keep: { en: 'Add to favourites', 'zh-CN': '加入收藏' },
  more: { en: 'More actions', 'zh-CN': '更多操作' },
  broken: { en: 'Can’t be shown', 'zh-CN': '无法显示' },
});

export interface CardAction {
  id: string;
  icon: IconNode;
  label: string;
  onPress(): void;
  danger?: boolean;
  disabled?: boolean;
}

interface PictureCardProps {
  /** Known from the first skeleton on, so nothing jumps. */
  width: number;
  height: number;
  media?: MediaKind;
  /** Of what is no picture and no film. */
  unseen?: UnseenFacts | undefined;
  /** A film's own address; a picture's thumbnail, as large as its place. Absent while it is made. */
  url?: string | undefined;
  /** The still picture of a film. */
  posterUrl?: string | undefined;
  /** What it shows: the beginning of the prompt. */
  alt?: string | undefined;
  /** While it waits or is made, or when it failed. */
  progress?: CardProgressProps | undefined;
  favourite?: boolean | undefined;
  onFavourite?: ((isFavourite: boolean) => void) | undefined;
  selected?: boolean | undefined;
  onSelect?: ((isSelected: boolean, event: Event) => void) | undefined;
  /** Others are selected: a press selects instead of opening. */
  isSelecting?: boolean | undefined;
  onOpen?: ((event: MouseEvent) => void) | undefined;
  /** The first four stand on the card, the others in its menu; on touch all of them do. */
  actions?: readonly CardAction[] | undefined;
  /** Lets it be dragged into a form. */
  assetId?: string | undefined;
  /** The address went out of date, or the file is gone. */
  onBroken?: (() => void) | undefined;
}

const mostOnCard = 4;

/** A picture or film of a list, with all that one does with it. */
export function PictureCard(props: PictureCardProps) {
  const { width, height, progress, selected = false, isSelecting = false, assetId, url } = props;
  const [isActive, setActive] = useState(false);
  const what = props.alt || texts.picture;
  const activate = () => setActive(true);
  const rest = () => setActive(false);
  const press = (event: MouseEvent) =>
    isSelecting ? props.onSelect?.(!selected, event) : props.onOpen?.(event);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      class="sg-picture-card"
      role="group"
      aria-label={what}
      style={{ aspectRatio: `${width} / ${height}` }}
      data-selected={selected || undefined}
      draggable={assetId !== undefined && url !== undefined}
      onDragStart={({ dataTransfer }) => {
        if (assetId !== undefined && dataTransfer) offerAsset(dataTransfer, { assetId, url, width, height });
      }}
      onPointerEnter={({ pointerType }) => pointerType === 'mouse' && activate()}
      onPointerLeave={rest}
      onFocusIn={activate}
      onFocusOut={rest}
    >
      <CardMedia {...props} isActive={isActive} />
      {progress && <CardProgress {...progress} />}
      {(props.onOpen || isSelecting) && (
        <button type="button" class="sg-picture-open" aria-label={texts.open(what)} onClick={press} />
      )}
      {props.onSelect && !progress && (
        <span class="sg-picture-select sg-dark" data-shown={selected || isSelecting || undefined}>
          <Checkbox
            labelHidden
            label={texts.select(what)}
            checked={selected}
            onChange={(isSelected) => props.onSelect?.(isSelected, new Event('change'))}
          />
        </span>
      )}
      {!progress && <CardTools {...props} />}
    </div>
  );
}

function CardTools({ actions = [], favourite = false, onFavourite }: PictureCardProps) {
  const others = actions.slice(mostOnCard);
  const asItem = ({ id, icon, label, onPress, danger = false, disabled = false }: CardAction) => ({
    id,
    icon,
    label,
    danger,
    disabled,
    onSelect: onPress,
  });
  const menu = (className: string, shown: readonly CardAction[]) => (
    <span class={className}>
      <Menu
        label={texts.more}
        placement="top-end"
        items={shown.map(asItem)}
        trigger={(attributes) => (
          <IconButton {...attributes} icon={Ellipsis} size="small" look="glass" label={texts.more} />
        )}
      />
    </span>
  );
  return (
    <>
      {onFavourite && (
        <span class="sg-picture-heart sg-dark" data-shown={favourite || undefined}>
          <IconButton
            icon={Heart}
            size="small"
            look="glass"
            label={texts.keep}
            pressed={favourite}
            onClick={() => onFavourite(!favourite)}
          />
        </span>
      )}
      {actions.length > 0 && (
        <div class="sg-picture-tools sg-dark">
          {actions.slice(0, mostOnCard).map(({ id, icon, label, onPress, disabled = false }) => (
            <IconButton
              key={id}
              icon={icon}
              size="small"
              look="glass"
              label={label}
              disabled={disabled}
              onClick={onPress}
            />
          ))}
          {others.length > 0 && menu('sg-picture-more', others)}
        </div>
      )}
      {actions.length > 0 && menu('sg-picture-touch sg-dark', actions)}
    </>
  );
}

function CardMedia(props: PictureCardProps & { isActive: boolean }) {
  const { media = 'image', url, posterUrl, alt = '', isActive, onBroken, width, height } = props;
  const [brokenUrl, setBrokenUrl] = useState<string>();
  const [loadedUrl, setLoadedUrl] = useState<string>();
  if (!isSeen(media)) return <KindMark media={media} of={props.unseen} />;
  const still = media === 'video' ? posterUrl : url;
  if (url === undefined) return null;
  if (brokenUrl !== undefined && brokenUrl === still)
    return (
      <div class="sg-picture-progress">
        <Icon icon={ImageOff} size={24} />
        <span>{texts.broken}</span>
      </div>
    );
  const mayMove = media === 'video' && isActive && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (
    <>
      {still !== undefined && (
        <img
          class="sg-picture-media"
          data-loaded={loadedUrl === still || undefined}
          src={still}
          alt={alt}
          width={width}
          height={height}
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={() => setLoadedUrl(still)}
          onError={() => {
            setBrokenUrl(still);
            onBroken?.();
          }}
        />
      )}
      {mayMove && <video class="sg-picture-media" data-loaded src={url} autoPlay muted loop playsInline />}
      {media === 'video' && !mayMove && (
        <span class="sg-picture-film">
          <Icon icon={Film} />
        </span>
      )}
    </>
  );
}
