import { translate } from './translate.ts';

/** Numbers with what they count, as people say them. */
export const describeCredits = (count: number): string =>
  translate(count === 1 ? 'credit' : 'credits', count);

export const describePictures = (count: number): string =>
  translate(count === 1 ? 'picture' : 'pictures', count);

export const describeBalance = (balance: { available: number; held: number }): string =>
  translate('balanceLine', describeCredits(balance.available), describeCredits(balance.held));
