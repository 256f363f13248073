import { isTuning } from '@star-graph/contract/catalogue/engineForms';

/** Shown at once although a request can do without them. */
const essential: ReadonlySet<string> = new Set([
  ...['prompt', 'image', 'mask', 'video', 'lastImage', 'control', 'model', 'size', 'count'],
  ...['denoise', 'scale', 'times', 'strength', 'frames', 'resolution', 'fast', 'quality'],
  'sides',
]);

/** Further pictures of a list stand with the first. */
const furtherPicture = /^image\d+$/;

export const isEssentialParam = (name: string, isRequired: boolean): boolean =>
  !isTuning(name) && (isRequired || essential.has(name) || furtherPicture.test(name));

/** What stands first in a form, whatever the schema's order; the rest follows in that. */
const first: readonly RegExp[] = [
  /^(image\d*|video|lastImage|control|mask)$/,
  /^prompt$/,
  /^(size|sides)$/,
  /^model$/,
  /^(scale|times|denoise|strength|resolution|frames)$/,
];

export function compareParams(a: string, b: string): number {
  const rank = (name: string) => {
    const found = first.findIndex((names) => names.test(name));
    return found === -1 ? first.length : found;
  };
  // The count ends the essential ones.
  const last = (name: string) => (name === 'count' ? 1 : 0);
  return rank(a) - rank(b) || last(a) - last(b);
}
