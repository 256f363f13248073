/** One candidate of a `srcset`: its address and its stated size, in the list's unit. */
interface Candidate {
  url: string;
  size: number;
}

/**
 * Splits a `srcset` as HTML does: an address ends at white space, so commas inside one (data: URLs, image services)
 * do not cut it; its descriptor ends at the next comma.
 */
export function parseSrcset(srcset: string): Candidate[] {
  const candidates: Candidate[] = [];
  const pattern = /[\s,]*(\S+)(\s+[^,]*)?/y;
  while (pattern.lastIndex < srcset.length) {
    const match = pattern.exec(srcset);
    if (!match?.[1]) break;
    const endsList = match[1].endsWith(',');
    const url = match[1].replace(/,+$/, '');
    // An address that ends with a comma has no descriptor: what follows is the next candidate.
    if (endsList) pattern.lastIndex -= match[2]?.length ?? 0;
    const descriptor = endsList ? '' : (match[2] ?? '');
    const size = Number(/([\d.]+)[wx]/.exec(descriptor)?.[1] ?? 1);
    if (url !== '') candidates.push({ url, size });
  }
  return candidates;
}

/** The largest by what the list says; the first of equals. */
export function findLargest(srcset: string): string | undefined {
  let largest: Candidate | undefined;
  for (const candidate of parseSrcset(srcset)) {
    if (!largest || candidate.size > largest.size) largest = candidate;
  }
  return largest?.url;
}

/** Addresses inside a CSS `background-image`; gradients have none. */
export function listCssUrls(value: string): string[] {
  return [...value.matchAll(/url\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^)\s]*))\)/g)]
    .map(([, double, single, bare]) => (double ?? single ?? bare ?? '').replaceAll(/\\(.)/g, '$1'))
    .filter((url) => url !== '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: file systems refuse them
const unfit = /[\u0000-\u001f\u007f<>:"/\\|?*]+/g;

/** A name for a saved file: the last part of the address without its extension, or another known name. */
export function nameFile(url: string, alternatives: readonly string[]): string {
  const parsed = URL.parse(url);
  const isWeb = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  const last = isWeb ? safeDecode(parsed.pathname.split('/').at(-1) ?? '') : '';
  for (const text of [last.replace(/\.[a-z0-9]{1,5}$/i, ''), ...alternatives]) {
    const name = text.replaceAll(unfit, ' ').replaceAll(/ +/g, ' ').trim().slice(0, 80);
    if (name !== '' && !/^\.+$/.test(name)) return name;
  }
  return 'picture';
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % is part of the name.
    return text;
  }
}
