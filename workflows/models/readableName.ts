import { baseName } from './baseName.ts';
import { shippedEntries } from './shippedEntries.ts';

const endings = /\.(?:safetensors|ckpt|pth|pt|sft|gguf|bin)$/i;

/** A file name without folder and ending. */
export const stemOf = (file: string): string => baseName(file).replace(endings, '');

const shippedTitles = new Map(
  shippedEntries.flatMap(({ models, title }) =>
    models.map((model) => [model.slice(model.indexOf('/') + 1), title] as const),
  ),
);

/**
 * The name of a file that no operator named: the one that ships, else the file name as words, without folder and
 * ending. Parts that distinguish files of one model stay.
 */
export function readableName(file: string): string {
  const stem = stemOf(file);
  const shipped = shippedTitles.get(stem);
  if (shipped !== undefined) return shipped;
  const words = stem
    .replace(/[_\s]+|-(?=\D)|(?<=\D)-/g, ' ')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .trim();
  return words === '' ? file : words.charAt(0).toUpperCase() + words.slice(1);
}
