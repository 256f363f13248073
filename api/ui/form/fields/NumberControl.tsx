import { Segmented } from '../../controls/Segmented.tsx';
import { Slider } from '../../controls/Slider.tsx';
import { NumberField } from '../../fields/NumberField.tsx';
import type { FieldOf } from '../formField.ts';

/** So few numbers are all seen. */
const mostSeen = 8;

const listNumbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const value = String(from + index);
    return { value, label: value };
  });

interface NumberControlProps {
  field: FieldOf<'number'>;
  value: number | undefined;
  ends: { low: string; high: string } | undefined;
  onChange(value: number | undefined): void;
  label?: string;
}

/** A slider where both ends are known. One without a usual value stays a field, so that it can be empty. */
export function NumberControl({ field, value, ends, onChange, label }: NumberControlProps) {
  const { minimum, maximum, step } = field;
  const shared = { label, onChange, step: step === 'any' ? fineStep(field) : step };
  if (minimum === undefined || maximum === undefined || field.default === undefined)
    return <NumberField {...shared} {...limitsOf(field)} value={value} placeholder="–" />;
  if (step === 1 && maximum - minimum < mostSeen)
    return (
      <Segmented
        wide
        label={label}
        options={listNumbers(minimum, maximum)}
        value={String(value ?? field.default)}
        onChange={(next) => onChange(Number(next))}
      />
    );
  return <Slider {...shared} exact value={value ?? field.default} min={minimum} max={maximum} {...ends} />;
}

const limitsOf = ({ minimum, maximum }: FieldOf<'number'>) => ({
  ...(minimum !== undefined && { min: minimum }),
  ...(maximum !== undefined && { max: maximum }),
});

/** About a hundred steps from end to end, in tens. */
function fineStep({ minimum = 0, maximum = minimum + 10 }: FieldOf<'number'>): number {
  const span = maximum - minimum;
  return span <= 4 ? 0.01 : span <= 40 ? 0.1 : 1;
}
