import { type Place, parseTextPattern } from './textPattern.ts';

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
 * @param allowed whole words that an open end does not reach: `grim*` leaves an allowed `grimoire` alone.
 */
export function holdsWord(
  text: string,
  words: readonly string[] = [],
  allowed: readonly string[] = [],
): boolean {
  if (words.length === 0) return false;
  const seen = toText(text);
  return words.some((word) => !findPlaces(seen, word, allowed).next().done);
}

/** @returns the first place of the word, in the text as it was given. */
export function findWord(text: string, word: string, allowed: readonly string[]): Place | undefined {
  const first = findPlaces(toText(text), word, allowed).next();
  return first.done ? undefined : toGiven(text, first.value, (part) => normalise(part).toLowerCase());
}

function* findPlaces(seen: Text, rule: string, allowed: readonly string[]): Generator<Place, undefined> {
  const { plain, letters } = seen;
  const word = normalise(rule).toLowerCase();
  const core = word.replaceAll(/^\*|\*$/g, '');
  if (core === '') return;
  // Chinese has no spaces between words: there a word may begin and end anywhere.
  const isSpaced = /^[\p{Script=Latin}\p{N}*' -]+$/u.test(word);
  const isOpenBefore = !isSpaced || word.startsWith('*');
  const isOpenAfter = !isSpaced || word.endsWith('*');
  let exceptions: Place[] | undefined;
  for (let start = plain.indexOf(core); start !== -1; start = plain.indexOf(core, start + 1)) {
    const end = start + core.length;
    const isBegun = isOpenBefore || letters[start - 1] !== 1;
    if (!isBegun || !(isOpenAfter || letters[end] !== 1)) continue;
    if (isOpenBefore || isOpenAfter) exceptions ??= allowed.flatMap((one) => [...findPlaces(seen, one, [])]);
    if (!exceptions?.some((one) => one.start <= start && end <= one.end)) yield { start, end };
  }
}

/** Whether a text holds one of the regular expressions, in a time that grows with the text alone. */
export function holdsPattern(text: string, sources: readonly string[] = []): boolean {
  if (sources.length === 0) return false;
  const plain = normalise(text);
  return sources.some((source) => parseTextPattern(source)?.isIn(plain) ?? false);
}

/** @returns the first match of the pattern, in the text as it was given. */
export function findPattern(text: string, source: string): Place | undefined {
  const place = parseTextPattern(source)?.find(normalise(text));
  return place && toGiven(text, place, normalise);
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The whole characters of the given text that became this part of the compared one. */
function toGiven(text: string, { start, end }: Place, compare: (part: string) => string): Place {
  const given: Place = { start: text.length, end: 0 };
  let length = 0;
  for (const { segment, index } of characters.segment(text)) {
    const before = length;
    length += compare(segment).length;
    if (length > start && given.start === text.length) given.start = index;
    if (before < end && length > before) given.end = index + segment.length;
  }
  // A pattern may match nothing, as `x*` does.
  return { start: Math.min(given.start, given.end), end: given.end };
}
