import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { Form } from './createForm.ts';
import { type FormDraft, readValue, writeValue } from './formDraft.ts';

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

/** The draft with a style's words in place of another's; undefined: with those of none. */
export function writeStyle(
  form: Form,
  draft: FormDraft,
  styles: readonly Words[],
  style: Words | undefined,
): FormDraft {
  let next = draft;
  for (const [param, part] of [
    ['prompt', 'words'],
    ['negativePrompt', 'avoid'],
  ] as const) {
    const field = form.fields.find(({ name }) => name === param);
    if (!field) continue;
    const text = String(readValue(form, next, field) ?? '');
    next = writeValue(form, next, param, withStyle(styles, text, part, style) || undefined);
  }
  return next;
}
