import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { defineTexts } from '../texts/defineTexts.ts';
import { formatPercent } from '../texts/formats.ts';
import { moveByKey, shareAt } from './comparePlace.ts';
import './CompareSlider.css';

const texts = defineTexts({
  compare: { en: 'Compare before and after', 'zh-CN': '对比前后' },
  before: { en: 'Before', 'zh-CN': '之前' },
  after: { en: 'After', 'zh-CN': '之后' },
  shown: {
    en: (share: string) => `${share} before`,
    'zh-CN': (share: string) => `之前占 ${share}`,
  },
});

interface CompareSliderProps {
  /** Each fills the frame: an image, a canvas, a film. */
  before: ComponentChildren;
  after: ComponentChildren;
  beforeLabel?: string;
  afterLabel?: string;
  /** The shape of the frame; without it, it fills its place. */
  size?: { width: number; height: number };
  class?: string | undefined;
  children?: ComponentChildren;
}

/** One picture over another, with a line between them that one drags. It needs no more of a page than its style sheet. */
export function CompareSlider(props: CompareSliderProps) {
  const { before, after, beforeLabel = texts.before, afterLabel = texts.after, size } = props;
  const [share, setShare] = useState(0.5);
  const isHeld = useRef(false);
  const follow = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    setShare(shareAt(event.clientX, event.currentTarget.getBoundingClientRect()));
  const release = () => {
    isHeld.current = false;
  };
  return (
    <div
      class={props.class ? `sg-compare ${props.class}` : 'sg-compare'}
      style={{
        '--share': `${share * 100}%`,
        ...(size && { aspectRatio: `${size.width} / ${size.height}` }),
      }}
      onPointerDown={(event) => {
        if (event.button !== 0 || isButton(event.target)) return;
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => isHeld.current && follow(event)}
      onPointerUp={release}
      onPointerCancel={release}
    >
      <div class="sg-compare-layer">{after}</div>
      <div class="sg-compare-layer sg-compare-before">{before}</div>
      {/* Drawn by the style sheet: a page that translates itself leaves them alone. */}
      <span class="sg-compare-badge sg-compare-left" data-words={beforeLabel} data-gone={share < 0.15} />
      <span class="sg-compare-badge sg-compare-right" data-words={afterLabel} data-gone={share > 0.85} />
      <div class="sg-compare-line">
        <div
          class="sg-compare-handle"
          role="slider"
          tabIndex={0}
          aria-label={texts.compare}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          aria-valuetext={texts.shown(formatPercent(share))}
          onKeyDown={(event) => {
            const moved = moveByKey(share, event.key, event.shiftKey);
            if (moved === undefined) return;
            event.preventDefault();
            // The arrows around it may change the picture.
            event.stopPropagation();
            setShare(moved);
          }}
        />
      </div>
      {props.children}
    </div>
  );
}

const isButton = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a') !== null;
