import * as menu from '@zag-js/menu';
import { normalizeProps, useMachine } from '@zag-js/preact';
import { Check, type IconNode } from 'lucide';
import type { ComponentChild } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import { Overlay, type TriggerAttributes, useSurroundings } from './OverlayPlace.tsx';
import './floats.css';

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconNode;
  onSelect: () => void;
  /** At the end of the line: a key, a price. */
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

export function Menu({ trigger, items, placement = 'bottom-start', label }: MenuProps) {
  const service = useMachine(menu.machine, {
    id: useId(),
    ...useSurroundings(),
    'aria-label': label,
    positioning: { placement, gutter: 4, strategy: 'fixed' },
    onSelect: ({ value }) => {
      const found = items.find((item) => typeof item === 'object' && item.id === value);
      if (typeof found === 'object') found.onSelect();
    },
  });
  const api = menu.connect(service, normalizeProps);
  return (
    <>
      {trigger(api.getTriggerProps() as TriggerAttributes)}
      {api.open && (
        <Overlay>
          <div {...api.getPositionerProps()} class="sg-float-place">
            <div {...api.getContentProps()} class="sg-float sg-menu">
              {items.map((item, index) => {
                if (!item) return null;
                if (item === 'line') return <hr key={`line ${index}`} {...api.getSeparatorProps()} />;
                return <Item key={item.id} item={item} api={api} />;
              })}
            </div>
          </div>
        </Overlay>
      )}
    </>
  );
}

function Item({ item, api }: { item: MenuItem; api: menu.Api }) {
  const { id, label, icon, hint, danger, disabled, checked } = item;
  const attributes =
    checked === undefined
      ? api.getItemProps({ value: id, disabled, valueText: label })
      : api.getOptionItemProps({ type: 'checkbox', value: id, disabled, checked, valueText: label });
  return (
    <div {...attributes} class={danger ? 'sg-option sg-option-danger' : 'sg-option'}>
      {icon && <Icon icon={icon} />}
      <span class="sg-option-words" dir="auto">
        {label}
      </span>
      {hint && <span class="sg-option-hint">{hint}</span>}
      {checked && <Icon icon={Check} />}
    </div>
  );
}
