import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { formatCredits, formatDuration } from '@star-graph/ui/texts/formats';
import { Sparkles, Star } from 'lucide';
import { usePaused } from '../../data/live.ts';
import { describeProblem } from '../../data/problemText.ts';
import { balance } from '../../shell/balance.ts';
import { texts } from './requestTexts.ts';
import type { Quoted } from './useQuote.ts';

interface PriceProps {
  quoted: Quoted;
  /** What is said until the form is complete enough for its own price. */
  leastCost: number | undefined;
}

interface CreateButtonProps extends PriceProps {
  waiting: boolean;
  /** Pressed, and sent when the pictures of the form are there. */
  isSending: boolean;
  onPress(): void;
}

/** The one thing to do, with its price inside and what comes of it below. */
export function CreateButton({ quoted, leastCost, waiting, isSending, onPress }: CreateButtonProps) {
  return (
    <div class="create-press">
      <Button
        {...{ look: 'primary', size: 'large', wide: true, icon: Sparkles, class: 'create-button' }}
        busy={isSending}
        onClick={onPress}
      >
        <span>{texts.create}</span>
        <Price {...{ quoted, leastCost }} />
      </Button>
      <p class="create-forecast" aria-live="polite">
        {isSending ? texts.sentLater : <Forecast quoted={quoted} waiting={waiting} />}
      </p>
    </div>
  );
}

/** The price; no number that may be wrong while another is being worked out. */
export function Price({ quoted: { quote, isOld, isAsked }, leastCost }: PriceProps) {
  return (
    <span class={isOld ? 'create-price create-price-old' : 'create-price'}>
      {quote && isAsked ? (
        <span class="sg-stars">
          <span aria-hidden="true">…</span>
          <Icon icon={Star} class="sg-star" />
        </span>
      ) : (
        <KnownPrice {...{ quote, leastCost }} />
      )}
    </span>
  );
}

function KnownPrice({ quote, leastCost }: Pick<Quoted, 'quote'> & Pick<PriceProps, 'leastCost'>) {
  if (quote) return <Stars amount={quote.cost} />;
  return leastCost === undefined ? null : <Stars amount={leastCost} isLeast />;
}

/** What would happen now: its place, its time, or why not. */
export function Forecast({
  quoted: { quote, error, isAsked },
  waiting,
}: Pick<CreateButtonProps, 'quoted' | 'waiting'>) {
  const isPaused = usePaused();
  if (quote && isAsked) return <>{texts.priceComes}</>;
  if (error !== undefined) return <span class="create-forecast-bad">{describeProblem(error)}</span>;
  const available = balance.value?.available;
  const isShared = quote?.sharedCredits?.pays === true;
  if (quote && available !== undefined && quote.cost > available && !isShared)
    return (
      <span class="create-forecast-bad">
        {texts.tooFew(formatCredits(available))} <a href="/account/credits">{texts.getCredits}</a>
      </span>
    );
  if (isPaused) return <>{texts.paused}</>;
  if (waiting) return <>{texts.waits}</>;
  if (!quote) return null;
  const { queuePosition, etaSeconds } = quote;
  const parts = [
    queuePosition !== undefined && (queuePosition <= 1 ? texts.next : texts.place(queuePosition)),
    etaSeconds !== undefined && texts.about(formatDuration(etaSeconds)),
    isShared && texts.sharedPays,
  ];
  return <>{parts.filter(Boolean).join(' · ')}</>;
}
