import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { AudioLines, Camera, Film, ImagePlus, Images, Link, RefreshCw, X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../controls/Button.tsx';
import { IconButton } from '../../controls/IconButton.tsx';
import { TextField } from '../../fields/TextField.tsx';
import { Icon } from '../../Icon.tsx';
import { mayHoldPicture, readDropped } from '../../pictures/assetDrag.ts';
import { formatPercent } from '../../texts/formats.ts';
import type { AssetValue } from '../fitValue.ts';
import { useForm } from '../formContext.ts';
import { texts } from '../texts.ts';
import type { Upload } from '../useUploads.ts';
import './PictureSlot.css';

interface PictureSlotProps {
  title: string;
  media: FileKind;
  value: AssetValue | undefined;
  isFixed: boolean;
  upload: Upload | undefined;
  /** Undefined takes it away. */
  onAsset(asset: AssetValue | undefined): void;
  onFile(file: Blob): void;
  onUrl(url: string): void;
  onRetry(): void;
  onCancel(): void;
}

const emptyIcons = { image: ImagePlus, video: Film, audio: AudioLines };
const emptyTexts = () => ({ image: texts.addPicture, video: texts.addVideo, audio: texts.addSound });

/** A place for a picture, film or sound: by file, camera, gallery or address, by drop or paste. */
export function PictureSlot(props: PictureSlotProps) {
  const { media, value, isFixed, upload, onAsset, onFile, onUrl } = props;
  const { pictures } = useForm();
  const [isOver, setOver] = useState(false);
  const take = (event: DragEvent) => {
    setOver(false);
    const dropped = event.dataTransfer && readDropped(event.dataTransfer, media);
    if (!dropped || isFixed) return;
    event.preventDefault();
    // The form would take it for its first empty place.
    event.stopPropagation();
    if (dropped.kind === 'asset') onAsset(dropped.asset);
    else if (dropped.kind === 'file') onFile(dropped.file);
    else if (pictures.importUrl) onUrl(dropped.url);
  };
  const content = upload ? (
    <Arriving {...props} upload={upload} />
  ) : value ? (
    <Filled {...props} value={value} />
  ) : (
    <Empty {...props} />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way of several; the buttons inside are the others
    <div
      class="sg-slot"
      data-over={isOver || undefined}
      data-over-text={texts.dropHere}
      onDragOver={(event) => {
        if (isFixed || !event.dataTransfer || !mayHoldPicture(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={take}
    >
      {content}
    </div>
  );
}

function Empty({ media, onAsset, onFile, onUrl }: PictureSlotProps) {
  const { pictures } = useForm();
  const [isAsking, setAsking] = useState(false);
  const { chooseFromGallery, importUrl } = pictures;
  const choose = async () => {
    const asset = await chooseFromGallery?.(media);
    if (asset) onAsset(asset);
  };
  return (
    <div class="sg-slot-empty">
      <FileButton media={media} onFile={onFile} className="sg-slot-main">
        <Icon icon={emptyIcons[media]} size={20} />
        <span>{emptyTexts()[media]}</span>
        <span class="sg-slot-hint">{texts.dropHint}</span>
      </FileButton>
      {isAsking && importUrl ? (
        <AddressLine onUrl={onUrl} onClose={() => setAsking(false)} />
      ) : (
        <div class="sg-slot-ways">
          {media === 'image' && (
            <FileButton media={media} onFile={onFile} isCamera className="sg-slot-way">
              <Icon icon={Camera} label={texts.camera} />
            </FileButton>
          )}
          {chooseFromGallery && (
            <IconButton icon={Images} size="small" label={texts.gallery} onClick={() => void choose()} />
          )}
          {importUrl && (
            <IconButton icon={Link} size="small" label={texts.url} onClick={() => setAsking(true)} />
          )}
        </div>
      )}
    </div>
  );
}

interface FileButtonProps {
  media: FileKind;
  isCamera?: boolean;
  className: string;
  onFile(file: Blob): void;
  children: preact.ComponentChildren;
}

/** A label is the button that opens the browser's own chooser; the input inside takes the keyboard. */
export function FileButton({ media, isCamera, className, onFile, children }: FileButtonProps) {
  return (
    <label class={className} data-camera={isCamera || undefined}>
      <input
        class="sg-hidden"
        type="file"
        accept={`${media}/*`}
        {...(isCamera && { capture: 'environment' })}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file can be chosen again.
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      {children}
    </label>
  );
}

function AddressLine({ onUrl, onClose }: { onUrl(url: string): void; onClose(): void }) {
  const [url, setUrl] = useState('');
  const isAddress = /^https?:\/\/[^\s/]/.test(url.trim());
  const take = () => isAddress && onUrl(url.trim());
  return (
    <div class="sg-slot-address">
      <TextField
        type="url"
        autoFocus
        label={texts.url}
        placeholder={texts.urlPlace}
        value={url}
        onChange={setUrl}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key !== 'Enter') return;
          // Enter would send the form.
          event.preventDefault();
          take();
        }}
      />
      <Button size="small" disabled={!isAddress} onClick={take}>
        {texts.take}
      </Button>
    </div>
  );
}

function Arriving({ media, upload, title, onRetry, onCancel }: PictureSlotProps & { upload: Upload }) {
  const { share, from } = upload.state === 'running' ? upload : {};
  const words = from === undefined ? texts.uploading : texts.fetching(from);
  return (
    <div class="sg-slot-arriving">
      {media === 'image' && upload.previewUrl && (
        <img class="sg-slot-preview" src={upload.previewUrl} alt="" />
      )}
      <div class="sg-slot-state" role="status">
        {upload.state === 'running' ? (
          <>
            <span dir="auto">{words}</span>
            {share !== undefined && <span class="sg-quiet">{formatPercent(share)}</span>}
            <progress aria-label={`${title}: ${words}`} max={1} value={share} />
          </>
        ) : (
          <span class="sg-slot-failed">{upload.message}</span>
        )}
        <div class="sg-slot-buttons">
          {upload.state === 'failed' && (
            <Button size="small" icon={RefreshCw} onClick={onRetry}>
              {texts.retry}
            </Button>
          )}
          <Button size="small" look="quiet" onClick={onCancel}>
            {texts.cancel}
          </Button>
        </div>
      </div>
    </div>
  );
}

function Filled(props: PictureSlotProps & { value: AssetValue }) {
  const { title, media, value, isFixed, onAsset, onFile } = props;
  useFoundPicture(value, onAsset);
  const shape = value.width && value.height ? { aspectRatio: `${value.width} / ${value.height}` } : {};
  const isFilm = media === 'video';
  return (
    <div class="sg-slot-filled" data-media={media}>
      {media === 'audio' ? (
        // biome-ignore lint/a11y/useMediaCaption: nobody knows what is said in a person's own sound
        <audio class="sg-slot-sound" src={value.url} aria-label={value.name ?? title} controls />
      ) : value.url === undefined ? (
        <div class="sg-slot-picture" style={shape} />
      ) : isFilm ? (
        <video class="sg-slot-picture" style={shape} src={value.url} controls muted playsInline />
      ) : (
        <img
          class="sg-slot-picture"
          style={shape}
          src={value.url}
          alt={value.name ?? title}
          width={value.width}
          height={value.height}
          draggable={false}
          onLoad={({ currentTarget }) => {
            currentTarget.dataset.loaded = '';
          }}
        />
      )}
      {!isFixed && (
        <div class="sg-slot-tools">
          <FileButton
            media={media}
            onFile={onFile}
            className="sg-icon-button sg-icon-button-small sg-icon-button-glass"
          >
            <Icon icon={RefreshCw} label={texts.replace} />
          </FileButton>
          <IconButton
            icon={X}
            size="small"
            look="glass"
            label={texts.remove}
            onClick={() => onAsset(undefined)}
          />
        </div>
      )}
    </div>
  );
}

/** Looks up what is not known of a picture, once. */
function useFoundPicture(value: AssetValue, onAsset: (asset: AssetValue) => void): void {
  const { pictures } = useForm();
  const { findPicture } = pictures;
  const asked = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (value.url !== undefined || !findPicture || asked.current === value.assetId) return;
    asked.current = value.assetId;
    findPicture(value.assetId).then(
      (found) => found && asked.current === value.assetId && onAsset({ ...value, ...found }),
      // Without an address the place stays empty, and the request still names the picture.
      () => undefined,
    );
  }, [value.assetId, value.url, findPicture]);
}
