import { type IconNode, X } from 'lucide';
import type { ComponentChildren, JSX, Ref } from 'preact';
import { IconButton } from '../controls/IconButton.tsx';
import { Icon } from '../Icon.tsx';
import { useFieldLink } from './fieldLink.ts';
import './Field.css';

export interface TextFieldProps
  extends Pick<
    JSX.IntrinsicElements['input'],
    | 'name'
    | 'placeholder'
    | 'disabled'
    | 'readOnly'
    | 'maxLength'
    | 'autoComplete'
    | 'autoCapitalize'
    | 'autoFocus'
    | 'inputMode'
    | 'enterKeyHint'
    | 'spellcheck'
    | 'onKeyDown'
    | 'onBlur'
    | 'onFocus'
    | 'onPaste'
  > {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'search' | 'password' | 'email' | 'url' | 'tel';
  icon?: IconNode;
  /** Stands inside at the end. */
  end?: ComponentChildren;
  /** With it, a filled field has a button that empties it. */
  clearLabel?: string;
  inputRef?: Ref<HTMLInputElement>;
  /** Only outside of a Field. */
  label?: string;
}

export function TextField(props: TextFieldProps) {
  const { value, onChange, type = 'text', icon, end, clearLabel, inputRef, label, ...rest } = props;
  const link = useFieldLink(label);
  return (
    <div class="sg-input">
      {icon && <Icon icon={icon} />}
      <input
        {...rest}
        {...link}
        ref={inputRef}
        // The types know each kind of input apart; these are alike in all that is used here.
        type={type as 'text'}
        value={value}
        dir={type === 'email' || type === 'url' ? 'ltr' : 'auto'}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {clearLabel && value !== '' && !rest.disabled && (
        <span class="sg-input-end">
          <IconButton icon={X} label={clearLabel} size="small" onClick={() => onChange('')} />
        </span>
      )}
      {end && <span class="sg-input-end">{end}</span>}
    </div>
  );
}
