/** The operator's lists of words, a line of which takes the place of `__name__` in a prompt. */
export const mostWildcards = 100;
export const mostWildcardLines = 500;
/** Of a line. */
export const mostWildcardCharacters = 200;

const name = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,38}[\p{L}\p{N}])?`;
/** Letters and digits of any script, with hyphens between them. */
export const wildcardName = new RegExp(`^${name}$`, 'u');
const places = new RegExp(`__(${name})__`, 'gu');

/** In small letters, each once. */
export const listWildcards = (prompt: string): string[] => [
  ...new Set([...prompt.matchAll(places)].map(([, found = '']) => found.toLowerCase())),
];

/**
 * Each place takes a line of its own; the line stands as it is, whatever is in it. A place of a list that is not there
 * stays.
 * @param draw a number from 0 up to, and without, the count
 */
export const fillWildcards = (
  prompt: string,
  linesOf: (name: string) => readonly string[] | undefined,
  draw: (count: number) => number,
): string =>
  prompt.replaceAll(places, (place, found: string) => {
    const lines = linesOf(found.toLowerCase());
    return lines?.[draw(lines.length)] ?? place;
  });

/** What is being typed at the end of these words: the beginning of a list's name, after `__`. */
export function findWildcardStart(words: string): { start: number; typed: string } | undefined {
  // What stands before may be whole places.
  const open = words.replaceAll(places, (place) => ' '.repeat(place.length));
  const found = /__([\p{L}\p{N}-]{0,40})$/u.exec(open);
  return found ? { start: found.index, typed: (found[1] ?? '').toLowerCase() } : undefined;
}
