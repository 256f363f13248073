import type { IconNode } from 'lucide';
import type { ComponentChild } from 'preact';
import type { TriggerAttributes } from './OverlayPlace.tsx';

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconNode;
  onSelect: () => void;
  /** What stands at the end of the line: a key, a price. */
  hint?: ComponentChild;
  danger?: boolean;
  disabled?: boolean;
  /** For one of several that are switched on and off. */
  checked?: boolean;
}

export interface MenuProps {
  /** Draws what opens it; a Button or IconButton with these attributes. */
  trigger: (attributes: TriggerAttributes) => ComponentChild;
  /** Left-out parts may be `false`; a line between two groups is `'line'`. */
  items: readonly (MenuItem | 'line' | false | undefined)[];
  placement?: 'bottom-start' | 'bottom-end' | 'top-start' | 'top-end' | 'right-start';
  /** What the choices are about, read aloud. */
  label?: string;
}
