import { translate } from '../../../i18n/translate.ts';
import type { ShownRun } from '../shownRun.ts';
import { toCardStyle } from '../surface/placement.ts';
import { SeenButton } from '../surface/SeenButton.tsx';
import { Notes } from './Notes.tsx';

interface PriceCardProps {
  shown: ShownRun;
  onAnswer(yes: { isSeen: boolean } | undefined): void;
}

/** The picture's price and the balance, before anything is spent. */
export function PriceCard({ shown: { run, box }, onAnswer }: PriceCardProps) {
  const { cost = 0, available = 0 } = run;
  return (
    <div
      class="card sg-dark"
      role="alertdialog"
      aria-label={translate('priceTitle')}
      style={toCardStyle(box)}
    >
      <Notes notes={run.notes} />
      <p class="line" data-words={translate('priceLine', cost, available)} />
      <div class="row">
        <SeenButton isMain label={translate('priceYes', cost)} onPress={(isSeen) => onAnswer({ isSeen })} />
        <button type="button" onClick={() => onAnswer(undefined)} data-words={translate('cancel')} />
      </div>
    </div>
  );
}
