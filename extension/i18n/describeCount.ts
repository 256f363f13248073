import { translate } from './translate.ts';

/** Numbers with their units, in words. */
export const describeCredits = (count: number): string =>
  translate(count === 1 ? 'credit' : 'credits', count);

export const describePictures = (count: number): string =>
  translate(count === 1 ? 'picture' : 'pictures', count);

/** Held credits are mentioned if there are any. */
export const describeBalance = ({ available, held }: { available: number; held: number }): string =>
  held === 0
    ? translate('balanceFree', describeCredits(available))
    : translate('balanceLine', describeCredits(available), describeCredits(held));
