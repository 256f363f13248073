import { X } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../../../../ui/controls/IconButton.tsx';
import { Segmented } from '../../../../../ui/controls/Segmented.tsx';
import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';
import { type ComparedPicture, CompareSlider } from './CompareSlider.tsx';

const texts = defineTexts({
  compare: { en: 'Compare', 'zh-CN': '对比' },
  slider: { en: 'Slider', 'zh-CN': '滑块' },
  sides: { en: 'Side by side', 'zh-CN': '并排' },
  line: { en: 'Line between the pictures', 'zh-CN': '两图分界线' },
  close: { en: 'Close', 'zh-CN': '关闭' },
});

export interface CompareViewProps {
  before: ComparedPicture;
  after: ComparedPicture;
  onClose(): void;
}

/** Fills the view; Esc closes it. Films are compared by their thumbnails, side by side. */
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
          <CompareSlider before={before} after={after} label={texts.line} />
        </div>
      ) : (
        <div class="compare-sides">
          {[before, after].map((picture, at) => (
            <img key={at} src={picture.url} alt={picture.name} />
          ))}
        </div>
      )}
    </section>
  );
}
