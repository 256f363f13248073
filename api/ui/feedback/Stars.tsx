import { Star } from 'lucide';
import { Icon } from '../Icon.tsx';
import { formatCredits, formatNumber } from '../texts/formats.ts';
import './feedback.css';

/** An amount of credits, wherever one stands. The amber star is for credits and for nothing else. */
export const Stars = ({ amount, signed }: { amount: number; signed?: boolean }) => (
  <span class="sg-stars" title={formatCredits(amount)}>
    <span class="sg-hidden">{formatCredits(amount)}</span>
    <span aria-hidden="true">
      {signed && amount > 0 ? '+' : ''}
      {formatNumber(amount)}
    </span>
    <Icon icon={Star} class="sg-star" />
  </span>
);
