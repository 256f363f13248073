import { Minus, Plus } from 'lucide';
import { useState } from 'preact/hooks';
import { IconButton } from '../controls/IconButton.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { formatNumber } from '../texts/formats.ts';
import { useFieldLink } from './fieldLink.ts';
import './Field.css';

const texts = defineTexts({
  less: { en: 'Decrease', 'zh-CN': '减少' },
  more: { en: 'Increase', 'zh-CN': '增加' },
});

interface NumberFieldProps {
  value: number | undefined;
  /** Undefined while it is empty. */
  onChange: (value: number | undefined) => void;
  min?: number;
  max?: number;
  /** 1 takes whole numbers only. */
  step?: number;
  /** Stands behind the number. */
  unit?: string;
  placeholder?: string;
  /** Without the two buttons, for narrow places. */
  bare?: boolean;
  disabled?: boolean;
  /** Only outside of a Field. */
  label?: string;
}

/** The nearest number that is allowed. */
function fit(value: number, { min = -Infinity, max = Infinity, step = 1 }: NumberFieldProps): number {
  const ground = Number.isFinite(min) ? min : 0;
  const stepped = ground + Math.round((value - ground) / step) * step;
  const digits = (String(step).split('.')[1] ?? '').length;
  return Number(Math.min(max, Math.max(min, stepped)).toFixed(digits));
}

/** As it is read where nobody types: 100,000. Both languages part thousands by commas. */
const group = (value: number): string => formatNumber(value, 9);
const ungroup = (text: string): string => text.replaceAll(/[,，\s]/g, '');

export function NumberField(props: NumberFieldProps) {
  const { value, onChange, min, max, step = 1, unit, placeholder, bare, disabled, label } = props;
  const link = useFieldLink(label);
  // The browser's own field for numbers shows none in groups. A seed is no amount, and stays one word.
  const isGrouped = !bare;
  // What is half typed is nobody's number yet: it is put right when one leaves the field.
  const [draft, setDraft] = useState<string>();
  const read = (text: string): number | undefined => {
    const digits = ungroup(text);
    return digits === '' || !Number.isFinite(Number(digits)) ? undefined : Number(digits);
  };
  const type = (text: string) => {
    setDraft(text);
    const number = read(text);
    if (number === undefined || fit(number, props) === number) onChange(number);
  };
  const settle = () => {
    const number = draft === undefined ? undefined : read(draft);
    setDraft(undefined);
    if (number !== undefined && fit(number, props) !== value) onChange(fit(number, props));
  };
  const move = (by: number) => {
    setDraft(undefined);
    onChange(fit((value ?? min ?? 0) + by, props));
  };
  const stepByKey = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0;
    if (by === 0) return;
    event.preventDefault();
    move(by);
  };
  return (
    <div class={bare ? 'sg-input' : 'sg-input sg-stepper'}>
      <input
        {...link}
        {...(isGrouped
          ? {
              type: 'text',
              role: 'spinbutton',
              autoComplete: 'off',
              'aria-valuemin': min,
              'aria-valuemax': max,
              'aria-valuenow': value,
              onKeyDown: stepByKey,
            }
          : { type: 'number', min, max, step })}
        inputMode={step % 1 === 0 ? 'numeric' : 'decimal'}
        dir="ltr"
        disabled={disabled}
        placeholder={placeholder}
        value={draft ?? (value !== undefined && isGrouped ? group(value) : (value ?? ''))}
        onInput={(event) => type(event.currentTarget.value)}
        onBlur={settle}
      />
      {unit && <span class="sg-input-unit">{unit}</span>}
      {!bare && (
        <>
          <IconButton
            icon={Minus}
            label={texts.less}
            size="small"
            tabIndex={-1}
            disabled={disabled || (value !== undefined && min !== undefined && value <= min)}
            onClick={() => move(-step)}
          />
          <IconButton
            icon={Plus}
            label={texts.more}
            size="small"
            tabIndex={-1}
            disabled={disabled || (value !== undefined && max !== undefined && value >= max)}
            onClick={() => move(step)}
          />
        </>
      )}
    </div>
  );
}
