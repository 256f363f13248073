import { normalizeProps, useMachine } from '@zag-js/preact';
import * as tabs from '@zag-js/tabs';
import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../Icon.tsx';
import { useSurroundings } from '../overlays/OverlayPlace.tsx';
import './Tabs.css';

interface Tab {
  value: string;
  label: string;
  icon?: IconNode;
  /** Behind the label: how many there are. */
  count?: number;
  /** Built when it is chosen. */
  content: () => ComponentChildren;
}

interface TabsProps {
  items: readonly Tab[];
  value: string;
  onChange: (value: string) => void;
  /** What the tabs are of, read aloud. */
  label: string;
}

export function Tabs({ items, value, onChange, label }: TabsProps) {
  const service = useMachine(tabs.machine, {
    id: useId(),
    ...useSurroundings(),
    value,
    translations: { listLabel: label },
    onValueChange: (details) => onChange(details.value),
  });
  const api = tabs.connect(service, normalizeProps);
  return (
    <div {...api.getRootProps()} class="sg-tabs">
      <div {...api.getListProps()} class="sg-tab-list">
        {items.map((item) => (
          <button key={item.value} {...api.getTriggerProps({ value: item.value })} class="sg-tab">
            {item.icon && <Icon icon={item.icon} />}
            {item.label}
            {item.count !== undefined && <span class="sg-tab-count">{item.count}</span>}
          </button>
        ))}
      </div>
      {items.map((item) => (
        <div key={item.value} {...api.getContentProps({ value: item.value })} class="sg-tab-content">
          {item.value === value && item.content()}
        </div>
      ))}
    </div>
  );
}
