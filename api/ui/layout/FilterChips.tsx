import { Check } from 'lucide';
import { Icon } from '../Icon.tsx';
import { formatNumber } from '../texts/formats.ts';
import './layout.css';

interface FilterChipsProps<Value extends string> {
  options: readonly { value: Value; label: string; count?: number }[];
  /** Those that are on; none of them means no filter. */
  values: readonly Value[];
  onChange: (values: Value[]) => void;
  /** What is filtered by, read aloud. */
  label: string;
  /** At most one chip is chosen at a time. */
  single?: boolean;
}

export function FilterChips<Value extends string>(props: FilterChipsProps<Value>) {
  const { options, values, onChange, label, single } = props;
  const toggle = (value: Value) => {
    if (values.includes(value)) onChange(values.filter((each) => each !== value));
    else onChange(single ? [value] : [...values, value]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a flex line in all browsers.
    <div role="group" aria-label={label} class="sg-filters">
      {options.map(({ value, label: name, count }) => (
        <button
          key={value}
          type="button"
          class="sg-filter"
          aria-pressed={values.includes(value)}
          onClick={() => toggle(value)}
        >
          {values.includes(value) && <Icon icon={Check} />}
          {name}
          {count !== undefined && <span class="sg-faint">{formatNumber(count)}</span>}
        </button>
      ))}
    </div>
  );
}
