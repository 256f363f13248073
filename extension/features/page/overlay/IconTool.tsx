import { Icon } from '@star-graph/ui/Icon.tsx';
import type { IconNode } from 'lucide';

interface IconToolProps {
  icon: IconNode;
  label: string;
  className?: string;
  /** Whether what the tool opens is open now. */
  isExpanded?: boolean;
  onPress(): void;
}

/** A tool that costs nothing: its press counts at once. */
export const IconTool = ({ icon, label, className = '', isExpanded, onPress }: IconToolProps) => (
  <button
    type="button"
    class={`tool ${className}`}
    aria-label={label}
    aria-expanded={isExpanded}
    title={label}
    onClick={onPress}
  >
    <Icon icon={icon} size={20} />
  </button>
);
