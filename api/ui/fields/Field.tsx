import { CircleAlert } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../Icon.tsx';
import { FieldContext } from './fieldLink.ts';
import './Field.css';

interface FieldProps {
  label: string;
  /** For a control whose meaning is plain to the eye, as a search box. */
  labelHidden?: boolean;
  hint?: ComponentChildren;
  /** What is wrong and what would be right. */
  error?: string | undefined;
  required?: boolean;
  /** Stands at the end of the label's line: a count, a lock, a small button. */
  aside?: ComponentChildren;
  class?: string | undefined;
  /** One control: TextField, TextArea, NumberField, Select, Combobox, Slider or Segmented. */
  children: ComponentChildren;
}

export function Field(props: FieldProps) {
  const { label, labelHidden, hint, error, required = false, aside, class: className, children } = props;
  const id = useId();
  const labelId = `${id}-label`;
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  const link = {
    id,
    labelId,
    describedBy: described || undefined,
    isInvalid: Boolean(error),
    isRequired: required,
  };
  return (
    <div class={className ? `sg-field ${className}` : 'sg-field'}>
      <div class={labelHidden && !aside ? 'sg-hidden' : 'sg-field-head'}>
        <label for={id} id={labelId} class={labelHidden ? 'sg-hidden' : 'sg-field-label'}>
          {label}
        </label>
        {aside && <span class="sg-field-aside">{aside}</span>}
      </div>
      <FieldContext.Provider value={link}>{children}</FieldContext.Provider>
      {error && (
        <p id={`${id}-error`} class="sg-field-error" role="alert">
          <Icon icon={CircleAlert} />
          <span>{error}</span>
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} class="sg-field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
