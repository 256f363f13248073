import { language } from '@star-graph/ui/texts/language';

interface Price {
  /** In the smallest unit of the currency. */
  amount: number;
  currency: string;
}

const formatOf = (currency: string) => new Intl.NumberFormat(language.value, { style: 'currency', currency });

/** How many of the smallest unit make one: 100 for EUR, 1 for JPY. The digits of the currency say it. */
export const unitsOf = (currency: string): number =>
  10 ** (formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2);

export const formatPrice = ({ amount, currency }: Price): string =>
  formatOf(currency).format(amount / unitsOf(currency));
