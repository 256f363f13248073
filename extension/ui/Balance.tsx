import { describeBalance } from '../i18n/describeCount.ts';

/** The person's credits, with the star that stands for them; empty while unknown. */
export const Balance = ({ balance }: { balance: Parameters<typeof describeBalance>[0] | undefined }) => (
  <p class="balance" data-testid="balance">
    {balance && (
      <>
        <span class="star" aria-hidden="true">
          ★
        </span>{' '}
        {describeBalance(balance)}
      </>
    )}
  </p>
);
