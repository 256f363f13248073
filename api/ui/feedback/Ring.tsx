import { defineTexts } from '../texts/defineTexts.ts';
import { formatPercent } from '../texts/formats.ts';
import './Ring.css';

const texts = defineTexts({
  progress: { en: 'Progress', 'zh-CN': '进度' },
  done: { en: 'Done', 'zh-CN': '已完成' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
});

export interface RingProps {
  /** From 0 to 100; undefined while nobody knows how far it is. */
  percent?: number | undefined;
  state?: 'working' | 'done' | 'failed';
  size?: 16 | 20 | 24 | 32 | 48 | 64 | 96;
  /** The figure in the middle, from 32 px on. */
  showPercent?: boolean;
  /** What it is the progress of. */
  label?: string;
}

const marks = { done: 'M16 24.5 l5.5 5.5 L32.5 18.5', failed: 'M17.5 17.5 l13 13 M30.5 17.5 l-13 13' };

/** The sign of work in all parts of the product: an arc that closes, led by a small star. */
export function Ring(props: RingProps) {
  const { percent, state = 'working', size = 20, showPercent = true, label } = props;
  const known = percent === undefined ? undefined : Math.min(100, Math.max(0, percent));
  const isTurning = state === 'working' && known === undefined;
  const share = state === 'working' ? (known ?? 28) : 100;
  const name = label ?? (state === 'working' ? texts.progress : texts[state]);
  const meaning =
    state === 'working'
      ? {
          role: 'progressbar' as const,
          'aria-label': name,
          'aria-valuenow': known === undefined ? undefined : Math.round(known),
        }
      : { role: 'img' as const, 'aria-label': name };
  return (
    <span
      class={`sg-ring sg-ring-${isTurning ? 'turning' : state}`}
      style={{ '--size': `${size}px`, '--share': share }}
      {...meaning}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle class="sg-ring-track" cx="24" cy="24" r="20" />
        <g class="sg-ring-turn">
          <circle class="sg-ring-arc" cx="24" cy="24" r="20" pathLength="100" />
          {state === 'working' && size >= 24 && <circle class="sg-ring-head" cx="24" cy="4" r="3.4" />}
        </g>
        {state !== 'working' && <path class="sg-ring-mark" d={marks[state]} pathLength="1" />}
      </svg>
      {showPercent && state === 'working' && known !== undefined && size >= 32 && (
        <span class="sg-ring-figure" aria-hidden="true">
          {size >= 48 ? formatPercent(known / 100) : Math.round(known)}
        </span>
      )}
    </span>
  );
}
