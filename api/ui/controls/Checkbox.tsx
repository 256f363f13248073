import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './choices.css';

interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ComponentChildren;
  /** Only read aloud, as in the rows of a table. */
  labelHidden?: boolean;
  hint?: ComponentChildren;
  /** Some of what it stands for is chosen. */
  mixed?: boolean;
  disabled?: boolean;
}

export function Checkbox(props: CheckboxProps) {
  const { checked, onChange, label, labelHidden, hint, mixed = false, disabled } = props;
  const id = useId();
  return (
    <label class="sg-choice">
      <input
        type="checkbox"
        class="sg-checkbox"
        checked={checked}
        indeterminate={mixed}
        disabled={disabled}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class={labelHidden ? 'sg-hidden' : 'sg-choice-words'}>
        <span id={`${id}-label`}>{label}</span>
        {hint && (
          <span id={`${id}-hint`} class="sg-choice-hint">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}
