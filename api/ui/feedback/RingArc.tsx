import './Ring.css';
import type { ComponentChildren } from 'preact';

export interface RingArcProps {
  /** From 0 to 100; undefined while nobody knows how far it is. */
  percent?: number | undefined;
  state?: 'working' | 'done' | 'failed';
  size?: 16 | 20 | 24 | 32 | 48 | 64 | 96;
  /** What it is the progress of. */
  label: string;
  children?: ComponentChildren;
}

const marks = { done: 'M16 24.5 l5.5 5.5 L32.5 18.5', failed: 'M17.5 17.5 l13 13 M30.5 17.5 l-13 13' };

/** The drawn part of the ring. It brings no words, so that a script in pages of others stays small. */
export function RingArc({ percent, state = 'working', size = 20, label, children }: RingArcProps) {
  const isTurning = state === 'working' && percent === undefined;
  const share = state === 'working' ? (percent ?? 28) : 100;
  const meaning =
    state === 'working'
      ? {
          role: 'progressbar' as const,
          'aria-label': label,
          'aria-valuenow': percent === undefined ? undefined : Math.round(percent),
        }
      : { role: 'img' as const, 'aria-label': label };
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
      {children}
    </span>
  );
}
