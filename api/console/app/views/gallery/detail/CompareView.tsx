import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { type ComparedPicture, ComparePictures } from '@star-graph/ui/pictures/ComparePictures.tsx';
import type { BeforePlace } from '@star-graph/ui/pictures/comparePlace';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OpenedAsset } from '../detail/useDetail.ts';
import './compare.css';

const texts = defineTexts({
  compare: { en: 'Compare', 'zh-CN': '对比' },
  slider: { en: 'Slider', 'zh-CN': '滑块' },
  sides: { en: 'Side by side', 'zh-CN': '并排' },
  close: { en: 'Close', 'zh-CN': '关闭' },
});

export interface Compared extends Pick<OpenedAsset, 'url' | 'width' | 'height' | 'mime'> {
  name: string;
  place?: BeforePlace | undefined;
}

export interface CompareViewProps {
  before: Compared;
  after: Compared;
  onClose(): void;
}

/** Two pictures or films over or beside one another; it fills the view, and Esc closes it. */
export function CompareView({ before, after, onClose }: CompareViewProps) {
  const [mode, setMode] = useState<'slider' | 'sides'>('slider');
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    place.current?.focus();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <section
      ref={place}
      class="compare sg-dark"
      tabIndex={-1}
      aria-label={texts.compare}
      onKeyDown={(event) => {
        // The view beneath has keys of its own.
        event.stopPropagation();
        if (event.key === 'Escape' || (event.key === 'c' && !event.ctrlKey && !event.metaKey)) onClose();
      }}
    >
      <header class="compare-head">
        <Segmented
          label={texts.compare}
          value={mode}
          onChange={setMode}
          options={[
            { value: 'slider', label: texts.slider },
            { value: 'sides', label: texts.sides },
          ]}
        />
        <IconButton icon={X} label={texts.close} onClick={onClose} />
      </header>
      {mode === 'slider' ? (
        <div class="compare-stage">
          <div class="compare-fit" style={{ '--aspect': after.width / after.height || 1 }}>
            <ComparePictures before={toPicture(before)} after={toPicture(after)} />
          </div>
        </div>
      ) : (
        <div class="compare-sides">
          {[before, after].map(({ url, name, mime }, at) =>
            isFilm(mime) ? (
              <video key={at} src={url} aria-label={name} controls muted loop playsInline />
            ) : (
              <img key={at} src={url} alt={name} />
            ),
          )}
        </div>
      )}
    </section>
  );
}

const isFilm = (mime: string): boolean => mime.startsWith('video/');

const toPicture = ({ url, width, height, mime, name, place }: Compared): ComparedPicture => ({
  url,
  width,
  height,
  isFilm: isFilm(mime),
  alt: name,
  place,
});
