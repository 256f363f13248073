import * as menu from '@zag-js/menu';
import { normalizeProps, useMachine } from '@zag-js/preact';
import { Check } from 'lucide';
import { useId } from 'preact/hooks';
import { Icon } from '../Icon.tsx';
import type { PressedProps } from '../pressPart.tsx';
import type { MenuItem, MenuProps } from './menuTypes.ts';
import { Overlay, type TriggerAttributes, useSurroundings } from './OverlayPlace.tsx';
import './floats.css';

/** A menu that can be opened. */
export function MenuMachine(props: MenuProps & PressedProps) {
  const { trigger, items, placement = 'bottom-start', label, triggerId } = props;
  const service = useMachine(menu.machine, {
    id: useId(),
    ids: { trigger: triggerId },
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
