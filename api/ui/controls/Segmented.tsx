import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useGroupLink } from '../fields/fieldLink.ts';
import { Icon } from '../Icon.tsx';
import './choices.css';

interface SegmentedOption<Value extends string> {
  value: Value;
  label: string;
  icon?: IconNode;
  /** Drawn above the label, as the shape of a picture is. */
  picture?: ComponentChildren;
  /** Only the icon or picture is seen, the label is read aloud. */
  labelHidden?: boolean;
  disabled?: boolean;
}

interface SegmentedProps<Value extends string> {
  options: readonly SegmentedOption<Value>[];
  value: Value | undefined;
  onChange: (value: Value) => void;
  /** The control is as wide as its place, and all parts are equally wide. */
  wide?: boolean;
  /** Only outside of a Field. */
  label?: string;
}

/** One of a few, all of them seen. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { options, value, onChange, wide, label } = props;
  const link = useGroupLink(label);
  const name = useId();
  return (
    <div role="radiogroup" class={wide ? 'sg-segmented sg-segmented-wide' : 'sg-segmented'} {...link}>
      {options.map((option) => (
        <label
          key={option.value}
          class={option.picture ? 'sg-segment sg-segment-tall' : 'sg-segment'}
          title={option.labelHidden ? option.label : undefined}
        >
          <input
            type="radio"
            class="sg-hidden"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
          />
          {option.picture && <span class="sg-segment-picture">{option.picture}</span>}
          {option.icon && <Icon icon={option.icon} />}
          <span class={option.labelHidden ? 'sg-hidden' : undefined}>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
