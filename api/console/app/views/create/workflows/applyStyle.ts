import type { StyleView } from '@star-graph/contract/catalogue/styles';

type Words = Pick<StyleView, 'words' | 'avoid'>;

const without = (text: string, words: string): string => {
  const at = text.indexOf(words);
  if (at < 0) return text;
  const [before, after] = [text.slice(0, at), text.slice(at + words.length)];
  // The comma before it came with it.
  return before.replace(/,?\s*$/, '') + after;
};

/** Which style a prompt has: its words can be seen in it, and changed. */
export const findStyle = <One extends Words>(styles: readonly One[], prompt: string): One | undefined =>
  styles.find(({ words }) => prompt.includes(words));

/** The words of one style in place of any other's; undefined: of none. */
export function withStyle(
  styles: readonly Words[],
  text: string,
  part: keyof Words,
  style: Words | undefined,
): string {
  const bare = styles.reduce((rest, one) => without(rest, one[part]), text).trim();
  if (!style) return bare;
  return bare === '' ? style[part] : `${bare.replace(/,$/, '')}, ${style[part]}`;
}
