import type { JSX, Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useFieldLink } from './fieldLink.ts';
import './Field.css';

interface TextAreaProps
  extends Pick<
    JSX.IntrinsicElements['textarea'],
    | 'name'
    | 'placeholder'
    | 'disabled'
    | 'readOnly'
    | 'maxLength'
    | 'autoFocus'
    | 'spellcheck'
    | 'onKeyDown'
    | 'onBlur'
    | 'onFocus'
    | 'onPaste'
  > {
  value: string;
  onChange: (value: string) => void;
  /** It grows with its text from the one to the other, then scrolls. */
  minRows?: number;
  maxRows?: number;
  areaRef?: Ref<HTMLTextAreaElement>;
  /** Only outside of a Field. */
  label?: string;
}

export function TextArea(props: TextAreaProps) {
  const { value, onChange, minRows = 3, maxRows = 12, areaRef, label, ...rest } = props;
  const link = useFieldLink(label);
  const own = useRef<HTMLTextAreaElement | null>(null);
  useLayoutEffect(() => {
    const area = own.current;
    // Most browsers do it by `field-sizing`.
    if (!area || CSS.supports('field-sizing', 'content')) return;
    area.style.blockSize = 'auto';
    area.style.blockSize = `${area.scrollHeight}px`;
  }, [value]);
  const lines = (rows: number) => `calc(${rows} * var(--leading) * 1em + 16px)`;
  return (
    <div class="sg-input sg-input-area">
      <textarea
        {...rest}
        {...link}
        ref={(area) => {
          own.current = area;
          if (typeof areaRef === 'function') areaRef(area);
          else if (areaRef) areaRef.current = area;
        }}
        rows={minRows}
        style={{ minBlockSize: lines(minRows), maxBlockSize: lines(maxRows) }}
        value={value}
        dir="auto"
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}
