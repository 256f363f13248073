import { parseTextPattern } from '@star-graph/api/contract/textPattern';

/** As texts are compared: one form of each letter, and without what is not seen. */
const normalise = (text: string): string => text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');

const isLetter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

interface Text {
  characters: readonly string[];
  /** Whether each of them is a letter or a digit. */
  letters: readonly boolean[];
}

/**
 * Whether a text holds one of the words, whatever their case; `*` stands for any letters within a word. The time it
 * takes grows with the text and with the words, and with no power of either.
 */
export function holdsWord(text: string, words: readonly string[] = []): boolean {
  if (words.length === 0) return false;
  const plain = normalise(text).toLowerCase();
  const characters = [...plain];
  const spread = { characters, letters: characters.map(isLetter) };
  return words.some((word) => {
    const wanted = normalise(word).toLowerCase();
    // Most words are nowhere near: their parts are looked for first.
    return wanted.split('*').every((part) => plain.includes(part)) && holdsOne(spread, wanted);
  });
}

/**
 * Follows all ways to read the word at once: `reached` holds how much of it is matched by some text that ends here.
 * Chinese has no spaces between words: there a word may begin and end anywhere.
 */
function holdsOne({ characters, letters }: Text, word: string): boolean {
  const pattern = [...word];
  const isSpaced = /^[\p{Script=Latin}\p{N}*' -]+$/u.test(word);
  const isFree = (at: number) => !isSpaced || letters[at] !== true;
  let reached = new Set<number>();
  for (let at = 0; at <= characters.length; at++) {
    if (isFree(at - 1)) reached.add(0);
    reached = withSkippedStars(pattern, reached);
    if (reached.has(pattern.length) && isFree(at)) return true;
    const next = new Set<number>();
    for (const place of reached) {
      if (pattern[place] === '*') {
        if (letters[at]) next.add(place);
      } else if (place < pattern.length && pattern[place] === characters[at]) next.add(place + 1);
    }
    reached = next;
  }
  return false;
}

/** A star may stand for nothing. */
function withSkippedStars(pattern: readonly string[], reached: ReadonlySet<number>): Set<number> {
  const all = new Set(reached);
  for (const place of all) if (pattern[place] === '*') all.add(place + 1);
  return all;
}

/** Whether a text holds one of the regular expressions, in a time that grows with the text alone. */
export function holdsPattern(text: string, sources: readonly string[] = []): boolean {
  if (sources.length === 0) return false;
  const plain = normalise(text);
  return sources.some((source) => parseTextPattern(source)?.isIn(plain) ?? false);
}
