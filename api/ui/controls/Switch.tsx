import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import './choices.css';

interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ComponentChildren;
  hint?: ComponentChildren;
  disabled?: boolean;
  /** The words first and the switch at the end of the line, as in lists of settings. */
  spread?: boolean;
}

/** Takes effect at once; a choice that waits for a button is a Checkbox. */
export function Switch({ checked, onChange, label, hint, disabled, spread }: SwitchProps) {
  const id = useId();
  return (
    <label class={spread ? 'sg-choice sg-choice-spread' : 'sg-choice'}>
      <input
        type="checkbox"
        role="switch"
        class="sg-switch"
        checked={checked}
        aria-checked={checked}
        disabled={disabled}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="sg-choice-words">
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
