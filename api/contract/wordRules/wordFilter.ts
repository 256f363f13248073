import { parseTextPattern } from './textPattern.ts';

/** The form in which texts are compared: letters normalised, invisible characters removed. */
const normalise = (text: string): string => text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');

interface Text {
  plain: string;
  /** 1 where a unit of the text belongs to a letter or a digit. */
  letters: Uint8Array;
}

function toText(text: string): Text {
  const plain = normalise(text).toLowerCase();
  const letters = new Uint8Array(plain.length);
  for (const { index, 0: character } of plain.matchAll(/[\p{L}\p{N}]/gu))
    letters.fill(1, index, index + character.length);
  return { plain, letters };
}

/**
 * Whether a text contains one of the words, in any case; `*` at the beginning or end of a word stands for any letters
 * there.
 */
export function holdsWord(text: string, words: readonly string[] = []): boolean {
  if (words.length === 0) return false;
  const seen = toText(text);
  return words.some((word) => holdsOne(seen, normalise(word).toLowerCase()));
}

function holdsOne({ plain, letters }: Text, word: string): boolean {
  const core = word.replaceAll(/^\*|\*$/g, '');
  if (core === '') return false;
  // Chinese has no spaces between words: there a word may begin and end anywhere.
  const isSpaced = /^[\p{Script=Latin}\p{N}*' -]+$/u.test(word);
  const isOpenBefore = !isSpaced || word.startsWith('*');
  const isOpenAfter = !isSpaced || word.endsWith('*');
  for (let at = plain.indexOf(core); at !== -1; at = plain.indexOf(core, at + 1)) {
    const isBegun = isOpenBefore || letters[at - 1] !== 1;
    if (isBegun && (isOpenAfter || letters[at + core.length] !== 1)) return true;
  }
  return false;
}

/** Whether a text holds one of the regular expressions, in a time that grows with the text alone. */
export function holdsPattern(text: string, sources: readonly string[] = []): boolean {
  if (sources.length === 0) return false;
  const plain = normalise(text);
  return sources.some((source) => parseTextPattern(source)?.isIn(plain) ?? false);
}
