import './feedback.css';

interface ProgressProps {
  /** Undefined while nobody knows how far it is. */
  value?: number | undefined;
  max?: number;
  label: string;
  tone?: 'accent' | 'good' | 'warn' | 'bad';
}

/** A share of something bounded, as storage or a quota. Work in progress is a Ring. */
export function Progress({ value, max = 100, label, tone = 'accent' }: ProgressProps) {
  const share = value === undefined ? undefined : Math.min(1, Math.max(0, max > 0 ? value / max : 0));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
      class={share === undefined ? 'sg-progress sg-progress-moving' : 'sg-progress'}
      style={{ '--share': share ?? 0.3, '--tone': `var(--${tone})` }}
    >
      <span />
    </div>
  );
}
