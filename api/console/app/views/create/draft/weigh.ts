/** A text with what is selected in it. */
export interface Selected {
  text: string;
  start: number;
  end: number;
}

const step = 0.1;
const [least, most] = [0.1, 2];
const weighted = /^\((.*):(\d+(?:\.\d+)?)\)$/s;

/**
 * Words count more or less, as ComfyUI reads it: `(words:1.2)`. Without a selection, the word at the cursor; a weight of
 * one is not written.
 * @param by up or down a tenth
 */
export function weigh({ text, start, end }: Selected, by: 1 | -1): Selected {
  const [from, to] = widen(text, start, end);
  const part = text.slice(from, to);
  if (part.trim() === '') return { text, start, end };
  const [, words = part, weight = '1'] = weighted.exec(part) ?? [];
  const next = Math.min(most, Math.max(least, Math.round((Number(weight) + by * step) * 10) / 10));
  const written = next === 1 ? words : `(${words}:${next})`;
  return { text: text.slice(0, from) + written + text.slice(to), start: from, end: from + written.length };
}

/** To the whole word, and to the brackets of the weight that stands around it. */
function widen(text: string, start: number, end: number): [number, number] {
  let [from, to] = [start, end];
  if (from === to) {
    while (from > 0 && isOfWord(text[from - 1])) from--;
    while (to < text.length && isOfWord(text[to])) to++;
  } else {
    // A space at an end is of nothing.
    while (from < to && text[from] === ' ') from++;
    while (to > from && text[to - 1] === ' ') to--;
  }
  for (const { index, 0: whole } of text.matchAll(/\([^()]*:\d+(?:\.\d+)?\)/g))
    if (index <= from && index + whole.length >= to) return [index, index + whole.length];
  return [from, to];
}

const isOfWord = (letter: string | undefined): boolean =>
  letter !== undefined && /[\p{L}\p{N}'’-]/u.test(letter);
