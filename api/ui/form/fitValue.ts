import type { FormField, NumberLimits } from './formField.ts';

/** The nearest number that the limits allow. */
export function fitNumber(value: number, { minimum, maximum, step }: NumberLimits): number {
  const low = minimum ?? -Infinity;
  const high = maximum ?? Infinity;
  const within = Math.min(high, Math.max(low, value));
  if (step === 'any') return within;
  const base = minimum ?? 0;
  const snapped = base + Math.round((within - base) / step) * step;
  const fitted = snapped > high ? snapped - step : snapped;
  // 0.1 + 0.2 is not 0.3.
  return Number(fitted.toFixed(6));
}

/** A picture or film in a form: what a request names, and what is known for showing it. */
export interface AssetValue {
  assetId: string;
  url?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
  /** The name of the file that the value came from. */
  name?: string | undefined;
  /** It was larger than the server takes. */
  isShrunk?: boolean | undefined;
  /** Of a mask: the picture that it was painted over. */
  over?: string | undefined;
}

export const isAssetValue = (value: unknown): value is AssetValue =>
  typeof value === 'object' && value !== null && 'assetId' in value && typeof value.assetId === 'string';

type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A chosen value as a field takes it: the same, the nearest number, or undefined for one that it cannot take. Nothing
 * is lost by it: the draft keeps what was chosen.
 */
export function fitValue(field: FormField, value: unknown): unknown {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'choice': {
      if (field.isOpen) return typeof value === 'string' && value !== '' ? value : undefined;
      return field.options.find(
        (option) =>
          (option.value === value || (option.alias !== undefined && option.alias === value)) &&
          option.unavailable === undefined,
      )?.value;
    }
    case 'number':
    case 'seed':
      return typeof value === 'number' && Number.isFinite(value) ? fitNumber(value, field) : undefined;
    case 'size':
    case 'sides':
      // Each of their parameters is read by itself.
      return undefined;
    case 'switch':
      return typeof value === 'boolean' ? value : undefined;
    case 'rows':
      return Array.isArray(value) ? value.filter(isRow).slice(0, field.most) : undefined;
    case 'asset':
    case 'mask':
      return isAssetValue(value) ? value : undefined;
  }
}
