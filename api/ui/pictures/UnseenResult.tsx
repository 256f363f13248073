import type { AssetView } from '@star-graph/contract/assets/assets';
import { mediaKindOf, mimeByExtension } from '@star-graph/workflows/shared/mediaKinds';
import { Copy, PenLine } from 'lucide';
import { useRef, useState } from 'preact/hooks';
import { Button, LinkButton } from '../controls/Button.tsx';
import { Skeleton } from '../feedback/Skeleton.tsx';
import { loadPart } from '../loadPart.tsx';
import { showToast } from '../overlays/toasts.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { KindMark, Waveform } from './KindMark.tsx';
import './unseen.css';

const texts = defineTexts({
  copy: { en: 'Copy', 'zh-CN': '复制' },
  copied: { en: 'Copied', 'zh-CN': '已复制' },
  notCopied: { en: 'The browser did not let it be copied', 'zh-CN': '浏览器不允许复制' },
  use: { en: 'Use as prompt', 'zh-CN': '用作提示词' },
  whole: { en: 'This is the beginning. Open the whole text', 'zh-CN': '以上为开头部分。打开全文' },
});

const Body = loadPart(
  async () => (await import('./BodyViewer.tsx')).BodyViewer,
  () => <Skeleton />,
);

/** As many as the API shows. */
const shownCharacters = 4_000;

interface UnseenResultProps {
  asset: AssetView;
  name: string;
  /** Where a text goes that becomes a prompt. */
  useHref?: string | undefined;
  /** Its address went out of date. */
  onStale?: (() => void) | undefined;
}

/** A result that is no picture and no film, as large as its place: heard, read, or turned by hand. */
export function UnseenResult({ asset, name, useHref, onStale }: UnseenResultProps) {
  switch (mediaKindOf(asset.mime)) {
    case 'audio':
      return <Sound key={asset.id} asset={asset} name={name} onStale={onStale} />;
    case 'model3d':
      return (
        <Body
          key={asset.url}
          url={asset.url}
          isWritten={asset.mime === mimeByExtension.obj}
          name={name}
          onStale={onStale}
        />
      );
    default:
      return <Words asset={asset} useHref={useHref} />;
  }
}

function Sound({ asset: { url, waveform }, name, onStale }: Omit<UnseenResultProps, 'useHref'>) {
  const player = useRef<HTMLAudioElement>(null);
  const [played, setPlayed] = useState(0);
  const seek = (share: number) => {
    if (player.current && Number.isFinite(player.current.duration))
      player.current.currentTime = share * player.current.duration;
  };
  return (
    <div class="sg-unseen">
      {waveform ? (
        <>
          <p class="sg-kind-name" dir="auto">
            {name}
          </p>
          <Waveform waveform={waveform} bars={96} played={played} onSeek={seek} />
        </>
      ) : (
        <KindMark media="audio" name={name} />
      )}
      {/* biome-ignore lint/a11y/useMediaCaption: nobody wrote down what a model sings. */}
      <audio
        ref={player}
        src={url}
        controls
        aria-label={name}
        onTimeUpdate={({ currentTarget: { currentTime, duration } }) =>
          setPlayed(currentTime / duration || 0)
        }
        onError={() => onStale?.()}
      />
    </div>
  );
}

function Words({ asset: { text = '', url }, useHref }: Pick<UnseenResultProps, 'asset' | 'useHref'>) {
  const copy = () => {
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    copied.then(
      () => showToast({ tone: 'good', text: texts.copied }),
      () => showToast({ text: texts.notCopied }),
    );
  };
  return (
    <div class="sg-unseen sg-words">
      <p dir="auto">{text}</p>
      {[...text].length >= shownCharacters && (
        <a href={url} target="_blank" rel="noreferrer">
          {texts.whole}
        </a>
      )}
      <div class="sg-words-tools">
        <Button size="small" icon={Copy} onClick={copy}>
          {texts.copy}
        </Button>
        {useHref !== undefined && (
          <LinkButton size="small" icon={PenLine} href={useHref}>
            {texts.use}
          </LinkButton>
        )}
      </div>
    </div>
  );
}
