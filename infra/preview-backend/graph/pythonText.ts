import type { Json } from '../json.ts';

/** `str()` of a float: an integral value keeps its `.0`. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}

/** `repr()` of a JSON value, close enough for messages. */
export function pythonRepr(value: Json | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, inner]) => `'${key}': ${pythonRepr(inner)}`);
    return `{${pairs.join(', ')}}`;
  }
  return String(value);
}

/** `str()` of a JSON value. */
export function pythonStr(value: Json | undefined): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** The outcome of `int()`, `float()`, `str()` or `bool()`: the value or the text of Python's exception. */
export type Conversion = { value: Json } | { error: string };

const integerText = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/** `int(value)`: floats are cut, text must be an integer, lists and objects fail. */
export function pythonInt(value: Json): Conversion {
  if (typeof value === 'bigint') return { value };
  if (typeof value === 'boolean') return { value: value ? 1 : 0 };
  if (typeof value === 'number') return { value: Math.trunc(value) };
  if (typeof value === 'string') {
    if (!integerText.test(value)) {
      return { error: `invalid literal for int() with base 10: ${pythonRepr(value)}` };
    }
    const exact = BigInt(value.trim().replaceAll('_', '').replace('+', ''));
    return { value: Number.isSafeInteger(Number(exact)) ? Number(exact) : exact };
  }
  return {
    error: `int() argument must be a string, a bytes-like object or a real number, not '${pythonTypeName(value)}'`,
  };
}

/** `float(value)`. */
export function pythonFloatOf(value: Json): Conversion {
  if (typeof value === 'number') return { value };
  if (typeof value === 'bigint') return { value: Number(value) };
  if (typeof value === 'boolean') return { value: value ? 1 : 0 };
  if (typeof value === 'string') {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isNaN(number)) return { value: number };
    return { error: `could not convert string to float: ${pythonRepr(value)}` };
  }
  return { error: `float() argument must be a string or a real number, not '${pythonTypeName(value)}'` };
}

/** `bool(value)`. */
export function pythonBool(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function pythonTypeName(value: Json): string {
  if (value === null) return 'NoneType';
  return Array.isArray(value) ? 'list' : 'dict';
}
