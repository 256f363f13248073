import { useGroupLink } from '../fields/fieldLink.ts';
import { NumberField } from '../fields/NumberField.tsx';
import { formatNumber } from '../texts/formats.ts';
import './Slider.css';

interface SliderProps {
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  /** The words at both ends: keep … redraw. */
  low?: string;
  high?: string;
  /** How the value reads: `28 steps`. */
  format?: (value: number) => string;
  /** The value can also be typed. */
  exact?: boolean;
  disabled?: boolean;
  /** Only outside of a Field. */
  label?: string;
}

/** The browser's own range: keyboard, touch, right-to-left and forms come with it. */
export function Slider(props: SliderProps) {
  const { value, onChange, min, max, step = 1, low, high, exact, disabled, label } = props;
  const digits = (String(step).split('.')[1] ?? '').length;
  const { format = (each: number) => formatNumber(each, digits) } = props;
  const link = useGroupLink(label);
  const share = max > min ? (Math.min(max, Math.max(min, value)) - min) / (max - min) : 0;
  return (
    <div class="sg-slider">
      <div class="sg-slider-line">
        <input
          {...link}
          type="range"
          style={{ '--share': share }}
          min={min}
          max={max}
          step={step}
          value={value}
          disabled={disabled}
          aria-valuetext={format(value)}
          onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
        />
        {exact ? (
          <div class="sg-slider-exact">
            <NumberField
              bare
              value={value}
              min={min}
              max={max}
              step={step}
              label={label}
              disabled={disabled}
              onChange={(next) => next !== undefined && onChange(next)}
            />
          </div>
        ) : (
          <output class="sg-slider-value">{format(value)}</output>
        )}
      </div>
      {(low || high) && (
        <div class="sg-slider-ends" aria-hidden="true">
          <span>{low}</span>
          <span>{high}</span>
        </div>
      )}
    </div>
  );
}

interface NamedSliderProps extends SliderProps {
  label: string;
  class?: string;
}

/** On a line with its name, as in toolbars. */
export const NamedSlider = ({ class: className, ...props }: NamedSliderProps) => (
  <div class={className === undefined ? 'sg-named-slider' : `sg-named-slider ${className}`}>
    <span aria-hidden="true">{props.label}</span>
    <Slider {...props} />
  </div>
);

interface RangeSliderProps {
  label: string;
  /** What each of its ends is. */
  ends: readonly [string, string];
  value: readonly [number, number];
  onChange: (value: [number, number]) => void;
  min: number;
  max: number;
  /** Its ends keep this far apart. */
  step: number;
  format: (value: number) => string;
}

/** A part of a range: two of the browser's own sliders on one track, each by pointer, touch and keyboard. */
export function RangeSlider({ label, ends, value, onChange, min, max, step, format }: RangeSliderProps) {
  const [from, to] = value;
  const share = (at: number) => (at - min) / (max - min);
  const limit = (input: HTMLInputElement, least: number, most: number) => {
    const next = Math.min(most, Math.max(least, input.valueAsNumber));
    // It has moved its thumb already.
    input.valueAsNumber = next;
    return next;
  };
  const thumb = (at: 0 | 1, change: (input: HTMLInputElement) => [number, number]) => (
    <input
      type="range"
      aria-label={ends[at]}
      aria-valuetext={format(value[at])}
      min={min}
      max={max}
      step={step}
      value={value[at]}
      onInput={(event) => onChange(change(event.currentTarget))}
    />
  );
  return (
    <fieldset class="sg-named-slider" aria-label={label}>
      <span aria-hidden="true">{label}</span>
      <div class="sg-slider sg-slider-range" style={{ '--from': share(from), '--to': share(to) }}>
        <div class="sg-slider-line">
          <div class="sg-slider-both">
            {thumb(0, (input) => [limit(input, min, to - step), to])}
            {thumb(1, (input) => [from, limit(input, from + step, max)])}
          </div>
          <output class="sg-slider-value">{`${format(from)} – ${format(to)}`}</output>
        </div>
      </div>
    </fieldset>
  );
}
