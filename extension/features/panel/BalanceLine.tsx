import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { describeBalance } from '../../i18n/describeCount.ts';

/** What the person can spend; what is held for open tasks, on hover. Empty while unknown. */
export const BalanceLine = ({ balance }: { balance: Parameters<typeof describeBalance>[0] | undefined }) => (
  <span class="balance" data-testid="balance" title={balance && describeBalance(balance)}>
    {balance && <Stars amount={balance.available} />}
  </span>
);
