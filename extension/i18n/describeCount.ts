import { translate } from './translate.ts';

/** Numbers with what they count, as people say them. */
export const describeCredits = (count: number): string =>
  translate(count === 1 ? 'credit' : 'credits', count);

export const describePictures = (count: number): string =>
  translate(count === 1 ? 'picture' : 'pictures', count);

/** What is on hold for open tasks is said where there is any. */
export const describeBalance = ({ available, held }: { available: number; held: number }): string =>
  held === 0
    ? translate('balanceFree', describeCredits(available))
    : translate('balanceLine', describeCredits(available), describeCredits(held));
