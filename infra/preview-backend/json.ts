/**
 * JSON as Python reads and writes it, where JavaScript differs: integers beyond 2^53 (seeds go to 2^64 − 1) stay
 * exact as bigint, and the metadata written into files is pure ASCII.
 */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Matches a run of digits long enough to lose precision as a double; only then is the slow reviver worth it. */
const longInteger = /\d{16}/;
const integerSource = /^-?\d+$/;

/** Parses JSON text; throws SyntaxError. Integers outside the safe range become bigint. */
export function parseJson(text: string): Json {
  if (!longInteger.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, function (
    this: unknown,
    _key: string,
    value: unknown,
    context?: { source?: string },
  ) {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source;
    return source !== undefined && integerSource.test(source) ? BigInt(source) : value;
  } as (key: string, value: unknown) => unknown) as Json;
}

const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Text of any JSON value, with bigint as a plain integer. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Only bigint needs a replacer, which makes every other value several times slower.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'bigint' ? rawJson(inner.toString()) : inner,
    );
  }
}

/** As Python's `json.dumps` with its defaults does: everything outside ASCII is escaped. */
export function stringifyAscii(value: unknown): string {
  return stringifyJson(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
