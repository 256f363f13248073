import type { IconNode } from 'lucide';
import type { JSX } from 'preact';
import { Icon } from '../Icon.tsx';
import './Button.css';

interface IconButtonProps
  extends Omit<JSX.IntrinsicElements['button'], 'size' | 'icon' | 'label' | 'class' | 'className'> {
  icon: IconNode;
  /** What it does, in words: read aloud, and shown on hover. */
  label: string;
  size?: 'small' | 'medium';
  /** For one that stays pressed, as a favourite does. */
  pressed?: boolean | undefined;
  /** `glass` lies on pictures. */
  look?: 'quiet' | 'glass';
  class?: string | undefined;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, size = 'medium', pressed, look = 'quiet', class: className, ...rest } = props;
  const classes = ['sg-icon-button', `sg-icon-button-${size}`, `sg-icon-button-${look}`, className];
  return (
    <button
      type="button"
      title={label}
      {...rest}
      class={classes.filter(Boolean).join(' ')}
      aria-label={label}
      aria-pressed={pressed}
    >
      <Icon icon={icon} size={size === 'small' ? 16 : 20} />
    </button>
  );
}
