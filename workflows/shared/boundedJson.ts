/** How much a text of JSON may hold, whatever its bytes: each value costs time where it is parsed and checked. */
export interface JsonBounds {
  /** Keys of objects and elements of lists together. */
  values: number;
  /** How deep they may be nested. */
  depth: number;
}

/** Far more than any request has. A picture in base64 is one value. */
export const usualBounds: JsonBounds = { values: 10_000, depth: 100 };

/** Enough for a graph of as many nodes as a workflow may have. */
export const graphBounds: JsonBounds = { values: 30_000, depth: 100 };

/** Says which bound a text is over. */
export class JsonTooRich extends Error {
  readonly bound: keyof JsonBounds;
  constructor(bound: keyof JsonBounds) {
    super(`the JSON is over the bound of its ${bound}`);
    this.bound = bound;
  }
}

/** @throws JsonTooRich before anything is parsed; SyntaxError, also for a key that would change what objects inherit. */
export function parseJson(text: string, bounds: JsonBounds = usualBounds): unknown {
  requireWithin(text, bounds);
  // Written plainly, or with any of its characters as an escape.
  if (!text.includes('__proto__') && !/\\u00[5-7]/i.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, value) => {
    if (key === '__proto__') throw new SyntaxError('__proto__ is no key');
    return value;
  });
}

/** Looks at what is outside of texts. Blanks, numbers and long texts are passed over by searches; no JSON is left to the parser. */
function requireWithin(text: string, bounds: JsonBounds): void {
  const structure = /[",[\]{}]/g;
  const skip = createSkip(text);
  let [values, texts, depth] = [0, 0, 0];
  while (structure.test(text)) {
    const at = structure.lastIndex - 1;
    const sign = text[at];
    if (sign === '"') {
      texts++;
      structure.lastIndex = skip(at) + 1;
    } else if (sign === ']' || sign === '}') {
      depth--;
      if (depth < 0) return;
    } else {
      values++;
      if (sign !== ',') depth++;
    }
    // A key and its value are two texts, and the text that stands alone is one.
    if (values > bounds.values || texts > 2 * bounds.values + 1) throw new JsonTooRich('values');
    if (depth > bounds.depth) throw new JsonTooRich('depth');
  }
}

/** Finds the end of the text that begins at a quote. */
function createSkip(text: string): (from: number) => number {
  let escaped = text.indexOf('\\');
  return (from) => {
    const end = text.indexOf('"', from + 1);
    if (end === -1) return text.length;
    if (escaped !== -1 && escaped < from) escaped = text.indexOf('\\', from);
    if (escaped === -1 || escaped > end) return end;
    let at = escaped;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x5c) at++;
      else if (code === 0x22) break;
    }
    return at;
  };
}
