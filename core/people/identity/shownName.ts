/**
 * A name that somebody gave themselves, as it may stand among our own words: without what reorders, breaks or hides
 * them, and cut between characters. Empty where nothing is left.
 */
export const cleanName = (text: string, longest: number): string =>
  [
    ...text
      .toWellFormed()
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .trim(),
  ]
    .slice(0, longest)
    .join('');
