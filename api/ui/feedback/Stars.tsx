import { Star } from 'lucide';
import { Icon } from '../Icon.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { formatCredits, formatNumber } from '../texts/formats.ts';
import './feedback.css';

interface StarsProps {
  amount: number;
  signed?: boolean;
  /** What it costs at least: its price has not been asked for. */
  isLeast?: boolean;
}

/** An amount of credits, wherever one stands. The amber star is for credits and for nothing else. */
export function Stars({ amount, signed, isLeast }: StarsProps) {
  const credits = isLeast ? texts.from(formatCredits(amount)) : formatCredits(amount);
  return (
    <span class="sg-stars" title={credits}>
      <span class="sg-hidden">{credits}</span>
      <span aria-hidden="true">
        {isLeast && texts.before}
        {signed && amount > 0 ? '+' : ''}
        {formatNumber(amount)}
      </span>
      <Icon icon={Star} class="sg-star" />
      {isLeast && texts.after && <span aria-hidden="true">{texts.after}</span>}
    </span>
  );
}

const texts = defineTexts({
  from: { en: (credits: string) => `from ${credits}`, 'zh-CN': (credits: string) => `${credits}起` },
  before: { en: 'from ', 'zh-CN': '' },
  after: { en: '', 'zh-CN': '起' },
});
