import { type IconNode, X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { Icon } from '../Icon.tsx';
import './feedback.css';

interface ChipProps {
  children: ComponentChildren;
  icon?: IconNode;
  tone?: 'plain' | 'accent' | 'good' | 'warn' | 'bad';
  /** With it there is a button at the end, named so. */
  removeLabel?: string;
  onRemove?: () => void;
  title?: string | undefined;
}

export const Chip = ({ children, icon, tone = 'plain', removeLabel, onRemove, title }: ChipProps) => (
  <span class={`sg-chip sg-chip-${tone}`} title={title}>
    {icon && <Icon icon={icon} />}
    <span class="sg-cut">{children}</span>
    {onRemove && (
      <button type="button" class="sg-chip-remove" aria-label={removeLabel} onClick={onRemove}>
        <Icon icon={X} />
      </button>
    )}
  </span>
);
