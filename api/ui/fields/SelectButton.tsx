import { ChevronDown } from 'lucide';
import { useContext } from 'preact/hooks';
import { Icon } from '../Icon.tsx';
import type { TriggerAttributes } from '../overlays/OverlayPlace.tsx';
import { FieldContext, useFieldLink } from './fieldLink.ts';
import type { Option } from './options.tsx';
import './Field.css';

export interface SelectProps<Value extends string> {
  options: readonly Option<Value>[];
  value: Value | undefined;
  onChange(value: Value): void;
  placeholder?: string;
  disabled?: boolean;
  /** Only outside of a Field. */
  label?: string;
}

interface SelectButtonProps extends SelectProps<string> {
  attributes: TriggerAttributes;
}

/** What is chosen; a press opens the list. */
export function SelectButton(props: SelectButtonProps) {
  const { attributes, options, value, placeholder, disabled, label } = props;
  const field = useContext(FieldContext);
  const { id: _, ...link } = useFieldLink(label);
  const chosen = options.find((option) => option.value === value);
  return (
    <button
      {...attributes}
      {...link}
      aria-labelledby={label === undefined ? field?.labelId : undefined}
      disabled={disabled}
      class="sg-input"
    >
      {chosen?.picture && <span class="sg-select-picture">{chosen.picture}</span>}
      {chosen?.icon && <Icon icon={chosen.icon} />}
      <span class={chosen ? 'sg-select-value sg-cut' : 'sg-select-value sg-faint'} dir="auto">
        {chosen?.label ?? placeholder}
      </span>
      <Icon icon={ChevronDown} />
    </button>
  );
}
