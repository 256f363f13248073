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
  const find = createWordSearch(toText(text), allowed);
  return words.some((word) => find(word) !== undefined);
}

/** For each word its first place in the text as it was given. Whatever they share is made once. */
export function findWords(
  text: string,
  words: readonly string[],
  allowed: readonly string[],
): (Place | undefined)[] {
  const find = createWordSearch(toText(text), allowed);
  const toGiven = createGiven(text, (part) => normalise(part).toLowerCase());
  return words.map((word) => toGiven(find(word)));
}

/** @returns a search for the first place of a word that no allowed word covers. */
function createWordSearch(seen: Text, allowed: readonly string[]): (word: string) => Place | undefined {
  let reach: Int32Array | undefined;
  const known = new Map<string, Place | undefined>();
  const findFirst = (word: Word): Place | undefined => {
    const isOpen = word.isOpenBefore || word.isOpenAfter;
    for (const place of listPlaces(seen, word)) {
      if (!isOpen) return place;
      reach ??= reachOf(seen, allowed);
      if ((reach[place.start] ?? 0) < place.end) return place;
    }
    return undefined;
  };
  return (rule) => {
    const word = parseWord(rule);
    // Rules that mean the same are one: how many others a text meets is bounded by its length and theirs.
    const key = `${word.isOpenBefore}${word.isOpenAfter}${word.core}`;
    if (!known.has(key)) known.set(key, findFirst(word));
    return known.get(key);
  };
}

/** For each place of a text, how far the exceptions go that begin there or before. */
function reachOf(seen: Text, allowed: readonly string[]): Int32Array {
  const reach = new Int32Array(seen.plain.length);
  const words = new Map(allowed.map((one) => [normalise(one).toLowerCase(), parseWord(one)]));
  for (const word of words.values())
    for (const { start, end } of listPlaces(seen, word)) reach[start] = Math.max(reach[start] ?? 0, end);
  for (let at = 1; at < reach.length; at++) reach[at] = Math.max(reach[at] ?? 0, reach[at - 1] ?? 0);
  return reach;
}

interface Word {
  core: string;
  isOpenBefore: boolean;
  isOpenAfter: boolean;
}

function parseWord(rule: string): Word {
  const word = normalise(rule).toLowerCase();
  // Chinese has no spaces between words: there a word may begin and end anywhere.
  const isSpaced = /^[\p{Script=Latin}\p{N}*' -]+$/u.test(word);
  return {
    core: word.replaceAll(/^\*|\*$/g, ''),
    isOpenBefore: !isSpaced || word.startsWith('*'),
    isOpenAfter: !isSpaced || word.endsWith('*'),
  };
}

function* listPlaces(
  { plain, letters }: Text,
  { core, isOpenBefore, isOpenAfter }: Word,
): Generator<Place, undefined> {
  if (core === '') return;
  for (let start = plain.indexOf(core); start !== -1; start = plain.indexOf(core, start + 1)) {
    const end = start + core.length;
    const isBegun = isOpenBefore || letters[start - 1] !== 1;
    if (isBegun && (isOpenAfter || letters[end] !== 1)) yield { start, end };
  }
}

/** Whether a text holds one of the regular expressions, in a time that grows with the text alone. */
export function holdsPattern(text: string, sources: readonly string[] = []): boolean {
  if (sources.length === 0) return false;
  const plain = normalise(text);
  return sources.some((source) => parseTextPattern(source)?.isIn(plain) ?? false);
}

/** For each pattern its first match, in the text as it was given. */
export function findPatterns(text: string, sources: readonly string[]): (Place | undefined)[] {
  const plain = normalise(text);
  const toGiven = createGiven(text, normalise);
  return sources.map((source) => toGiven(parseTextPattern(source)?.find(plain)));
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** @returns what gives the whole characters of a text that became a part of the compared one. */
function createGiven(
  text: string,
  compare: (part: string) => string,
): (place: Place | undefined) => Place | undefined {
  let segments: { index: number; end: number; before: number; length: number }[] | undefined;
  return (place) => {
    if (!place) return undefined;
    segments ??= listSegments(text, compare);
    const given: Place = { start: text.length, end: 0 };
    for (const { index, end, before, length } of segments) {
      if (length > place.start && given.start === text.length) given.start = index;
      if (before >= place.end) break;
      if (length > before) given.end = end;
    }
    // A pattern may match nothing, as `x*` does.
    return { start: Math.min(given.start, given.end), end: given.end };
  };
}

function listSegments(text: string, compare: (part: string) => string) {
  let length = 0;
  return Array.from(characters.segment(text), ({ segment, index }) => {
    const before = length;
    length += compare(segment).length;
    return { index, end: index + segment.length, before, length };
  });
}
